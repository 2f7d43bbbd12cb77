"""Notes at the foot of the page: each put beside its mark, whence the layout takes it to the foot.

What enters is the section of a document with its notes after the text; what leaves is the same
with every note in an ``object`` behind the first mark that refers to it. That element, since a
paragraph ends where another block begins, unless it begins in one of the few elements that HTML
takes for a world of their own (the “scope markers” of its parser); of these, ``object`` is the
one that shows what it holds. The ``main`` in it is what the PDF’s tags know a note by.

A note that is too long for its page is cut into pieces, each in an ``object`` of its own: the
layout takes the second piece to the foot of the page after.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.markup.vocabulary import INLINE
from letterbook.model import EditedNote
from letterbook.pagination import visible

FOOT = "foot-note"
"""The class of an element that stands at the foot of the page."""
CONTINUED = "continued"
"""The class of a piece of a note that began on a page before."""


def set_at_foot(section: Element, notes: Iterable[EditedNote], language: str) -> None:
    """Put the notes of a document beside their marks, in place.

    ``language`` is the document's: a mark may stand among words of another.
    """
    found = {e.get("id"): e for e in section.iter() if e.get("id")}
    for note in notes:
        holder = found[note.id]
        mark = found[note.references[0]]
        foot = etree.Element("object", {"class": FOOT})
        if any(up.get("lang") for up in mark.iterancestors() if up is not section):
            foot.set("lang", language)
        foot.tail, mark.tail = mark.tail, None
        mark.addnext(foot)
        holder.tag = "main"
        # White space between blocks would come to a line of its own.
        holder.tail = holder.text = None
        for child in holder:
            child.tail = None
        foot.append(holder)
    for element in list(section.iter("section")):
        if "notes" in element.get("class", "").split():
            parent = element.getparent()
            assert parent is not None
            parent.remove(element)


# --------------------------------------------------------------------------- cutting


_UNCUT = frozenset({"li", "dl", "table", "pre", "figure"})
"""Elements that stay whole."""


def cut_note(foot: Element, offset: int, id_: str) -> Element | None:
    """Cut a piece of a note in two, in place, and return the second; None where none can be cut.

    ``foot`` is the ``object`` of the piece. The first keeps ``offset`` characters of the note’s
    text, white space not counted, and the second gets ``id_``. A cut is made between words of a
    paragraph or between blocks, never in what stands in an item of a list or a cell of a table.
    """
    text = _text_of(foot)
    cut = _set_cut(text, offset)
    if cut is None:
        return None
    block = next((up for up in cut.iterancestors() if up.tag == "p"), None)
    if block is not None:
        # Between two lines that the writer has ended, the first is not spread over the measure.
        _add_class(block, "ended" if _follows_line_end(cut) else "cut")
    rest = copy.deepcopy(foot)
    _drop_after(cut, text)
    _drop_before(next(rest.iter(_CUT)), _text_of(rest))
    for end in list(foot.iter("p")):
        if end.get("class") == "note-end":
            _remove(end)
    _continue(rest, frozenset(e.get("id", "") for e in foot.iter() if e.get("id")), id_)
    rest.tail, foot.tail = foot.tail, None
    foot.addnext(rest)
    return rest


_CUT = "cut"
"""The name of an element that stands, for a moment, where a note is cut."""


def _text_of(foot: Element) -> Element:
    return next(e for e in foot.iter("div") if "note-text" in e.get("class", "").split())


def _set_cut(text: Element, offset: int) -> Element | None:
    """Mark where a text is to be cut; None where it may not be."""
    place = _find(text, offset)
    if place is None:
        return None
    element, is_tail, index = place
    cut = etree.Element(_CUT)
    if is_tail:
        words = element.tail or ""
        # What follows an element moves along when another is put behind it.
        element.tail = None
        element.addnext(cut)
        element.tail, cut.tail = words[:index], words[index:]
    else:
        words = element.text or ""
        element.text, cut.tail = words[:index], words[index:]
        element.insert(0, cut)
    _lift(cut, text)
    if any(up.tag in _UNCUT for up in cut.iterancestors()):
        _unset(cut)
        return None
    return cut


def _find(text: Element, offset: int) -> tuple[Element, bool, int] | None:
    """Find the text in which a character stands that begins a word, and where in it.

    The text is an element's own or the one that follows it.
    """
    counted = 0
    apart = True
    for event, element in etree.iterwalk(text, events=("start", "end")):
        apart = apart or element.tag not in INLINE or element.tag == "br"
        if event == "end" and element is text:
            break
        words = (element.text if event == "start" else element.tail) or ""
        size = len(visible(words))
        if counted + size > offset:
            index = _index(words, offset - counted)
            before = words[:index]
            if (not before and not apart) or (before and not before[-1].isspace()):
                return None
            return element, event == "end", index
        counted += size
        apart = words[-1].isspace() if words else apart
    return None


def _index(words: str, number: int) -> int:
    """The index of a visible character, counted from 0."""
    for index, character in enumerate(words):
        if visible(character):
            if not number:
                return index
            number -= 1
    raise IndexError(number)


def _lift(cut: Element, text: Element) -> None:
    """Move a cut out of what has nothing before it: to the edge between two blocks."""
    parent = cut.getparent()
    while parent is not None and parent is not text:
        siblings = cut.itersiblings(preceding=True)
        before = [parent.text or "", *(f"{''.join(e.itertext())}{e.tail or ''}" for e in siblings)]
        if visible("".join(before)):
            return
        _unset(cut)
        parent.addprevious(cut)
        parent = cut.getparent()


def _unset(cut: Element) -> None:
    """Take a cut out again, and leave the words that follow it."""
    parent, before = cut.getparent(), cut.getprevious()
    assert parent is not None
    if before is None:
        parent.text = (parent.text or "") + (cut.tail or "")
    else:
        before.tail = (before.tail or "") + (cut.tail or "")
    cut.tail = None
    parent.remove(cut)


def _follows_line_end(cut: Element) -> bool:
    before = cut.getprevious()
    return before is not None and before.tag == "br" and not (before.tail or "").strip()


def _drop_after(cut: Element, text: Element) -> None:
    """Take away a cut and all that comes after it."""
    cut.tail = None
    for node in (cut, *cut.iterancestors()):
        if node is text:
            break
        for after in list(node.itersiblings()):
            _remove(after)
        node.tail = None
    _part_space(cut)
    _remove(cut)


def _part_space(cut: Element) -> None:
    """Give the space before a cut an element of its own, which may hang over the margin.

    WeasyPrint 70 takes the last word to another line when the words fit, but not with that space.
    """
    parent, before = cut.getparent(), cut.getprevious()
    assert parent is not None
    words = (parent.text if before is None else before.tail) or ""
    kept = words.rstrip()
    if not kept or kept == words:
        return
    space = etree.Element("span")
    space.text = words[len(kept) :]
    cut.addprevious(space)
    if before is None:
        parent.text = kept
    else:
        before.tail = kept


def _drop_before(cut: Element, text: Element) -> None:
    """Take away all that comes before a cut, and the cut."""
    for node in (cut, *cut.iterancestors()):
        if node is text:
            break
        parent = node.getparent()
        assert parent is not None
        parent.text = None
        before = list(node.itersiblings(preceding=True))
        for sibling in before:
            _remove(sibling)
        if parent.tag == "ol":
            parent.set("start", str(int(parent.get("start", "1")) + len(before)))
        if parent.tag == "p":
            _add_class(parent, "resumed")
    _unset(cut)


def _remove(element: Element) -> None:
    """Take away an element and the words that follow it."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _continue(rest: Element, taken: frozenset[str], id_: str) -> None:
    """Make a copy of a piece the piece that follows it."""
    holder = next(rest.iter("main"))
    # The proof of fidelity puts the pieces together by it.
    holder.set("data-note", holder.get("data-note", holder.get("id", "")))
    for element in rest.iter():
        if element.get("id") in taken:
            del element.attrib["id"]
    for number in list(holder.iter("a")):
        if number.get("role") == "doc-backlink":
            _remove(number)
    rest.set("class", FOOT)
    holder.set("id", id_)
    _add_class(holder, CONTINUED)


