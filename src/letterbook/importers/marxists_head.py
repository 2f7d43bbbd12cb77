"""The head of a page of marxists.org: the fields of its header, its author, title and date.

The header comes as ``p.information`` with labels in ``span.info``, as prose in ``p.info``, or as
labels in bold; the headings come in any order. What names the author is told by the file's own
``meta`` and ``title``; what is a date, by being one; of the rest, the highest is the title.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.header import Field, is_name, labelled
from letterbook.importers.htmlblocks import HEADINGS, Block, classes_of, words
from letterbook.importers.htmltree import Page
from letterbook.provenance.dates import read_date
from letterbook.provenance.labels import MAX_LABEL, classes_meaning, data, meaning, pattern

REACH = 30
"""Blocks among which the header of a page begins."""
PROSE = 40
"""Words of a block that is text, whatever stands around it."""
SHORT = 16
"""Words of a paragraph that may be a heading."""
_PROVENANCE = frozenset({"source", "rights", "transcriber", "markup", "proofreader", "published"})
_BOLD = frozenset({"b", "strong", "em", "i", "u", "span", "font"})
_ITALIC = frozenset({"em", "i", "strong", "b", "cite"})
_TRAILING_YEAR = re.compile(r"(?P<name>.+?)[\s,]+\(?(?P<year>1[5-9]\d\d|20\d\d)\)?\.?")
_NUMBERING = re.compile(r"[\W\d_]*")


@dataclass(slots=True)
class Head:
    """What the head of a page is made of."""

    fields: list[Field] = field(default_factory=list)
    used: list[Block] = field(default_factory=list)
    """Blocks that became fields or headings; they are not in the text."""
    title: Block | None = None
    author: Block | None = None
    author_words: str = ""
    """The author's names, without a year behind them."""
    date: Block | None = None
    date_words: str = ""
    others: list[Block] = field(default_factory=list)
    """Headings that are neither; they stay, at the head of the text."""


def read_head(blocks: Sequence[Block], page: Page) -> Head:
    """Find the head among a page's blocks, navigation already taken away."""
    head = Head()
    # Below the first note, the class of a header’s lines is that of small print.
    notes = next((i for i, b in enumerate(blocks) if is_numbered(b)), len(blocks))
    information = [
        b
        for i, b in enumerate(blocks)
        if is_information(b, i) and (i < notes or any(_labels(b.element)))
    ]
    head.fields = [item for block in information for item in fields_of(block)]
    head.used += information
    candidates = _headings(blocks, information)
    _name(head, candidates, page)
    return head


# --------------------------------------------------------------------------- fields


def is_information(block: Block, position: int) -> bool:
    """Tell whether a block is a header's: by its labels, or by its class and place."""
    if block.tag in HEADINGS or block.tag in ("hr", "table", "ul", "ol"):
        return False
    keys = [key for label in _labels(block.element) for key in meaning(label)]
    kinds = classes_meaning()
    marked = any(kinds.get(name) == "information" for name in block.classes)
    if keys and marked:
        return True
    near = position < REACH
    if marked and not is_numbered(block):
        return near
    # “To: …” in the text is no header; one that says where the text is from, is.
    return near and len(keys) > 1 and bool(_PROVENANCE & set(keys))


def is_numbered(block: Block) -> bool:
    """Whether what looks like labels only numbers notes."""
    spans = [e for e in block.element.iter("span") if "info" in classes_of(e)]
    return bool(spans) and all(_NUMBERING.fullmatch(words(span)) for span in spans)


def _labels(element: Element) -> Iterator[str]:
    for line in _lines(element):
        if label := line.label():
            yield label


