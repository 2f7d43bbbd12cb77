"""A volume's correspondence as CMIF, the TEI's Correspondence Metadata Interchange Format.

What enters is an edition; what leaves is one TEI file with a ``correspDesc`` for each letter and
no text, as correspSearch and its like collect it. See
https://github.com/TEI-Correspondence-SIG/CMIF. The format wants its files under CC BY 4.0 and
says so in each; that is why one is made only when it is asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, SourceError, Span
from letterbook.exchange.dates import Bounds, Extent, bounds
from letterbook.exchange.items import document_url, volume_title
from letterbook.metadata import DateStatement, People, Person, isbn, unbracketed
from letterbook.model import Book, EditedDocument, Edition
from letterbook.outputs.tei_body import XML, group, tei

_LICENCE = "https://creativecommons.org/licenses/by/4.0/"
_LICENSED = "This file is licensed under the terms of the Creative Commons License CC-BY 4.0"
_KINDS = frozenset({"letter", "telegram", "postcard", "memorandum", "e-mail"})
"""What is sent to somebody, even where the source does not say to whom."""


def cmif(edition: Edition) -> bytes:
    """Write the correspondence of an edition."""
    source = f"b{uuid.uuid5(uuid.NAMESPACE_URL, edition.identifier)}"
    header = group("teiHeader", _file(edition, source), group("profileDesc"))
    for document in edition.letters:
        if is_correspondence(document):
            header[1].append(_correspondence(edition, document, source))
    root = group("TEI", header, group("text", group("body", tei("p"))))
    etree.indent(root)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def check(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """Tell what the format wants and the book does not say.

    Raises SourceError when there is nothing to be written.
    """
    file = Span("book.yaml")
    if not any(is_correspondence(document) for document in edition.letters):
        nothing = "no document of the book is a letter, or has an addressee"
        hint = "say in their front matter whom they were sent to, under “addressee”"
        raise SourceError([Diagnostic("no-correspondence", nothing, hint, file)])
    wanted = {
        "url": (book.settings.url, "the file has no address of its own in it"),
        "editor": (book.settings.editor, "nobody is named who answers for the file"),
    }
    for key, (value, missing) in wanted.items():
        if not value:
            yield Diagnostic(
                "cmif-incomplete",
                f"CMIF wants what “{key}” says: {missing}",
                f"add “{key}: …”",
                file,
                Severity.HINT,
            )


def is_correspondence(document: EditedDocument) -> bool:
    """Tell whether a document was sent, or was to be."""
    return bool(document.metadata.addressee) or document.metadata.kind in _KINDS


def cmif_address(edition: Edition) -> str | None:
    """Where the file is to stand: beside the edition, when it is known where that is."""
    url = edition.settings.url
    if url is None:
        return None
    return f"{url.removesuffix('index.html').rstrip('/')}/{cmif_name(edition)}"


def cmif_name(edition: Edition) -> str:
    """What the file is called."""
    return f"{edition.slug}.cmif.xml"


def _file(edition: Edition, source: str) -> Element:
    settings = edition.settings
    titles = group("titleStmt", tei("title", volume_title(edition)))
    editors = [person.name for person in settings.editor] or [settings.publisher or "Unknown"]
    titles.extend(tei("editor", name) for name in editors)
    publication = group(
        "publicationStmt",
        tei("publisher", settings.publisher or editors[0]),
        # The address of the file; of one that has none, what the edition is known by.
        tei("idno", cmif_address(edition) or edition.identifier, type="url"),
        tei("date", when=f"{settings.date}T00:00:00Z"),
        group("availability", tei("licence", _LICENSED, target=_LICENCE)),
    )
    bibl = tei("bibl", _reference(edition), type=_type(edition))
    bibl.set(f"{XML}id", source)
    return group("fileDesc", titles, publication, group("sourceDesc", bibl))


def _type(edition: Edition) -> str:
    """Whether the edition is a site, a book, or both."""
    if edition.settings.url is None:
        return "print"
    return "hybrid" if isbn(edition.identifier) else "online"


def _reference(edition: Edition) -> str:
    settings = edition.settings
    people = ", ".join(person.name for person in settings.author or settings.editor)
    imprint = ", ".join(part for part in (settings.publisher, settings.date[:4]) if part)
    told = (people, volume_title(edition), imprint, edition.identifier, settings.url)
    return ". ".join(part.rstrip(".") for part in told if part)


def _correspondence(edition: Edition, document: EditedDocument, source: str) -> Element:
    metadata = document.metadata
    description = tei("correspDesc", source=f"#{source}")
    if metadata.number:
        description.set("key", metadata.number)
    if url := document_url(edition, document):
        description.set("ref", url)
    description.append(_action("sent", metadata.author, metadata.written))
    description.append(_action("received", metadata.addressee, metadata.delivered))
    return description


def _action(type_: str, people: People, statement: DateStatement | None) -> Element:
    action = tei("correspAction", type=type_)
    action.extend(_who(person) for person in people)
    if not people:
        action.append(tei("persName", "Unknown"))
    if statement and statement.place:
        ref = {"ref": statement.place_ref} if statement.place_ref else {}
        action.append(tei("placeName", unbracketed(statement.place), **ref))
    found = bounds(statement.date) if statement and statement.date else None
    if found:
        action.append(tei("date", **dict(_dating(found))))
    return action


def _who(person: Person) -> Element:
    name = "orgName" if person.kind == "organisation" else "persName"
    return tei(name, person.name, **({"ref": person.ref} if person.ref else {}))


def _dating(found: Bounds) -> Iterator[tuple[str, str]]:
    """The attributes of a date: TEI's own, in the three forms of date that CMIF has."""
    if found.extent is Extent.WHEN:
        yield "when", found.first
    else:
        lasting = found.extent is Extent.LASTING
        ends = ("from", found.first), ("to", found.last)
        between = ("notBefore", found.first), ("notAfter", found.last)
        yield from ((key, value) for key, value in (ends if lasting else between) if value)
    if found.is_unsure or found.is_about:
        yield "cert", "low" if found.is_unsure else "medium"
