"""marxists.org as plain text: header fields, the letter, its endnotes, the way out of the page.

The form is that of a page copied from a browser: the author's name, perhaps a title, lines
``Label: value``, paragraphs between empty lines with marks like ``[1]``, and the notes behind them,
each beginning with its mark. A paragraph may be one line or several.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
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
from letterbook.provenance.labels import (
    ending_responsibility,
    heading_responsibility,
    meaning,
    pattern,
)
from letterbook.slugs import slugify

MAX_HEAD = 6
"""Lines of names and titles before the header's fields; more of them are text."""
MAX_NAVIGATION = 8
"""Words of “Back to the …”; what is longer may be the letter’s last sentence."""
_MARK = re.compile(r"\[(?P<mark>\d{1,4}|\*{1,4}|\d{1,4}\*|[a-z])\]")
_NOTE_START = re.compile(r"\s*\[(?P<mark>\d{1,4}|\*{1,4}|\d{1,4}\*|[a-z])\]\s*")
_NUMBERED = re.compile(r"\s*(?P<mark>\d{1,4})[.)]\s+")
"""How notes below a heading for notes may begin."""
MAX_LINES = 6
"""Lines of an address."""
_RUNS_ON = re.compile(r"[^.,;:!?—–-]\n[^A-ZА-ЯÀ-Ý\d(“\"‘'«]")
"""A line that goes on in the next."""
_LABEL = re.compile(r"(?P<label>[^\W\d_a-zà-ÿ][^\W\d_]*(?: [^\W\d_]+){0,2}):\s+(?P<value>\S.*)")
WRAPPED = 60
"""Characters of a line from which on it may go on in the next."""
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
    shown: str
    """The mark as it stands there."""
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
            (i for i, (_, _, line) in enumerate(lines[: MAX_HEAD * 3]) if _is_field(line.strip())),
            None,
        )
        if first is None:
            return [], [], [_joined(p) for p in self.paragraphs]
        head = [_Paragraph(" ".join(text.split()), p.line + n) for p, n, text in lines[:first]]
        fields: list[Field] = []
        position = first
        while position < len(lines):
            paragraph, number, line = lines[position]
            found = labelled(line.strip())
            if not found and number and fields:
                found = _unknown_label(lines[position - 1][2], line)
            if found:
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
            if pattern("note-headings").match(paragraph.text.strip()) and position + 1 < len(
                paragraphs
            ):
                numbered = _NUMBERED.match(paragraphs[position + 1].text)
                if numbered and numbered["mark"] in used:
                    return self.notes(paragraphs, position + 1, _NUMBERED)
            used |= {match["mark"] for match in _MARK.finditer(paragraph.text)}
        return paragraphs, []

    def notes(
        self,
        paragraphs: list[_Paragraph],
        position: int,
        beginning: re.Pattern[str] = _NOTE_START,
    ) -> tuple[list[_Paragraph], list[_NoteText]]:
        body = paragraphs[:position]
        if body and pattern("note-headings").match(body[-1].text.strip()):
            heading = body.pop()
            self.aside(heading.text, Reason.STRUCTURE, heading.line)
            if who := heading_responsibility(heading.text):
                self.values["notes"] = who
        notes: list[_NoteText] = []
        for paragraph in paragraphs[position:]:
            start = beginning.match(paragraph.text)
            if start:
                notes.append(_NoteText(start["mark"], paragraph.line, start[0].lstrip()))
                self.aside(start[0], Reason.NOTE_MARK, paragraph.line)
                notes[-1].paragraphs.append(paragraph.text[start.end() :].replace("\n", " "))
            else:
                notes[-1].paragraphs.append(paragraph.text.replace("\n", " "))
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
                element.text = f"{note.shown}{text}" if number == 0 else text
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
            last = _append(element, last, paragraph.text[position : match.start()])
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
            elif date and getattr(self.values.get("written"), "date", None) == date:
                self.aside(line.text, Reason.REPEATED_TITLE, line.line)
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


def _is_field(line: str) -> bool:
    """Whether a line has a label of the header; “To: …” may be the letter’s title."""
    found = labelled(line)
    return found is not None and meaning(found[0]) != ("addressee",)


def _unknown_label(before: str, line: str) -> tuple[str, str] | None:
    """Part a line of the header at a label that nobody knows; None when a value runs on in it."""
    match = _LABEL.fullmatch(line.strip())
    ended = len(before) < WRAPPED or before.rstrip()[-1:] in ".;!?"
    return (match["label"], match["value"]) if match and ended else None


def _paragraphs(text: str) -> Iterator[_Paragraph]:
    """Cut a text at its empty lines; one that has none, at the ends of its lines."""
    if "\n\n" not in re.sub(r"[ \t\r\f\u00a0]+(?=\n)", "", text.strip()):
        text = text.replace("\n", "\n\n")
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
    """Make one line of a paragraph; a few short ones are lines: a farewell, an address."""
    lines = [re.sub(r"[ \t\f]+", " ", line).strip(" ") for line in paragraph.text.split("\n")]
    few = 1 < len(lines) <= MAX_LINES and max(map(len, lines)) < WRAPPED
    few = few and not any(_RUNS_ON.search(f"{a}\n{b}") for a, b in pairwise(lines))
    return _Paragraph(("\n" if few else " ").join(lines).strip(" "), paragraph.line)


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


def _append(element: Element, last: Element | None, text: str) -> Element | None:
    """Add text to a paragraph, with its breaks; give what is last in it then."""
    for number, line in enumerate(text.split("\n")):
        if number:
            last = etree.SubElement(element, "br")
        if last is None:
            element.text = (element.text or "") + line
        else:
            last.tail = (last.tail or "") + line
    return last