@dataclass(slots=True)
class _Line:
    """One line of a header: its pieces, each with the element that holds it."""

    pieces: list[tuple[str, Element]] = field(default_factory=list)
    root: Element | None = None

    def text(self) -> str:
        return " ".join("".join(text for text, _ in self.pieces).split())

    def label(self) -> str | None:
        """The label with which it begins, if it has one."""
        if found := labelled(self.text()):
            return found[0]
        first = next((piece for piece in self.pieces if piece[0].strip()), None)
        if first is None:
            return None
        holder = _holder(first[1], self.root)
        if holder is None or "info" not in classes_of(holder):
            return None
        text = " ".join(words(holder).split())
        inside, colon, _ = text.partition(":")
        if colon and len(inside) <= MAX_LABEL and not _NUMBERING.fullmatch(inside):
            return inside
        is_label = text.rstrip().endswith(":") or self.text()[len(text) :].lstrip().startswith(":")
        return text.rstrip(" :") if is_label and not _NUMBERING.fullmatch(text) else None


def _holder(element: Element, root: Element | None) -> Element | None:
    """The outermost element around a piece, below the block, that may be a label."""
    found = None
    for item in (element, *element.iterancestors()):
        if item is root:
            break
        if item.tag in _BOLD:
            found = item
    return found


def _lines(element: Element) -> Iterator[_Line]:
    """Cut a block at its breaks, and before each label that is marked as one."""
    line = _Line(root=element)
    for text, holder, starts in _pieces(element, element):
        if starts and line.text():
            yield line
            line = _Line(root=element)
        if text is not None:
            line.pieces.append((text, holder))
    if line.text():
        yield line


def _pieces(element: Element, root: Element) -> Iterator[tuple[str | None, Element, bool]]:
    kinds = classes_meaning()
    is_label = (
        element is not root
        and any(kinds.get(n) == "label" or n == "info" for n in classes_of(element))
        and not _NUMBERING.fullmatch(words(element))
    )
    if is_label:
        yield None, element, True
    if element.tag == "br":
        yield None, element, True
    if element.text:
        yield element.text, element, False
    for child in element:
        yield from _pieces(child, root)
        if child.tail:
            yield child.tail, element, False


def fields_of(block: Block) -> list[Field]:
    """Read the fields of a header's block."""
    fields: list[Field] = []
    for line in _lines(block.element):
        label = line.label()
        text = line.text()
        if label is not None:
            found = labelled(text)
            value = found[1] if found else text[len(label) :].lstrip(" :\u00a0")
            fields.append(_field(label, value, line, block))
        elif fields and fields[-1].label and not _is_prose(text):
            last = fields[-1]
            more = _field(None, text, line, block)
            fields[-1] = Field(
                last.label,
                f"{last.value} {text}",
                (*last.emphasised, *more.emphasised),
                (*last.links, *more.links),
                last.line,
            )
        else:
            fields.append(_field(None, text, line, block))
    return fields


def _field(label: str | None, value: str, line: _Line, block: Block) -> Field:
    emphasised: list[str] = []
    links: list[str] = []
    for text, holder in line.pieces:
        around = [holder, *holder.iterancestors()]
        inside = around[: around.index(line.root)] if line.root in around else around
        if any(e.tag in _ITALIC and "info" not in classes_of(e) for e in inside):
            run = " ".join(text.split())
            if run and run in value and run.rstrip(":") != label:
                emphasised.append(run)
        links += [href for e in inside if (href := e.get("href")) and href not in links]
    return Field(label, value, tuple(emphasised), tuple(links), block.line)


def _is_prose(text: str) -> bool:
    """Whether a line begins something of its own."""
    return any(pattern("prose", key).match(text) for key in data()["prose"])


# --------------------------------------------------------------------------- headings


def _headings(blocks: Sequence[Block], information: Iterable[Block]) -> list[Block]:
    """The blocks at the head of a page that may name it."""
    infos = [i for i, b in enumerate(blocks) if any(b is x for x in information) and i < REACH]
    first = infos[0] if infos else None
    found: list[Block] = []
    for index, block in enumerate(blocks):
        if block.tag == "hr" or any(block is x for x in information):
            if first is None and block.tag == "hr" and not _goes_higher(blocks, index, found):
                break
            continue
        if first is not None and index > first and (_has_title(found) or block.tag not in HEADINGS):
            break
        is_heading = block.tag in HEADINGS or _may_be_heading(block)
        if is_heading and len(block.text.split()) <= PROSE:
            found.append(block)
            continue
        if first is None or len(block.text.split()) > SHORT:
            break
    return found


