"""Who and where the people and places of the metadata are, as far as the book knows.

What enters is a book as it was read; what leaves is the same book, in which a person or a place
that an entry of ``index.yaml`` names has the entry's address in an authority file, unless it has
one of its own. Of two entries that claim a name, neither is taken. Whoever is filed somewhere
(``sort``) is filed so wherever the same name stands, unless it is filed in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from letterbook.index.terms import plain_heading
from letterbook.metadata import (
    DateStatement,
    IndexEntry,
    Inherited,
    Kind,
    People,
    Person,
    unbracketed,
)
from letterbook.model import Book

_AGENTS = frozenset({Kind.PERSON, Kind.ORGANISATION})
_PLACES = frozenset({Kind.PLACE})
_M = TypeVar("_M", bound=Inherited)

_ByName = Mapping[str, IndexEntry | None]
"""From a name, plain, to the one entry that has it; None when several have."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of names."""

    agents: _ByName
    places: _ByName
    filed: Mapping[str, str]
    """From a name to the one way in which it is filed."""


def identify(book: Book) -> Book:
    """Fill in what is known of the people and places of a book's metadata."""
    entries = book.authority.entries
    known = _Known(
        _by_name(e for e in entries if e.kind in _AGENTS),
        _by_name(e for e in entries if e.kind in _PLACES),
        _filed((book.settings, *(document.metadata for document in book.documents))),
    )
    if not known.filed and not any(e.ref or e.kind is Kind.ORGANISATION for e in entries):
        return book
    return replace(
        book,
        settings=_identified(book.settings, known),
        documents=tuple(
            replace(document, metadata=_identified(document.metadata, known))
            for document in book.documents
        ),
    )


def _filed(all_metadata: Iterable[Inherited]) -> Mapping[str, str]:
    ways: dict[str, set[str]] = {}
    for metadata in all_metadata:
        for person in _people(metadata):
            if person.sort:
                ways.setdefault(person.name, set()).add(person.sort)
    return {name: min(sorts) for name, sorts in ways.items() if len(sorts) == 1}


def _people(metadata: Inherited) -> Iterator[Person]:
    for _, value in metadata:
        if isinstance(value, tuple):
            yield from (person for person in value if isinstance(person, Person))


def _by_name(entries: Iterable[IndexEntry]) -> _ByName:
    found: dict[str, IndexEntry | None] = {}
    for entry in entries:
        for name in {plain_heading(text) for text in (entry.heading, *entry.forms)}:
            found[name] = None if name in found else entry
    return found


def _identified(metadata: _M, known: _Known) -> _M:
    filled: dict[str, People | DateStatement] = {}
    for name, value in metadata:
        if isinstance(value, DateStatement):
            place = plain_heading(unbracketed(value.place)) if value.place else None
            entry = known.places.get(place) if place else None
            if entry and entry.ref and not value.place_ref:
                filled[name] = value.model_copy(update={"place_ref": entry.ref})
        elif isinstance(value, tuple) and value and isinstance(value[0], Person):
            filled[name] = tuple(_person(person, known) for person in value)
    return metadata.model_copy(update=filled) if filled else metadata


def _person(person: Person, known: _Known) -> Person:
    filed = person.sort or known.filed.get(person.name)
    names = (plain_heading(name) for name in (filed, person.name) if name)
    entry = next((found for name in names if (found := known.agents.get(name))), None)
    if entry is None:
        return person if filed == person.sort else person.model_copy(update={"sort": filed})
    is_organisation = entry.kind is Kind.ORGANISATION
    return person.model_copy(
        update={
            "sort": filed,
            "ref": person.ref or entry.ref,
            "kind": "organisation" if is_organisation else person.kind,
        }
    )
