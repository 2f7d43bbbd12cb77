"""Where the words of a text stand in another that has more: found in one pass.

What enters: the stream that is followed (a document's text, a note) and the source's. What is
followed stands in the source in its order, but other things may stand between: marks of notes,
running heads, whole other texts. While both agree, nothing is done but to go on; at a disagreement
the nearest place is looked for from which they agree again. How far away that may be depends on
how much agrees there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from letterbook.witness.stream import EDGE, SPACE, Stream

_NEAR = ((4, 12), (8, 80), (16, 800), (32, -1))
"""How many characters must agree, and how far away they may then be; -1 is anywhere."""
_SURELY = _NEAR[2:]
_BROKEN = 600
"""How far away a word is looked for of which only the characters are here, with a space."""
_START = ((32, -1), (16, -1))
_OPENING = 16
"""Words at the beginning among which one is looked for that stands nearer."""
_FAR = 800
"""How much nearer it must stand."""
_SKIPPED = 20
"""How much more it counts to leave out what is followed than what is in the source."""
_FAILURES = 150
"""After how many searches of the whole source in vain the rest is taken for not there."""
_TRIES = 64
_BACK = 60
_MARKS = 8
"""How far back the mark of a list is looked for that was taken for a word."""
_BEGINNING = re.compile(r"(?<=[^\w])\w|[^\w]")


FREE, TEXT, NOTES, METADATA, ASIDE = range(5)
"""Who has a character of the source."""


class Run(NamedTuple):
    """A stretch on which both agree."""

    at: int
    """In what is followed."""
    source: int
    length: int

    def is_before(self, at: int, source: int) -> bool:
        """Whether it ends where another begins, on both sides."""
        return self.at + self.length == at and self.source + self.length == source


@dataclass(slots=True)
class Claims:
    """The source, and who has which of its characters."""

    source: Stream
    owner: bytearray

    def is_free(self, start: int, length: int) -> bool:
        """Whether nobody has any of some characters."""
        return not any(self.owner[start : start + length])

    def free_from(self, start: int, length: int) -> int:
        """How many of some characters nobody has, up to the first that somebody has."""
        part = self.owner[start : start + length]
        return len(part) - len(part.lstrip(b"\0"))

    def take(self, start: int, length: int, who: int) -> None:
        """Give some characters to somebody."""
        self.owner[start : start + length] = bytes([who]) * length

    def find(self, text: str, start: int, end: int = -1) -> int:
        """Find a text among what nobody has; -1 when it is not there."""
        end = len(self.source.text) if end < 0 else end
        for _ in range(_TRIES):
            start = self.source.text.find(text, start, end)
            if start < 0:
                return -1
            free = self.free_from(start, len(text))
            if free == len(text):
                return start
            # On to where the stretch that somebody has ends.
            start = self._end_of_taken(start + free)
        return self._find_slowly(text, start, end)

    def find_start(self, text: str, start: int, end: int = -1) -> int:
        """Find a text among what nobody has, not from the middle of a word."""
        for _ in range(_TRIES):
            found = self.find(text, start, end)
            if found < 0 or self.source.is_bounded(found, found):
                return found
            start = found + 1
        return -1

    def find_bounded(self, text: str, start: int, end: int = -1) -> int:
        """Find a text among what nobody has, where words begin and end."""
        for _ in range(_TRIES):
            found = self.find(text, start, end)
            if found < 0 or self.source.is_bounded(found, found + len(text)):
                return found
            start = found + 1
        return -1

    def release(self, start: int, length: int) -> None:
        """Take some characters from whoever has them."""
        self.owner[start : start + length] = bytes(length)

    def find_partly(self, text: str, start: int, but: Sequence[int] = ()) -> int:
        """Find the place of a text of which most is free; -1 when none is.

        Where ``but`` have any of it is no place for it.
        """
        best, most = -1, -1 if but else 0
        for _ in range(_TRIES):
            start = self.source.text.find(text, start)
            if start < 0:
                break
            free = self.owner.count(0, start, start + len(text))
            others = any(self.owner.find(who, start, start + len(text)) >= 0 for who in but)
            if free > most and not others:
                best, most = start, free
            start += 1
        return best

    def take_free(self, start: int, length: int, who: int) -> None:
        """Give to somebody what is free of some characters."""
        part = self.owner[start : start + length]
        self.owner[start : start + length] = part.replace(b"\0", bytes([who]))

    def _end_of_taken(self, start: int) -> int:
        free = self.owner.find(0, start)
        return len(self.owner) if free < 0 else free

    def _find_slowly(self, text: str, start: int, end: int) -> int:
        """Search the free stretches one by one: one pass over the source at most."""
        while start < end:
            start = self._end_of_taken(start)
            stop = len(self.owner) - len(self.owner[start:].lstrip(b"\0"))
            stop = min(stop, end)
            found = self.source.text.find(text, start, stop)
            if found >= 0 or stop <= start:
                return found
            start = stop
        return -1


def follow(target: Stream, claims: Claims, start: int, who: int) -> list[Run]:
    """Follow a stream through the source from a place; what agrees is taken for ``who``."""
    runs: list[Run] = []
    steps = _Follower(target, claims)
    here = steps.begin(start) or steps.meet(0, start, _NEAR) or (0, start)
    i, j = here
    while i < len(target.text):
        if length := steps.common(i, j):
            if ahead := steps.past_mark(i, j, length):
                length = ahead[1] - j
            elif ahead := steps.only_begun(i, j, length):
                length = ahead[0] - i
            if length:
                runs.append(Run(i, j, length))
                claims.take(j, length, who)
            i, j = ahead or (i + length, j + length)
        elif ahead := steps.meet(i, j, _NEAR):
            if runs and ahead[0] == i:
                back = steps.belongs_ahead(runs[-1], i, ahead[1])
                runs[-1] = runs[-1]._replace(length=runs[-1].length - back)
                if not runs[-1].length:
                    runs.pop()
                claims.release(j - back, back)
                ahead = i - back, ahead[1] - back
            i, j = ahead
        else:
            break
    return steps.fill(runs, start, who)


class _Follower:
    def __init__(self, target: Stream, claims: Claims) -> None:
        self.target = target
        self.text = target.text
        self.claims = claims
        self.source = claims.source.text
        # Where words begin, and where they do after a bracket or a quotation mark.
        self.words = [m.start() for m in _BEGINNING.finditer(target.text)]
        self.words = sorted({*self.words, *(p for p, b in enumerate(target.breaks) if b)})
        self.failures = 0

    def common(self, i: int, j: int) -> int:
        """How many characters agree from here, of those that are free."""
        if self.text[i : i + 1] != self.source[j : j + 1]:
            return 0
        begin, step = i, 64
        offset = j - i
        while self.text[i : i + step] == self.source[i + offset : i + offset + step]:
            i += step
            if i >= len(self.text):
                i = len(self.text)
                break
            step = min(step * 2, 1 << 16)
        while step > 1:
            step //= 2
            part = self.text[i : i + step]
            if part and part == self.source[i + offset : i + offset + step]:
                i += len(part)
        return self.claims.free_from(j, min(i, len(self.source) - offset) - begin)

    def only_begun(self, i: int, j: int, length: int) -> tuple[int, int] | None:
        """Where to go on instead, when the last word has only begun alike by chance."""
        end = i + length
        start = self.words[bisect_left(self.words, end) - 1]
        if start < i:
            return None
        broken = any(b & SPACE for b in self.claims.source.breaks[j + start - i + 1 : j + length])
        if not broken and (end == len(self.text) or self._is_start(end)):
            return None
        after = j + start - i + 1
        if broken:
            elsewhere = self.claims.find_bounded(self.text[start:end], after, after + _BROKEN)
            return (start, elsewhere) if elsewhere >= 0 else None
        elsewhere = self._nearest(start, after, _SURELY, -1)
        if elsewhere < 0:
            return None
        # A note may stand within a word, too: then the rest of the word is nearer.
        rest = self._nearest(end, j + length, _SURELY, -1)
        is_nearer = rest < 0 or elsewhere + end - start <= rest
        return (start, elsewhere) if is_nearer else None

    def past_mark(self, i: int, j: int, length: int) -> tuple[int, int] | None:
        """Where to go on when the mark of a list was taken for the word that follows it.

        “1. 14 years” is a mark and a number, of which the source has the number alone.
        """
        end = i + length
        for at in range(end - 1, max(i - 1, end - 1 - _MARKS), -1):
            if self.target.optional[at]:
                start, after = self.target.whole(at, at + 1)
                here = j + start - i
                if start >= i and self.common(after, here) > end - start:
                    return after, here
        return None

    def belongs_ahead(self, run: Run, i: int, found: int) -> int:
        """How many of the last characters stand, at the place to which it goes on, in one block.

        A title may begin with the same word as the paragraph that follows it.
        """
        breaks = self.claims.source.breaks
        most = min(run.length, _BACK, found)
        for back in range(most + 1):
            if breaks[found - back] & EDGE:
                return back if not back or self._is_start(i - back) else 0
            at = found - back - 1
            if back == most or self.text[i - back - 1] != self.source[at] or self.claims.owner[at]:
                break
        return 0

    def _is_start(self, at: int) -> bool:
        number = bisect_left(self.words, at)
        return number < len(self.words) and self.words[number] == at

    def meet(self, i: int, j: int, tiers: Sequence[tuple[int, int]]) -> tuple[int, int] | None:
        """Find the nearest place from which both go on alike."""
        best: tuple[int, int, int] | None = None
        for at in self._from(i):
            skipped = (at - i) * _SKIPPED
            if (best and skipped >= best[0]) or self.failures > _FAILURES:
                break
            limit = best[0] - skipped if best else -1
            found = self._nearest(at, j, tiers, limit)
            if found >= 0 and at == i:
                # Nothing is left out: then whatever stands between is another's.
                return i, found
            if found >= 0 and (best is None or skipped + found - j < best[0]):
                best = skipped + found - j, at, found
        return (best[1], best[2]) if best else None

    def begin(self, start: int) -> tuple[int, int] | None:
        """Find where what is followed begins: as a whole, by its first words, by later ones."""
        for count in (len(self.text), 48, 24, 12, 6):
            found = self.claims.find(self.text[:count], start)
            if found >= 0 and self.claims.source.is_bounded(found, found):
                return self.nearer(start, found) if count < len(self.text) else (0, found)
        return self.meet(0, start, _START)

    def nearer(self, start: int, found: int) -> tuple[int, int]:
        """Where it begins when later words stand before the place at which the first were found.

        Letters begin alike: “1813. I have been …”; and a mark may stand among the first words.
        """
        if found - _FAR <= start:
            return 0, found
        for at in self.words[1:_OPENING]:
            later = self.claims.find(self.text[at : at + 32], start, found - _FAR)
            if later >= 0 and at + 32 <= len(self.text):
                return at, later
        return 0, found

    def _from(self, i: int) -> Iterator[int]:
        yield i
        first = bisect_left(self.words, i + 1)
        for number in range(first, len(self.words)):
            yield self.words[number]

    def _nearest(self, at: int, j: int, tiers: Sequence[tuple[int, int]], limit: int) -> int:
        for count, reach in tiers:
            wanted = self.text[at : at + count]
            if reach < 0:
                reach = limit
            elif limit >= 0:
                reach = min(reach, limit)
            end = -1 if reach < 0 else j + reach + len(wanted)
            found = self.claims.find_start(wanted, j, end)
            if found >= 0:
                return found
            self.failures += end < 0
        return -1

    def fill(self, runs: list[Run], start: int, who: int) -> list[Run]:
        """Look for what was left out between the runs, between the places where they stand."""
        filled: list[Run] = []
        at, low = 0, start
        for run in (*runs, Run(len(self.text), len(self.source), 0)):
            if run.at > at:
                is_first = at == 0 and bool(runs)
                filled += self._piece(at, run.at, low, run.source, who, is_first)
            if run.length:
                filled.append(run)
            at, low = run.at + run.length, run.source + run.length
        return filled

    def _piece(
        self, at: int, end: int, low: int, high: int, who: int, is_first: bool
    ) -> Iterator[Run]:
        starts = [p for p in self.words[bisect_left(self.words, at + 1) :][: end - at] if p < end]
        pieces = list(zip([at, *starts], [*starts, end], strict=True))
        if is_first:
            yield from reversed(list(self._close_before(pieces, low, high, who)))
            return
        for one, other in pieces:
            found = self._find_piece(one, other, low, high)
            if found >= 0:
                self.claims.take(found, other - one, who)
                yield Run(one, found, other - one)
                low = found + other - one

    def _close_before(
        self, pieces: Sequence[tuple[int, int]], low: int, high: int, who: int
    ) -> Iterator[Run]:
        """Find what comes before the first run close before it, the last of it first."""
        size = pieces[-1][1] - pieces[0][0]
        low = max(low, high - 40 * size - 400)
        for one, other in reversed(pieces):
            nearest, found = -1, self._find_piece(one, other, low, high)
            while found >= 0:
                nearest, found = found, self._find_piece(one, other, found + 1, high)
            if nearest >= 0:
                self.claims.take(nearest, other - one, who)
                yield Run(one, nearest, other - one)
                high = nearest

    def _find_piece(self, one: int, other: int, low: int, high: int) -> int:
        piece = self.text[one:other]
        # A point stands on a word; words stand by themselves.
        is_word = any(c.isalnum() for c in piece)
        find = self.claims.find_bounded if is_word else self.claims.find
        return find(piece, low, high)


def gaps(runs: Sequence[Run], length: int) -> Iterator[tuple[int, int]]:
    """Give the stretches of what was followed that were not found."""
    at = 0
    for run in runs:
        if run.at > at:
            yield at, run.at
        at = run.at + run.length
    if at < length:
        yield at, length
