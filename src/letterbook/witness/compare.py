"""Where two accounts of the same words part, found in one pass.

What enters: the words that should be there, and those that were found. While they agree, nothing
is done but to go on; at a disagreement the two are brought together again at the nearest three
words that both have, and only what lies between is looked at closely. The time is linear in the
number of words, however many differ.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

from letterbook.witness.bidi import match_lines
from letterbook.witness.words import Break, Kind, Word

Words = Sequence[Word]

_WINDOWS = (64, 512, 4096)
"""How many words ahead are searched for an agreement; after these, all."""
_ANCHOR = 3
"""How many words in a row make an agreement."""
_CLOSELY = 250_000
"""Pairs of words that are compared to tell what happened to each."""
_FRAGMENTS = 40
"""Lines that one word may run over: an address without a space can be long."""
_END = "\x00"
_NUMBER = re.compile(r"\d+\.")


class Change(Enum):
    """What can happen to words."""

    LOST = "lost"
    DOUBLED = "doubled"
    ALTERED = "altered"
    INVENTED = "invented"
    MOVED = "moved"
    RENUMBERED = "renumbered"


@dataclass(frozen=True, slots=True)
class Difference:
    """Some words that are not what they should be."""

    change: Change
    at: int
    """The position, among the expected words, at which it was met."""
    expected: tuple[Word, ...]
    found: tuple[Word, ...]
    place: int = 0
    """The place of the found words; of what was found instead, where words are lost."""


def compare(expected: Words, found: Words) -> list[Difference]:
    """Find every difference, in the order of the expected words."""
    differences: list[Difference] = []
    for step in _steps(expected, found):
        if step.agree:
            continue
        if step.renumbered:
            differences.append(
                Difference(Change.RENUMBERED, step.i, (expected[step.i],), (found[step.j_end - 1],))
            )
        else:
            near = found[min(step.j, len(found) - 1)].place if found else 0
            differences += _look_closely(expected, step, _settle(expected, found, step), near)
    return _pair_up_moved(differences)


def align(expected: Words, found: Words) -> list[int]:
    """For each expected word, tell the position of its like among the found, or of the nearest."""
    positions: list[int] = []
    for step in _steps(expected, found):
        for i in range(step.i, step.i_end):
            last = max(step.j, step.j_end - 1)
            positions.append(min(step.j + i - step.i, last))
    return positions


@dataclass(slots=True)
class _Step:
    """From one place of agreement to the next, on both sides."""

    i: int
    i_end: int
    j: int
    j_end: int
    agree: bool
    renumbered: bool = False


def _steps(expected: Words, found: Words) -> Iterator[_Step]:
    i = j = 0
    while i < len(expected) or j < len(found):
        start = i
        while i < len(expected) and j < len(found) and expected[i].key == found[j].key:
            i += 1
            j += 1
        if i > start:
            yield _Step(start, i, j - (i - start), j, agree=True)
        elif ends := _match(expected, i, found, j) or match_lines(expected, i, found, j):
            yield _Step(i, ends[0], j, ends[1], agree=True)
            i, j = ends
        elif ends := _renumbered(expected, i, found, j):
            yield _Step(i, ends[0], j, ends[1], agree=False, renumbered=True)
            i, j = ends
        else:
            ends = _meet_again(expected, i, found, j)
            yield _Step(i, ends[0], j, ends[1], agree=False)
            i, j = ends


# --------------------------------------------------------------------------- agreement


def _match(expected: Words, i: int, found: Words, j: int) -> tuple[int, int] | None:
    """Match from here, past words that need not be on both sides; give where that ends."""
    i_options = list(_past_optional(expected, i))
    for j_after in _past_optional(found, j, Kind.NUMBER):
        for i_after in i_options:
            if i_after == len(expected) and j_after == len(found):
                return i_after, j_after
            if ends := _match_word(expected, i_after, found, j_after):
                return ends
    return None


def _past_optional(words: Words, start: int, also: Kind = Kind.OPTIONAL) -> Iterator[int]:
    yield start
    while start < len(words) and words[start].kind in (Kind.OPTIONAL, also):
        start += 1
        yield start


def _match_word(expected: Words, i: int, found: Words, j: int) -> tuple[int, int] | None:
    """Match one word, which either side may have in parts; give where its parts end."""
    if i == len(expected) or j == len(found):
        return None
    want = {expected[i].key}
    if expected[i].typed and found[j].kind is Kind.LITERAL:
        want.add(expected[i].typed)
    have = {found[j].key}
    for _ in range(_FRAGMENTS):
        if want & have:
            return i + 1, j + 1
        short_have = {h for h in have for w in want if w.startswith(_unhyphened(h, found[j]))}
        if short_have and found[j].after in (Break.LINE, Break.GAP) and j + 1 < len(found):
            # One variant with the hyphen, for it may have been written, and one without.
            stems = short_have | {_unhyphened(h, found[j]) for h in short_have}
            j += 1
            have = {stem + found[j].key for stem in stems}
            continue
        short_want = {w for w in want for h in have if h.startswith(w)}
        if short_want and expected[i].after is Break.EDGE and i + 1 < len(expected):
            i += 1
            want = {w + expected[i].key for w in short_want}
            continue
        return None
    return None


def _unhyphened(key: str, word: Word) -> str:
    return key[:-1] if word.after is Break.LINE and key.endswith("-") else key


def _renumbered(expected: Words, i: int, found: Words, j: int) -> tuple[int, int] | None:
    """See a list's number that is printed as another."""
    for i_after in _past_optional(expected, i):
        if i_after == len(expected) or j == len(found):
            return None
        numbers = Kind.NUMBER in (expected[i_after].kind, found[j].kind)
        if (
            numbers
            and _NUMBER.fullmatch(expected[i_after].text)
            and _NUMBER.fullmatch(found[j].text)
        ):
            return i_after + 1, j + 1
    return None


