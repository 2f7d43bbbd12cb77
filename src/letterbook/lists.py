"""Lists made of the metadata: letters, dates, correspondents, pages of the source, illustrations.

An edition enters, with the words of its language; what leaves are the lines of one list. Nothing
is in them that the metadata and the captions do not say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from lxml.etree import _Element as Element

from letterbook.index.sorting import sort_key
from letterbook.metadata import ListKind, Person
from letterbook.model import EditedDocument, Edition
from letterbook.structure import date_key
from letterbook.titles import told_by
from letterbook.wording import Wording

_FIGURES = re.compile(r"\d+")
_STARS = re.compile(r"[\\*_]")


@dataclass(frozen=True, slots=True)
class Line:
    """What a list says of a document, or of a picture in it."""

    target: str
    """The id that it leads to."""
    title: str
    """Of the document; of a picture its caption, with ``*…*`` for italics."""
    number: str = ""
    """Of the document, as printed."""
    date: str = ""
    """When it was written, as the language writes it; empty where nobody knows."""
    pages: str = ""
    """The pages of the print source, as printed there."""
    telling_date: str = ""
    """The date, where the title is made of the people and does not say it."""

    @property
    def called(self) -> str:
        """What it is called among others: its number, or what tells it from them without one."""
        return self.number or ", ".join(filter(None, (self.title, self.telling_date)))


@dataclass(frozen=True, slots=True)
class Group:
    """Lines under a heading: the pages of one source."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Correspondent:
    """Somebody who wrote letters of the book, or received them."""

    name: str
    """As filed, where that is known."""
    wrote: tuple[Line, ...]
    received: tuple[Line, ...]


Lines = tuple[Line, ...] | tuple[Group, ...] | tuple[Correspondent, ...]
"""What a list is made of, by its kind."""


def of_kind(kind: ListKind, edition: Edition, word: Wording) -> Lines:
    """Make a list of some kind; an empty one where the book has nothing for it."""
    return _KINDS[kind](edition, word)


def letters(edition: Edition, word: Wording) -> tuple[Line, ...]:
    """List the letters in the order of the book."""
    return tuple(_line(document, word) for document in edition.letters)


def chronology(edition: Edition, word: Wording) -> tuple[Line, ...]:
    """List the letters by date; those of which nobody knows the date come last."""

    def key(document: EditedDocument) -> tuple[bool, tuple[int, int, int]]:
        written = document.metadata.written
        when = written.date if written else None
        return (False, date_key(when)) if when else (True, (0, 0, 0))

    return tuple(_line(document, word) for document in sorted(edition.letters, key=key))


def correspondents(edition: Edition, word: Wording) -> tuple[Correspondent, ...]:
    """List who wrote and who received, by name, with the letters of each."""
    wrote: dict[str, list[Line]] = {}
    received: dict[str, list[Line]] = {}
    for document in edition.letters:
        line = _line(document, word)
        for person in document.metadata.author:
            wrote.setdefault(_filed(person), []).append(line)
        for person in document.metadata.addressee:
            received.setdefault(_filed(person), []).append(line)
    # Who wrote all of them is no news, and a list of all letters stands elsewhere.
    wrote = {name: lines for name, lines in wrote.items() if len(lines) < len(edition.letters)}
    names = sorted({*wrote, *received}, key=lambda name: (sort_key(name, word.language), name))
    return tuple(
        Correspondent(word.tied(name), tuple(wrote.get(name, ())), tuple(received.get(name, ())))
        for name in names
    )


def concordance(edition: Edition, word: Wording) -> tuple[Group, ...]:
    """List the pages of the print source with the letters that stand on them.

    They are those that a document's ``source`` names, or else those that its text marks.
    """
    groups: dict[str, list[Line]] = {}
    for document in edition.letters:
        source = document.metadata.source
        pages = source.page if source and source.page else _marked(document)
        if pages:
            volume = f" {source.volume}" if source and source.volume else ""
            title = (source.title if source else None) or _title(edition)
            line = _line(document, word, word.tied(pages))
            groups.setdefault(word.tied(f"{title}{volume}".strip()), []).append(line)
    return tuple(
        Group(heading, tuple(sorted(lines, key=lambda line: _natural(line.pages))))
        for heading, lines in groups.items()
    )


def illustrations(edition: Edition, _: Wording) -> tuple[Line, ...]:
    """List the figures that have a caption, by that; other pictures are part of the text."""
    return tuple(
        Line(id_, caption, document.metadata.number or "")
        for document in edition.documents
        for id_, caption in _captions(document)
    )


def _captions(document: EditedDocument) -> Iterator[tuple[str, str]]:
    """The ids and captions of a document's figures, and then of its facsimiles."""
    for figure in document.body.iter("figure"):
        if caption := _caption(figure):
            yield figure.get("id", ""), caption
    for number, facsimile in enumerate(document.metadata.facsimile, start=1):
        if facsimile.caption:
            yield f"{document.id}-figure-facsimile-{number}", facsimile.caption


def _line(document: EditedDocument, word: Wording, pages: str = "") -> Line:
    metadata = document.metadata
    date = ""
    if metadata.written:
        date = word.normalised(metadata.written, both=False) or word.when(metadata.written)
    number, telling = told_by(document, word)
    return Line(document.id, word.bare(document.title), number, date, pages, telling)


def _filed(person: Person) -> str:
    return person.sort or person.name


def _marked(document: EditedDocument) -> str:
    """The pages that begin in a text, as one range."""
    ends = dict.fromkeys((*document.pages[:1], *document.pages[-1:]))
    return "–".join(ends)


def _title(edition: Edition) -> str:
    source = edition.settings.source
    return (source.title or "") if source else ""


def _natural(pages: str) -> tuple[object, ...]:
    """Roman pages, and what has no number, before arabic ones; 9 before 10."""
    first = _FIGURES.search(pages)
    return (first is not None, int(first[0]) if first else 0, pages)


def _caption(figure: Element) -> str:
    """A caption with its italics, without the words that say whose the picture is."""
    return " ".join("".join(map(_written, figure.iter("figcaption"))).split())


def _written(element: Element) -> str:
    if element.get("class") == "credit":
        return ""
    parts = [_escaped(element.text)]
    for child in element:
        parts += [_written(child), _escaped(child.tail)]
    words = "".join(parts)
    return f"*{words}*" if element.tag == "em" and words.strip() else words


def _escaped(text: str | None) -> str:
    return _STARS.sub(r"\\\g<0>", text or "")


_KINDS: Mapping[ListKind, Callable[[Edition, Wording], Lines]] = {
    ListKind.LETTERS: letters,
    ListKind.CHRONOLOGY: chronology,
    ListKind.CORRESPONDENTS: correspondents,
    ListKind.CONCORDANCE: concordance,
    ListKind.ILLUSTRATIONS: illustrations,
}
