"""A page's blocks to the documents that they belong to, and notes to the texts that they explain.

What enters are the blocks in the order of the page, and what a profile has marked; what leaves are
the blocks of each document, and those of none. A note may stand anywhere, behind its letter or at
the end of the book: it goes to the document in which its mark stands.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import Block, words
from letterbook.importers.htmlprofile import HtmlProfile
from letterbook.importers.htmlselect import PREFIX, Selected, marked, number_of
from letterbook.importers.marxists_notes import find_notes
from letterbook.importers.pages import find_pages
from letterbook.provenance.labels import pattern

_NOWHERE = -1
_TURNS = 4
"""How deep notes on notes are followed."""


@dataclass(slots=True)
class Part:
    """The blocks of one document."""

    number: int
    blocks: list[Block] = field(default_factory=list)


@dataclass(slots=True)
class Parts:
    """The blocks of a page, given to documents."""

    parts: list[Part]
    outside: list[Block] = field(default_factory=list)
    """What is in no document."""
    headings: list[Block] = field(default_factory=list)
    """Headings above notes that have gone to their documents."""


def split_parts(blocks: Sequence[Block], profile: HtmlProfile, selected: Selected) -> Parts:
    """Give each document its blocks."""
    if profile.document is None:
        return Parts([Part(0, list(blocks))])
    found = _by_beginnings(blocks)
    homes = _homes_by_profile(found, selected) if profile.note else _homes_by_links(found, blocks)
    _bring_home(found, homes)
    found.outside = [b for b in found.outside if not b.is_empty and b.tag != "hr"]
    return found


def _by_beginnings(blocks: Sequence[Block]) -> Parts:
    found = Parts([])
    parts = found.parts
    within = False
    """Whether the document is an element around its blocks, and not a heading."""
    for block in blocks:
        number = number_of(block.classes, "document")
        if number is not None and (not parts or parts[-1].number < number):
            before = parts[-1].blocks if parts else found.outside
            parts.append(Part(number, _taken_back(before)))
            within = number_of(block.around, "document") is not None
        elif PREFIX + "section" in block.classes or (within and number is None):
            note = number_of(block.classes, "note")
            if not (note is not None and parts):
                found.outside.append(block)
                within = True
                continue
        (parts[-1].blocks if parts else found.outside).append(block)
    return found


def _taken_back(blocks: list[Block]) -> list[Block]:
    """Take back marks of pages that stand behind all else: the page begins with what follows."""
    end = len(blocks)
    while end and (blocks[end - 1].tag == "hr" or _is_page_mark(blocks[end - 1])):
        end -= 1
    taken = [block for block in blocks[end:] if block.tag != "hr"]
    blocks[end:] = [block for block in blocks[end:] if block.tag == "hr"]
    return taken


def _is_page_mark(block: Block) -> bool:
    """Whether a block shows where a page begins, and nothing else."""
    marks = list(marked(block, "page")) or list(find_pages([block]))
    return bool(marks) and sum(len(words(mark)) for mark in marks) >= len(block.text)


# --------------------------------------------------------------------------- notes


def _homes_by_profile(found: Parts, selected: Selected) -> dict[int, int]:
    """Give the part in which the first mark of a note stands, by the identity of the note's blocks.

    A note that has a mark where it stands is at home there.
    """
    notes: dict[int, list[Block]] = {}
    stands: dict[int, int] = {}
    for at, block in _everywhere(found):
        if (number := number_of(block.classes, "note")) is not None:
            notes.setdefault(number, []).append(block)
            stands.setdefault(number, at)
    homes: dict[int, int] = {}
    for turn in range(_TURNS):
        before = len(homes)
        for at, block in _everywhere(found):
            inside = number_of(block.classes, "note")
            at = at if inside is None else homes.get(inside, _NOWHERE)
            for link in _links_of_marks(block) if at != _NOWHERE else ():
                numbers = selected.notes.get(link.get("href", "").rpartition("#")[2], ())
                if any(homes.get(n) == at for n in numbers):
                    continue
                here = [n for n in numbers if stands.get(n) == at]
                free = [n for n in numbers if n in stands and n not in homes and n != inside]
                if target := here or (free if turn else []):
                    homes.setdefault(target[0], at)
        if turn and len(homes) == before:
            break
    return {id(block): at for number, at in homes.items() for block in notes[number]}


def _links_of_marks(block: Block) -> Iterator[Element]:
    for element in marked(block, "note-reference"):
        yield from element.iter("a")


def _homes_by_links(found: Parts, blocks: Sequence[Block]) -> dict[int, int]:
    """The same where nobody has said what the notes are: they are told by their links."""
    stands = {id(block): at for at, block in _everywhere(found)}
    notes = find_notes(blocks)
    marked_in: dict[int, list[Block]] = {}
    hrefs: dict[int, set[str]] = {}
    for block in blocks:
        for element in block.element.iter("a"):
            if href := element.get("href", ""):
                hrefs.setdefault(stands[id(block)], set()).add(href.rpartition("#")[2])
            if note := notes.marks.get(element):
                marked_in.setdefault(id(note), []).append(block)
    homes: dict[int, int] = {}
    for _ in range(_TURNS):
        for note in notes.notes:
            at = stands[id(note.blocks[0])]
            if note.anchor is None or (_names(note.anchor) & hrefs.get(at, set())):
                continue
            for block in marked_in.get(id(note), ()):
                home = homes.get(id(block), stands[id(block)])
                if home not in (_NOWHERE, at):
                    homes.update((id(b), home) for b in note.blocks)
                    break
    return homes


def _names(anchor: Element) -> set[str]:
    return {anchor.get("id", ""), anchor.get("name", "")} - {""}


def _everywhere(found: Parts) -> Iterator[tuple[int, Block]]:
    """All blocks, each with the number of its part."""
    for block in found.outside:
        yield _NOWHERE, block
    for at, part in enumerate(found.parts):
        for block in part.blocks:
            yield at, block


def _bring_home(found: Parts, homes: dict[int, int]) -> None:
    """Move notes behind the texts in which they are marked, and leave no heading above nothing."""
    gone: dict[int, list[Block]] = {}
    everywhere = [(_NOWHERE, found.outside), *((n, p.blocks) for n, p in enumerate(found.parts))]
    for at, blocks in everywhere:
        moved = [b for b in blocks if homes.get(id(b), at) != at]
        if not moved:
            continue
        leaving = {id(b) for b in moved}
        for block in moved:
            gone.setdefault(homes[id(block)], []).append(block)
        headings = list(_headings_of(blocks, leaving))
        if at != _NOWHERE:
            found.headings += headings
            leaving |= {id(b) for b in headings}
        blocks[:] = [b for b in blocks if id(b) not in leaving]
    for at, moved in gone.items():
        found.parts[at].blocks += moved
    found.parts = [
        part for part in found.parts if any(not b.is_empty and b.tag != "hr" for b in part.blocks)
    ]


def _headings_of(blocks: Sequence[Block], leaving: set[int]) -> Iterator[Block]:
    """The headings behind which there were only notes that leave."""
    heading: Block | None = None
    for block in blocks:
        if pattern("note-headings").match(block.text) and id(block) not in leaving:
            heading = block
        elif id(block) in leaving and heading is not None:
            yield heading
            heading = None
        elif block.tag != "hr" and not block.is_empty:
            heading = None
