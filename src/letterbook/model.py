"""The values that the stages hand on: Book, Edition, Publication.

Values are frozen. The trees in them are lxml elements, which cannot be: by agreement nobody
changes a tree that was handed to them; who needs another makes a copy (``copy.deepcopy``).

The body of a document is a ``div`` whose content is in the closed vocabulary of
``markup.vocabulary``, in no namespace. ``render`` makes XHTML of it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lxml.etree import _Element as Element

from letterbook.diagnostics import Span
from letterbook.metadata import (
    BookSettings,
    DivisionKind,
    DocumentMetadata,
    IndexEntry,
    IndexSettings,
    MatterRole,
    NoteMarks,
    Responsibility,
)

# --------------------------------------------------------------------------- as written

_PLAIN_DATE = re.compile(r"(\d{4})(?:-\d\d(?:-(\d\d))?)?[?~%]?")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the book as it was read."""

    path: str
    """Relative to the book's folder, with forward slashes."""
    digest: str
    """SHA-256 of its bytes, in hexadecimal."""
    text: str = ""
    """Its text; empty for a file that is not text. Line ends are ``\\n``."""


@dataclass(frozen=True, slots=True)
class Note:
    """A note as written, before it has a number."""

    label: str
    """What stands between ``[^`` and ``]``; unique in its document."""
    responsibility: Responsibility | None
    """Whose words it is, when the note says so itself."""
    body: Element
    span: Span


class Place(StrEnum):
    """Where in a book something stands."""

    FRONT = "front"
    BODY = "body"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Document:
    """A letter or another text, as written."""

    slug: str
    metadata: DocumentMetadata
    body: Element
    notes: tuple[Note, ...]
    file: SourceFile
    body_line: int = 1
    """The line of the file on which the body starts."""
    places: Mapping[tuple[str | int, ...], Span] = field(default_factory=dict)
    """Where each key of the front matter stands."""
    place: Place = Place.BODY
    """Where in the book it stands; letters make the body."""


@dataclass(frozen=True, slots=True)
class Division:
    """A volume, a part or a section."""

    id: str
    title: str
    subtitle: str | None
    kind: DivisionKind
    documents: tuple[str, ...]
    """The ids of the documents that stand in it before any division, in reading order."""
    divisions: tuple[Division, ...] = ()


@dataclass(frozen=True, slots=True)
class Image:
    """A picture of the book."""

    path: str
    """Relative to the book's folder, with forward slashes."""
    media_type: str
    data: bytes
    width: int
    """In pixels."""
    height: int
    """In pixels."""


@dataclass(frozen=True, slots=True)
class Authority:
    """``index.yaml``, read."""

    entries: tuple[IndexEntry, ...] = ()
    spans: tuple[Span, ...] = ()
    """Where each entry stands, in the same order."""
    places: Mapping[tuple[str | int, ...], Span] = field(default_factory=dict)
    """Where everything in them stands: ``(3, "subentries", 0)``."""


@dataclass(frozen=True, slots=True)
class Book:
    """A book's folder, read: nothing is resolved, everything knows its place."""

    settings: BookSettings
    documents: tuple[Document, ...]
    """All of them in reading order: front matter, letters, back matter."""
    authority: Authority
    images: Mapping[str, Image]
    """By path."""
    files: tuple[SourceFile, ...]
    """Every file that was read, in the order of their paths."""
    settings_places: Mapping[tuple[str | int, ...], Span] = field(default_factory=dict)
    """Where each key of ``book.yaml`` stands."""
    divisions: tuple[Division, ...] = ()
    """The volumes, parts and sections, in order."""


# --------------------------------------------------------------------------- resolved


@dataclass(frozen=True, slots=True)
class EditedNote:
    """A note that has its number."""

    id: str
    number: str
    """As printed: a number, or the symbol or letter of its series."""
    label: str
    """As written."""
    responsibility: Responsibility
    series: NoteMarks
    """Notes with marks of one kind are one series, whoever wrote them."""
    body: Element
    references: tuple[str, ...]
    """The ids of the marks in the text that refer to it, in order."""


@dataclass(frozen=True, slots=True)
class EditedDocument:
    """A document with its notes numbered, its marks resolved, its words tied."""

    id: str
    """The slug; also the id of its first element and the stem of its file."""
    metadata: DocumentMetadata
    """With what it inherits from the book filled in."""
    body: Element
    notes: tuple[EditedNote, ...]
    pages: tuple[str, ...] = ()
    """The pages of the print source that begin in it, as labelled there."""
    title: str = ""
    """As lists and machines have it: the metadata's own, or made of the people's names."""
    heading: str = ""
    """As it stands above the text: made of the names as the source's heading has them."""
    place: Place = Place.BODY
    """Front or back matter, or the body, which is made of the letters."""

    @property
    def role(self) -> MatterRole | None:
        """What a page of the front or back matter is."""
        return self.metadata.role

    @property
    def is_dated_in_text(self) -> bool:
        """Whether a dateline in the text has the very words of the date."""
        written = self.metadata.written
        words = " ".join((written.words or "").split()) if written else ""
        datelines = (div for div in self.body.iter("div") if div.get("class") == "dateline")
        said = (" ".join("".join(div.itertext()).split()) for div in datelines)
        return bool(words) and any(words in text for text in said)

    @property
    def words_tell_date(self) -> bool:
        """Whether the words of the date have its year, and its day if it is known to the day."""
        written = self.metadata.written
        date = _PLAIN_DATE.fullmatch(written.date or "") if written else None
        if not written or not date:
            return written is None or written.date is None
        numbers = {int(number) for number in re.findall(r"\d+", written.words or "")}
        return {int(number) for number in date.groups() if number} <= numbers


