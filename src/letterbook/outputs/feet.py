"""Notes at the foot of the page, fitted: WeasyPrint keeps each whole, a long one has to go on.

WeasyPrint lays a note at the foot of the page of its mark or, where it does not fit, at the foot
of the next page, whole. A document with such a note is laid out three times. The first layout
shows where the lines of its notes end. For the second, the notes are cut into their lines, each a
note of its own, and WeasyPrint takes to the next page those that have no room. For the third, what
stands on one page is one piece again. So a note goes on where its page ends, and the text, whose
lines WeasyPrint breaks with all of this in view, knows of its widows and orphans.

What has no page of the text left to stand below follows the text.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby

import pydyf
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.footnotes import (
    FOOT,
    cut_note,
    is_after_text,
    keep_with_mark,
    let_break,
    set_after_text,
    set_rule_above,
)
from letterbook.model import Page
from letterbook.outputs.boxes import Sheet, sheets
from letterbook.outputs.engine import Document
from letterbook.pagination import visible

LEAST = 2
"""Lines of a note that stand together on a page, at least."""

_SLACK = 0.01
"""In pixels: what positions may differ by and be the same."""

WAYS = ((True, 0), (True, 4), (False, 4))
"""How the notes are cut, in the order in which it is tried: whether a line of the text goes to the
next page with a note that has no room, and how many lines of the text a note leaves room for below
its mark. It would take all that is left of the page, and a line that may not stand there alone
would go with all that stays with it, up to the heading."""

FULL = 0.6
"""How full a page is to be, save the last."""

_TEXT_LINE = 14 / 0.75
"""In pixels."""

LayOut = Callable[[Page], Document]


def lay_out_with_feet(page: Page, lay_out: LayOut) -> tuple[Page, Document]:
    """Lay out a document, and cut those of its notes that are too long for their pages."""
    if f'class="{FOOT}"' not in page.content:
        return page, lay_out(page)
    whole = parse_section(page.content)
    page, document, shown = _lay_out(whole, page, lay_out)
    if shown.is_sound(_pieces(whole)):
        return page, document
    best = None
    for kept, reserve in WAYS:
        fitted = _cut_to_fit(page, shown, lay_out, kept, reserve)
        # What the last page has is no matter of the notes.
        emptiest = min((sheet.filled for sheet in sheets(fitted[1])[:-1]), default=1.0)
        if best is None or emptiest > best[0]:
            best = emptiest, fitted
        if emptiest > FULL:
            break
    assert best is not None
    return best[1]


def _cut_to_fit(
    page: Page, shown: _Layout, lay_out: LayOut, kept: bool, reserve: int
) -> tuple[Page, Document]:
    """Cut the notes of a document, in one of the WAYS."""
    whole = parse_section(page.content)
    if kept:
        _keep_with_marks(whole, shown)
    lines = copy.deepcopy(whole)
    _cut_into_lines(lines, shown, reserve)
    in_lines, document, trial = _lay_out(lines, page, lay_out)
    expected = _cut_at_pages(whole, _pieces(lines), trial)
    joined, fitted, reached = _lay_out(whole, page, lay_out)
    if reached.at == expected and reached.pages_of_marks() == trial.pages_of_marks():
        return joined, fitted
    # A page on which WeasyPrint moves a whole piece, to spare two lines of the text, where it
    # would have moved one line of the note.
    if stranded := [line for line in _pieces(lines) if trial.page_with_text(line) is None]:
        _set_after_text(lines, stranded)
        in_lines, document, _ = _lay_out(lines, page, lay_out)
    return in_lines, document


def _lay_out(tree: Element, page: Page, lay_out: LayOut) -> tuple[Page, Document, _Layout]:
    """Lay out a document with these notes, and see to it, in place, that none is lost.

    WeasyPrint forgets the notes of a line that it sets by moving other notes to the next page,
    which it does where a paragraph may not be broken before that line.
    """
    while True:
        made = replace(page, content=serialize_section(tree))
        document = lay_out(made)
        shown = _Layout(sheets(document))
        lost = [piece for piece in _pieces(tree) if piece.is_at_foot and piece.id not in shown.at]
        if not [piece for piece in lost if let_break(piece.foot)]:
            return made, document, shown


def parse_section(content: str) -> Element:
    """Parse the content of a page of print."""
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    body = etree.fromstring(content.encode(), parser).find("body")
    assert body is not None
    return body[0]


def serialize_section(tree: Element) -> str:
    """Write the content of a page of print."""
    return str(etree.tostring(tree, method="html", encoding="unicode"))


# --------------------------------------------------------------------------- what stands where


@dataclass(frozen=True, slots=True)
class _Piece:
    """A note at the foot, or a piece of one."""

    foot: Element
    id: str
    note: str
    """The id of the note; its first piece has the same."""
    mark: str
    """The id of the mark in the text; of a later piece empty."""

    @property
    def is_at_foot(self) -> bool:
        """Whether it has not been set after the text."""
        return not is_after_text(self.foot)

    @property
    def size(self) -> int:
        """How many characters it has."""
        text = next(e for e in self.foot.iter("div") if "note-text" in e.get("class", "").split())
        return len(visible("".join(text.itertext())))


def _pieces(tree: Element) -> Sequence[_Piece]:
    """Give the pieces of all notes in their order."""
    found = []
    for foot in tree.iter("object"):
        holder = next(foot.iter("main"))
        id_ = holder.get("id", "")
        mark = foot.getprevious() if "data-note" not in holder.attrib else None
        name = mark.get("id", "") if mark is not None else ""
        found.append(_Piece(foot, id_, holder.get("data-note", id_), name))
    return found


class _Layout:
    """Where the notes of a document stand."""

    def __init__(self, pages: Sequence[Sheet]) -> None:
        self.pages = pages
        self.feet = {foot.id: foot for page in pages for foot in page.feet}
        self.at = {foot.id: number for number, page in enumerate(pages) for foot in page.feet}
        self.marks = {
            mark: (number, line) for number, page in enumerate(pages) for mark, line in page.marks
        }
        self.limit = max((page.limit for page in pages), default=0.0)

    def is_sound(self, pieces: Iterable[_Piece]) -> bool:
        """Whether all notes that are whole stand at the foot of the page of their mark."""
        return all(
            self.at[piece.id] == self.marks[piece.mark][0]
            and self.feet[piece.id].height <= self.limit + _SLACK
            for piece in pieces
        )

    def pages_of_marks(self) -> dict[str, int]:
        """On which page each mark stands."""
        return {mark: page for mark, (page, _) in self.marks.items()}

    def page_with_text(self, piece: _Piece) -> int | None:
        """On which page a piece stands; None for one that has no text."""
        page = self.at[piece.id]
        return page if self.pages[page].has_text else None


# --------------------------------------------------------------------------- cutting


def _keep_with_marks(tree: Element, shown: _Layout) -> None:
    """Let lines of the text go to the next page, in place, where a note has no room on this one.

    It is the first note with a mark in a line that takes it along; the others follow that one,
    wherever they come to stand.
    """
    lines = set()
    for piece in _pieces(tree):
        line = shown.marks[piece.mark]
        if line not in lines:
            keep_with_mark(piece.foot)
        lines.add(line)


def _cut_into_lines(tree: Element, shown: _Layout, reserve: int) -> None:
    """Cut every note after each of its lines, in place, save where too few would stand alone.

    Where it is to leave room for some lines of the text, what has no room otherwise is one piece,
    larger than that room.
    """
    used = dict.fromkeys(range(len(shown.pages)), 0.0)
    for piece in _pieces(tree):
        foot = shown.feet[piece.id]
        lengths = [len(visible(line.words)) for line in foot.lines]
        ends = list(accumulate(lengths))
        cuts = ends[LEAST - 1 : -LEAST]
        page, bottom = shown.marks[piece.mark]
        room = shown.pages[page].bottom - bottom - reserve * _TEXT_LINE - used[page]
        used[page] += foot.height
        if reserve and foot.height > room:
            below = sum(line.bottom <= room for line in foot.lines)
            larger = reserve * 2
            below = min(below, len(ends) - larger)
            if below >= LEAST:
                cuts = [end for end in cuts if not ends[below - 1] < end < ends[below + larger - 1]]
        _cut_at(piece, cuts)


def _cut_at(piece: _Piece, ends: Iterable[int]) -> None:
    """Cut a note after some numbers of its characters, in place."""
    foot, done, number = piece.foot, 0, 1
    for end in ends:
        rest = cut_note(foot, end - done, f"{piece.note}-{number + 1}")
        if rest is not None:
            foot, done, number = rest, end, number + 1


def _cut_at_pages(tree: Element, lines: Sequence[_Piece], trial: _Layout) -> dict[str, int]:
    """Cut the notes of a tree, in place, where those in lines have come to the next page.

    Gives the page on which each piece at the foot is to stand.
    """
    by_note = {note: list(group) for note, group in groupby(lines, key=lambda line: line.note)}
    pages: list[int | None] = []
    for piece in _pieces(tree):
        on_pages = [
            (page, sum(line.size for line in group))
            for page, group in groupby(by_note[piece.note], key=trial.page_with_text)
        ]
        _cut_at(piece, list(accumulate(size for _, size in on_pages))[:-1])
        pages += [page for page, _ in on_pages]
    expected = dict(zip(_pieces(tree), pages, strict=True))
    for piece, page in expected.items():
        if piece.id != piece.note and page is not None:
            set_rule_above(piece.foot)
    _set_after_text(tree, [piece for piece, page in expected.items() if page is None])
    return {piece.id: page for piece, page in expected.items() if page is not None}


def _set_after_text(tree: Element, stranded: Sequence[_Piece]) -> None:
    """Let pieces that have no page with text follow the text, in place."""
    article = next(e for e in tree.iter() if "document" in e.get("class", "").split())
    for number, piece in enumerate(stranded):
        set_after_text(piece.foot, article, is_first=number == 0)


def tag_notes(pdf: pydyf.PDF) -> None:
    """Tag the notes at the foot as notes, each with an id of its own (ISO 14289-1, 7.9).

    WeasyPrint tags a ``main`` as a part; there is none in print but in these notes.
    """
    number = 0
    for item in pdf.objects:
        if isinstance(item, pydyf.Dictionary) and item.get("S") == "/Part":
            number += 1
            item["S"] = "/Note"
            item["ID"] = pydyf.String(f"note-{number}")
