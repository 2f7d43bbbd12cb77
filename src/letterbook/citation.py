"""What machines read about a book: schema.org, reference managers, Dublin Core.

What enters is an edition, and one of its documents when a page shows that; what leaves is a
JSON-LD text, or the names and contents of ``meta`` elements. Nothing is in them that the source
does not say: a date that is not plain ISO 8601 is left out where a machine would misread it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from letterbook.exchange.items import bare, document_title, document_url
from letterbook.metadata import Citation, DateStatement, DivisionKind, People, isbn, unbracketed
from letterbook.model import Division, EditedDocument, Edition, Place
from letterbook.wording import Wording

_ISO_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_IRI = re.compile(r"(?:urn:[a-z0-9-]+:|https?://)\S+", re.IGNORECASE)


def json_ld(edition: Edition, document: EditedDocument | None = None) -> str:
    """Describe the book, or one document of it, as schema.org JSON-LD.

    The result can stand in a ``script`` element: ``<`` is written as an escape.
    """
    data = _book(edition) if document is None else _document(edition, document)
    text = json.dumps({"@context": "https://schema.org", **data}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def meta_tags(
    edition: Edition, word: Wording, document: EditedDocument | None = None
) -> Iterator[tuple[str, str]]:
    """Name and content of the ``meta`` elements that Zotero and its like read.

    Zotero's “Embedded Metadata” takes a book from ``DC.type``, a part of one from
    ``citation_inbook_title``. It forgets translators wherever it sees a ``citation_author``; so
    the people are told in Dublin Core and in Zotero's own terms alone, filed by last name.
    """
    settings = edition.settings
    metadata = document.metadata if document else settings
    title = document_title(document, word) if document else bare(settings.title)
    written = document.metadata.written if document else None
    source = metadata.source
    rows: tuple[tuple[str, str | None], ...] = (
        ("citation_title", title),
        ("DC.title", title),
        ("DC.type", "BookSection" if document else "Book"),
        *(("DC.creator", person.sort or person.name) for person in metadata.author),
        *(("z.translators", person.sort or person.name) for person in metadata.translator),
        *(("bib.editors", person.sort or person.name) for person in settings.editor),
        ("citation_inbook_title", bare(settings.title) if document else None),
        ("DC.date.created", written.date if written else None),
        ("citation_publication_date", settings.date.replace("-", "/")),
        ("DC.date", settings.date),
        ("citation_publisher", settings.publisher),
        ("DC.publisher", settings.publisher),
        ("citation_language", metadata.language),
        ("DC.language", metadata.language),
        *(("DC.subject", subject) for subject in settings.subject),
        ("DC.source", source.words if source else None),
        ("DC.rights", metadata.rights),
        ("citation_isbn", isbn(edition.identifier)),
        ("DC.identifier", edition.identifier),
    )
    return ((name, content) for name, content in rows if content)


def _book(edition: Edition) -> dict[str, Any]:
    settings = edition.settings
    return _present(
        {
            **_whole(edition),
            "alternativeHeadline": bare(settings.subtitle or ""),
            "inLanguage": settings.language,
            "description": settings.description,
            "keywords": list(settings.subject),
            "license": settings.licence,
            "copyrightNotice": settings.rights,
            "creditText": settings.credit,
            "isBasedOn": _source(settings.source),
            "hasPart": _parts(edition),
        }
    )


def _document(edition: Edition, document: EditedDocument) -> dict[str, Any]:
    metadata = document.metadata
    written = metadata.written
    is_letter = metadata.kind == "letter" and document.place is Place.BODY
    return _present(
        {
            **_entry(edition, document),
            "inLanguage": metadata.language,
            "dateCreated": _iso(written),
            "locationCreated": _place(written),
            "author": _people(metadata.author),
            "sender": _people(metadata.author) if is_letter else None,
            "recipient": _people(metadata.addressee) if is_letter else None,
            "translator": _people(metadata.translator),
            "license": metadata.licence,
            "copyrightNotice": metadata.rights,
            "creditText": metadata.credit,
            "isBasedOn": _source(metadata.source),
            "isPartOf": _around(edition, document),
        }
    )


def _parts(edition: Edition) -> list[dict[str, Any]]:
    """Everything in the book in reading order: pages, letters, and the parts that hold letters."""
    by_id = {document.id: document for document in edition.documents}

    def inside(division: Division) -> dict[str, Any]:
        own = [_entry(edition, by_id[id_]) for id_ in division.documents]
        inner = [inside(part) for part in division.divisions]
        return {**_division(division), "hasPart": own + inner}

    def pages(place: Place) -> list[dict[str, Any]]:
        return [_entry(edition, page) for page in edition.documents if page.place is place]

    body = [inside(part) for part in edition.divisions] or pages(Place.BODY)
    return pages(Place.FRONT) + body + pages(Place.BACK)


def _around(edition: Edition, document: EditedDocument) -> dict[str, Any]:
    """What a document is part of: the book, or the innermost part of it, which is part of more."""

    def chain(divisions: tuple[Division, ...]) -> list[Division]:
        for division in divisions:
            inner = chain(division.divisions)
            if inner or document.id in division.documents:
                return [division, *inner]
        return []

    around = _whole(edition)
    for division in chain(edition.divisions):
        around = {**_division(division), "isPartOf": around}
    return around


def _division(division: Division) -> dict[str, Any]:
    is_volume = division.kind is DivisionKind.VOLUME
    return _present(
        {
            "@type": "PublicationVolume" if is_volume else "CreativeWork",
            "name": bare(division.title),
            "alternativeHeadline": bare(division.subtitle or ""),
        }
    )


def _entry(edition: Edition, document: EditedDocument) -> dict[str, Any]:
    """Which document it is. A letter is schema.org's Message, which has a recipient."""
    kind = document.metadata.kind
    type_ = "Message" if kind == "letter" else "CreativeWork"
    is_matter = document.place is not Place.BODY
    return _present(
        {
            "@type": "Chapter" if is_matter else type_,
            "name": bare(document.title),
            "genre": None if is_matter else kind,
            "position": document.metadata.number,
            "url": document_url(edition, document) or f"{document.id}.html",
        }
    )


