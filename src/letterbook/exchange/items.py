"""A book and its documents as CSL-JSON, which every other form of citation is made from.

What enters is an edition; what leaves are items of the CSL-JSON schema, release 1.0.2: the volume
as ``book``, each document as ``chapter`` of it. That is what reference managers know a part of a
book by; that it is a letter, whose and when, stands in variables that styles for letters read and
others pass over. Nothing is in them that the edition does not say.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from letterbook.exchange.dates import Bounds, Extent, bounds, parts
from letterbook.exchange.names import csl_names
from letterbook.markup.inline import inline
from letterbook.metadata import DateStatement, People, isbn
from letterbook.model import EditedDocument, Edition, Place
from letterbook.titles import kind_of
from letterbook.typography import plain
from letterbook.wording import Wording

_DAYS = re.compile(r"(?<=\d) – (?=\d)")

Item = dict[str, Any]
"""An item of CSL-JSON."""


def volume_item(edition: Edition) -> Item:
    """The book."""
    settings = edition.settings
    return _present(
        {
            "id": edition.slug,
            "type": "book",
            "title": volume_title(edition),
            "author": csl_names(settings.author),
            **_of_the_book(edition, settings.translator),
            "language": settings.language,
            "keyword": "; ".join(settings.subject),
            "abstract": settings.description,
            "URL": settings.url,
        }
    )


def document_item(edition: Edition, document: EditedDocument, word: Wording) -> Item:
    """A document of the book; ``word`` is that of the book’s language."""
    settings, metadata = edition.settings, document.metadata
    written = metadata.written
    is_by_another = not set(settings.author) & set(metadata.author)
    return _present(
        {
            "id": f"{edition.slug}-{document.id}",
            "type": "chapter",
            "title": document_title(document, word),
            "author": csl_names(metadata.author),
            "recipient": csl_names(metadata.addressee),
            "genre": _genre(document, word),
            "original-date": _date(written, word) if written else None,
            "event-place": written.place if written else None,
            "container-title": volume_title(edition),
            "container-author": csl_names(settings.author) if is_by_another else None,
            **_of_the_book(edition, metadata.translator),
            "number": metadata.number,
            "language": metadata.language,
            "URL": document_url(edition, document),
        }
    )


def items(edition: Edition, word: Wording) -> list[Item]:
    """The book and all that is in it; ``word`` is that of its language."""
    parts_of_it = (document_item(edition, document, word) for document in edition.documents)
    return [volume_item(edition), *parts_of_it]


def document_url(edition: Edition, document: EditedDocument) -> str | None:
    """Where a document stands on the web, when it is known where the book does."""
    url = edition.settings.url
    if url is None:
        return None
    folder = url if url.endswith(("/", ".html")) else f"{url}/"
    return urljoin(folder, f"{document.id}.html")


def volume_title(edition: Edition) -> str:
    """The title of the book with its subtitle, without italics."""
    settings = edition.settings
    return ": ".join(bare(text) for text in (settings.title, settings.subtitle) if text)


def document_title(document: EditedDocument, word: Wording) -> str:
    """A document’s title; one that is made of names has the place and date, to be told apart."""
    written = document.metadata.written
    if document.metadata.title or not written:
        return plain(bare(document.title))
    said = (document.title, written.place or "", when(written, word))
    return plain(", ".join(bare(part) for part in said if part))


def bare(text: str) -> str:
    """A title without the marks of its italics."""
    return "".join(inline(text).itertext())


def _genre(document: EditedDocument, word: Wording) -> str | None:
    """What a document is, unless it is what most of the book’s are: a letter."""
    kind = document.metadata.kind
    return kind_of(word, kind) if document.place is Place.BODY and kind != "letter" else None


def _of_the_book(edition: Edition, translator: People) -> dict[str, Any]:
    settings = edition.settings
    return {
        "editor": csl_names(settings.editor),
        "translator": csl_names(translator),
        "publisher": settings.publisher,
        "issued": {"date-parts": [parts(settings.date)[:1]]},
        "ISBN": isbn(edition.identifier),
    }


def _date(statement: DateStatement, word: Wording) -> dict[str, Any] | None:
    """A date in numbers, where numbers can say it; else in words."""
    found = bounds(statement.date) if statement.date else None
    if found and (in_numbers := _date_parts(found)):
        doubt = {"circa": True} if found.is_about or found.is_unsure else {}
        return {"date-parts": in_numbers, **doubt}
    words = when(statement, word)
    return {"literal": words} if words else None


def when(statement: DateStatement, word: Wording) -> str:
    """A date in the words of a language; the source’s own, which may be of another, for want."""
    said = word.date(statement.date) if statement.date else ""
    if not said or (said == statement.date and not said.isdigit()):
        said = statement.words or said
    # Between the days of one month stands no space, in citations of any language.
    return _DAYS.sub("–", plain(said))


def _date_parts(found: Bounds) -> list[list[int]]:
    if found.extent is Extent.WHEN:
        return [parts(found.first)]
    if found.extent is Extent.LASTING and found.first and found.last:
        return [parts(found.first), parts(found.last)]
    return []


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if value}
