"""What an editor may write in ``book.yaml``, in a document's front matter and in ``index.yaml``.

The names are the field's: Dublin Core, TEI's ``correspDesc``, the Chicago Manual's for the index.
These models are the only list of keys; the JSON Schema that editors complete from is made of them.
Every scalar of our YAML is read as the text that stands there (see ``yamlfile``), so the models
turn text into values, never values that YAML has guessed back into text.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from letterbook.fields import Day, Edtf, Language, Model, Slug, Text, Texts, Url, one_or_many

_ISBN = re.compile(r"(?:urn:isbn:|ISBN(?:1[03])?[ :]*)?((?:97[89])?\d{9}[\dX])", re.IGNORECASE)


def isbn(identifier: str) -> str | None:
    """Return the bare digits of an ISBN, however it is written; None of another identifier."""
    match = _ISBN.fullmatch(re.sub(r"[-\u2010\u2011 ]", "", identifier))
    return match[1].upper() if match else None


def unbracketed(text: str) -> str:
    """What stands in the square brackets of an editor, when the whole does; else the text."""
    inner = text[1:-1]
    is_whole = text.startswith("[") and text.endswith("]") and not re.search(r"[\[\]]", inner)
    return inner.strip() if is_whole else text


class Responsibility(StrEnum):
    """Whose words a note is."""

    AUTHOR = "author"
    EDITOR = "editor"
    TRANSLATOR = "translator"
    TRANSCRIBER = "transcriber"


class NotesAt(StrEnum):
    """Where the notes stand."""

    FOOT = "foot"
    """At the foot of the page in print; at the document's end where there are no pages."""
    DOCUMENT = "document"
    """At the end of their document."""
    VOLUME = "volume"
    """On pages of their own after the last document."""


class NoteNumbering(StrEnum):
    """How far the numbers of notes run; symbols and letters begin anew in each document."""

    DOCUMENT = "document"
    THROUGH = "through"


class NoteMarks(StrEnum):
    """What the marks of notes are."""

    NUMBERS = "numbers"
    """1, 2, 3."""
    SYMBOLS = "symbols"
    """An asterisk, a dagger and their like, then two of each."""
    LETTERS = "letters"
    """a, b, c."""


class MatterRole(StrEnum):
    """What a page of the front or back matter is, in the words of EPUB and DPUB-ARIA."""

    DEDICATION = "dedication"
    EPIGRAPH = "epigraph"
    FOREWORD = "foreword"
    PREFACE = "preface"
    INTRODUCTION = "introduction"
    ACKNOWLEDGMENTS = "acknowledgments"
    ABBREVIATIONS = "abbreviations"
    METHOD = "method"
    CHRONOLOGY = "chronology"
    AFTERWORD = "afterword"
    APPENDIX = "appendix"
    BIBLIOGRAPHY = "bibliography"
    GLOSSARY = "glossary"


class Order(StrEnum):
    """The order of a book’s letters, and of those of each part."""

    FILE = "file"
    """That of the files’ names; 2 comes before 10."""
    DATE = "date"
    """That in which they were written; those without a date come last."""
    GIVEN = "given"
    """That in which the parts name them."""


class ListKind(StrEnum):
    """The lists that are made of the metadata."""

    LETTERS = "letters"
    """All letters in their order, after the contents."""
    ILLUSTRATIONS = "illustrations"
    """The pictures that have captions, after the contents."""
    CHRONOLOGY = "chronology"
    """All letters by date, before the index."""
    CORRESPONDENTS = "correspondents"
    """Who wrote and who received, before the index."""
    CONCORDANCE = "concordance"
    """The pages of the print source and the letters on them, before the index."""


class DivisionKind(StrEnum):
    """How high a division of the book stands."""

    VOLUME = "volume"
    PART = "part"
    SECTION = "section"


class Person(Model):
    """Somebody by name; in YAML, the bare name will do."""

    name: Text
    """As it is printed."""
    sort: Text | None = None
    """As it is filed: ``Lenin, V. I.``; never guessed from the name. Said once, it holds wherever
    the name stands."""
    words: Text | None = None
    """What the source’s heading says instead of the name: ``the Same``. Headings print it; lists,
    the index and what machines read have the name."""
    kind: Literal["person", "organisation"] = "person"
    """``organisation`` for a committee, a newspaper, a firm."""
    ref: Url | None = None
    """The address in an authority file: GND, VIAF, Wikidata; else the index's, by the name."""


def _person(value: Any) -> Any:
    return {"name": value} if isinstance(value, str) else value


People = Annotated[
    tuple[Annotated[Person, BeforeValidator(_person)], ...], BeforeValidator(one_or_many)
]


class DateStatement(Model):
    """When and where something happened; in YAML, the bare EDTF date will do."""

    date: Edtf | None = None
    """EDTF: ``1918-08-09``, ``1918~``, ``1918-08-09/1918-08-12``."""
    old_style: Edtf | None = None
    """The same day in the Julian calendar, where the source counts by it; ``date`` is Gregorian."""
    words: Text | None = None
    """What the source says, verbatim."""
    place: Text | None = None
    """As the source has it; what an editor supplies stands in square brackets."""
    place_ref: Url | None = None
    """The place's address in an authority file: GeoNames; else the index's, by the name."""
    title: Text | None = None
    """Of the work in which it was published; set in italics where the words have it."""


