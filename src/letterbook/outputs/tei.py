"""A book’s documents as TEI P5: a file for each, with its header, ``correspDesc`` and text.

What enters is a book as it was read; what leaves is ``tei/`` with a file for each document and
the pictures that they show. Reading a file again with the importer for TEI gives the document
that it was made of, with what it inherits from its book filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.tei_dates import attributes_of
from letterbook.index.terms import plain_heading
from letterbook.markup.canonical import canonical
from letterbook.metadata import (
    BookSettings,
    Citation,
    DateStatement,
    DocumentMetadata,
    Facsimile,
    Person,
)
from letterbook.model import Book, Document, Note
from letterbook.outputs.files import write_files
from letterbook.outputs.tei_body import TEI, XML, BodyWriter, group, tei
from letterbook.resolve import by_names, inherit
from letterbook.structure import document_id

FOLDER = "tei"
"""The folder, in the one that is exported to."""

_NAME = re.compile(r"[A-Za-z_][\w.-]*")


def make(book: Book, folder: Path) -> tuple[str, ...]:
    """Write ``tei/`` into a folder, and tell its name."""
    files = {f"{document.slug}.xml": write_tei(document, book) for document in book.documents}
    files |= {path: image.data for path, image in book.images.items()}
    write_files(folder / FOLDER, files)
    return (FOLDER,)


def write_tei(document: Document, book: Book) -> bytes:
    """Write one document of a book."""
    metadata = inherit(document.metadata, book.settings, document.place)
    root = tei("TEI")
    root.set(f"{XML}id", document_id(document.slug))
    root.append(_header(metadata, book.settings))
    kinds = {
        plain_heading(entry.heading).casefold(): entry.kind.value
        for entry in book.authority.entries
    }
    text = etree.SubElement(root, f"{{{TEI}}}text")
    if _NAME.fullmatch(metadata.kind):
        text.set("type", metadata.kind)
    if metadata.language:
        text.set(f"{XML}lang", metadata.language)
    notes = {
        note.label: Note(note.label, note.responsibility, canonical(note.body), note.span)
        for note in document.notes
    }
    writer = BodyWriter(notes, lambda term: kinds.get(plain_heading(term).casefold()))
    text.extend(writer.text(canonical(document.body)))
    etree.indent(root[0])
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


# --------------------------------------------------------------------------- the header


def _header(metadata: DocumentMetadata, settings: BookSettings) -> Element:
    header = tei("teiHeader")
    header.append(
        group(
            "fileDesc",
            _titles(metadata, settings),
            _publication(metadata, settings),
            group("seriesStmt", tei("title", settings.title)),
            _notes(metadata),
            _sources(metadata),
        )
    )
    application = tei("application", ident="letterbook", version=version("letterbook"))
    application.append(tei("label", "Letterbook"))
    header.append(group("encodingDesc", group("appInfo", application)))
    terms = [tei("term", metadata.kind, type="kind")]
    if metadata.role:
        terms.append(tei("term", metadata.role.value, type="role"))
    kind = group("textClass", group("keywords", *terms))
    parts = [_correspondence(metadata), kind]
    if metadata.language:
        language = tei("language", metadata.language, ident=metadata.language)
        parts.insert(0, group("langUsage", language))
    header.append(group("profileDesc", *parts))
    return header


def _titles(metadata: DocumentMetadata, settings: BookSettings) -> Element:
    title = tei("title", by_names(metadata)[0], type="main")
    if not metadata.title:
        title.set("subtype", "made")
    if metadata.number:
        title.set("n", metadata.number)
    statement = group("titleStmt", title)
    statement.extend(_person(author, "author") for author in metadata.author)
    statement.extend(_person(editor, "editor") for editor in settings.editor)
    for role in ("translator", "transcriber", "proofreader"):
        for person in getattr(metadata, role):
            statement.append(group("respStmt", tei("resp", role), _person(person, "persName")))
    return statement


def _person(person: Person, name: str) -> Element:
    """An element that names somebody; an organisation has TEI’s own for it."""
    known = {"key": person.sort, "ref": person.ref, "n": person.words}
    attributes = {key: value for key, value in known.items() if value}
    if person.kind == "person":
        return tei(name, person.name, **attributes)
    named = tei("orgName", person.name, **attributes)
    return named if name == "persName" else group(name, named)


def _publication(metadata: DocumentMetadata, settings: BookSettings) -> Element:
    statement = tei("publicationStmt")
    statement.append(tei("publisher", settings.publisher or settings.title))
    statement.append(tei("date", settings.date, when=settings.date))
    if metadata.slug:
        statement.append(tei("idno", metadata.slug, type="slug"))
    if metadata.rights or metadata.licence:
        licence = tei("licence", **({"target": metadata.licence} if metadata.licence else {}))
        licence.append(tei("p", metadata.rights))
        statement.append(group("availability", licence))
    return statement


def _notes(metadata: DocumentMetadata) -> Element | None:
    notes = [tei("note", value, type="other", n=label) for label, value in metadata.other.items()]
    notes += [tei("note", enclosed, type="enclosure") for enclosed in metadata.enclosure]
    if metadata.index:
        notes += [tei("note", name, type="about") for name in metadata.index.about]
        forms = metadata.index.forms
        notes += [tei("note", forms[form], type="form", n=form) for form in forms]
    notes += [_facsimile(facsimile) for facsimile in metadata.facsimile]
    if metadata.credit:
        notes.append(tei("note", metadata.credit, type="credit"))
    if metadata.notes:
        notes.append(tei("note", metadata.notes.value, type="notes"))
    return group("notesStmt", *notes) if notes else None


def _facsimile(facsimile: Facsimile) -> Element:
    """A picture of the document itself; ``facsimile`` of TEI’s own would stand for the text."""
    figure = group(
        "figure",
        tei("graphic", url=facsimile.image),
        tei("head", facsimile.caption) if facsimile.caption else None,
        tei("figDesc", facsimile.alt),
        tei("p", facsimile.credit) if facsimile.credit else None,
    )
    note = group("note", figure)
    note.set("type", "facsimile")
    return note


def _sources(metadata: DocumentMetadata) -> Element:
    parts: list[Element] = []
    if metadata.source:
        parts += _citation(metadata.source)
    if metadata.copy_text:
        parts.append(tei("bibl", metadata.copy_text, type="copy-text"))
    if metadata.published:
        parts.append(group("bibl", *_dated(metadata.published, "pubPlace")))
        parts[-1].set("type", "first-publication")
    if metadata.repository:
        repository = tei("repository", metadata.repository)
        parts.append(group("msDesc", group("msIdentifier", repository)))
    return group("sourceDesc", *(parts or [tei("p")]))


def _citation(source: Citation) -> Iterable[Element]:
    yield tei("bibl", source.words, type="source")
    made = [
        ("title", source.title, {}),
        ("publisher", source.publisher, {}),
        ("pubPlace", source.place, {}),
        ("date", source.date, {}),
        ("biblScope", source.volume, {"unit": "volume"}),
        ("biblScope", source.page, {"unit": "page"}),
        ("ref", source.url, {"target": source.url or ""}),
        ("date", source.accessed, {"type": "accessed"}),
    ]
    parts = [tei(name, value, **attributes) for name, value, attributes in made if value]
    if parts:
        # The words are verbatim; these are what was taken from them.
        taken = group("bibl", *parts)
        taken.set("type", "source-parts")
        yield taken


def _correspondence(metadata: DocumentMetadata) -> Element:
    description = tei("correspDesc")
    for type_, people, statement in (
        ("sent", metadata.author, metadata.written),
        ("received", metadata.addressee, metadata.delivered),
    ):
        action = tei("correspAction", type=type_)
        action.extend(_person(person, "persName") for person in people)
        if statement:
            action.extend(_dated(statement, "placeName"))
        if len(action):
            description.append(action)
    if not len(description):
        description.append(tei("note"))
    return description


def _reference(address: str | None) -> dict[str, str]:
    return {"ref": address} if address else {}


def _dated(statement: DateStatement, place: str) -> Iterable[Element]:
    if statement.date or statement.words:
        attributes = attributes_of(statement.date) if statement.date else {}
        date = tei("date", statement.words)
        for name, value in attributes.items():
            date.set(name, value)
        yield date
    if statement.place or statement.place_ref:
        yield tei(place, statement.place, **_reference(statement.place_ref))
    if statement.title:
        yield tei("note", statement.title, type="title")
    if statement.old_style:
        yield tei("note", statement.old_style, type="old-style")
