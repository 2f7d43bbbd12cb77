"""What names a page of marxists.org: its title, its author, its date, in whatever order they come.

The headings come in any order, and pages of the nineties have none: there a line in bold or in the
middle of the page is one. What names the author is told by the file's own ``meta`` and ``title``;
what is a date, by being one; of the rest, the highest is the title.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.header import is_name, split_names
from letterbook.importers.htmlblocks import HEADINGS, Block, words
from letterbook.importers.htmltree import Page
from letterbook.importers.parts import placed_date
from letterbook.provenance.dates import read_date
from letterbook.provenance.datewords import tokens_of
from letterbook.provenance.labels import classes_meaning, pattern

REACH = 30
"""Blocks among which the header of a page begins."""
PROSE = 40
"""Words of a block that is text, whatever stands around it."""
SHORT = 16
"""Words of a paragraph that may be a heading."""
_TRAILING_YEAR = re.compile(r"(?P<name>.+?)[\s,]+\(?(?P<year>1[5-9]\d\d|20\d\d)\)?\.?")
_NUMBER = re.compile(r"(?:(?:No|Nr)\.?\s*|№\s*)?(?P<number>\d{1,4})\.?", re.IGNORECASE)
_SIZE = re.compile(r"\+?(?P<size>\d)")
_BOLD = ("b", "strong")
_DATELINE = 7
"""Words of a heading that is a place and a date."""


@dataclass(slots=True)
class Naming:
    """What names a page."""

    used: list[Block] = field(default_factory=list)
    """Blocks that became front matter; they are not in the text."""
    title: Block | None = None
    author: Block | None = None
    author_words: str = ""
    """The author's names, without a year behind them."""
    date: Block | None = None
    date_words: str = ""
    number: Block | None = None
    running: list[Block] = field(default_factory=list)
    """Heads that a page shares with the others of its series."""
    others: list[Block] = field(default_factory=list)
    """Headings that are neither; they stay, at the head of the text."""


def read_names(blocks: Sequence[Block], header: Sequence[Block], page: Page) -> Naming:
    """Find what names a page among its blocks, of which ``header`` are those with its fields."""
    naming = Naming()
    authors = _Authors(page)
    candidates = _candidates(blocks, header)
    _sort(naming, candidates, authors)
    return naming


# --------------------------------------------------------------------------- the lines of headings


def part_headings(blocks: Sequence[Block], page: Page) -> list[Block]:
    """Part headings at the head of a page of which one line is the title, another its author."""
    authors = _Authors(page)
    made: list[Block] = []
    for index, block in enumerate(blocks):
        is_heading = index < REACH and block.tag in HEADINGS
        made += _lines(block, authors) if is_heading else [block]
    return made


def _lines(block: Block, authors: _Authors) -> list[Block]:
    """The lines of a heading, those of one kind together; the block itself when all are."""
    element = block.element
    breaks = list(element.iterchildren("br"))
    kinds = [_kind(text, authors) for text in _line_texts(element)]
    if len(breaks) + 1 != len(kinds) or len(set(kinds)) < 2:
        return [block]
    parts = [block]
    edges = list(zip(breaks, itertools.pairwise(kinds), strict=True))
    for br, (before, after) in reversed(edges):
        if before == after:
            continue
        rest = etree.Element(str(element.tag), dict(element.attrib))
        rest.text = (br.tail or "").lstrip()
        rest.extend(list(br.itersiblings()))
        element.remove(br)
        parts.insert(1, replace(block, element=rest, ids=frozenset(), text=words(rest)))
    parts[0] = replace(block, text=words(element))
    return [part for part in parts if part.text] if all(p.text for p in parts) else parts


def _line_texts(element: Element) -> list[str]:
    """The words of each line of a heading."""
    lines = [element.text or ""]
    for child in element:
        if child.tag == "br":
            lines.append(child.tail or "")
        else:
            lines[-1] += words(child) + (child.tail or "")
    return [" ".join(line.split()) for line in lines]


def _kind(text: str, authors: _Authors) -> str:
    """What a line of a heading is: of the author, a date, or of the title."""
    if authors.is_named(text) or _by_line(text):
        return "author"
    date = _dated(text)
    # A span of years belongs to what it is said of: “Part I, from 1905 to 1917”.
    is_day = date is not None and not re.match(r"[^\W\d_]+\s+\d{4}\s+\w", text)
    return "date" if is_day and "/" not in (date or "") else "title"


def _by_line(text: str) -> bool:
    """Whether a line is “By” and a name."""
    match = pattern("by-line").match(text)
    return bool(match) and split_names(text) is not None


# --------------------------------------------------------------------------- candidates


def _candidates(blocks: Sequence[Block], header: Iterable[Block]) -> list[Block]:
    """The blocks at the head of a page that may name it."""
    known = {id(block) for block in header}
    infos = [i for i, b in enumerate(blocks) if id(b) in known and i < REACH]
    first = infos[0] if infos else None
    found: list[Block] = []
    for index, block in enumerate(blocks):
        if block.tag == "hr" or id(block) in known:
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
    return [*found, *_date_below(blocks, infos, found)]


def _date_below(
    blocks: Sequence[Block], infos: Sequence[int], found: Sequence[Block]
) -> Iterator[Block]:
    """A date that is a heading between the header and the text, the only one of its kind."""
    if not infos or any(_is_date(block.text) for block in found):
        return
    below = (b for b in blocks[infos[-1] + 1 :] if b.tag != "hr")
    block = next(below, None)
    if block is None or block.tag not in HEADINGS or any(block is b for b in found):
        return
    if _dated(block.text) and not any(b.tag in HEADINGS and _is_date(b.text) for b in below):
        yield block


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
    """A paragraph that stands for a heading: the author's name, a date, a line in bold."""
    kinds = {classes_meaning().get(name) for name in block.classes}
    if (
        block.tag != "p"
        or len(block.text.split()) > SHORT
        or block.element.find(".//img") is not None
    ):
        return False
    return "author" in kinds or bool(block.text and _dated(block.text)) or size_of(block) > 0