def _date_statement(value: Any) -> Any:
    return {"date": value} if isinstance(value, str) else value


Dated = Annotated[DateStatement, BeforeValidator(_date_statement)]


class Citation(Model):
    """Where the text was taken from; in YAML, the bare citation will do."""

    words: Text
    """The citation as the transcription gives it, verbatim."""
    title: Text | None = None
    """The work’s title; set in italics where the citation has it."""
    publisher: Text | None = None
    """As printed."""
    place: Text | None = None
    """As printed."""
    date: Text | None = None
    """As printed, brackets included: ``[1976]``."""
    volume: Text | None = None
    """As printed."""
    page: Text | None = None
    """One page or a range, as printed: ``348``, ``141b–142a``."""
    url: Url | None = None
    """Where it can be seen."""
    accessed: Day | None = None
    """When the source was taken."""


def _citation(value: Any) -> Any:
    return {"words": value} if isinstance(value, str) else value


Cited = Annotated[Citation, BeforeValidator(_citation)]


class Kind(StrEnum):
    """What an index heading names."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    WORK = "work"
    EVENT = "event"
    OBJECT = "object"
    SUBJECT = "subject"


class IndexSettings(Model):
    """One of the book's indexes."""

    title: Text | None = None
    """What stands above it; the language's word for an index when not given."""
    kinds: Annotated[tuple[Kind, ...], BeforeValidator(one_or_many)] = ()
    """The kinds of headings that it has; all that no other index has when not given."""
    locators: Literal["page", "number", "source-page"] = "page"
    """What it points with: the `page`, the `number` of the document, or the page of the print
    source, `source-page`."""
    subentries: Literal["indented", "run-in"] = "indented"
    """Whether each subentry has a line of its own, or they follow one another: `indented` or
    `run-in`."""
    order: Literal["word-by-word", "letter-by-letter"] = "word-by-word"
    """Whether a space counts in sorting: `word-by-word` or `letter-by-letter`."""
    ranges: Literal["full", "abbreviated"] = "full"
    """How the second number of a range is written: `full`, 321–328, or `abbreviated`, 321–28."""


class DocumentIndex(Model):
    """What the index is told of a whole document."""

    about: Texts = ()
    """Headings that the whole document is about; ``Heading: subentry`` names a subentry."""
    forms: dict[str, Text] = Field(default_factory=dict)
    """Words that in this document mean one heading: ``Brandt: Brandt, Otto``."""


class Inherited(Model):
    """Keys that a document takes over from its book when it has none of its own."""

    author: People = ()
    """Who wrote it: a name, or a list of names."""
    translator: People = ()
    """Who translated it."""
    transcriber: People = ()
    """Who transcribed it."""
    proofreader: People = ()
    """Who read the proofs of the transcription."""
    language: Language | None = None
    """Of the text as it stands here; a BCP 47 tag."""
    copy_text: Text | None = None
    """What the printed source was itself set from, verbatim."""
    source: Cited | None = None
    """Where the text was taken from."""
    repository: Text | None = None
    """The archive and shelfmark that hold the original."""
    rights: Text | None = None
    """The licence statement, verbatim."""
    licence: Url | None = None
    """The licence's own address, where the statement names one."""
    credit: Text | None = None
    """The credit that the licence asks for, verbatim."""
    notes: Responsibility | None = None
    """Whose the notes are, unless one says otherwise; the editor's when nothing is said."""


class Facsimile(Model):
    """A picture of the document itself, or of a page of it."""

    image: Text
    """The file, named from the book’s folder or from the document’s."""
    alt: Text
    """What it shows, for those who do not see it."""
    caption: Text | None = None
    """Stands below it; ``*…*`` sets italic."""
    credit: Text | None = None
    """Whose the picture is, or who holds what it shows."""


class DocumentMetadata(Inherited):
    """The front matter of one document."""

    title: Text | None = None
    """Square brackets around the whole say that an editor supplied it. It is made of the
    addressee when it is left out: ``To Farrell Dobbs``."""
    kind: Text = "letter"
    """What it is: letter, telegram, postcard, diary entry."""
    number: Text | None = None
    """Its number in this edition or in its source, as printed."""
    slug: Slug | None = None
    """The document's name in file names and links; the file's own name when not given."""
    addressee: People = ()
    """Only as the source names them."""
    enclosure: Texts = ()
    """What was sent with it."""
    written: Dated | None = None
    """When and where it was written."""
    delivered: Dated | None = None
    """When and where it was delivered, or a speech was given."""
    published: Dated | None = None
    """First publication."""
    index: DocumentIndex | None = None
    """For the index: `about`, the headings that the whole document is about; `forms`, words that
    in this document mean one heading."""
    role: MatterRole | None = None
    """What a page of front/ or back/ is: foreword, introduction, afterword, …"""
    facsimile: Annotated[tuple[Facsimile, ...], BeforeValidator(one_or_many)] = ()
    """Pictures of the document, each on a page of its own in print: image, alt, caption, credit."""
    other: dict[str, Text] = Field(default_factory=dict)
    """Labels of the source that none of these keys means, verbatim."""


