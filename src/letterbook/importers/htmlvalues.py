"""The front matter of one document of a page: what a profile’s selectors found, as values.

What enters are the blocks of the document; what leaves are the values by their keys, the blocks
that are nothing but values, and what was supplied.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.htmlblocks import HEADINGS, Block, words
from letterbook.importers.htmledit import title_of, without
from letterbook.importers.htmlimages import Images
from letterbook.importers.htmlnotes import PageNotes
from letterbook.importers.htmlprofile import TEXT_PARTS, VALUES, HtmlProfile
from letterbook.importers.htmlselect import PREFIX, Selected, has, marked, number_of
from letterbook.importers.imported import Reason, Source
from letterbook.importers.parts import plain_title
from letterbook.metadata import Person
from letterbook.provenance.dates import date_statement, find_date, read_date


class Teller(Protocol):
    """What is known of the page, and where to tell what is met."""

    source: Source
    language: str | None
    profile: HtmlProfile
    images: Images
    diagnostics: list[Diagnostic]
    before: tuple[Person, ...]
    """The addressee of the document before."""

    def aside(self, text: str, reason: Reason, line: int) -> None:
        """Say that words are in no document."""

    def aside_pictures(self, block: Block, data: Mapping[str, bytes]) -> None:
        """Say that a block's pictures are in no document."""


