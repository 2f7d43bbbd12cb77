"""The ways through a publication: contents, landmarks, the pages of the print source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from lxml.etree import _Element as Element

from letterbook.model import Role
from letterbook.plan import SEMANTICS, Part
from letterbook.titles import told_by
from letterbook.wording import Wording

Files = list[tuple[str, list[tuple[Part, Element]]]]
"""The parts, their templates filled, by the address of the file that they share."""

_LANDMARKS: Mapping[Role, tuple[str, str]] = {
    Role.COVER: ("cover", "cover"),
    Role.TITLE: ("titlepage", "title-page"),
    Role.PROVENANCE: ("copyright-page", "provenance"),
    Role.CONTENTS: ("toc", "contents"),
    Role.NOTES: ("endnotes", "notes"),
    Role.INDEX: ("index", "index"),
    Role.COLOPHON: ("colophon", "colophon"),
}
"""The landmarks of an EPUB: ``epub:type`` and label; pages of their own roles are others."""


@dataclass(frozen=True, slots=True)
class Waypoint:
    """A place that a reading system leads to: a landmark, or a page of print."""

    label: str
    href: str
    type: str = ""
    """What the place is, as ``epub:type`` has it."""


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A line of the contents, and the lines below it."""

    title: str
    target: str
    folio: str | None
    role: Role
    number: str = ""
    """Of a document, as printed."""
    date: str = ""
    """Of a document whose title does not tell it from others: it is made of the people."""
    entries: tuple[ContentsEntry, ...] = ()


MAX_LEVELS = 3
"""Of the contents: deeper than this, nobody finds a way."""


def contents_of(
    parts: Iterable[Part], folios: Mapping[str, str], word: Wording
) -> tuple[ContentsEntry, ...]:
    """The lines of the contents, as a tree, with folios where those of ids are known."""
    lines: list[tuple[int, ContentsEntry]] = []
    for part in (part for part in parts if part.is_listed):
        if section := part.section:
            title = word.bare(section.title)
            folio = folios.get(part.id)
            line = ContentsEntry(title, section.id, folio, Role.PART)
            lines.append((part.depth - 1, line))
        number, date = told_by(part.document, word) if part.document else ("", "")
        # Below the title of a section, it is the document's own title that comes next.
        target = f"{part.id}-title" if part.section else part.id
        line = ContentsEntry(part.title, target, folios.get(part.id), part.role, number, date)
        lines.append((part.depth, line))
    return _nested(lines, 1)


def _nested(lines: Sequence[tuple[int, ContentsEntry]], level: int) -> tuple[ContentsEntry, ...]:
    """Make a tree of lines, each with its depth."""
    starts = [n for n, (depth, _) in enumerate(lines) if depth <= level or level == MAX_LEVELS]
    return tuple(
        replace(lines[start][1], entries=_nested(lines[start + 1 : end], level + 1))
        for start, end in pairwise([*starts, len(lines)])
    )


def ways(files: Files, word: Wording) -> Mapping[str, list[Waypoint]]:
    """What the navigation document of an EPUB leads to besides the contents."""
    landmarks: dict[str, Waypoint] = {}

    def add(type_: str, label: str, href: str) -> None:
        landmarks.setdefault(type_, Waypoint(label, href, type_))

    at_end = any(part.role is Role.NOTES for _, parts in files for part, _ in parts)
    for href, parts in files:
        for part, _ in parts:
            if part.role in _LANDMARKS:
                type_, label = _LANDMARKS[part.role]
                add(type_, word[label], href)
            if part.is_first:
                add("bodymatter", word["start"], href)
            role = part.document.role if part.document else None
            if role and role in SEMANTICS:
                add(SEMANTICS[role][0], part.title, href)
            if part.document and part.document.notes and not at_end:
                add("footnotes", word["notes"], f"{href}#{part.id}-notes")
    return {"landmarks": list(landmarks.values()), "page_list": _page_list(files, word)}


def _page_list(files: Files, word: Wording) -> list[Waypoint]:
    """The pages that begin in the files.

    Where documents count pages of their own, as leaves of letters are counted, a page 2 alone
    would lead nowhere certain: those of a document that shares any say whose they are.
    """
    pages = [
        (part, [(label, f"{href}#{id_}") for label, id_ in page_breaks(tree)])
        for href, parts in files
        for part, tree in parts
    ]
    counted = Counter(label for _, breaks in pages for label, _ in breaks)
    found: list[Waypoint] = []
    for part, breaks in pages:
        whose = part.document and any(counted[label] > 1 for label, _ in breaks)
        called = word.called(part.document) if whose and part.document else ""
        for label, href in breaks:
            said = word["on-page"].format(called, label) if called else label
            found.append(Waypoint(said, href))
    return found


def neighbours(files: Files, number: int, word: Wording) -> Mapping[str, Mapping[str, str] | None]:
    """The files before and after one, each with its address and what it is called.

    The page of the search is none of them: nobody comes to it by reading on.
    """

    def neighbour(step: int) -> Mapping[str, str] | None:
        at = number + step
        if 0 <= at < len(files) and files[at][1][0][0].role is Role.SEARCH:
            at += step
        if not 0 <= at < len(files):
            return None
        href, parts = files[at]
        part = parts[0][0]
        called = told_by(part.document, word)[0] if part.document else ""
        return {"href": href, "title": part.title, "number": called}

    return {"previous": neighbour(-1), "following": neighbour(1)}


def page_breaks(tree: Element) -> Sequence[tuple[str, str]]:
    """Label and id of the pages of the print source that begin in a tree."""
    return [
        (element.get("title", ""), element.get("id", ""))
        for element in tree.iter()
        if element.get("role") == "doc-pagebreak"
    ]