class DivisionSettings(Model):
    """A volume, a part or a section: its title and what is in it."""

    title: Text
    """As printed; ``*…*`` sets italic."""
    subtitle: Text | None = None
    """Stands under the title."""
    kind: DivisionKind | None = None
    """volume, part or section; by its depth when it is not given."""
    documents: Texts = ()
    """Files below letters/, or patterns: ``1871/*``, ``0[1-4]?.md``. ``*`` stands for any
    characters of a name, ``?`` for one, ``[1-4]`` for one of these; ``**`` for any folders."""
    parts: tuple[DivisionSettings, ...] = ()
    """The divisions within it."""


class BookSettings(Inherited):
    """``book.yaml``: what belongs to the whole, and what its documents inherit."""

    title: Text
    """Square brackets around the whole say that the editor supplied it."""
    date: Day
    """The day this edition was made; the only date that its files carry."""
    language: Language
    subtitle: Text | None = None
    """Stands under the title."""
    slug: Slug | None = None
    """Names the files that are made; made from the title when not given."""
    editor: People = ()
    """Who edited this book."""
    publisher: Text | None = None
    """Who publishes it; stands at the foot of the title page."""
    identifier: Text | None = None
    """An ISBN or another identifier; a UUID is made from the title when not given."""
    url: Url | None = None
    """Where the HTML edition stands on the web; citations name it."""
    description: Text | None = None
    """A sentence or two for catalogues."""
    subject: Annotated[tuple[Text, ...], BeforeValidator(one_or_many)] = ()
    """What it is about, in the terms of catalogues."""
    order: Order = Order.FILE
    """The order of the letters: file, date, or given, which is as the parts name them."""
    parts: tuple[DivisionSettings, ...] = ()
    """The volumes, parts and sections, each with a title and what is in it."""
    notes_at: NotesAt = NotesAt.DOCUMENT
    """Where the notes stand: foot, document or volume."""
    note_numbering: NoteNumbering = NoteNumbering.DOCUMENT
    """Whether the numbers begin anew in each document, or run through the book."""
    note_marks: dict[Responsibility, NoteMarks] = Field(default_factory=dict)
    """Marks of their own for the notes of an author, an editor, a translator, a transcriber:
    numbers, symbols or letters. All that have the same marks are one series."""
    lists: Annotated[tuple[ListKind, ...], BeforeValidator(one_or_many)] = ()
    """Lists made of the metadata: letters, illustrations, chronology, correspondents,
    concordance."""
    indexes: tuple[IndexSettings, ...] = ()
    """The indexes of the book, in order; one for all headings when not given."""
    embed_fonts: bool = True
    """Whether the EPUB carries its typeface."""


class Subsubentry(Model):
    """A modification of a subentry."""

    heading: Text
    """As printed; ``*…*`` sets italic."""
    sort: Text | None = None
    """What it is sorted by, where that is not the heading itself."""
    forms: Texts = ()
    """How the text names it. A longer form wins over a shorter one at the same place."""
    also_under: Texts = ()
    """Headings under which its places are entered as well; ``Heading: subentry`` names a
    subentry."""
    see: Texts = ()
    """The heading to look under instead; ``Heading: subentry`` names a subentry."""
    see_also: Texts = ()
    """Headings to look under as well. All in ``*…*``, it is a description of them."""
    see_under: Texts = ()
    """The heading among whose subentries to look instead."""
    see_also_under: Texts = ()
    """Headings among whose subentries to look as well."""


class Subentry(Subsubentry):
    """A modification of a heading: ``evacuation to Astrakhan`` under ``Baku``."""

    subentries: tuple[Subsubentry, ...] = ()
    """Modifications of it; each has the keys of a heading but for kind, gloss and these."""


class IndexEntry(Subsubentry):
    """One heading of the authority file."""

    kind: Kind = Kind.SUBJECT
    """One of person, place, organisation, work, event, object, subject."""
    gloss: Text | None = None
    """A few words that tell who or what; printed after the heading."""
    ref: Url | None = None
    """The address in an authority file: GND, VIAF, Wikidata, GeoNames."""
    subentries: tuple[Subentry, ...] = ()
    """Modifications of the heading, with the same keys but for kind and gloss, two deep."""


SchemaName = Literal["book", "document", "index"]


def json_schema(name: SchemaName) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of one kind of file, for editors' completion."""
    kinds: dict[str, Any] = {
        "book": BookSettings,
        "document": DocumentMetadata,
        "index": list[IndexEntry],
    }
    return schema_of(kinds[name])


def schema_of(kind: Any) -> dict[str, Any]:
    """Give the JSON Schema (draft 2020-12) of a model, or of a list of models."""
    from pydantic import TypeAdapter

    schema = TypeAdapter(kind).json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
