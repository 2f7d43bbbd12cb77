"""Who and where the people and places of the metadata are, as far as the index knows.

What enters is a book as it was read; what leaves is the same book, in which a person or a place
that an entry of ``index.yaml`` names has the entry's address in an authority file, unless it has
one of its own. Of two entries that claim a name, neither is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
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


def identify(book: Book) -> Book:
    """Fill in what the index knows of the people and places of a book's metadata."""
    known = [e for e in book.authority.entries if e.ref or e.kind is Kind.ORGANISATION]
    if not known:
        return book
    agents = _by_name(e for e in book.authority.entries if e.kind in _AGENTS)
    places = _by_name(e for e in book.authority.entries if e.kind in _PLACES)
    return replace(
        book,
        settings=_identified(book.settings, agents, places),
        documents=tuple(
            replace(document, metadata=_identified(document.metadata, agents, places))
            for document in book.documents
        ),
    )


def _by_name(entries: Iterable[IndexEntry]) -> _ByName:
    found: dict[str, IndexEntry | None] = {}
    for entry in entries:
        for name in {plain_heading(text) for text in (entry.heading, *entry.forms)}:
            found[name] = None if name in found else entry
    return found


def _identified(metadata: _M, agents: _ByName, places: _ByName) -> _M:
    filled: dict[str, People | DateStatement] = {}
    for name, value in metadata:
        if isinstance(value, DateStatement):
            entry = places.get(plain_heading(unbracketed(value.place))) if value.place else None
            if entry and entry.ref and not value.place_ref:
                filled[name] = value.model_copy(update={"place_ref": entry.ref})
        elif isinstance(value, tuple) and value and isinstance(value[0], Person):
            filled[name] = tuple(_person(person, agents) for person in value)
    return metadata.model_copy(update=filled) if filled else metadata


def _person(person: Person, agents: _ByName) -> Person:
    names = (plain_heading(name) for name in (person.sort, person.name) if name)
    entry = next((found for name in names if (found := agents.get(name))), None)
    if entry is None:
        return person
    is_organisation = entry.kind is Kind.ORGANISATION
    return person.model_copy(
        update={
            "ref": person.ref or entry.ref,
            "kind": "organisation" if is_organisation else person.kind,
        }
    )