def _goes_higher(blocks: Sequence[Block], rule: int, found: Sequence[Block]) -> bool:
    """Whether behind a rule a heading stands that is higher than those before it."""
    if not _has_title(found):
        return True
    following = blocks[rule + 1] if rule + 1 < len(blocks) else None
    highest = min(block.tag for block in found if block.tag in HEADINGS)
    return following is not None and following.tag in HEADINGS and following.tag < highest


def _has_title(found: Sequence[Block]) -> bool:
    return any(block.tag in ("h1", "h2", "h3") for block in found)


def _may_be_heading(block: Block) -> bool:
    """A paragraph that stands for a heading: the author's name, a date."""
    kinds = {classes_meaning().get(name) for name in block.classes}
    if (
        block.tag != "p"
        or len(block.text.split()) > SHORT
        or block.element.find(".//img") is not None
    ):
        return False
    return "author" in kinds or bool(block.text and _dated(block.text))


def _dated(text: str) -> str | None:
    return read_date(text) if re.search(r"\d", text) else None


def _name(head: Head, candidates: Sequence[Block], page: Page) -> None:
    """Say what each heading is."""
    known = _known_authors(page)
    rest: list[Block] = []
    for block in candidates:
        if head.date is None and _dated(block.text) and len(candidates) > 1:
            head.date, head.date_words = block, block.text
            head.used.append(block)
        elif head.author is None and _is_author(block, known):
            _take_author(head, block)
        else:
            rest.append(block)
    if head.author is None and len(rest) > 1 and _looks_like_author(rest[0]):
        _take_author(head, rest.pop(0))
    real = [block for block in rest if block.tag in HEADINGS] or rest
    if real:
        head.title = min(real, key=lambda block: block.tag)
        head.used += [head.title]
    head.others = [block for block in rest if block is not head.title]


def _take_author(head: Head, block: Block) -> None:
    head.author, head.author_words = block, block.text
    head.used.append(block)
    match = _TRAILING_YEAR.fullmatch(block.text)
    if match:
        head.author_words = match["name"]
        if head.date is None:
            head.date_words = match["year"]


def _known_authors(page: Page) -> frozenset[str]:
    """Words of the author's name that the file's head gives: long ones, and initials together."""
    found = [
        element.get("content", "")
        for element in page.root.iter("meta")
        if element.get("name", "").lower() in ("author", "dc.creator", "dcterms.creator")
    ]
    title = " ".join((page.root.findtext("head/title") or "").split())
    if ":" in title:
        found.append(title.partition(":")[0])
    return frozenset(_tokens(" ".join(found)))


def _tokens(text: str) -> list[str]:
    return [w.casefold() for w in re.findall(r"[^\W\d_]{3,}|(?:[^\W\d_]\.){2,}", text)]


def _is_author(block: Block, known: frozenset[str]) -> bool:
    """Whether a heading is the name that the file's head gives, and not a title with it."""
    match = _TRAILING_YEAR.fullmatch(block.text)
    text = match["name"] if match else block.text
    tokens = _tokens(text)
    names = re.split(r"\s*(?:,|&|/|\band\b|\bund\b)\s*", text)
    if not tokens or not all(is_name(name) for name in names if name):
        return False
    # A slip in one of the two spellings (Frölich, Fröhlich) leaves most of the words the same.
    shared = sum(token in known for token in tokens)
    return shared * 2 >= len(tokens)


def _looks_like_author(block: Block) -> bool:
    match = _TRAILING_YEAR.fullmatch(block.text)
    name = match["name"] if match else block.text
    return 2 <= len(name.split()) <= 4 and is_name(name) and name != name.upper()
