"""Whether a note is that of its mark: told by the marks that were set aside, or by where it stands.

What enters is where the texts and notes of a document stand in the source, and what was set aside
there; what leaves are the notes that seem to be another mark's. A source may itself have a wrong
number, so this is told, and refuses nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from letterbook.witness.follow import ASIDE, NOTES, Claims, Run

_MARK = re.compile(r"(?<![^\W_])(?:\d{1,4}[a-z]?|[A-Za-z])(?![^\W_])")
_LONGEST = 6
"""Characters of a mark with its brackets."""
_FAR = 200
"""Characters between two words at most, for what stands there to be a mark."""


class Reference(NamedTuple):
    """A mark in a document's text."""

    label: str
    first: int
    """Where in the text the word begins behind which it stands, …"""
    last: int
    """… and where the next one does."""


class Pair(NamedTuple):
    """A note that seems to be another mark's."""

    label: str
    mark: str
    other: str
    """What the note has for its own mark; empty when it stands elsewhere."""
    source: int


def mispaired(
    claims: Claims,
    body: Sequence[Run],
    references: Sequence[Reference],
    notes: Mapping[str, tuple[int, int]],
) -> Iterator[Pair]:
    """Give the references whose mark is another than their note's.

    ``notes`` are the places of the notes in the source, by their labels.
    """
    places: dict[tuple[int, int], list[str]] = {}
    for label, first, last in references:
        places.setdefault((first, last), []).append(label)
    own = {label: _mark_of(claims, start).lower() for label, (start, _) in notes.items()}
    for (first, last), labels in places.items():
        start = _in_source(body, first)
        end = _in_source(body, last)
        end = _behind(claims, _in_source(body, last - 1) + 1) if end < 0 else end
        if 0 <= start < end <= start + _FAR:
            marks = _MARK.findall(_aside(claims, start, end))
            if len(marks) == len(labels):
                yield from _differing(labels, marks, own, start)
        if 0 <= start < end:
            yield from _elsewhere(claims, labels, notes, start, end)


def _differing(
    labels: Sequence[str], marks: Sequence[str], own: Mapping[str, str], place: int
) -> Iterator[Pair]:
    """Give the notes whose own mark is another's than that which leads to them."""
    for label, mark in zip(labels, marks, strict=True):
        has = own.get(label, "")
        if has not in ("", mark.lower()) and mark.lower() in own.values():
            yield Pair(label, mark, has, place)


def _elsewhere(
    claims: Claims,
    labels: Sequence[str],
    notes: Mapping[str, tuple[int, int]],
    start: int,
    end: int,
) -> Iterator[Pair]:
    """Of notes that stand at their marks, give the mark that has another's."""
    there = claims.owner.find(NOTES, start, end)
    if there < 0 or any(label not in notes for label in labels):
        return
    if not any(notes[label][0] < end and start < notes[label][1] for label in labels):
        yield Pair(labels[0], "", "", there)


def _in_source(runs: Sequence[Run], at: int) -> int:
    """Where a character of the text stands in the source; -1 when it is not there."""
    number = bisect_right(runs, at, key=lambda run: run.at) - 1
    if number < 0 or at >= runs[number].at + runs[number].length:
        return -1
    return runs[number].source + at - runs[number].at


def _behind(claims: Claims, end: int) -> int:
    """The end of what was set aside right behind a place, as far as it can be a mark."""
    most = min(end + _LONGEST, len(claims.owner)) if end else 0
    while end < most and claims.owner[end] == ASIDE:
        end += 1
    return end


def _aside(claims: Claims, start: int, end: int) -> str:
    """What was set aside of a stretch, with spaces where something else is."""
    pairs = zip(claims.source.text[start:end], claims.owner[start:end], strict=True)
    return "".join(character if who == ASIDE else " " for character, who in pairs)


def _mark_of(claims: Claims, start: int) -> str:
    """The mark that was set aside right before a note."""
    if start == 0 or claims.owner[start - 1] != ASIDE:
        return ""
    first, _ = claims.source.whole(start - 1, start)
    found = _MARK.findall(_aside(claims, first, start))
    return found[0] if len(found) == 1 else ""