def _add_class(element: Element, name: str) -> None:
    classes = [c for c in element.get("class", "").split() if c not in (name, "cut", "ended")]
    element.set("class", " ".join([*classes, name]))


# --------------------------------------------------------------------------- placing


def keep_with_mark(foot: Element) -> None:
    """Have the line of a note’s mark go to the next page when the note has no room on this one."""
    _add_class(foot, "kept")


def let_break(foot: Element) -> bool:
    """Let the paragraph with a note’s mark be broken after any line; False where it may be."""
    block = next(up for up in foot.iterancestors() if up.tag not in INLINE and up.tag != "object")
    if "loose" in block.get("class", "").split():
        return False
    _add_class(block, "loose")
    return True


def is_after_text(foot: Element) -> bool:
    """Whether a piece of a note follows the text."""
    return "rest" in foot.get("class", "").split()


def set_rule_above(foot: Element) -> None:
    """Have a short rule drawn above a piece of a note that goes on from the page before."""
    _add_class(foot, "carried")


def set_after_text(foot: Element, article: Element, is_first: bool) -> None:
    """Let a piece of a note follow the text, in its flow: there is no page of it left."""
    _add_class(foot, "rest")
    if is_first:
        _add_class(foot, "turned")
    parent, before = foot.getparent(), foot.getprevious()
    assert parent is not None
    if foot.tail and before is not None:
        before.tail = (before.tail or "") + foot.tail
    foot.tail = None
    article.append(foot)
