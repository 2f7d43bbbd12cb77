"""The ways through a publication: contents, landmarks, the pages of the print source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lxml.etree import _Element as Element

from letterbook.model import Role
from letterbook.plan import Part
from letterbook.wording import Wording

Files = list[tuple[str, list[tuple[Part, Element]]]]
"""The parts, their templates filled, by the address of the file that they share."""

_LANDMARKS: Mapping[Role, tuple[str, str]] = {
    Role.COVER: ("cover", "cover"),
    Role.TITLE: ("titlepage", "title-page"),
    Role.PROVENANCE: ("copyright-page", "provenance"),
    Role.CONTENTS: ("toc", "contents"),
    Role.DOCUMENT: ("bodymatter", "start"),
    Role.INDEX: ("index", "index"),
    Role.COLOPHON: ("colophon", "colophon"),
}
"""The landmarks of an EPUB: ``epub:type`` and label; the first document stands for all."""


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place that a reading system leads to: a landmark, or a page of print."""

    label: str
    href: str
    type: str = ""
    """What the place is, as ``epub:type`` has it."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents."""

    title: str
    target: str
    folio: str | None


def contents_of(parts: Iterable[Part], pages: Mapping[str, int] | None) -> list[ContentsEntry]:
    """The lines of the contents, with folios where the pages of ids are known."""
    return [
        ContentsEntry(part.title, part.id, _folio(part.id, pages))
        for part in parts
        if part.role in (Role.DOCUMENT, Role.INDEX)
    ]


def _folio(id_: str, pages: Mapping[str, int] | None) -> str | None:
    return str(pages[id_]) if pages is not None and id_ in pages else None


def ways(files: Files, word: Wording) -> Mapping[str, list[Waypoint]]:
    """What the navigation document of an EPUB leads to besides the contents."""
    landmarks: dict[str, Waypoint] = {}
    page_list: list[Waypoint] = []

    def add(type_: str, label: str, href: str) -> None:
        landmarks.setdefault(type_, Waypoint(word[label], href, type_))

    for href, parts in files:
        for part, tree in parts:
            page_list += [Waypoint(label, f"{href}#{id_}") for label, id_ in page_breaks(tree)]
            if part.role in _LANDMARKS:
                add(*_LANDMARKS[part.role], href)
            if part.document and part.document.notes:
                add("footnotes", "notes", f"{href}#{part.id}-notes")
    return {"landmarks": list(landmarks.values()), "page_list": page_list}


def neighbours(files: Files, number: int) -> Mapping[str, Mapping[str, str] | None]:
    """The files before and after one, each with its address and title."""

    def neighbour(at: int) -> Mapping[str, str] | None:
        if not 0 <= at < len(files):
            return None
        href, parts = files[at]
        return {"href": href, "title": parts[0][0].title}

    return {"previous": neighbour(number - 1), "following": neighbour(number + 1)}


def page_breaks(tree: Element) -> Sequence[tuple[str, str]]:
    """Label and id of the pages of the print source that begin in a tree."""
    return [
        (element.get("title", ""), element.get("id", ""))
        for element in tree.iter()
        if element.get("role") == "doc-pagebreak"
    ]
