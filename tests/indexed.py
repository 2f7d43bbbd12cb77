"""An index as it was made, held against the pages of the PDF and the places of the EPUB.

The index is read from the files: its headings, their locators as printed, what they link to. The
words that a locator stands for are those of the edition. Both directions are looked at: each page
that the index names must have the words of one of the heading's places, and each place must stand
on a page that the index names.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lxml import etree, html
from lxml.etree import _Element as Element

from letterbook.index.marking import BLOCK
from letterbook.model import Edition, Heading, Index, Locator
from letterbook.references import CROSSREF

from .printed import Printed

_BROKEN = re.compile("[-\u2010\u2011\ufffe\u0002]\\s*[\r\n]\\s*|[\u00ad\ufffe\u0002]")
"""A hyphen at the end of a line, and those that nobody sees."""
_WORD = re.compile(r"[^\W\d_]+|\d+")
_RANGE = re.compile(r"(\w+)–(\w+)")
_IN_NOTES = re.compile(r"(\d+|[ivxlc]+)n{1,2}([^\s–n]+)(?:–(\d+))?(?: \(.*\))?")
_MADE_LATER = "\0"
_XHTML = "{http://www.w3.org/1999/xhtml}"


def words(text: str, broken: str = "") -> list[str]:
    """The words of a text, in one spelling, wherever its lines end; figures are words apart.

    ``broken`` stands for a hyphen at the end of a line, which may be the word's own.
    """
    text = _BROKEN.sub(broken, unicodedata.normalize("NFKC", text)).casefold()
    return _WORD.findall(text)


@dataclass(frozen=True)
class AsPrinted:
    """A locator as the index has it."""

    label: str
    target: str


def headings(index: Index) -> Iterator[Heading]:
    """The headings of an index, and all below them."""

    def walk(heading: Heading) -> Iterator[Heading]:
        yield heading
        for inner in heading.subheadings:
            yield from walk(inner)

    for group in index.groups:
        for heading in group.headings:
            yield from walk(heading)


def references(root: Element) -> dict[str, list[AsPrinted]]:
    """The locators of each heading of an index, by the heading's id."""
    found: dict[str, list[AsPrinted]] = {}
    for link in root.iter("a", f"{_XHTML}a"):
        # Bold and italic ones stand in a span that says so.
        around = (link, *link.iterancestors())
        if not any("locator" in (up.get("class") or "").split() for up in around):
            continue
        holder = next(up for up in link.iterancestors() if (up.get("id") or "").startswith("index"))
        label = "".join(link.itertext()).replace("\u00a0", " ")
        found.setdefault(holder.get("id", ""), []).append(AsPrinted(label, link.get("href", "")))
    return found


class Places:
    """The words of an edition's places: those with which they begin, those with which they end."""

    def __init__(self, edition: Edition) -> None:
        self.elements: dict[str, Element] = {}
        self.titles = {document.id: document.heading for document in edition.documents}
        for document in edition.documents:
            for tree in (document.body, *(note.body for note in document.notes)):
                self.elements |= {e.get("id", ""): e for e in tree.iter() if e.get("id")}

    def first(self, locator: Locator) -> list[str]:
        """The words that stand where a place begins."""
        if locator.target == locator.document:
            return words(self.titles[locator.document])
        target = self.elements[locator.target]
        block = next((up for up in (target, *target.iterancestors()) if up.tag in BLOCK), target)
        # With what follows, so that the words of another place are not taken for these.
        before = _text(block, target) if block is not target else ""
        # What a reference says is made later, in print with the page.
        return words(_text(block)[len(before) :].partition(_MADE_LATER)[0])[:6]

    def own(self, locator: Locator) -> list[str]:
        """The words of the element itself."""
        return words(_text(self.elements[locator.target]))[:6]

    def last(self, locator: Locator) -> list[str]:
        """The words that stand where a passage ends; of other places none."""
        if locator.end is None:
            return []
        end = self.elements[locator.end]
        if end.text:
            return words(_text(end))
        parent = end.getparent()
        assert parent is not None
        return words(_text(parent, end).rpartition(_MADE_LATER)[2])[-2:]


def _text(element: Element, until: Element | None = None) -> str:
    """The words of an element, or those before one in it."""
    parts: list[str] = []

    def walk(inner: Element) -> bool:
        if inner is until:
            return True
        if inner.get("class") == CROSSREF:
            parts.append(_MADE_LATER)
        elif "page" not in inner.get("class", "").split():
            parts.append(inner.text or "")
            for child in inner:
                parts.append(" " if child.tag == "br" else "")
                if walk(child):
                    return True
                parts.append(child.tail or "")
        return False

    walk(element)
    return "".join(parts)


# --------------------------------------------------------------------------- the PDF


class Pages:
    """The words of a PDF's pages by their labels."""

    def __init__(self, pdf: Path) -> None:
        with Printed(pdf) as printed:
            texts = {printed.label(n): printed.text(n) for n in range(len(printed))}
        self.words = {label: words(text) for label, text in texts.items()}
        self.lines = {label: words(text, " ") for label, text in texts.items()}
        self.read = (self.words, self.lines)
        self.labels = list(texts)

    def has(self, label: str, sought: list[str]) -> bool:
        """Whether words stand on a page; they may go over to the next."""
        here = [f" {' '.join(of[label])} " for of in self.read]
        whole = " ".join(sought)
        if any(f" {whole} " in text for text in here):
            return True
        after = self.labels.index(label) + 1
        if after == len(self.labels):
            return False
        there = f" {' '.join(self.words[self.labels[after]])} "
        # A word, too, may go over.
        return any(
            any(f" {whole[:n].strip()} " in text for text in here)
            and f" {whole[n:].strip()} " in there
            for n in range(2, len(whole) - 1)
        )

    def between(self, first: str, last: str) -> list[str]:
        """The pages of a range."""
        return self.labels[self.labels.index(first) : self.labels.index(last) + 1]


