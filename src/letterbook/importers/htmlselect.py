"""A profile’s selectors on a page: each element that one finds is marked with what it is.

The mark is a class, so that it lives on when the page is split into blocks, and wrappers opened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.htmlblocks import Block, words
from letterbook.importers.htmledit import without
from letterbook.importers.htmlprofile import TEXT_PARTS, VALUES, HtmlProfile, NoteText, Value, xpath
from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.pages import find_pages
from letterbook.importers.treebuilder import remove_keeping_tail
from letterbook.yamlfile import YamlValue

PREFIX = "letterbook:"
"""Begins the classes that are set here; no page has such."""


@dataclass(slots=True)
class Selected:
    """What the selectors found."""

    notes: dict[str, list[int]] = field(default_factory=dict)
    """The names within each note to the note’s number; of several, where names begin again."""
    starts: dict[str, int] = field(default_factory=dict)
    """The names within each document’s beginning to the document’s number."""
    contents: list[tuple[str, str]] = field(default_factory=list)
    """Of a table of contents: the name that a link leads to, and its words."""
    set_aside: list[SetAside] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)


def select(body: Element, profile: HtmlProfile, given: YamlValue | None, file: str) -> Selected:
    """Mark what a profile’s selectors find; what finds nothing is told, for a profile given."""
    selector = _Selector(body, given, file)
    found = selector.found
    for element in selector.find(profile.set_aside, "set-aside"):
        if any(a is body for a in element.iterancestors()):
            found.set_aside.append(_aside(element))
            remove_keeping_tail(element)
    _mark_parts(selector, profile)
    note: NoteText | None = profile.note
    for number, element in enumerate(selector.find(note.at if note else (), "note")):
        mark(element, f"note={number}")
        for name in dict.fromkeys(_names(element)):
            found.notes.setdefault(name, []).append(number)
    references = selector.find(profile.note_reference, "note-reference")
    for element in references if profile.note_reference else _links_to_notes(body, found):
        mark(element, "note-reference")
    _mark_documents(selector, profile)
    return found


def _links_to_notes(body: Element, found: Selected) -> list[Element]:
    """The links that lead to notes, where nobody has said what the marks of notes are."""
    links = (e for e in body.iter("a") if e.get("href", "").startswith("#"))
    return [
        link
        for link in links
        if link.get("href", "")[1:] in found.notes
        and not any(has(around, "note") for around in (link, *link.iterancestors()))
    ]


def _mark_parts(selector: _Selector, profile: HtmlProfile) -> None:
    """Mark the parts of letters, the values and the pages."""
    for key in TEXT_PARTS:
        for element in selector.find(getattr(profile, key.replace("-", "_")), key):
            mark(element, key)
    for key in (*VALUES, "page"):
        value: Value | None = getattr(profile, key)
        for element in selector.find(value.at if value else (), key):
            mark(element, key)


def _mark_documents(selector: _Selector, profile: HtmlProfile) -> None:
    """Mark where documents begin and end, and find what a table of contents calls them."""
    found = selector.found
    for number, element in enumerate(_beginnings(selector, profile.document)):
        mark(element, f"document={number}")
        found.starts.update(dict.fromkeys(_names(element), number))
    for element in selector.find(profile.section, "section"):
        if not has(element, "document"):
            mark(element, "section")
    for element in selector.find(profile.contents, "contents"):
        href = element.get("href", "")
        if href[1:] in found.starts:
            found.contents.append((href[1:], words(element)))


def _beginnings(selector: _Selector, document: Value | None) -> list[Element]:
    """The elements that begin documents: of those found, the ones with fitting words."""
    elements = selector.find(document.at if document else (), "document")
    if document is None or document.pattern is None:
        return elements
    return [e for e in elements if re.search(document.pattern, _bare_words(e))]


def _bare_words(element: Element) -> str:
    """The words of an element without the marks of notes and of pages that stand in it."""
    marks = {e for e in element.iter(etree.Element) if has(e, "page") or has(e, "note-reference")}
    return words(without(element, marks | find_pages([Block(element, 0)]).keys()))


def mark(element: Element, name: str) -> None:
    """Mark an element."""
    element.set("class", f"{element.get('class', '')} {PREFIX}{name}".strip())


def has(element: Element, name: str) -> bool:
    """Whether an element is marked so."""
    return any(
        c == PREFIX + name or c.startswith(f"{PREFIX}{name}=")
        for c in element.get("class", "").split()
    )


def number_of(classes: Sequence[str] | frozenset[str], name: str) -> int | None:
    """The number that a mark has among some classes."""
    numbers = [int(c.rpartition("=")[2]) for c in classes if c.startswith(f"{PREFIX}{name}=")]
    return max(numbers, default=None)


def kinds(known: Mapping[str, str]) -> dict[str, str]:
    """What classes mean, the marks that are set here among them."""
    return {**known, **{PREFIX + key: key for key in TEXT_PARTS}}


def marked(block: Block, name: str) -> Iterator[Element]:
    """The elements of a block that are marked so; the block itself for what is around it."""
    if PREFIX + name in block.classes:
        yield block.element
        return
    for element in block.element.iterdescendants():
        if isinstance(element.tag, str) and has(element, name):
            yield element


class _Selector:
    def __init__(self, body: Element, given: YamlValue | None, file: str) -> None:
        self.body = body
        self.given = given
        self.file = file
        self.found = Selected()

    def find(self, selectors: Sequence[str], key: str) -> list[Element]:
        """Find what some selectors name, in the order of the page."""
        elements: dict[Element, None] = {}
        for number, selector in enumerate(selectors):
            result = self.evaluate(selector)
            if not result:
                self.tell(selector, key, number)
            elements.update(dict.fromkeys(result))
        if len(selectors) < 2 or not elements:
            return list(elements)
        return [e for e in self.body.iter() if e in elements]

    def evaluate(self, selector: str) -> list[Element]:
        # “body > p” names the body: it is looked for from the root.
        root = self.body.getroottree().getroot()
        try:
            result = root.xpath(xpath(selector))
        except etree.XPathError:
            return []
        found = result if isinstance(result, list) else []
        inside = set(self.body.iter())
        return [e for e in found if isinstance(e, etree._Element) and e in inside]

    def tell(self, selector: str, key: str, number: int) -> None:
        if self.given is None:
            return
        for path in ((key, "at", number), (key, number), (key, "at"), (key,)):
            if path in self.given.places:
                span: Span = self.given.places[path]
                break
        else:
            return
        self.found.diagnostics.append(
            Diagnostic(
                "selector-without-match",
                f"“{selector}” finds nothing in {self.file}",
                "compare it with the page’s tags and classes, or take it out",
                span,
                Severity.WARNING,
            )
        )


def _aside(element: Element) -> SetAside:
    alternatives = [e.get("alt", "") for e in element.iter("img")]
    text = " ".join([words(element), *alternatives]).strip()
    return SetAside(text, Reason.BY_PROFILE, f"line {element.sourceline or 1}")


def _names(element: Element) -> Iterator[str]:
    """The names by which an element, or what is in it, can be linked to."""
    for item in element.iter():
        for key in ("id", "name"):
            if item.get(key):
                yield str(item.get(key))
    previous = element.getprevious()
    if previous is None or previous.tag != "a" or (previous.tail or "").strip():
        return
    # An empty anchor before it means it.
    if (name := previous.get("name") or previous.get("id")) and not words(previous):
        yield name
