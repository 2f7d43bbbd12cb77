"""HTML by a profile: one page to as many documents as the profile finds in it.

What enters is a page and perhaps a user’s profile (``htmlprofile``); a kind of pages that is known
is recognised. ``htmlselect`` marks what the profile’s selectors find, ``htmlblocks`` splits the
page, and each document is made here of its blocks. Without any profile, the page is one document.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.htmlblocks import Block, split_blocks, words
from letterbook.importers.htmledit import cut
from letterbook.importers.htmlimages import Images
from letterbook.importers.htmllanguage import language_of
from letterbook.importers.htmllines import join_lines
from letterbook.importers.htmlnotes import PageNotes
from letterbook.importers.htmlpages import pages_first
from letterbook.importers.htmlparts import Part, split_parts
from letterbook.importers.htmlprofile import (
    PLAIN,
    HtmlProfile,
    recognised,
    shipped,
)
from letterbook.importers.htmlselect import Selected, kinds, marked, number_of, select
from letterbook.importers.htmltree import Page, read_html
from letterbook.importers.htmlvalues import Values, matched
from letterbook.importers.imported import Draft, Imported, Options, Reason, SetAside, Source
from letterbook.importers.marxists_notes import FoundNote, Notes, find_notes, linked_names, own_mark
from letterbook.importers.pages import find_pages, plain_label
from letterbook.importers.parts import is_letter, mark_parts, supplied_title
from letterbook.importers.settle import has_text
from letterbook.importers.telling import Telling
from letterbook.metadata import DocumentMetadata, Person
from letterbook.provenance.labels import classes_meaning
from letterbook.settings import read_model
from letterbook.slugs import slugify
from letterbook.yamlfile import YamlValue

_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|h[1-6]|p|div|table)\b", re.IGNORECASE)
_SIGNS = 2 * 2**20
"""Bytes in which the signs of a kind of pages are looked for."""


def recognise(source: Source) -> float:
    """Tell how surely a source is HTML; a page of a kind that has a profile is surely ours."""
    head = source.data[:65536].replace(b"\0", b"").decode("latin-1")
    if head.lstrip().startswith("<?xml") and "<html" not in head.lower():
        return 0.0
    if not _PAGE.search(head) or not head.lstrip("\ufeffï»¿ \t\r\n").startswith("<"):
        return 0.0
    return 0.85 if recognised(source.data[:_SIGNS].decode("latin-1")) else 0.3


def import_(source: Source, options: Options) -> Imported:
    """Import one page."""
    profile = recognised(source.data[:_SIGNS].decode("latin-1")) or shipped(PLAIN)
    faults: Sequence[Diagnostic] = ()
    if options.profile is not None:
        own, faults = read_model(HtmlProfile, options.profile)
        if own is None:
            return Imported(diagnostics=tuple(faults))
        profile = own
    page, found = read_html(source.data, source.name)
    if page is None:
        return Imported(diagnostics=found)
    importer = Importer(source, page, profile, options.profile)
    importer.diagnostics += found
    return importer.imported()


class Importer(Telling):
    """Imports a page of HTML by a profile."""

    def __init__(
        self, source: Source, page: Page, profile: HtmlProfile, given: YamlValue | None = None
    ) -> None:
        super().__init__(source.name)
        self.source = source
        self.page = page
        self.profile = profile
        self.given = given
        self.images = Images(source)
        self.language = language_of(page.root)
        self.before: tuple[Person, ...] = ()
        """The addressee of the document before."""

    def imported(self) -> Imported:
        """Import the page."""
        selected = select(self.page.body, self.profile, self.given, self.source.name)
        self.diagnostics += selected.diagnostics
        self.set_aside += selected.set_aside
        join_lines(self.page.body)
        names = linked_names(self.page.body) | selected.notes.keys()
        found = split_parts(split_blocks(self.page.body, names), self.profile, selected)
        parts, outside = found.parts, found.outside
        for block in found.headings:
            self.aside_block(block, Reason.STRUCTURE)
        for block in outside:
            self.aside_block(block, Reason.BY_PROFILE)
        if outside and parts:
            self.tell_outside(outside)
        drafts = [d for part in parts if (d := self.draft(part, selected, len(parts)))]
        self.set_aside += self.images.set_aside
        self.diagnostics += self.images.diagnostics
        if not drafts:
            self.diagnostics.append(
                Diagnostic(
                    "nothing-imported",
                    "no document was found on this page",
                    "see whether the profile’s “document” names what each begins with"
                    if self.profile.document
                    else "look at whether the page has any text",
                    Span(self.source.name),
                )
            )
            return Imported(diagnostics=tuple(self.diagnostics))
        return Imported(
            tuple(drafts),
            tuple(sorted(self.set_aside, key=_line_of)),
            images=self.images.taken,
            diagnostics=tuple(self.diagnostics),
            typographic=self.profile.typographic,
        )

    # ----------------------------------------------------------------------- documents

    def tell_outside(self, outside: Sequence[Block]) -> None:
        """Say how much stands in no document."""
        number = sum(len(block.text.split()) for block in outside)
        self.diagnostics.append(
            Diagnostic(
                "text-outside-documents",
                f"{number} words before, between and behind the documents were set aside",
                "the account lists them; a profile’s “document” may name what they begin with",
                Span(self.source.name, max(outside[0].line, 1)),
                Severity.HINT,
            )
        )

    def draft(self, part: Part, selected: Selected, of: int) -> Draft | None:
        """Make one document; None when it has no text."""
        before = len(self.set_aside), len(self.images.set_aside)
        found = self.notes(part.blocks, selected)
        notes = PageNotes(found, self.source.name, self.images)
        pages = {**find_pages(part.blocks), **self.pages(part.blocks)}
        reader = Values(self, part.blocks, notes, pages)
        values = reader.read(selected, part.number)
        taken = reader.taken | found.blocks()
        rest = [b for b in part.blocks if id(b) not in taken]
        for block in found.headings:
            self.aside_block(block, Reason.STRUCTURE)
        headings = {id(block) for block in found.headings}
        rest = [b for b in rest if id(b) not in headings]
        supplied_before = len(self.images.supplied)
        converter = notes.converter(pages, rest)
        converter.kinds = kinds(classes_meaning())
        body = etree.Element("div")
        body.extend(converter.blocks(rest))
        self.set_aside += converter.set_aside
        _strip_rules(body)
        made = notes.made(converter)
        if not has_text(body) and (of > 1 or not values.get("title")):
            del self.set_aside[before[0] :], self.images.set_aside[before[1] :]
            self.without_text(part)
            return None
        notes.to_text(reader.labels, body, part.blocks[0].line)
        pages_first(body, reader.pages_before)
        if not self.profile.document and body.find("div[@class]") is None:
            mark_parts(body)
        if not values.get("title"):
            values["title"] = supplied_title(body)
            reader.supplied.append(values["title"])
        values["kind"] = self.profile.kind or (
            "letter" if is_letter(body, values["title"]) else "text"
        )
        self.set_aside += notes.set_aside
        self.diagnostics += notes.diagnostics
        slug = slugify(self.source.stem)
        if of > 1:
            slug = f"{slug[:70].rstrip('-')}-{part.number + 1:0{len(str(of))}}"
        supplied = (*reader.supplied, *self.images.supplied[supplied_before:])
        return Draft(slug, DocumentMetadata.model_validate(values), body, made, supplied)

    def without_text(self, part: Part) -> None:
        """Set aside what should have been a document: one without a text cannot be printed."""
        for block in part.blocks:
            self.aside_block(block, Reason.STRUCTURE)
        title = next((block.text for block in part.blocks if block.text), "")
        self.warn(
            "empty-document",
            f"there is no text under “{title[:80]}”, and no document was made of it",
            part.blocks[0].line if part.blocks else 1,
            "see whether the profile’s “document” finds what begins no letter",
        )

    # ----------------------------------------------------------------------- notes and pages

    def notes(self, blocks: Sequence[Block], selected: Selected) -> Notes:
        """Find the notes of a document: by the profile, else by their links."""
        if self.profile.note is None:
            return find_notes(blocks)
        found = Notes()
        by_number: dict[int, FoundNote] = {}
        for block in blocks:
            number = number_of(block.classes, "note")
            if number is None:
                continue
            if number in by_number:
                by_number[number].blocks.append(block)
            else:
                by_number[number] = FoundNote("", None, [block])
        inside = {id(b) for note in by_number.values() for b in note.blocks}
        references = [
            element
            for block in blocks
            if id(block) not in inside
            for element in marked(block, "note-reference")
        ]
        for note in by_number.values():
            note.mark = self.cut_note(note)
        waiting = list(by_number.values())
        for element in references:
            to = self.note_of(element, selected, by_number, waiting)
            line = element.sourceline or 1
            if to is None:
                shown = words(element)
                self.stays("mark-without-note", f"the mark “{shown}” leads to no note", line)
                continue
            waiting = [n for n in waiting if n is not to]
            to.mark = to.mark or self.own_mark(to, element)
            found.marks[element] = to
        for note in waiting:
            self.stays("note-without-mark", "no mark leads to this note", note.blocks[0].line)
        used = [note for note in by_number.values() if note not in waiting]
        found.notes = used
        _label(used)
        for note in used if self.profile.note.pattern else ():
            # What stands before the text has been cut; the label is enough from here.
            note.mark = ""
        return found

    def own_mark(self, note: FoundNote, reference: Element) -> str:
        """The mark with which a note's text begins, when no pattern has told it."""
        is_told = self.profile.note is None or self.profile.note.pattern is not None
        return "" if is_told else own_mark(note.blocks[0], words(reference))

    def note_of(
        self,
        element: Element,
        selected: Selected,
        notes: dict[int, FoundNote],
        waiting: Sequence[FoundNote],
    ) -> FoundNote | None:
        """The note that a mark leads to: by its link, else by its words."""
        for link in element.iter("a"):
            for number in selected.notes.get(link.get("href", "").rpartition("#")[2], ()):
                if number in notes:
                    return notes[number]
        mark = words(element).strip("[](){}. ")
        return next((note for note in waiting if note.mark and note.mark == mark), None)

    def cut_note(self, note: FoundNote) -> str:
        """Take away what of a note's words is not its text; give its mark."""
        pattern = self.profile.note.pattern if self.profile.note else None
        if pattern is None:
            return ""
        texts = ["".join(block.element.itertext()) for block in note.blocks]
        whole = "".join(texts)
        match = re.search(pattern, whole)
        if match is None:
            return ""
        groups = match.groupdict()
        start, end = match.span("text") if groups.get("text") is not None else match.span()
        position = len(whole)
        for block, text in zip(reversed(note.blocks), reversed(texts), strict=True):
            position -= len(text)
            one, other = max(start - position, 0), max(end - position, 0)
            self.aside(text[:one], Reason.NOTE_MARK, block.line)
            self.aside(text[other:], Reason.NOTE_MARK, block.line)
            cut(block.element, other, len(text))
            cut(block.element, 0, one)
        return groups.get("mark") or ""

    def stays(self, code: str, message: str, line: int) -> None:
        """Tell of a mark or a note that finds no other."""
        self.warn(code, f"{message}; it stays as text", line)

    def pages(self, blocks: Sequence[Block]) -> dict[Element, str]:
        """Give the elements that mark pages, each with the page's label."""
        if self.profile.page is None:
            return {}
        pages: dict[Element, str] = {}
        for block in blocks:
            for element in marked(block, "page"):
                shown = words(element) or element.get("id") or element.get("name") or ""
                if value := matched(self.profile.page.pattern, shown):
                    pages[element] = value if self.profile.page.pattern else plain_label(value)
        return pages


# --------------------------------------------------------------------------- small things


def _label(notes: Sequence[FoundNote]) -> None:
    """Give each note a label: its mark where that is a number or a letter, else its turn."""
    seen: set[str] = set()
    for turn, note in enumerate(notes, 1):
        base = re.sub(r"[^\w-]", "", note.mark) or str(turn)
        label, number = base, 1
        while label in seen:
            number += 1
            label = f"{base}-{number}"
        seen.add(label)
        note.label = label


def _strip_rules(body: Element) -> None:
    while len(body) and body[0].tag == "hr":
        body.remove(body[0])
    while len(body) and body[-1].tag == "hr":
        body.remove(body[-1])


def _line_of(item: SetAside) -> int:
    match = re.search(r"\d+", item.place)
    return int(match[0]) if match else 0
