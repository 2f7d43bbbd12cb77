"""A page's body to a list of blocks: the order in which a reader meets them, wrappers opened.

Layout that was done with ``div``, ``center`` and tables is taken away; text that stands in no
block gets a paragraph. Blocks are elements of HTML still; ``htmlbody`` brings them into our
vocabulary.
"""

from __future__ import annotations

import copy
import itertools
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WRAPPERS = frozenset(
    {"div", "center", "section", "article", "main", "form", "fieldset", "aside", "header", "footer"}
    | {"nav", "body", "html", "address", "noindex", "frameset", "dir", "menu", "hgroup"}
)
_BLOCKS = frozenset({"p", "ul", "ol", "dl", "table", "blockquote", "pre", "hr", "figure", "xmp"})
BLOCKS = HEADINGS | _WRAPPERS | _BLOCKS
_PARTS = BLOCKS | {"li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "caption"}
LONG_CELL = 300
"""Characters in a cell; a table with such cells is layout."""
MARGIN = 0.7
"""Part of a page’s words from which on a quotation around them is only its margin."""
SHORT_RUN = 600
"""Characters of blocks in one element of the line that is made to look like that as a whole."""
_EMPHASIS = frozenset({"b", "strong", "i", "em", "cite"})
_SPACE = re.compile(r"[\s\u00a0\u200b\ufeff]+")


@dataclass(slots=True)
class Block:
    """One block of a page."""

    element: Element
    line: int
    around: frozenset[str] = frozenset()
    """Classes of the wrappers that it stood in."""
    container: int = 0
    """A number that blocks in the same wrapper share."""
    ids: frozenset[str] = frozenset()
    """Ids of the wrappers that begin with it."""
    text: str = field(default="")
    """Its words, spaces folded."""

    @property
    def tag(self) -> str:
        """The element's name."""
        return str(self.element.tag)

    @property
    def classes(self) -> frozenset[str]:
        """Its own classes, and those of the wrappers around it."""
        return classes_of(self.element) | self.around

    @property
    def is_empty(self) -> bool:
        """Whether nothing of it is to be seen."""
        return not self.text and self.tag != "hr" and self.element.find(".//img") is None


def classes_of(element: Element) -> frozenset[str]:
    """The classes of an element, in lower case."""
    return frozenset(element.get("class", "").lower().split())


def shown_words(element: Element) -> str:
    """The words of an element, those of its pictures' descriptions among them."""
    return words(element, alternatives=True)


def words(element: Element, alternatives: bool = False) -> str:
    """The words of an element, spaces folded; a break and the end of a block are spaces."""
    parts: list[str] = []
    for event, item in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            if item.tag == "br" or item.tag in _PARTS:
                parts.append(" ")
            if alternatives and item.tag == "img":
                parts.append(f" {item.get('alt', '')} ")
            parts.append(item.text or "")
        else:
            if item.tag in _PARTS:
                parts.append(" ")
            if item is not element:
                parts.append(item.tail or "")
    return _SPACE.sub(" ", "".join(parts)).strip()


def split_blocks(body: Element, marked: Collection[str] = ()) -> list[Block]:
    """Split a body into blocks.

    ``marked`` are the names to which marks of notes lead: a list or a table whose items carry
    them holds notes, and is opened.
    """
    splitter = _Splitter(frozenset(marked), len(words(body)))
    splitter.open(body, frozenset())
    splitter.end()
    return splitter.blocks


class _Splitter:
    def __init__(self, marked: frozenset[str], size: int) -> None:
        self.marked = marked
        self.size = size
        """How many characters the page has."""
        self.blocks: list[Block] = []
        self.pending: list[Element] = []
        """Anchors without words between blocks; they belong to the block that follows."""
        self.ids: set[str] = set()
        self.containers = 0

    # ----------------------------------------------------------------------- walking

    def open(self, element: Element, around: frozenset[str], tag: str = "p") -> None:
        """Open a wrapper: its blocks one by one, its loose text as blocks of ``tag``."""
        self.containers += 1
        container = self.containers
        if name := element.get("id"):
            self.ids.add(name)
        run = _Run(tag, element)
        run.text(element.text)
        run = self.walk(list(element), run, around, container)
        self.close(run, around, container)

    def walk(
        self, children: Sequence[Element], run: _Run, around: frozenset[str], container: int
    ) -> _Run:
        """Take what an element holds; gives the run that is open at its end."""
        for child in children:
            if child.tag in BLOCKS:
                self.close(run, around, container)
                run = run.next()
                self.block(child, around, container)
            elif _holds_block(child):
                run = self.around_blocks(child, run, around, container)
            else:
                run.add(child)
            run.text(child.tail)
        return run

    def around_blocks(
        self, element: Element, run: _Run, around: frozenset[str], container: int
    ) -> _Run:
        """Open an element of the line that is around blocks, since it was never closed.

        What of it comes before its first block is of the line before; the rest goes on behind.
        """
        if name := element.get("id"):
            self.ids.add(name)
        if element.tag in _EMPHASIS and len(words(element)) <= SHORT_RUN:
            return self.walk(_emphasised(element), run, around, container)
        first = etree.Element(str(element.tag), dict(element.attrib))
        first.sourceline = element.sourceline  # type: ignore[misc]  # It can be set.
        first.text = element.text
        children = list(element)
        number = next(n for n, c in enumerate(children) if c.tag in BLOCKS or _holds_block(c))
        first.extend(copy.deepcopy(child) for child in children[:number])
        run.add(first)
        return self.walk(children[number:], run, around | classes_of(element), container)

    def close(self, run: _Run, around: frozenset[str], container: int) -> None:
        element = run.element()
        if element is None:
            return
        if not words(element) and element.find(".//img") is None:
            self.pending += [a for a in element.iter("a") if a.get("name") or a.get("id")]
            return
        self.add(element, run.line, around, container)

    def block(self, element: Element, around: frozenset[str], container: int) -> None:
        inner = around | classes_of(element)
        tag = str(element.tag)
        if tag == "center" or element.get("align", "").lower() == "center":
            inner |= {"center"}
        if tag in _WRAPPERS:
            self.open(element, inner, "p")
        elif tag == "table" and is_layout(element, self.marked):
            for cell in _cells(element):
                self.open(cell, inner | classes_of(cell))
        elif tag == "blockquote" and self.is_frame(element):
            self.open(element, inner)
        elif tag in ("ul", "ol", "dl") and self.has_notes(element):
            for item in element:
                self.open(item, inner | classes_of(item))
        elif tag == "figure" or (tag in _BLOCKS - {"p"}):
            self.add(element, element.sourceline or 0, around, container)
        elif _holds_block(element):
            # A paragraph or an inline element around blocks: only what is in it counts.
            self.open(element, inner, tag if tag in HEADINGS else "p")
        else:
            self.paragraph(element, around, container)

    def paragraph(self, element: Element, around: frozenset[str], container: int) -> None:
        """Add a paragraph; notes that stand in one, parted by breaks, become several."""
        for part in _split_notes(element, self.marked):
            self.add(part, element.sourceline or 0, around, container)

    def add(self, element: Element, line: int, around: frozenset[str], container: int) -> None:
        if not words(element) and element.tag != "hr" and element.find(".//img") is None:
            self.pending += [a for a in element.iter("a") if a.get("name") or a.get("id")]
            return
        if element.tag != "hr" and self.pending:
            element = _with_anchors(element, self.pending)
            self.pending = []
        ids = frozenset(self.ids)
        self.ids = set()
        self.blocks.append(Block(element, line, around, container, ids, words(element)))

    def is_frame(self, quotation: Element) -> bool:
        """Whether a quotation only gives a page its margins: it has the page’s headings, or most.

        Two quotations in one another are more often a margin than a quotation.
        """
        if any(e.tag in ("h1", "h2", "hr") for e in quotation.iter()):
            return True
        size = len(words(quotation))
        return size > LONG_CELL and size > MARGIN * self.size

    def has_notes(self, element: Element) -> bool:
        return any(
            (e.get("id") in self.marked or e.get("name") in self.marked) for e in element.iter()
        )

    def end(self) -> None:
        """Give anchors behind the last block to it."""
        if self.pending and self.blocks:
            last = self.blocks[-1].element
            for anchor in self.pending:
                bare = etree.SubElement(last, "a")
                bare.attrib.update(anchor.attrib)


class _Run:
    """Text and inline elements that stand between blocks."""

    def __init__(self, tag: str, holder: Element) -> None:
        self.made = etree.Element(tag)
        self.holder = holder
        if holder.tag not in _WRAPPERS and holder.get("class"):
            self.made.set("class", holder.get("class", ""))
        for name in ("lang", "{http://www.w3.org/XML/1998/namespace}lang"):
            if holder.get(name):
                self.made.set("lang", holder.get(name, ""))
        self.line = holder.sourceline or 0
        self.used = False

    def next(self) -> _Run:
        """The run behind a block."""
        return _Run(str(self.made.tag), self.holder)

    def text(self, text: str | None) -> None:
        if not text:
            return
        if len(self.made):
            self.made[-1].tail = (self.made[-1].tail or "") + text
        else:
            self.made.text = (self.made.text or "") + text
        self.used = True

    def add(self, element: Element) -> None:
        inner = copy.deepcopy(element)
        inner.tail = None
        self.made.append(inner)
        if not self.used or not words(self.made):
            self.line = element.sourceline or self.line
        self.used = True

    def element(self) -> Element | None:
        return self.made if self.used else None


def _emphasised(element: Element) -> list[Element]:
    """What an element of the line holds, with the element in the blocks and not around them.

    Longer ones are left as they are: they were never closed.
    """
    made: list[Element] = []

    def put(child: Element) -> None:
        if child.tag in _WRAPPERS or child.tag in ("p", "blockquote"):
            inner = etree.Element(str(element.tag), dict(element.attrib))
            inner.text, child.text = child.text, None
            inner.extend(list(child))
            child.append(inner)
        elif child.tag not in BLOCKS:
            inner, child.tail = etree.Element(str(element.tag), dict(element.attrib)), None
            inner.append(child)
            child = inner
        made.append(child)

    def run(text: str | None) -> None:
        if text and text.strip():
            inner = etree.Element("span")
            inner.text = text
            put(inner)

    run(element.text)
    for child in list(element):
        tail, child.tail = child.tail, None
        inside = child.tag not in BLOCKS and _holds_block(child)
        for piece in _emphasised(child) if inside else [child]:
            put(piece)
        run(tail)
    return made


def _holds_block(element: Element) -> bool:
    return any(e.tag in BLOCKS for e in element.iterdescendants() if isinstance(e.tag, str))


def _cells(table: Element) -> Iterator[Element]:
    """The cells of a table, not those of tables in it."""
    for child in table:
        if child.tag in ("td", "th", "caption"):
            yield child
        elif child.tag in ("tr", "tbody", "thead", "tfoot"):
            yield from _cells(child)


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("tbody", "thead", "tfoot"):
            yield from _rows(child)


def is_layout(table: Element, marked: Collection[str] = ()) -> bool:
    """Tell whether a table only places things on a page.

    It has one row, one column, long cells, or no more than one cell with something in each row.
    """
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in _rows(table)]
    rows = [row for row in rows if row]
    if len(rows) < 2 or all(len(row) == 1 for row in rows):
        return True
    if all(sum(map(_is_filled, row)) <= 1 for row in rows):
        return True
    cells = [cell for row in rows for cell in row]
    if any(e.tag in HEADINGS | {"hr", "table"} for cell in cells for e in cell.iter()):
        return True
    if any(len(words(cell)) > LONG_CELL for cell in cells):
        return True
    return any(e.get("name") in marked or e.get("id") in marked for c in cells for e in c.iter())


