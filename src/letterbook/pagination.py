"""Where the pages of the PDF begin, told in a way that holds in the EPUB as well.

A place is told by an element with an id and by how many characters of its own words stand before:
so it does not depend on what a medium puts around the words. Two walks count alike: the one of
``outputs.breaks``, over what was laid out, and the one here, over the trees of the EPUB.

A page begins before the first of its words. A word that runs over the end of a page belongs to
the page on which it begins, and the break stands after it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, Protocol

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.markup.vocabulary import INLINE
from letterbook.model import EditedDocument, PageBreak, Pagination

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

UNCOUNTED = frozenset({"mark", "noteref", "note-number", "note-end", "page", "folio", "crossref"})
"""Classes of what is generated, and may be other words in another medium, or none."""

_INVISIBLE = dict.fromkeys((0xAD, 0x200B, 0x2010, 0x2060, 0xFEFF))
"""What does not count: what has no width, and the hyphen that the layout sets at a line's end."""
_PICTURE = "\ufffc"
"""Stands for a picture, which counts as one character."""
_PARTS = frozenset("—–/…")
"""After these a page may begin, though there is no space."""
_UNSPACED = (range(0x0E00, 0x0F00), range(0x1000, 0x10A0), range(0x1780, 0x1800))
"""Thai, Lao, Burmese and Khmer; besides what is as wide as an ideograph."""
_HOLDS_NO_LINES = frozenset({"ul", "ol", "dl", "table", "thead", "tbody", "tr"})
"""Elements in which a page break cannot stand between the children."""


class HasAttributes(Protocol):
    """An element of either kind of tree, ours or the layout's."""

    def get(self, key: str, /) -> str | None:
        """Give an attribute."""
        ...


def visible(text: str) -> str:
    """Give the characters of a text that count."""
    if not text.isascii():
        text = text.translate(_INVISIBLE)
    return "".join(text.split())


def is_counted(element: HasAttributes) -> bool:
    """Tell whether the words of an element count."""
    return UNCOUNTED.isdisjoint((element.get("class") or "").split())


def holder(element: HasAttributes, tag: str, around: str) -> str:
    """Tell what the words of an element are counted in, given what those around it are.

    Every block with an id counts its own; so does the text of a document or a note, which themes
    set into one ``div`` (see ``witness.tree.parts_of``).
    """
    # A note that runs on at the foot of the next page is there in pieces, which are counted on.
    id_ = element.get("data-note") or element.get("id")
    if id_ and (tag not in INLINE or element.get("role") == "doc-footnote"):
        return id_
    if tag == "div" and not {"text", "note-text"}.isdisjoint((element.get("class") or "").split()):
        return f"{around} text"
    return around


def has_print_pages(documents: Iterable[EditedDocument]) -> bool:
    """Tell whether the transcription marks pages of the print source anywhere."""
    return any(document.pages for document in documents)


# --------------------------------------------------------------------------- setting the breaks


class _Run(NamedTuple):
    """A text of a tree, or a picture."""

    element: Element
    is_tail: bool
    text: str
    is_apart: bool
    """Whether white space, or the edge of a block, is before it."""


def place_breaks(trees: Iterable[Element], pagination: Pagination) -> None:
    """Set the breaks of a pagination into trees, in place.

    A break for which the trees have no place, because they lack what it stands in, is left out;
    so is one among the links of the navigation, where EPUB lets no empty element stand: of the
    pages of the contents, the first has a break, before the heading.
    """
    wanted: dict[str, list[PageBreak]] = {}
    for page_break in pagination.breaks:
        wanted.setdefault(page_break.within, []).append(page_break)
    runs: dict[str, list[_Run]] = {key: [] for key in wanted}
    for tree in trees:
        for key, run in _runs(tree):
            if key in runs:
                runs[key].append(run)
    for key, breaks in wanted.items():
        found = list(_places(runs[key], breaks))
        # From the last to the first, since a text is cut where a break goes.
        for run, offset, label in reversed(found):
            if not _is_in_navigation(run.element):
                _insert(run, offset, _mark(label))


