"""marxists.org as plain text: header fields, the letter, its endnotes, the way out of the page.

The form is that of a page copied from a browser: the author's name, perhaps a title, lines
``Label: value``, paragraphs between empty lines with marks like ``[1]``, and the notes behind them,
each beginning with its mark. A paragraph may be one line or several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.importers.encoding import decode, too_large
from letterbook.importers.header import Field, labelled, read_header, split_names
from letterbook.importers.imported import Draft, Imported, Options, Reason, Source
from letterbook.importers.parts import mark_parts, plain_title, supplied_title
from letterbook.importers.telling import Telling
from letterbook.metadata import DocumentMetadata
from letterbook.model import Note
from letterbook.provenance.dates import date_statement, read_date
from letterbook.provenance.labels import ending_responsibility, heading_responsibility, pattern
from letterbook.slugs import slugify

MAX_HEAD = 6
"""Lines of names and titles before the header's fields; more of them are text."""
MAX_NAVIGATION = 8
"""Words of “Back to the …”; what is longer may be the letter’s last sentence."""
_MARK = re.compile(r"\[(?P<mark>\d{1,4}|\*{1,4}|\d{1,4}\*|[a-z])\]")
_NOTE_START = re.compile(r"\s*\[(?P<mark>\d{1,4}|\*{1,4}|\d{1,4}\*|[a-z])\]\s*")
_NAVIGATION = re.compile(r"[|<>«»]")
_DATA = frozenset({".yaml", ".yml", ".json", ".toml", ".csv", ".ini"})
"""Endings of files in which lines have labels, and which are no letters: a book’s own settings."""


def recognise(source: Source) -> float:
    """Say how surely a file is such a text: it has labels of the kind, and no tags."""
    head = source.data[:20_000].decode("utf-8", "replace")
    if re.search(r"<(?:html|body|p|div|TEI|!doctype)\b", head, re.IGNORECASE):
        return 0.0
    if head.startswith("---\n") or PurePosixPath(source.name).suffix.lower() in _DATA:
        return 0.0
    labels = sum(1 for line in head.split("\n") if labelled(line.strip()))
    return (0.0, 0.3, 0.7, 0.8, 0.9)[min(labels, 4)]


def import_(source: Source, _options: Options) -> Imported:
    """Import one text."""
    decoded = decode(source.data, source.name, markup=False)
    if decoded is None:
        return Imported(diagnostics=(too_large(source.data, source.name),))
    importer = _Importer(source, decoded.text)
    importer.diagnostics += decoded.diagnostics
    return importer.imported()


@dataclass(slots=True)
class _Paragraph:
    text: str
    line: int


@dataclass(slots=True)
class _NoteText:
    mark: str
    line: int
    paragraphs: list[str] = field(default_factory=list)
    label: str = ""


