"""After a disagreement, the nearest place from which both sides go on alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from letterbook.witness.agreement import Words, unhyphened
from letterbook.witness.words import Break, Kind, Word

NEAR = 64
"""How many words ahead are searched first."""
_WIDER = 8
"""How many times as many then, and again: what is searched in vain is little beside what is not."""
_ANCHOR = 3
"""How many words in a row make an agreement."""
_END = "\x00"


@dataclass(frozen=True, slots=True)
class Settled:
    """A word put together from the parts in which it was found."""

    start: int
    end: int
    word: Word


def meet_again(expected: Words, i: int, found: Words, j: int) -> tuple[int, int]:
    """Find the nearest place after ``i`` and ``j`` from which both go on alike."""
    for width in _widths(max(len(expected) - i, len(found) - j)):
        mine = [(k, w) for k, w in enumerate(expected[i : i + width], i) if counts(w)]
        keys = {w.key for _, w in mine}
        theirs = [s for s in put_together(found, j, j + width, keys) if counts(s.word)]
        my_keys = [w.key for _, w in mine]
        their_keys = [s.word.key for s in theirs]
        if i + width >= len(expected):
            my_keys += [_END] * _ANCHOR
        if j + width >= len(found):
            their_keys += [_END] * _ANCHOR
        if anchor := _anchor(my_keys, their_keys):
            a, b = anchor
            return (
                mine[a][0] if a < len(mine) else len(expected),
                theirs[b].start if b < len(theirs) else len(found),
            )
    return len(expected), len(found)


def _widths(most: int) -> Iterator[int]:
    width = NEAR
    yield width
    while width < most:
        width *= _WIDER
        yield width


def counts(word: Word) -> bool:
    """Whether a word must be on both sides."""
    return word.kind is not Kind.OPTIONAL


def _anchor(mine: list[str], theirs: list[str]) -> tuple[int, int] | None:
    """Find the words in a row that both have, with the fewest words before them on both sides."""
    first: dict[tuple[str, ...], int] = {}
    for b in range(len(theirs) - _ANCHOR, -1, -1):
        first[tuple(theirs[b : b + _ANCHOR])] = b
    best: tuple[int, int] | None = None
    for a in range(len(mine) - _ANCHOR + 1):
        if best and a >= sum(best):
            break
        at = first.get(tuple(mine[a : a + _ANCHOR]))
        if at is not None and a + at > 0 and (best is None or a + at < sum(best)):
            best = a, at
    return best


def put_together(found: Words, j: int, end: int, known: set[str]) -> Iterator[Settled]:
    """Undo line ends as well as can be done without knowing what should stand there."""
    end = min(end, len(found))
    while j < end:
        start, word = j, found[j]
        while word.after in (Break.LINE, Break.GAP) and j + 1 < len(found):
            following = found[j + 1]
            stem = unhyphened(word.key, word)
            hyphened = stem != word.key
            if stem + following.key in known:
                key = stem + following.key
            elif word.key + following.key in known and word.key not in known:
                key = word.key + following.key
            elif hyphened and len(stem) > 1 and word.key not in known:
                key = stem + following.key
            else:
                break
            shown = (
                word.text[:-1] if key.startswith(stem + following.key) and hyphened else word.text
            )
            word = word._replace(text=shown + following.text, key=key, after=following.after)
            j += 1
        j += 1
        yield Settled(start, j, word)