def _whole(edition: Edition) -> dict[str, Any]:
    """What says which book it is: enough for a part to name its whole."""
    settings, identifier = edition.settings, edition.identifier
    return _present(
        {
            "@type": "Book",
            "@id": identifier if _IRI.fullmatch(identifier) else None,
            "name": bare(settings.title),
            "url": settings.url or "index.html",
            "author": _people(settings.author),
            "editor": _people(settings.editor),
            "translator": _people(settings.translator),
            "publisher": {"@type": "Organization", "name": settings.publisher}
            if settings.publisher
            else None,
            "datePublished": settings.date,
            "identifier": identifier,
            "isbn": isbn(identifier),
        }
    )


def _source(citation: Citation | None) -> dict[str, Any] | None:
    """The printed book that the text was taken from; its citation, where only that is known."""
    if citation is None:
        return None
    # A bracketed year is the editor's, and a machine wants it without.
    date = (citation.date or "").strip("[]")
    return _present(
        {
            "@type": "Book" if citation.title else "CreativeWork",
            "name": citation.title or citation.words,
            "publisher": {"@type": "Organization", "name": citation.publisher}
            if citation.publisher
            else None,
            "datePublished": date if _ISO_DATE.fullmatch(date) else None,
            "description": citation.words if citation.title else None,
            "url": citation.url,
        }
    )


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}


def _people(people: People) -> list[dict[str, str]]:
    types = {"person": "Person", "organisation": "Organization"}
    return [
        _present({"@type": types[person.kind], "name": person.name, "sameAs": person.ref})
        for person in people
    ]


def _iso(statement: DateStatement | None) -> str | None:
    date = statement.date if statement else None
    return date if date and _ISO_DATE.fullmatch(date) else None


def _place(statement: DateStatement | None) -> dict[str, str] | None:
    if statement is None or not statement.place:
        return None
    name = unbracketed(statement.place)
    return _present({"@type": "Place", "name": name, "sameAs": statement.place_ref})
