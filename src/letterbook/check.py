"""Editorial rules: what a book may say and still should not, one function for each.

A rule looks at the book as written and as resolved, and gives what it finds with its place. Rules
warn; none of them is a lawyer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.drawings import MEDIA_TYPE as DRAWING
from letterbook.fields import UNKNOWN_LANGUAGE
from letterbook.metadata import DivisionKind, DocumentMetadata
from letterbook.model import Book, Division, Document, EditedDocument, Edition
from letterbook.provenance.dates import gregorian
from letterbook.provenance.licences import Licence, Statement, recognise

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")

Rule = Callable[[Book, Edition], Iterable[Diagnostic]]


def check(book: Book, edition: Edition) -> list[Diagnostic]:
    """Apply every rule of RULES."""
    return [found for rule in RULES.values() for found in rule(book, edition)]


def _statements(
    book: Book, edition: Edition
) -> Iterator[tuple[Document, DocumentMetadata, Statement]]:
    """Give each document that states its terms, with what the statement was found to say."""
    for document, edited in _pairs(book, edition):
        metadata = edited.metadata
        if metadata.rights:
            text = " ".join(filter(None, (metadata.rights, metadata.credit, metadata.licence)))
            yield document, metadata, recognise(text)


def _pairs(book: Book, edition: Edition) -> Iterator[tuple[Document, EditedDocument]]:
    return zip(book.documents, edition.documents, strict=True)


def _place(book: Book, document: Document, *keys: str) -> Span:
    """Where one of some keys stands: in the document, else in book.yaml."""
    for places in (document.places, book.settings_places):
        for key in keys:
            if (key,) in places:
                return places[(key,)]
    return Span(document.file.path)


def _warn(code: str, message: str, hint: str, span: Span) -> Diagnostic:
    return Diagnostic(code, message, hint, span, Severity.WARNING)


def rights_no_derivatives(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """A text whose terms forbid derivatives, in a book that translates or edits it."""
    for document, metadata, statement in _statements(book, edition):
        if not statement.forbids_derivatives:
            continue
        done = None
        if metadata.translator:
            done = "names a translator"
        elif book.settings.editor:
            done = "is edited"
        elif document.body.find(".//span[@class='supplied']") is not None:
            done = "supplies words"
        if done:
            yield _warn(
                "rights-no-derivatives",
                f"the terms of this text forbid derivatives, and the book {done}",
                "ask who holds the rights, or say in “rights” that the terms are of this very text",
                _place(book, document, "rights"),
            )


def rights_share_alike(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """A text to be shared alike, beside a text that may not be shared on the same terms."""
    stated = [
        (document, statement.licence)
        for document, _, statement in _statements(book, edition)
        if statement.licence
    ]
    for document, licence in stated:
        if not licence.share_alike:
            continue
        other = next((x for _, x in stated if not _goes_with(licence, x)), None)
        if other:
            yield _warn(
                "rights-share-alike",
                f"this text is under {_name(licence)}, another text of the book under"
                f" {_name(other)}: the book as a whole cannot be under both",
                "put them into two books, or ask for leave",
                _place(book, document, "rights"),
            )


def _goes_with(licence: Licence, other: Licence) -> bool:
    """Whether a book under a share-alike licence may hold a text under another."""
    if other.id in (licence.id, "public-domain", "cc0", "cc-by"):
        return True
    # What a licence leaves open is not what it forbids; another share-alike one forbids this one.
    return other.derivatives is None and not other.share_alike


def _name(licence: Licence) -> str:
    return f"{licence.name} {licence.version or ''}".strip()


def credit_missing(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """Terms that ask for a credit, and no credit."""
    for document, metadata, statement in _statements(book, edition):
        if statement.asks_credit and metadata.credit is None:
            yield _warn(
                "credit-missing",
                "the terms of this text ask for a credit, and the book gives none",
                "write the credit that they ask for into “credit”",
                _place(book, document, "rights"),
            )


def rights_conflicting(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """A statement that names two licences which say different things."""
    for document, _, statement in _statements(book, edition):
        if len(statement.licences) > 1:
            names = " and ".join(_name(licence) for licence in statement.licences)
            yield _warn(
                "rights-conflicting",
                f"the terms of this text name {names}: which of them holds is not clear",
                "ask, or take the stricter one; the statement stays as it is",
                _place(book, document, "rights"),
            )


def language_unknown(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """Documents of which nobody has said what language they are in."""
    unsaid = [
        document
        for document, edited in _pairs(book, edition)
        if edited.metadata.language in (None, UNKNOWN_LANGUAGE)
    ]
    if unsaid:
        yield _warn(
            "language-unknown",
            f"nobody has said what language is the text’s, of {len(unsaid)}"
            f" document{'s' if len(unsaid) > 1 else ''}",
            "write “language: …” into book.yaml, or into the front matter of these documents:"
            " without it no word is divided, and no voice knows how to read",
            _place(book, unsaid[0], "language"),
        )


def old_style_differs(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """A day of two calendars that is not one day."""
    for document, edited in _pairs(book, edition):
        for key in ("written", "delivered", "published"):
            statement = getattr(edited.metadata, key)
            julian = _DAY.fullmatch(statement.old_style or "") if statement else None
            if statement is None or not julian or not _DAY.fullmatch(statement.date or ""):
                continue
            day = gregorian(*(int(part) for part in julian.groups())).isoformat()
            if day != statement.date:
                yield _warn(
                    "old-style-differs",
                    f"{statement.old_style} in the Julian calendar is {day}, not {statement.date}",
                    "correct one of them: “date” is Gregorian, “old-style” Julian",
                    document.places.get((key, "old-style"), Span(document.file.path)),
                )


def number_repeated(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """Two letters of one number, where volumes do not count anew."""
    volumes = {
        id_: division.id
        for division in edition.divisions
        if division.kind is DivisionKind.VOLUME
        for id_ in _within(division)
    }
    first: dict[tuple[str, str], Document] = {}
    for document, edited in _pairs(book, edition):
        number = edited.metadata.number
        if number is None:
            continue
        other = first.setdefault((volumes.get(edited.id, ""), number), document)
        if other is not document:
            yield _warn(
                "number-repeated",
                f"{other.file.path} has the number {number} as well",
                "correct one of them; what cites a letter by its number would not find it",
                document.places.get(("number",), Span(document.file.path)),
            )


def _within(division: Division) -> Iterator[str]:
    yield from division.documents
    for inner in division.divisions:
        yield from _within(inner)


PLATE = (260, 378)
"""Points that a facsimile can fill: the measure, and the page without the lines of a caption."""
FINE = 150
"""Dots to the inch, below which print shows the dots."""


def image_coarse(book: Book, edition: Edition) -> Iterator[Diagnostic]:
    """A facsimile that has too few dots for a page; pictures in the text are set smaller then."""
    for document, edited in _pairs(book, edition):
        for number, facsimile in enumerate(edited.metadata.facsimile):
            image = edition.images[facsimile.image]
            dots = 72 * max(image.width / PLATE[0], image.height / PLATE[1])
            if image.media_type == DRAWING or round(dots) >= FINE:
                continue
            keys = (("facsimile", number, "image"), ("facsimile", "image"))
            spans = (document.places[key] for key in keys if key in document.places)
            yield Diagnostic(
                "image-coarse",
                f"“{facsimile.image}” has {dots:.0f} dots to the inch when it fills a page",
                f"scan it with {round(FINE * image.width / dots)} dots across or more; twice as"
                " many are good",
                next(spans, Span(document.file.path)),
                Severity.HINT,
            )


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "rights-no-derivatives": rights_no_derivatives,
        "rights-share-alike": rights_share_alike,
        "credit-missing": credit_missing,
        "rights-conflicting": rights_conflicting,
        "language-unknown": language_unknown,
        "old-style-differs": old_style_differs,
        "number-repeated": number_repeated,
        "image-coarse": image_coarse,
    }
)
"""Every rule by the code of what it finds."""
