"""The locators of a book's indexes, as a medium prints them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from letterbook.index.locators import Reference, by_number, by_page, by_paragraph, by_source
from letterbook.model import Edition, Heading, Index, Locator, Pagination
from letterbook.wording import Wording


def title_of(index: Index, wording: Wording) -> str:
    """What an index is called: its title, or the language's word for an index."""
    title = index.settings.title
    return wording.bare(title) if title else wording["index"]


class Locating:
    """Puts the places of headings into references.

    ``pagination`` is what the layout has shown; None where there are no pages, or not yet.
    """

    def __init__(self, edition: Edition, wording: Wording, pagination: Pagination | None) -> None:
        self.pagination = pagination
        self.labels = wording.labels
        self.titles = {index.id: title_of(index, wording) for index in edition.indexes}
        self.names = {document.id: wording.called(document) for document in edition.documents}
        self.numbers = {document.id: document.metadata.number for document in edition.documents}
        volumes = {
            document.id: document.metadata.source.volume
            for document in edition.documents
            if document.metadata.source and document.metadata.source.volume
        }
        self.volumes = volumes if len(set(volumes.values())) > 1 else {}
        self.crowded = _crowded(edition, pagination) if pagination else frozenset()

    def context(self, index: Index) -> dict[str, Any]:
        """What the template of an index calls, besides what every template has."""
        run_in = index.settings.subentries == "run-in"
        by_words = index.settings.locators == "page" and self.pagination is None
        return {
            "index": index,
            "references": self.references,
            "by_words": by_words,
            "run_in": run_in,
            "deep": not run_in and any(heading.is_deep for heading in _headings(index)),
            "titles": self.titles,
            "remarks": [self.labels[name] for name in _remarks(index)],
        }

    def references(self, heading: Heading, index: Index) -> tuple[Reference, ...]:
        """The references of a heading, or of a subheading, in the way of its index."""
        found = heading.locators
        abbreviated = index.settings.ranges == "abbreviated"
        match index.settings.locators:
            case "number":
                return by_number(found, self.numbers, self.names, abbreviated=abbreviated)
            case "source-page":
                return by_source(found, self.volumes, self.names, abbreviated=abbreviated)
        if self.pagination is None:
            names = self.names if len(self.names) > 1 else dict.fromkeys(self.names, "")
            return by_paragraph(found, names, self.labels)
        pages = self.pagination.pages
        return by_page(found, pages, self.names, self.crowded, abbreviated=abbreviated)


def _crowded(edition: Edition, pagination: Pagination) -> frozenset[tuple[str, str]]:
    """Pages, each with a number that two of its notes have, which are of two documents."""
    owners: dict[tuple[str, str], set[str]] = {}
    for document in edition.documents:
        for note in document.notes:
            page = pagination.pages.get(note.id)
            owners.setdefault((str(page), note.number), set()).add(document.id)
    return frozenset(place for place, documents in owners.items() if len(documents) > 1)


def _remarks(index: Index) -> Iterator[str]:
    """The labels of what is said above an index about its locators, as the manual asks."""
    if index.settings.locators != "page":
        yield f"index-{index.settings.locators}"
    found = [locator for heading in _headings(index) for locator in _locators(heading)]
    if any(locator.main for locator in found):
        yield "index-main"
    if any(locator.illustration for locator in found):
        yield "index-illustration"


def _headings(index: Index) -> Iterator[Heading]:
    return (heading for group in index.groups for heading in group.headings)


def _locators(heading: Heading) -> Iterator[Locator]:
    yield from heading.locators
    for inner in heading.subheadings:
        yield from _locators(inner)