def pdf_faults(edition: Edition, print_html: bytes, pdf: Path) -> Iterator[str]:
    """What is wrong with the locators by page of a PDF."""
    pages, places = Pages(pdf), Places(edition)
    printed = references(html.fromstring(print_html))
    for index in edition.indexes:
        if index.settings.locators != "page":
            continue
        for heading in headings(index):
            yield from _heading_faults(heading, printed.get(heading.id, []), pages, places)


def _heading_faults(
    heading: Heading, printed: list[AsPrinted], pages: Pages, places: Places
) -> Iterator[str]:
    named: dict[tuple[str, str | None], str] = {}
    for reference in printed:
        for page, note in expand(reference.label, pages):
            named[page, note] = reference.label
    covered: set[Locator] = set()
    for (page, note), label in named.items():
        here = {
            found
            for found in heading.locators
            if found.note == note and _is_on(found, page, pages, places)
        }
        if not here:
            yield f"{heading.text}, {label}: page {page} does not have the words"
        covered |= here
    for found in set(heading.locators) - covered:
        yield f"{heading.text}: {' '.join(places.first(found))} is on no page that is named"


def _is_on(found: Locator, page: str, pages: Pages, places: Places) -> bool:
    first, last = places.first(found), places.last(found)
    if pages.has(page, first) or (last and pages.has(page, last)):
        return True
    if not last:
        return False
    # Within a passage: it began before and ends after.
    at = pages.labels.index(page)
    begun = any(pages.has(label, first) for label in pages.labels[max(at - 5, 0) : at])
    return begun and any(pages.has(label, last) for label in pages.labels[at + 1 : at + 6])


def expand(label: str, pages: Pages) -> Iterator[tuple[str, str | None]]:
    """The pages and notes that a locator names: ``12–14``, ``12nn1–2``."""
    if label in pages.words:
        yield label, None
        return
    if match := _IN_NOTES.fullmatch(label):
        page, first, last = match.groups()
        if last is None:
            yield page, first
        else:
            for number in range(int(first), int(_whole(first, last)) + 1):
                yield page, str(number)
        return
    match = _RANGE.fullmatch(label)
    assert match, label
    for page in pages.between(match[1], _whole(match[1], match[2])):
        yield page, None


def _whole(first: str, last: str) -> str:
    """The second number of a range, with the figures that it leaves out."""
    return first[: len(first) - len(last)] + last if last.isdigit() else last


def number_faults(edition: Edition, page: bytes) -> Iterator[str]:
    """What is wrong with the locators by number of an index, in whatever medium."""
    printed = references(html.fromstring(page))
    numbers = [document.metadata.number for document in edition.letters]
    by_id = {document.id: document.metadata.number for document in edition.documents}
    for index in edition.indexes:
        if index.settings.locators != "number":
            continue
        for heading in headings(index):
            sought = {(by_id[f.document], f.note) for f in heading.locators if by_id[f.document]}
            named: set[tuple[str | None, str | None]] = set()
            for reference in printed.get(heading.id, []):
                if match := _IN_NOTES.fullmatch(reference.label):
                    number, first, last = match.groups()
                    assert last is None or first.isdigit()
                    notes = [first] if last is None else range(int(first), int(last) + 1)
                    named |= {(number, str(note)) for note in notes}
                elif match := _RANGE.fullmatch(reference.label):
                    span = slice(numbers.index(match[1]), numbers.index(match[2]) + 1)
                    named |= {(number, None) for number in numbers[span]}
                elif reference.label in numbers:
                    named.add((reference.label, None))
            if named != sought:
                yield f"{heading.text}: {sorted(map(str, named ^ sought))}"


# --------------------------------------------------------------------------- the EPUB


def epub_faults(edition: Edition, epub: Path) -> Iterator[str]:
    """What is wrong with what the indexes of an EPUB link to."""
    places = Places(edition)
    with zipfile.ZipFile(epub) as archive:
        trees = {
            PurePosixPath(name).name: etree.fromstring(archive.read(name))
            for name in archive.namelist()
            if name.endswith(".xhtml")
        }
    ids: dict[str, Mapping[str, Element]] = {
        name: {e.get("id", ""): e for e in tree.iter() if e.get("id")}
        for name, tree in trees.items()
    }
    for index in edition.indexes:
        printed = references(trees[f"{index.id}.xhtml"])
        for heading in headings(index):
            sought = {found.target: found for found in heading.locators}
            linked = printed.get(heading.id, [])
            if heading.locators and not linked:
                yield f"{heading.text} has no locators"
            for reference in linked:
                file, _, id_ = reference.target.partition("#")
                element = ids.get(file, {}).get(id_)
                if element is None or id_ not in sought:
                    yield f"{heading.text}, {reference.label}: leads to {reference.target}"
                    continue
                text = words(_text(element))
                if id_ != sought[id_].document and text[:6] != places.own(sought[id_]):
                    yield f"{heading.text}, {reference.label}: holds {' '.join(text[:5])}"