def _runs(tree: Element) -> Iterator[tuple[str, _Run]]:
    """Give every text of a tree that counts, with what it is counted in."""
    holders = [""]
    silent = 0
    apart = True
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        text = None
        if event == "start":
            apart = apart or element.tag not in INLINE
            holders.append(holder(element, str(element.tag), holders[-1]))
            silent += not is_counted(element)
            text = _PICTURE if element.tag == "img" else element.text
        else:
            if event == "end":
                silent -= not is_counted(element)
                holders.pop()
                apart = apart or element.tag not in INLINE
            text = element.tail if element is not tree else None
        if not text or silent:
            continue
        if text.isspace():
            apart = True
            continue
        yield holders[-1], _Run(element, event != "start", text, apart)
        apart = text[-1].isspace()


def _places(runs: Sequence[_Run], breaks: Sequence[PageBreak]) -> Iterator[tuple[_Run, int, str]]:
    """Find for each break the text that it stands in and how far on; with its label."""
    waiting = iter(breaks)
    wanted = next(waiting, None)
    counted = 0
    before = ""
    for run in runs:
        if run.is_apart:
            before = ""
        for offset, character in enumerate(run.text):
            if character.isspace():
                before = ""
            elif ord(character) not in _INVISIBLE:
                while wanted and counted >= wanted.before and _can_begin(before, character):
                    yield run, offset, wanted.label
                    wanted = next(waiting, None)
                if wanted is None:
                    return
                before = character
                counted += 1


def _can_begin(before: str, character: str) -> bool:
    """Tell whether a page can begin with a character, after what it follows without a space."""
    return not before or before in _PARTS or _is_unspaced(before) or _is_unspaced(character)


def _is_unspaced(character: str) -> bool:
    """Tell whether a character is of a script that sets no spaces between words."""
    if character.isascii():
        return False
    point = ord(character)
    return unicodedata.east_asian_width(character) in "WF" or any(
        point in script for script in _UNSPACED
    )


def _insert(run: _Run, offset: int, mark: Element) -> None:
    """Set a mark into a text; at the beginning of a link or the like, before that."""
    opened = _opened(run, offset)
    if opened is not None:
        opened.addprevious(mark)
        return
    # Of what was the run's text, marks that were set further on have taken the rest.
    if run.is_tail:
        parent = run.element.getparent()
        assert parent is not None
        text = run.element.tail or ""
        mark.tail, run.element.tail = text[offset:], text[:offset]
        # Not addnext, which would take the tail of the element along.
        parent.insert(parent.index(run.element) + 1, mark)
    else:
        text = run.element.text or ""
        mark.tail, run.element.text = text[offset:], text[:offset]
        run.element.insert(0, mark)


def _opened(run: _Run, offset: int) -> Element | None:
    """The outermost element within lines that begins with a place and that a mark can precede."""
    if run.text[:offset].strip():
        return None
    inner: Element | None = run.element
    if run.is_tail:
        after, inner = run.element, run.element.getparent()
        if inner is None or after.tag not in INLINE or is_counted(after) or not _is_first(after):
            return None
    found = None
    while inner is not None and inner.tag in INLINE:
        parent = inner.getparent()
        if parent is None or parent.tag in _HOLDS_NO_LINES:
            break
        found = inner
        if not _is_first(inner):
            break
        inner = parent
    return found


def _is_first(element: Element) -> bool:
    """Tell whether nothing that counts precedes an element in its parent."""
    parent = element.getparent()
    if parent is None or (parent.text or "").strip():
        return False
    return not any(
        is_counted(before) or (before.tail or "").strip()
        for before in element.itersiblings(preceding=True)
    )


def _is_in_navigation(element: Element) -> bool:
    """Tell whether an element is in a list of ``nav``, which holds nothing but words and links."""
    around = [up.tag for up in (element, *element.iterancestors())]
    return "nav" in around and "ol" in around


def _mark(label: str) -> Element:
    """Make the mark of a break: empty, and named for those who listen."""
    mark = etree.Element("span", {"class": "page", "id": f"pdf-page-{label}"})
    mark.set("role", "doc-pagebreak")
    mark.set("title", label)
    mark.set(EPUB_TYPE, "pagebreak")
    return mark
