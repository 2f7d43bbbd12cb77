"""What machines read about a book: schema.org, reference managers, Dublin Core."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from letterbook.metadata import People
from letterbook.model import EditedDocument, Edition


def json_ld(edition: Edition, document: EditedDocument | None = None) -> str:
    """Describe the book, or one document of it, as schema.org JSON-LD.

    The result can stand in a ``script`` element: ``<`` is written as an escape.
    """
    settings = edition.settings
    book: dict[str, Any] = {
        "@type": "Book",
        "@id": edition.identifier,
        "name": settings.title,
        "alternativeHeadline": settings.subtitle,
        "inLanguage": settings.language,
        "datePublished": settings.date,
        "author": _people(settings.author),
        "editor": _people(settings.editor),
        "translator": _people(settings.translator),
        "publisher": _organisation(settings.publisher),
        "description": settings.description,
        "license": settings.licence,
        "usageInfo": settings.rights,
        "creditText": settings.credit,
        "isBasedOn": settings.source.words if settings.source else None,
    }
    data = book
    if document is not None:
        metadata = document.metadata
        data = {
            "@type": "Message" if metadata.kind == "letter" else "CreativeWork",
            "name": metadata.title,
            "inLanguage": metadata.language,
            "dateCreated": metadata.written.date if metadata.written else None,
            "author": _people(metadata.author),
            "recipient": _people(metadata.addressee),
            "translator": _people(metadata.translator),
            "license": metadata.licence,
            "usageInfo": metadata.rights,
            "creditText": metadata.credit,
            "isPartOf": _present(book),
        }
    text = json.dumps({"@context": "https://schema.org", **_present(data)}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def _people(people: People) -> list[dict[str, str]]:
    return [{"@type": "Person", "name": person.name} for person in people]


def _organisation(name: str | None) -> dict[str, str] | None:
    return {"@type": "Organization", "name": name} if name else None


def meta_tags(
    edition: Edition, document: EditedDocument | None = None
) -> Iterator[tuple[str, str]]:
    """Name and content of the ``meta`` elements that Zotero and its like read.

    Dublin Core terms, and the ``citation_`` names that Google Scholar documents.
    """
    settings = edition.settings
    metadata = document.metadata if document else settings
    title = metadata.title
    yield "citation_title", title
    yield "DC.title", title
    for person in metadata.author:
        yield "citation_author", person.sort or person.name
        yield "DC.creator", person.name
    for person in metadata.translator:
        yield "DC.contributor", person.name
    for person in settings.editor:
        yield "citation_editor", person.sort or person.name
    if document:
        yield "citation_inbook_title", settings.title
        written = document.metadata.written
        if written and written.date:
            yield "DC.date.created", written.date
    yield "citation_publication_date", settings.date.replace("-", "/")
    yield "DC.date", settings.date
    if settings.publisher:
        yield "citation_publisher", settings.publisher
        yield "DC.publisher", settings.publisher
    if metadata.language:
        yield "citation_language", metadata.language
        yield "DC.language", metadata.language
    if metadata.source:
        yield "DC.source", metadata.source.words
    if metadata.rights:
        yield "DC.rights", metadata.rights
    if settings.identifier:
        yield "DC.identifier", settings.identifier