@dataclass(frozen=True, slots=True)
class Locator:
    """A place in the text that an index heading points to, or a passage."""

    target: str
    """The id of the element around the very words, or of the one where the passage begins."""
    document: str
    """The id of the document."""
    paragraph: int
    """Which paragraph of the text, or of the note, counted from 1."""
    note: str | None = None
    """The printed number of the note, when the words stand in one."""
    end: str | None = None
    """The id of the element where the passage ends; None when these are words, not a passage."""
    last_paragraph: int | None = None
    """The paragraph in which it ends."""
    main: bool = False
    """Whether it is the chief place for its heading."""
    illustration: bool = False
    """Whether the words stand in a figure."""
    source_page: str | None = None
    """The page of the print source on which it begins, as labelled there."""
    source_end: str | None = None
    """The page of the print source on which it ends."""


@dataclass(frozen=True, slots=True)
class CrossReference:
    """A *see* or *see also*."""

    text: str
    """As printed; ``*…*`` is italic."""
    target: str | None
    """The id of the heading; None when the text describes headings and names none."""
    index: str | None = None
    """The id of the index that has the heading, when it is another one."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of the index, or a subheading, up to two deep."""

    id: str
    text: str
    """As printed; ``*…*`` is italic."""
    gloss: str | None = None
    locators: tuple[Locator, ...] = ()
    """In the order of the text."""
    subheadings: tuple[Heading, ...] = ()
    see: tuple[CrossReference, ...] = ()
    see_under: tuple[CrossReference, ...] = ()
    see_also: tuple[CrossReference, ...] = ()
    see_also_under: tuple[CrossReference, ...] = ()

    @property
    def is_deep(self) -> bool:
        """Whether its subheadings have subheadings."""
        return any(inner.subheadings for inner in self.subheadings)


@dataclass(frozen=True, slots=True)
class Group:
    """The headings of one letter."""

    letter: str
    headings: tuple[Heading, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """One of the indexes of the book."""

    id: str
    """Also of its page."""
    settings: IndexSettings
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """A book, resolved: all that templates see."""

    settings: BookSettings
    slug: str
    identifier: str
    """A URN, or the identifier as given."""
    documents: tuple[EditedDocument, ...]
    """All that is written, in reading order: front matter, letters, back matter."""
    indexes: tuple[Index, ...]
    """Those that have headings."""
    images: Mapping[str, Image]
    digest: str
    """SHA-256 over the digests of all files of the book, in hexadecimal."""
    made_with: Mapping[str, str]
    """Program and version, for the colophon."""
    divisions: tuple[Division, ...] = ()
    """The volumes, parts and sections of the body; without them, the letters follow each other."""

    @property
    def letters(self) -> tuple[EditedDocument, ...]:
        """The documents of the body."""
        return tuple(d for d in self.documents if d.place is Place.BODY)


# --------------------------------------------------------------------------- laid out


@dataclass(frozen=True, slots=True)
class PageBreak:
    """Where a page of the PDF begins; see ``pagination``."""

    label: str
    """Its folio: ``xii``, ``48``."""
    within: str
    """The id of what its first word stands in; with `` text`` after it for a ``div`` of text."""
    before: int
    """How many characters of the same stand before that word."""


@dataclass(frozen=True, slots=True)
class Pagination:
    """What the layout of the PDF has shown."""

    pages: Mapping[str, str]
    """The folio of every id: ``xii``, ``48``."""
    breaks: tuple[PageBreak, ...] = ()
    """In the order of the pages; a page without words has none. Empty while layout goes on."""


# --------------------------------------------------------------------------- rendered


class Medium(StrEnum):
    """What a publication is rendered for; it chooses the shell and the styles, never the words."""

    SCREEN = "screen"
    EPUB = "epub"
    PRINT = "print"


class Role(StrEnum):
    """What a page of the publication is."""

    COVER = "cover"
    HALF_TITLE = "half-title"
    TITLE = "title"
    PROVENANCE = "provenance"
    CONTENTS = "contents"
    MATTER = "matter"
    """A page of the front or back matter that somebody has written."""
    PART = "part"
    """The half title of a volume or a part."""
    DOCUMENT = "document"
    NOTES = "endnotes"
    """The notes of all documents, where they stand at the end of the volume."""
    LIST = "list"
    INDEX = "index"
    SEARCH = "search"
    """Of a site alone, when there is much to search in."""
    COLOPHON = "colophon"


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a publication: a file in HTML and EPUB, a section in print."""

    id: str
    """The id of its outermost element."""
    href: str
    """Where it is, relative to the publication's root."""
    title: str
    role: Role
    content: str
    """The whole XHTML or HTML file; in print, the section alone."""
    ids: frozenset[str] = frozenset()
    """Every id in it."""
    page_breaks: tuple[tuple[str, str], ...] = ()
    """Label and id of the print source's pages that begin in it."""
    place: Place = Place.BODY
    recto: bool = False
    """Whether it begins on a right-hand page of print."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file that goes with the pages."""

    href: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Publication:
    """An edition rendered for one medium."""

    edition: Edition
    medium: Medium
    pages: tuple[Page, ...]
    """In reading order."""
    assets: tuple[Asset, ...] = ()
    pagination: Pagination | None = None
    """Of the PDF, when its pages are marked in this publication."""
