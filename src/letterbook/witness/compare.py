"""Where two accounts of the same words part, found in one pass.

What enters: the words that should be there, and those that were found. While they agree, nothing
is done but to go on; at a disagreement the two are brought together again at the nearest three
words that both have, and only what lies between is looked at closely. The time is linear in the
number of words, however many differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import Enum

from letterbook.witness.agreement import Optionals, Words, is_repeated, match, renumbered
from letterbook.witness.bidi import match_lines
from letterbook.witness.meeting import NEAR, counts, meet_again, put_together
from letterbook.witness.words import Kind, Word

_NEAR = 100
"""Within how many words one or two that are lost, and new again, have moved."""
_CLOSELY = 250_000
"""Pairs of words that are compared to tell what happened to each."""


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


def compare(
    expected: Words, found: Words, printed: bool = False, leftwards: bool = False
) -> list[Difference]:
    """Find every difference, in the order of the expected words.

    ``printed`` allows for what a layout does to what it is given: lines, hyphens, positions;
    ``leftwards`` for what it does to blocks that run from right to left.
    """
    differences: list[Difference] = []
    for step in _steps(expected, found, printed, leftwards):
        if step.agree:
            continue
        if step.renumbered:
            was, is_ = expected[step.i_end - 1], found[step.j_end - 1]
            differences.append(
                Difference(Change.RENUMBERED, step.i_end - 1, (was,), (is_,), is_.place)
            )
        else:
            near = found[min(step.j, len(found) - 1)].place if found else 0
            differences += _look_closely(expected, step, _settle(expected, found, step), near)
    return _pair_up_moved(differences)


def align(expected: Words, found: Words) -> list[int]:
    """For each expected word, tell the position of its like among the found, or of the nearest."""
    positions: list[int] = []
    for step in _steps(expected, found, printed=False):
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


def _steps(
    expected: Words, found: Words, printed: bool, leftwards: bool = False
) -> Iterator[_Step]:
    optional = Optionals(expected), Optionals(found, Kind.NUMBER)
    i = j = 0
    while i < len(expected) or j < len(found):
        start = i
        while i < len(expected) and j < len(found) and expected[i].key == found[j].key:
            if expected[i].kind is Kind.OPTIONAL and is_repeated(expected, i):
                break
            i += 1
            j += 1
        if i > start:
            yield _Step(start, i, j - (i - start), j, agree=True)
        elif ends := match(expected, i, found, j, printed, optional) or (
            match_lines(expected, i, found, j, leftwards) if printed else None
        ):
            yield _Step(i, ends[0], j, ends[1], agree=True)
            i, j = ends
        elif ends := renumbered(expected, i, found, j, optional[0]):
            yield _Step(i, ends[0], j, ends[1], agree=False, renumbered=True)
            i, j = ends
        else:
            ends = meet_again(expected, i, found, j)
            yield _Step(i, ends[0], j, ends[1], agree=False)
            i, j = ends


# --------------------------------------------------------------------------- disagreement


def _settle(expected: Words, found: Words, step: _Step) -> list[Word]:
    known = {w.key for w in expected[max(step.i - NEAR, 0) : step.i_end + NEAR]}
    part = found[step.j : step.j_end]
    return [s.word for s in put_together(part, 0, len(part), known) if counts(s.word)]


def _look_closely(
    expected: Words, step: _Step, found: list[Word], near: int
) -> Iterator[Difference]:
    """Tell what happened between two agreements."""
    mine = [k for k in range(step.i, step.i_end) if counts(expected[k])]
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
        elif (doubled := _doubled_at(expected, at, new)) is not None:
            change, at = Change.DOUBLED, doubled
        else:
            change = Change.INVENTED
        yield Difference(change, at, out, new, new[0].place if new else near)


def _doubled_at(expected: Words, at: int, run: tuple[Word, ...]) -> int | None:
    """Where the words before or after a place are these very words, if they are."""
    keys = [w.key for w in run]
    for start in (at - len(keys), at):
        if start >= 0 and [w.key for w in expected[start : start + len(keys)]] == keys:
            return start
    return None


def _pair_up_moved(differences: list[Difference]) -> list[Difference]:
    """Words that are lost here and new there have moved."""
    lost: dict[tuple[str, ...], int] = {}
    for number, difference in enumerate(differences):
        if difference.change is Change.LOST:
            lost.setdefault(tuple(w.key for w in difference.expected), number)
    paired: list[Difference | None] = list(differences)
    for number, new in enumerate(differences):
        keys = tuple(w.key for w in new.found)
        if new.change is not Change.INVENTED or keys not in lost:
            continue
        old = differences[lost[keys]]
        if len(keys) > 2 or abs(new.at - old.at) <= _NEAR:
            paired[lost.pop(keys)] = replace(
                old, change=Change.MOVED, found=new.found, place=new.place
            )
            paired[number] = None
    return [difference for difference in paired if difference]
