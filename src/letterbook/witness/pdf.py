"""The words of a PDF, as a screen reader is given them: by its structure tree (ISO 32000-1, 14.7).

PDFium reads the glyphs, their Unicode and the tags. The order is the tree's, not that of painting,
which puts floats and positioned blocks where it likes. What the tree does not hold (running heads,
folios) is not part of the book's text.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from letterbook.witness.words import Break, Collector, Key, Kind, Word

_SPACE = 0x20
_GAP = "\x1e"
"""Stands for distance without a space, between two objects of one sequence."""
_SURROGATES = range(0xD800, 0xE000)
_LEADER = frozenset(".·•…‥_")
_LEADER_LENGTH = 3
"""How many marks in a row, each drawn by itself, are a leader of the contents."""


class UntaggedError(Exception):
    """The PDF has no structure tree, so that nothing can be told of the order of its words."""


@dataclass(slots=True)
class _Text:
    """What one marked-content sequence shows: the part of an element that is on one line."""

    pieces: list[str] = field(default_factory=list)
    left: float = 0
    right: float = 0
    baseline: float = 0
    height: float = 0

    def follows(self, other: _Text) -> Break | None:
        """What is between another text and this one; None when they touch."""
        height = max(self.height, other.height)
        if abs(self.baseline - other.baseline) > 0.5 * height:
            return Break.LINE
        if self.left < other.right - 0.5 * height:
            return Break.LINE
        return None if self.left - other.right < 0.1 * height else Break.GAP


@dataclass(frozen=True, slots=True)
class _Item:
    """One thing that the structure tree holds, in its order."""

    block: int
    """Numbers the blocks: texts of two blocks never touch."""
    text: str
    box: _Text | None = None
    """None for the alternative text of a picture."""
    is_label: bool = False
    """Whether it is the mark of a list's item."""
    in_note: bool = False
    """Whether it belongs to a note at the foot of the page."""


def read_pdf(pdf: Path | bytes, key: Key) -> list[Word]:
    """Read the words of a PDF, each with the number of its page, from 1.

    Notes at the foot of the page, which are tagged as notes, come after all else: a sentence that
    runs over a page goes on as it was written, and so does a note. Raises UntaggedError, and
    ``pypdfium2.PdfiumError`` for what is no PDF.
    """
    text, notes = _Stream(key), _Stream(key)
    before = _Before()
    tagged = False
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        for number in range(len(document)):
            with closing(document[number]) as page:
                items = _without_leaders(list(_items(page, before)))
                tagged = tagged or bool(items)
                text.page([item for item in items if not item.in_note], number + 1)
                notes.page([item for item in items if item.in_note], number + 1)
    if not tagged:
        raise UntaggedError
    return text.end() + notes.end()


class _Stream:
    """Collects the words of what runs on from page to page."""

    def __init__(self, key: Key) -> None:
        self.collector = Collector(key)
        self.previous: _Item | None = None

    def page(self, items: list[_Item], number: int) -> None:
        # On the next page, everything is on another line.
        if self.previous and self.previous.box:
            self.previous.box.baseline = float("inf")
        for item in items:
            _separate(self.collector, self.previous, item)
            _collect(self.collector, item, number)
            self.previous = item

    def end(self) -> list[Word]:
        self.collector.end(Break.EDGE)
        return self.collector.words


def _separate(collector: Collector, previous: _Item | None, item: _Item) -> None:
    if previous is None:
        return
    if previous.box is None or item.box is None or previous.is_label or item.is_label:
        collector.end(Break.EDGE)
        return
    between = item.box.follows(previous.box)
    if between is None and item.block != previous.block:
        between = Break.GAP
    if between is not None:
        collector.end(between)


def _collect(collector: Collector, item: _Item, page: int) -> None:
    if item.is_label and not any(c.isalnum() for c in item.text):
        return
    for number, piece in enumerate(item.text.split(_GAP)):
        if number:
            collector.end(Break.GAP)
        collector.text(piece, Kind.TEXT, page)