class _Importer(Telling):
    def __init__(self, source: Source, text: str) -> None:
        super().__init__(source.name)
        self.source = source
        self.paragraphs = [*_paragraphs(text)]
        self.values: dict[str, Any] = {}
        self.supplied: list[str] = []

    def imported(self) -> Imported:
        head, fields, rest = self.parts()
        rest = self.without_navigation(rest)
        header = read_header(fields)
        self.values |= header.values
        self.supplied += header.supplied
        for text, reason, line in header.set_aside:
            self.aside(text, reason, line)
        body, notes = self.split_notes(rest)
        tree, made = self.build(body, notes)
        if not "".join(tree.itertext()).strip():
            self.diagnostics.append(
                Diagnostic(
                    "no-text",
                    "below the header there is no text",
                    "look at what the file is; nothing was imported",
                    Span(self.source.name),
                )
            )
            return Imported(diagnostics=tuple(self.diagnostics))
        self.name(head, tree)
        mark_parts(tree)
        metadata = DocumentMetadata.model_validate(self.values)
        draft = Draft(slugify(self.source.stem), metadata, tree, made, tuple(self.supplied))
        return Imported((draft,), tuple(self.set_aside), diagnostics=tuple(self.diagnostics))

    # ----------------------------------------------------------------------- the parts

    def parts(self) -> tuple[list[_Paragraph], list[Field], list[_Paragraph]]:
        """Part the lines: what stands above the fields, the fields, and the rest."""
        lines = [(p, n, line) for p in self.paragraphs for n, line in enumerate(p.text.split("\n"))]
        first = next(
            (i for i, (_, _, line) in enumerate(lines[: MAX_HEAD * 3]) if labelled(line.strip())),
            None,
        )
        if first is None:
            return [], [], [_joined(p) for p in self.paragraphs]
        head = [_Paragraph(" ".join(text.split()), p.line + n) for p, n, text in lines[:first]]
        fields: list[Field] = []
        position = first
        while position < len(lines):
            paragraph, number, line = lines[position]
            if found := labelled(line.strip()):
                fields.append(Field(found[0], found[1], line=paragraph.line + number))
            elif number and fields:
                # A value runs on over several lines until an empty one.
                last = fields[-1]
                fields[-1] = Field(last.label, f"{last.value} {line.strip()}", line=last.line)
            else:
                break
            position += 1
        if position >= len(lines):
            return head, fields, []
        start = self.paragraphs.index(lines[position][0])
        return head, fields, [_joined(p) for p in self.paragraphs[start:]]

    def without_navigation(self, paragraphs: list[_Paragraph]) -> list[_Paragraph]:
        """Set aside what leads out of the page, at its end."""
        end = len(paragraphs)
        while end and _is_navigation(paragraphs[end - 1].text):
            end -= 1
        for paragraph in paragraphs[end:]:
            footer = pattern("footer").search(paragraph.text)
            reason = Reason.FOOTER if footer else Reason.NAVIGATION
            self.aside(paragraph.text, reason, paragraph.line)
        return paragraphs[:end]

    def split_notes(self, paragraphs: list[_Paragraph]) -> tuple[list[_Paragraph], list[_NoteText]]:
        """Part the text from its notes.

        They begin where a paragraph begins with a mark that the text before it has used.
        """
        used: set[str] = set()
        for position, paragraph in enumerate(paragraphs):
            start = _NOTE_START.match(paragraph.text)
            if start and start["mark"] in used:
                return self.notes(paragraphs, position)
            used |= {match["mark"] for match in _MARK.finditer(paragraph.text)}
        return paragraphs, []

    def notes(
        self, paragraphs: list[_Paragraph], position: int
    ) -> tuple[list[_Paragraph], list[_NoteText]]:
        body = paragraphs[:position]
        if body and pattern("note-headings").match(body[-1].text.strip()):
            heading = body.pop()
            self.aside(heading.text, Reason.STRUCTURE, heading.line)
            if who := heading_responsibility(heading.text):
                self.values["notes"] = who
        notes: list[_NoteText] = []
        for paragraph in paragraphs[position:]:
            start = _NOTE_START.match(paragraph.text)
            if start:
                notes.append(_NoteText(start["mark"], paragraph.line))
                self.aside(start[0], Reason.NOTE_MARK, paragraph.line)
                notes[-1].paragraphs.append(paragraph.text[start.end() :])
            else:
                notes[-1].paragraphs.append(paragraph.text)
        return body, notes

    # ----------------------------------------------------------------------- the trees

    def build(
        self, body: list[_Paragraph], notes: list[_NoteText]
    ) -> tuple[Element, tuple[Note, ...]]:
        """Make the body and the notes; a mark with a note becomes a reference to it."""
        known: dict[str, _NoteText] = {}
        kept: list[_NoteText] = []
        for note in notes:
            if note.mark in known:
                self.warn("duplicate-note", f"there are two notes [{note.mark}]", note.line)
            else:
                known[note.mark] = note
            note.label = _label(note.mark)
        marked: set[str] = set()
        tree = etree.Element("div")
        for paragraph in body:
            element = etree.SubElement(tree, "p")
            self.fill(element, paragraph, known, marked)
        for note in notes:
            if known[note.mark] is note and note.mark in marked:
                kept.append(note)
                continue
            # Nothing refers to it: its words stay, as text at the end.
            self.warn("note-unused", f"nothing refers to the note [{note.mark}]", note.line)
            self.set_aside = [
                s
                for s in self.set_aside
                if not (s.reason is Reason.NOTE_MARK and s.place == f"line {note.line}")
            ]
            for number, text in enumerate(note.paragraphs):
                element = etree.SubElement(tree, "p")
                element.text = f"[{note.mark}] {text}" if number == 0 else text
        made = []
        for note in kept:
            note_tree = etree.Element("div")
            for text in note.paragraphs:
                etree.SubElement(note_tree, "p").text = text
            who = ending_responsibility(" ".join(note.paragraphs))
            made.append(Note(note.label, who, note_tree, Span(self.source.name, note.line)))
        return tree, tuple(made)

    def fill(
        self,
        element: Element,
        paragraph: _Paragraph,
        known: dict[str, _NoteText],
        marked: set[str],
    ) -> None:
        position = 0
        last: Element | None = None
        for match in _MARK.finditer(paragraph.text):
            if match["mark"] not in known:
                continue
            _append(element, last, paragraph.text[position : match.start()])
            last = etree.SubElement(element, "a")
            last.set("class", "noteref")
            last.set("data-note", known[match["mark"]].label)
            marked.add(match["mark"])
            self.aside(match[0], Reason.NOTE_MARK, paragraph.line)
            position = match.end()
        _append(element, last, paragraph.text[position:])

    def name(self, head: list[_Paragraph], tree: Element) -> None:
        """Find author, date and title above the fields; a title that is not there is supplied."""
        rest: list[_Paragraph] = []
        for number, line in enumerate(head):
            date = read_date(line.text) if re.search(r"\d", line.text) else None
            if number == 0 and "author" not in self.values and (names := split_names(line.text)):
                self.values["author"] = list(names[0])
                self.aside(names[1], Reason.STRUCTURE, line.line)
            elif date and "written" not in self.values:
                self.values["written"] = date_statement(line.text)
            else:
                rest.append(line)
        if not rest:
            self.values["title"] = supplied_title(tree)
            self.supplied.append(self.values["title"])
            return
        self.values["title"] = plain_title(rest[0].text)
        for line in reversed(rest[1:]):
            heading = etree.Element("h2")
            heading.text = line.text
            tree.insert(0, heading)


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Cut a text at its empty lines."""
    lines: list[str] = []
    start = 1
    for number, line in enumerate([*text.split("\n"), ""], start=1):
        if line.strip():
            if not lines:
                start = number
            lines.append(line.rstrip())
        elif lines:
            yield _Paragraph("\n".join(lines), start)
            lines = []


def _joined(paragraph: _Paragraph) -> _Paragraph:
    return _Paragraph(re.sub(r"[ \t\n\f]+", " ", paragraph.text).strip(" "), paragraph.line)


def _is_navigation(text: str) -> bool:
    """Whether a paragraph only leads elsewhere: short, with bars or arrows, or by its words."""
    if len(text) > 300 or _MARK.search(text):
        return False
    if len(_NAVIGATION.findall(text)) > 1 or pattern("footer").search(text):
        return True
    return bool(pattern("navigation").search(text)) and len(text.split()) <= MAX_NAVIGATION


def _label(mark: str) -> str:
    """Make a label of a mark: letters and digits, and a name for the stars."""
    if "*" in mark:
        number = mark.strip("*")
        return f"{number or len(mark)}-star" if number or len(mark) > 1 else "star"
    return mark


def _append(element: Element, last: Element | None, text: str) -> None:
    if last is None:
        element.text = (element.text or "") + text
    else:
        last.tail = (last.tail or "") + text