class Values:
    """Reads the front matter of one document."""

    def __init__(
        self,
        teller: Teller,
        blocks: Sequence[Block],
        notes: PageNotes,
        pages: Mapping[Element, str],
    ) -> None:
        self.teller = teller
        self.profile = teller.profile
        self.blocks = blocks
        self.notes = notes
        self.pages = pages
        self.marks = notes.found.marks.keys() | pages.keys()
        """Elements whose words are none of a value."""
        self.taken: set[int] = set()
        """Blocks of which all words are values."""
        self.labels: list[str] = []
        """Notes whose marks stood in those."""
        self.pages_before: list[str] = []
        """Pages that begin in those."""
        self.supplied: list[str] = []

    def read(self, selected: Selected, number: int) -> dict[str, Any]:
        """Read the values of the document with a number."""
        values: dict[str, Any] = {}
        self.common(values)
        found: dict[str, tuple[Block, Element, str]] = {}
        for block in self.blocks:
            if number_of(block.classes, "note") is None:
                self.look(block, found)
        self.take(found)
        self.take_pages()
        for key, (_, _, value) in found.items():
            values[key] = value
        if not values.get("title"):
            values.pop("title", None)
            for name, text in selected.contents:
                if selected.starts[name] == number and self.profile.document:
                    values["title"] = plain_title(text)
                    self.addressee_of(text, values)
                    break
        self.people(values)
        self.when(values)
        return values

    def look(self, block: Block, found: dict[str, tuple[Block, Element, str]]) -> None:
        """Find in a block the values that have not been found yet."""
        for key in self.keys():
            for element in () if key in found else self.elements(block, key):
                if value := self.value(key, element):
                    found[key] = (block, element, value)
                    break

    def common(self, values: dict[str, Any]) -> None:
        """What the profile says of all documents, and the page of itself."""
        for name in type(self.profile.values).model_fields:
            value = getattr(self.profile.values, name)
            if value:
                values[name.replace("_", "-")] = value
                self.supplied += _texts(value)
        language = self.teller.language
        if language and "language" not in values:
            values["language"] = language

    def keys(self) -> list[str]:
        """The keys that the profile looks for."""
        return [key for key in VALUES if key == "title" or getattr(self.profile, key) is not None]

    def elements(self, block: Block, key: str) -> list[Element]:
        """The elements of a block that may have the value of a key."""
        if key == "title" and self.profile.title is None:
            first = block.tag in HEADINGS and (
                not self.profile.document or has(block.element, "document")
            )
            return [block.element] if first else []
        return list(marked(block, key))

    def value(self, key: str, element: Element) -> str | None:
        """The value that an element has, and its marks of notes are not."""
        bare = without(element, self.marks)
        text = title_of(bare) if key == "title" else words(bare)
        form = getattr(self.profile, key)
        return matched(form.pattern if form else None, text)

    def take(self, found: dict[str, tuple[Block, Element, str]]) -> None:
        """Take blocks out of the text that are values and nothing else."""
        by_block: dict[int, tuple[Block, list[tuple[Element, str]]]] = {}
        for block, element, value in found.values():
            by_block.setdefault(id(block), (block, []))[1].append((element, value))
        text_parts = {PREFIX + key for key in TEXT_PARTS}
        for block, items in by_block.values():
            if block.classes & text_parts or any(
                block.element is not e and has(e, key)
                for key in TEXT_PARTS
                for e in block.element.iter()
            ):
                continue
            whole = any(element is block.element for element, _ in items)
            inner = sum(len(words(e)) for e in {element for element, _ in items})
            if not whole and inner < 0.9 * len(block.text):
                continue
            self.taken.add(id(block))
            line = block.line
            bare = words(without(block.element, self.marks))
            self.labels += self.notes.from_title(block)
            for _, value in sorted(items, key=lambda item: -len(item[1])):
                bare = bare.replace(re.sub(r"\\(.)|[*]", r"\1", value), " ", 1)
            if re.search(r"\w", bare):
                self.teller.aside(" ".join(bare.split()), Reason.STRUCTURE, line)
            self.teller.aside_pictures(block, self.teller.images.data)

    def take_pages(self) -> None:
        """Keep the marks of pages of the blocks that were taken, and of those around them."""
        at_head = True
        for block in self.blocks:
            is_taken = id(block) in self.taken
            marks = [e for e in block.element.iter() if e in self.pages]
            if at_head and not is_taken and marks:
                is_taken = sum(len(words(mark)) for mark in marks) >= len(block.text)
            at_head = at_head and (is_taken or block.tag == "hr")
            for mark in marks if is_taken else ():
                self.taken.add(id(block))
                self.pages_before.append(self.pages[mark])
                self.teller.aside(words(mark), Reason.PAGE_MARK, block.line)

    def addressee_of(self, text: str, values: dict[str, Any]) -> None:
        """Take the addressee from a title that stands in the table of contents."""
        form = self.profile.addressee
        name = matched(form.pattern, text) if form is not None else None
        if "addressee" not in values and name:
            values["addressee"] = name

    def people(self, values: dict[str, Any]) -> None:
        """Make people of names; “the same” is the addressee before, where there is one."""
        teller = self.teller
        name = values.pop("addressee", None)
        if name is not None:
            is_same = self.profile.same and re.search(self.profile.same, name)
            if not is_same:
                values["addressee"] = (Person(name=name),)
            elif teller.before:
                values["addressee"] = teller.before
            else:
                teller.diagnostics.append(
                    Diagnostic(
                        "addressee-unknown",
                        f"“{name}” means the addressee of the document before, who is not known",
                        "name the addressee in the document’s front matter",
                        Span(teller.source.name, max(self.blocks[0].line, 1)),
                        Severity.WARNING,
                    )
                )
        teller.before = values.get("addressee", ())
        if isinstance(values.get("author"), str):
            values["author"] = (Person(name=values["author"]),)

    def when(self, values: dict[str, Any]) -> None:
        """Make a statement of the date and the place."""
        words_, place = values.pop("date", None), values.pop("place", None)
        if not words_ and not place:
            return
        statement = date_statement(words_ or "", place)
        if statement is not None and statement.date is None and words_:
            statement = statement.model_copy(
                update={"date": read_date(words_.rstrip(". ")) or find_date(words_)}
            )
        values["written"] = statement


# --------------------------------------------------------------------------- small things


def matched(pattern: str | None, text: str) -> str | None:
    """What of a text a pattern captures; None when it does not match, or captures nothing."""
    if pattern is None:
        return text.strip() or None
    match = re.search(pattern, text)
    if match is None:
        return None
    named = match.groupdict().get("value")
    value = named if named is not None else match[1] if match.re.groups else match[0]
    return (value or "").strip() or None


def _texts(value: Any) -> list[str]:
    """The words of a value, however it is made."""
    if isinstance(value, str):
        return [str(value)]
    if isinstance(value, (list, tuple)):
        return [text for item in value for text in _texts(item)]
    fields = getattr(type(value), "model_fields", {})
    return [text for name in fields for text in _texts(getattr(value, name))]