def _without_leaders(items: list[_Item]) -> list[_Item]:
    """Leave out the rows of dots that lead from an entry of the contents to its page."""
    kept: list[_Item] = []
    run: list[_Item] = []
    for item in [*items, None]:
        if item and item.text in _LEADER and (not run or run[-1].text == item.text):
            run.append(item)
            continue
        if len(run) < _LEADER_LENGTH:
            kept += run
        run = []
        if item:
            kept.append(item)
    return kept


# --------------------------------------------------------------------------- the structure tree


class _Before:
    """What the pages before have shown."""

    def __init__(self) -> None:
        self.head = ""
        """The head of a table, which is printed again on every page that the table runs over."""
        self.child = 0
        """Which child of the whole, if it has MANY, was the last that is on a page."""

    def is_repeated(self, text: str, first_on_page: bool) -> bool:
        repeated = first_on_page and text == self.head
        self.head = text
        return repeated


MANY = 100
"""So many children of the whole are not all asked for on every page: the time would grow with the
square. WeasyPrint gives it a child for each page."""


_WITHIN_LINES = frozenset({"Span", "Link", "NonStruct", "Quote", "Code"})


def _items(page: Any, before: _Before) -> Sequence[_Item]:
    """Give what the structure tree has on a page."""
    tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
    if not tree:
        return []
    try:
        texts, head = _texts(page), before.head
        reader = _TreeReader(texts, before, nearby=True)
        reader.tree(tree)
        if texts and not reader.items:
            before.head = head
            reader = _TreeReader(texts, before, nearby=False)
            reader.tree(tree)
        return reader.items
    finally:
        pdfium.FPDF_StructTree_Close(tree)


class _TreeReader:
    def __init__(self, texts: dict[int, _Text], before: _Before, nearby: bool) -> None:
        """With ``nearby``, of MANY pages the one is read that follows the last."""
        self.texts = texts
        self.before = before
        self.nearby = nearby
        self.items: list[_Item] = []
        self.block = 0
        self.notes = 0
        """How many notes are open."""

    def tree(self, tree: Any) -> None:
        for index in range(pdfium.FPDF_StructTree_CountChildren(tree)):
            if element := pdfium.FPDF_StructTree_GetChildAtIndex(tree, index):
                self.element(element, is_label=False, is_whole=True)

    def children(self, element: Any, is_whole: bool) -> Iterator[tuple[int, Any]]:
        """Give the places of the children, and those of them that are elements of this page."""
        count = pdfium.FPDF_StructElement_CountChildren(element)
        is_long = is_whole and count > MANY
        jump = is_long and self.nearby
        found = False
        for index in range(self.before.child if jump else 0, count):
            child = pdfium.FPDF_StructElement_GetChildAtIndex(element, index)
            if jump and found and not child:
                return
            if child and is_long:
                found, self.before.child = True, index
            yield index, child

    def item(self, text: str, box: _Text | None = None, is_label: bool = False) -> _Item:
        return _Item(self.block, text, box, is_label, self.notes > 0)

    def element(self, element: Any, is_label: bool, is_whole: bool = False) -> None:
        name = _string(pdfium.FPDF_StructElement_GetType, element)
        if name == "Figure":
            alternative = _string(pdfium.FPDF_StructElement_GetAltText, element)
            self.items.append(self.item(alternative))
            return
        is_label = is_label or name == "Lbl"
        start = len(self.items)
        self.block += name not in _WITHIN_LINES
        self.notes += name == "Note"
        for index, child in self.children(element, is_whole):
            if child:
                self.element(child, is_label)
                continue
            mcid = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, index)
            if text := self.texts.get(mcid):
                self.items.append(self.item("".join(text.pieces), text, is_label))
        self.block += name not in _WITHIN_LINES
        self.notes -= name == "Note"
        if name == "THead":
            words = " ".join(item.text for item in self.items[start:])
            if self.before.is_repeated(words, first_on_page=start == 0):
                del self.items[start:]