# --------------------------------------------------------------------------- disagreement


@dataclass(frozen=True, slots=True)
class _Settled:
    """A word put together from the parts in which it was found."""

    start: int
    end: int
    word: Word


def _meet_again(expected: Words, i: int, found: Words, j: int) -> tuple[int, int]:
    """Find the nearest place after ``i`` and ``j`` from which both go on alike."""
    for width in (*_WINDOWS, max(len(expected), len(found))):
        mine = [(k, w) for k, w in enumerate(expected[i : i + width], i) if _counts(w)]
        keys = {w.key for _, w in mine}
        theirs = [s for s in _put_together(found, j, j + width, keys) if _counts(s.word)]
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


def _counts(word: Word) -> bool:
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


def _put_together(found: Words, j: int, end: int, known: set[str]) -> Iterator[_Settled]:
    """Undo line ends as well as can be done without knowing what should stand there."""
    end = min(end, len(found))
    while j < end:
        start, word = j, found[j]
        while word.after in (Break.LINE, Break.GAP) and j + 1 < len(found):
            following = found[j + 1]
            stem = _unhyphened(word.key, word)
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
        yield _Settled(start, j, word)


def _settle(expected: Words, found: Words, step: _Step) -> list[Word]:
    known = {w.key for w in expected[max(step.i - _WINDOWS[0], 0) : step.i_end + _WINDOWS[0]]}
    part = found[step.j : step.j_end]
    return [s.word for s in _put_together(part, 0, len(part), known) if _counts(s.word)]


def _look_closely(
    expected: Words, step: _Step, found: list[Word], near: int
) -> Iterator[Difference]:
    """Tell what happened between two agreements."""
    mine = [k for k in range(step.i, step.i_end) if _counts(expected[k])]
    wanted = [expected[k].key for k in mine]
    have = [w.key for w in found]
    if len(wanted) * len(have) > _CLOSELY:
        opcodes = [("replace", 0, len(wanted), 0, len(have))]
    else:
        opcodes = list(SequenceMatcher(None, wanted, have, autojunk=False).get_opcodes())
    for tag, a, a_end, b, b_end in opcodes:
        if tag == "equal":
            continue
        at = mine[a] if a < len(mine) else step.i_end
        out = tuple(expected[k] for k in mine[a:a_end])
        new = tuple(found[b:b_end])
        if tag == "delete":
            change = Change.LOST
        elif tag == "replace":
            change = Change.ALTERED
        else:
            change = Change.DOUBLED if _stands_beside(expected, at, new) else Change.INVENTED
        yield Difference(change, at, out, new, new[0].place if new else near)


def _stands_beside(expected: Words, at: int, run: tuple[Word, ...]) -> bool:
    """Whether the words before or after a place are these very words."""
    keys = [w.key for w in run]
    count = len(keys)
    before = [w.key for w in expected[max(at - count, 0) : at]]
    return keys in (before, [w.key for w in expected[at : at + count]])


def _pair_up_moved(differences: list[Difference]) -> list[Difference]:
    """Words that are lost here and new there have moved."""
    lost: dict[tuple[str, ...], Difference] = {}
    for difference in differences:
        if difference.change is Change.LOST:
            lost.setdefault(tuple(w.key for w in difference.expected), difference)
    moved: dict[int, Difference] = {}
    gone: set[int] = set()
    for difference in differences:
        if difference.change is Change.INVENTED:
            origin = lost.pop(tuple(w.key for w in difference.found), None)
            if origin:
                moved[id(origin)] = Difference(
                    Change.MOVED, origin.at, origin.expected, difference.found, difference.place
                )
                gone.add(id(difference))
    return [moved.get(id(d), d) for d in differences if id(d) not in gone]