def size_of(block: Block) -> int:
    """How much a paragraph is made to look like a heading: large letters, bold, in the middle."""
    around = [block.element]
    size = 0
    while len(around[-1]) == 1 and words(around[-1][0]) == block.text:
        around.append(around[-1][0])
    for element in around:
        if element.tag == "font" and (match := _SIZE.match(element.get("size", ""))):
            relative = element.get("size", "").startswith("+")
            size += max(int(match["size"]) - (0 if relative else 3), 0) * 2
        size += 2 * (element.tag == "big") + (element.tag in _BOLD)
    centred = "center" in block.classes or block.element.get("align", "").lower() == "center"
    return size + (1 if size and centred else 0)


def _dated(text: str) -> str | None:
    return read_date(text) if re.search(r"\d", text) else None


def _is_date(text: str) -> bool:
    """Whether a heading is a date, even if it cannot be said which."""
    if not re.search(r"\d{4}", text):
        return False
    if _dated(text) is not None or tokens_of(text) is not None:
        return True
    # A place and a day; “Justice, May 1907” may be where it was printed.
    day = placed_date(text) if len(text.split()) <= _DATELINE else None
    return day is not None and len(day) >= len("1918-08-09")


# --------------------------------------------------------------------------- sorting


def _sort(naming: Naming, candidates: Sequence[Block], authors: _Authors) -> None:
    """Say what each candidate is."""
    rest: list[Block] = []
    for block in candidates:
        if naming.date is None and _is_date(block.text) and len(candidates) > 1:
            naming.date, naming.date_words = block, block.text
            naming.used.append(block)
        elif naming.author is None and (authors.is_author(block) or _by_line(block.text)):
            _take_author(naming, block)
        else:
            rest.append(block)
    if naming.author is None and len(rest) > 1 and authors.looks_like_author(rest[0]):
        _take_author(naming, rest.pop(0))
    real = [block for block in rest if block.tag in HEADINGS]
    if len(real) > 1 and (numbered := [b for b in real if _NUMBER.fullmatch(b.text)]):
        naming.number = numbered[0]
        naming.used.append(numbered[0])
        real.remove(numbered[0])
        rest.remove(numbered[0])
    if real:
        naming.title = min(real, key=lambda block: block.tag)
    elif rest:
        naming.title = max(rest, key=size_of)
    if naming.title is not None:
        naming.used.append(naming.title)
        above = rest[: next(i for i, b in enumerate(rest) if b is naming.title)]
        naming.running = [block for block in above if _is_running(block)]
        naming.used += naming.running
    naming.others = [b for b in rest if not any(b is used for used in naming.used)]


def _is_running(block: Block) -> bool:
    """Whether a line above the headings is the bar that all pages of a series have."""
    kinds = {classes_meaning().get(name) for name in block.classes}
    return block.tag == "p" and "author" in kinds


def _take_author(naming: Naming, block: Block) -> None:
    naming.author, naming.author_words = block, block.text
    naming.used.append(block)
    match = _TRAILING_YEAR.fullmatch(block.text)
    if match:
        naming.author_words = match["name"]
        if naming.date is None:
            naming.date_words = match["year"]


class _Authors:
    """The names that a file's head gives."""

    def __init__(self, page: Page) -> None:
        found = [
            element.get("content", "")
            for element in page.root.iter("meta")
            if element.get("name", "").lower() in ("author", "dc.creator", "dcterms.creator")
        ]
        self.meta = frozenset(_tokens(" ".join(found)))
        title = " ".join((page.root.findtext("head/title") or "").split())
        if ":" in title:
            found.append(title.partition(":")[0])
        self.known = frozenset(_tokens(" ".join(found)))
        """Words of the author's name: long ones, and initials together."""

    def is_author(self, block: Block) -> bool:
        """Whether a heading is the name that the file's head gives."""
        return self.is_named(block.text)

    def is_named(self, words_: str) -> bool:
        """Whether words are the name that the file's head gives, and not a title with it."""
        text = _without_year(words_)
        tokens = _tokens(text)
        names = re.split(r"\s*(?:,|&|/|\band\b|\bund\b)\s*", text)
        if not tokens or not all(is_name(name) for name in names if name):
            return False
        if pattern("no-author").search(text):
            return False
        # A slip in one of the two spellings (Frölich, Fröhlich) leaves most of the words the same.
        shared = sum(token in self.known for token in tokens)
        return shared * 2 >= len(tokens)

    def looks_like_author(self, block: Block) -> bool:
        """Whether a heading is like a name, and the file's head gives no other."""
        name = _without_year(block.text)
        if pattern("no-author").search(name) or re.search(r"\b(?:of|the)\b", name, re.IGNORECASE):
            return False
        if self.meta and self.meta.isdisjoint(_tokens(name)):
            return False
        return 2 <= len(name.split()) <= 4 and is_name(name) and name != name.upper()


def _without_year(text: str) -> str:
    match = _TRAILING_YEAR.fullmatch(text)
    return match["name"] if match else text


def _tokens(text: str) -> list[str]:
    return [w.casefold() for w in re.findall(r"[^\W\d_]{3,}|(?:[^\W\d_]\.){2,}", text)]
