"""The notes of a document get their marks, and the marks in its text become links to them.

Notes are counted in the order in which the text refers to them. What marks are, and how far their
numbers run, the book's settings say; a note's id counts it within its document, whatever its mark.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from letterbook.metadata import BookSettings, NoteMarks, NoteNumbering, Responsibility
from letterbook.model import EditedDocument, Note

EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"

_SYMBOLS = "*†‡§‖¶"
"""In the order of the Chicago Manual (17th edition, 3.79)."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class Series:
    """How the notes of a document are marked."""

    styles: Mapping[Responsibility, NoteMarks] = field(default_factory=dict)
    """Of the notes that do not have numbers like all others."""
    numbered: int = 0
    """How many numbers have been given before this document."""

    def style(self, responsibility: Responsibility) -> NoteMarks:
        """Tell what the marks of somebody's notes are."""
        return self.styles.get(responsibility, NoteMarks.NUMBERS)


@dataclass(frozen=True, slots=True)
class MarkedNote:
    """A note as written, and what it is called here."""

    note: Note
    number: int
    """Counts the notes of a document, from 1."""
    id: str
    mark: str
    """As printed."""
    responsibility: Responsibility
    series: NoteMarks
    references: tuple[str, ...]
    """The ids of the marks in the text that refer to it, in order."""


@dataclass(frozen=True, slots=True)
class Common:
    """What the notes of a whole book have in common, for those who set them."""

    shared: frozenset[NoteMarks]
    """The series that are the work of several hands: each of their notes says whose it is."""
    is_wide: bool
    """Whether some mark has more than two characters, and all notes need more room for theirs."""


def common(documents: Iterable[EditedDocument]) -> Common:
    """Look through the notes of a book for what they have in common."""
    hands: dict[NoteMarks, set[Responsibility]] = {}
    longest = 0
    for document in documents:
        for note in document.notes:
            hands.setdefault(note.series, set()).add(note.responsibility)
            longest = max(longest, len(note.number))
    return Common(frozenset(s for s, of in hands.items() if len(of) > 1), longest > 2)


def series_of(settings: BookSettings) -> Series:
    """How the notes of a book's first document are marked."""
    return Series(settings.note_marks)


def after(series: Series, notes: Iterable[MarkedNote], settings: BookSettings) -> Series:
    """How the notes of the next document are marked, when this one had some."""
    if settings.note_numbering is NoteNumbering.DOCUMENT:
        return series
    count = sum(note.series is NoteMarks.NUMBERS for note in notes)
    return replace(series, numbered=series.numbered + count)


def mark_notes(
    body: Element, notes: Iterable[Note], document: str, hand: Responsibility, series: Series
) -> tuple[MarkedNote, ...]:
    """Mark the notes to which a body refers, in that order, and make its marks links, in place.

    ``document`` is the document's id; ``hand`` wrote the notes that do not say whose they are.
    """
    written = {note.label: note for note in notes}
    counts = {NoteMarks.NUMBERS: series.numbered}
    marked: dict[str, MarkedNote] = {}
    for link in body.iter("a"):
        label = link.attrib.pop("data-note", None)
        if label is None:
            continue
        if label not in marked:
            responsibility = written[label].responsibility or hand
            style = series.style(responsibility)
            counts[style] = counts.get(style, 0) + 1
            marked[label] = MarkedNote(
                written[label],
                len(marked) + 1,
                f"{document}-note-{len(marked) + 1}",
                printed_mark(style, counts[style]),
                responsibility,
                style,
                (),
            )
        note = marked[label]
        reference = f"{document}-ref-{note.number}"
        if note.references:
            reference += f"-{len(note.references) + 1}"
        marked[label] = replace(note, references=(*note.references, reference))
        _make_link(link, note, reference)
    return tuple(marked.values())


def printed_mark(style: NoteMarks, number: int) -> str:
    """The mark of a series' first, second, … note; a row of signs that is used up is doubled."""
    if style is NoteMarks.NUMBERS:
        return str(number)
    row = _SYMBOLS if style is NoteMarks.SYMBOLS else _LETTERS
    times, at = divmod(number - 1, len(row))
    return row[at] * (times + 1)


def _make_link(link: Element, note: MarkedNote, reference: str) -> None:
    link.attrib.clear()
    symbol = " symbol" if note.series is NoteMarks.SYMBOLS else ""
    link.set("class", f"noteref{symbol}")
    link.set("id", reference)
    link.set("href", f"#{note.id}")
    link.set("role", "doc-noteref")
    link.set(EPUB_TYPE, "noteref")
    link.text = note.mark