def _is_filled(cell: Element) -> bool:
    return bool(words(cell)) or cell.find(".//img") is not None


def _split_notes(element: Element, marked: Collection[str]) -> Iterator[Element]:
    """Split a paragraph before each break that a note's anchor follows."""
    starts = []
    for number, child in enumerate(element):
        following = element[number + 1] if number + 1 < len(element) else None
        if child.tag == "br" and not (child.tail or "").strip() and following is not None:
            anchors = [e for e in following.iter() if e.get("name") or e.get("id")]
            if any(e.get("name") in marked or e.get("id") in marked for e in anchors):
                starts.append(number)
    if not starts:
        yield element
        return
    edges = [-1, *starts, len(element)]
    for first, last in itertools.pairwise(edges):
        part = etree.Element(str(element.tag), dict(element.attrib))
        part.text = element.text if first < 0 else None
        part.extend(copy.deepcopy(child) for child in element[first + 1 : last])
        if words(part):
            yield part


def _with_anchors(element: Element, anchors: list[Element]) -> Element:
    """Put anchors without words at the start of a block's first line."""
    holder = element
    while len(holder) and holder[0].tag in _PARTS and not (holder.text or "").strip():
        holder = holder[0]
    text = holder.text
    holder.text = None
    for number, anchor in enumerate(anchors):
        bare = etree.Element("a")
        bare.attrib.update(anchor.attrib)
        holder.insert(number, bare)
    holder[len(anchors) - 1].tail = text
    return element


def linked_words(element: Element) -> float:
    """The part of an element's words that are links, from 0 to 1."""
    all_words = len(words(element).replace(" ", ""))
    if not all_words:
        return 0.0
    links = [e for e in element.iter("a") if e.get("href")]
    return sum(len(words(link).replace(" ", "")) for link in links) / all_words
