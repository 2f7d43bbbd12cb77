"""Points and commas in the account: signs that stand on words, and may change their place.

A point that the source has before a note stands, in a document, behind the quotation mark that an
importer supplied; and the note that comes between ends with a point of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from letterbook.witness.follow import FREE, Claims, Run
from letterbook.witness.stream import Stream

_CLOSING = ".,;:!?"
_SIGNS = 8
"""Characters among which signs are looked for one by one."""


def give_back(claims: Claims, runs: Sequence[Run], stream: Stream, who: int) -> None:
    """Give a point to the word before it: behind a note, the note's own looks like it."""
    for before, after in pairwise(runs):
        place = before.source + before.length
        sign = stream.text[after.at]
        if sign in _CLOSING and place < after.source and is_sign(claims, sign, place):
            claims.owner[after.source] = FREE
            claims.take(place, 1, who)


def without_signs(
    claims: Claims,
    runs: Sequence[Run],
    stream: Stream,
    missing: Iterable[tuple[int, int]],
    who: int,
) -> Iterator[tuple[int, int]]:
    """Find the points and commas that stand alone: before a note, between supplied quotes."""
    ends = {run.at + run.length: run.source + run.length for run in runs}
    starts = {run.at: run.source for run in runs}
    for start, end in missing:
        if end - start > _SIGNS:
            yield start, end
            continue
        first, last = ends.get(start, -1), starts.get(end, 0) - 1
        begun = start
        for at in range(start, end):
            place = next((p for p in (first, last) if is_sign(claims, stream.text[at], p)), -1)
            if place < 0:
                continue
            claims.take(place, 1, who)
            first += place == first
            if at > begun:
                yield begun, at
            begun = at + 1
        if begun < end:
            yield begun, end


def is_sign(claims: Claims, character: str, place: int) -> bool:
    """Whether a place of the source has this sign, and nobody has taken it."""
    return (
        0 <= place < len(claims.source.text)
        and not character.isalnum()
        and claims.source.text[place] == character
        and claims.is_free(place, 1)
    )