def _string(get: Any, element: Any) -> str:
    size = get(element, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    get(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le", "replace")


# --------------------------------------------------------------------------- the glyphs


def _texts(page: Any) -> dict[int, _Text]:
    """Read the text of each marked-content sequence of a page, by its number."""
    texts: dict[int, _Text] = {}
    text_page = pdfium.FPDFText_LoadPage(page.raw)
    try:
        for first, last, units, item in _runs(text_page):
            mcid = pdfium.FPDFPageObj_GetMarkedContentID(item)
            if mcid >= 0:
                _add(texts.setdefault(mcid, _Text()), text_page, first, last, units)
    finally:
        pdfium.FPDFText_ClosePage(text_page)
    return texts


def _runs(text_page: Any) -> Iterator[tuple[int, int, list[int], Any]]:
    """Give the characters that each text object shows: first, past the last, their UTF-16."""
    count = pdfium.FPDFText_CountChars(text_page)
    get_object, get_unit = pdfium.FPDFText_GetTextObject, pdfium.FPDFText_GetUnicode
    address_of = ctypes.c_void_p.from_buffer
    start, current, current_item = 0, None, None
    for index in range(count):
        item = get_object(text_page, index)
        address = address_of(item).value
        if address != current:
            if current:
                units = [get_unit(text_page, at) for at in range(start, index)]
                yield start, index, units, current_item
            start, current, current_item = index, address, item
    if current:
        yield start, count, [get_unit(text_page, at) for at in range(start, count)], current_item


def _add(text: _Text, text_page: Any, first: int, last: int, units: list[int]) -> None:
    """Add what one text object shows to its marked-content sequence."""
    left, baseline = _origin(text_page, first)
    box = pdfium.FS_RECTF()
    end = last - 1
    while end > first and units[end - first] == _SPACE:
        end -= 1
    pdfium.FPDFText_GetLooseCharBox(text_page, end, box)
    height = box.top - box.bottom
    if not text.pieces:
        text.left, text.baseline, text.height = left, baseline, height
    elif left - text.right > 0.1 * height:
        text.pieces.append(_GAP)
    text.right = min(box.right, _origin(text_page, end)[0] + _advance(text_page, end))
    text.pieces.append(_decode(_spaces(text_page, first, units, height)))


def _advance(text_page: Any, index: int) -> float:
    """How far a letter moves on; one that leans out, as an italic f does, has a wider box."""
    item = pdfium.FPDFText_GetTextObject(text_page, index)
    font = pdfium.FPDFTextObj_GetFont(item)
    size, width, matrix = ctypes.c_float(), ctypes.c_float(), pdfium.FS_MATRIX()
    pdfium.FPDFTextObj_GetFontSize(item, size)
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    unit = pdfium.FPDFText_GetUnicode(text_page, index)
    if not pdfium.FPDFFont_GetGlyphWidth(font, unit, size, width):
        return float("inf")
    return float(width.value * abs(matrix.a))


def _spaces(text_page: Any, first: int, units: list[int], height: float) -> Iterator[int]:
    """Leave out the spaces that PDFium has put between letters set far apart.

    It puts one wherever there is distance, and where a space glyph follows, drops that. Then the
    glyph's width is between its space and the next letter; otherwise there is none.
    """
    for index, unit in enumerate(units, first):
        if unit == _SPACE and pdfium.FPDFText_IsGenerated(text_page, index):
            is_last = index + 1 == first + len(units)
            if not is_last:
                gap = _origin(text_page, index + 1)[0] - _origin(text_page, index)[0]
                if abs(gap) < 0.02 * height:
                    continue
        if unit:
            yield unit


def _origin(text_page: Any, index: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    return x.value, y.value


def _decode(units: Iterator[int]) -> str:
    data = list(units)
    if any(unit in _SURROGATES for unit in data):
        return b"".join(u.to_bytes(2, "little") for u in data).decode("utf-16-le", "replace")
    return "".join(map(chr, data))
