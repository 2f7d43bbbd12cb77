"""Where the texts of a source stand when all that is known is known at once: found by search.

``follow`` takes a text through the source by what agrees, which needs some characters; in a letter
of three words a heading, a note and a mark can agree with the text by chance. Here the other
questions are asked with it: which stretches are then left, and does what has no place yet fill
them. What enters are the source, the texts, the notes and the pieces that fill the rest; what
leaves are ways in which all of it fits, the likeliest first. Whether one of them balances is
judged by the same rules as any other.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from letterbook.witness.follow import Run
from letterbook.witness.stream import BLOCK, EDGE, NONE, SPACE, Stream
from letterbook.witness.tools import both

_STEPS = 20_000
"""How many steps are tried before the search is given up."""
_MOST_PLACES = 2_000
"""A piece that stands in more places tells nothing."""
_OPENING = 3
"""Characters of a note by which its places are known."""
_LONGEST = 64
"""Characters of a word, at most, that is looked up by itself."""
_SURELY = 24
"""What agrees so far is no chance."""


class _At(NamedTuple):
    """How far everything has come."""

    source: int
    body: int
    done: int
    """The notes that have been begun, a bit for each."""
    note: int
    """The note that is being read; -1 for the text."""
    inside: int
    """How far it has been read."""
    used: int
    """The pieces that have their place, a bit for each."""


class _Step(NamedTuple):
    """A stretch of the way, and the way to it."""

    before: _Step | None
    note: int
    run: Run


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the text and the notes stand."""

    body: list[Run]
    notes: list[list[Run]]


class Placing:
    """The search for the places of the texts of one source."""

    def __init__(
        self, source: Stream, body: Stream, notes: Sequence[Stream], pieces: Sequence[str]
    ) -> None:
        self.source = source
        self.body = body
        self.notes = notes
        self.pieces = sorted(filter(None, pieces), key=len, reverse=True)
        self.words: set[str] = set()
        self.fills: dict[int, list[int]] = {}
        self.openings: dict[int, list[int]] = {}
        for number, piece in enumerate(self.pieces):
            for at in self._places(piece):
                self.fills.setdefault(at, []).append(number)
        for number, note in enumerate(notes):
            for at in self._places(note.text[:_OPENING]):
                if self._parts(at):
                    self.openings.setdefault(at, []).append(number)
        self.stops = sorted({*self.fills, *self.openings})

    def ways(self, words: set[str]) -> Iterator[Placed]:
        """Give the ways in which all fits; ``words`` are parts of pieces, for what is left."""
        self.words = words
        todo: list[tuple[_At, _Step | None]] = [(_At(self.source.header, 0, 0, -1, 0, 0), None)]
        seen: set[_At] = set()
        given: list[Placed] = []
        end = (1 << len(self.notes)) - 1
        for _ in range(_STEPS):
            if not todo:
                return
            at, way = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            complete = at.source == len(self.source.text) and at.note < 0 and at.done == end
            if complete and at.body == len(self.body.text):
                placed = self._placed(way)
                if placed not in given:
                    given.append(placed)
                    yield placed
            todo += reversed(list(self._next(at, way)))

    def _places(self, piece: str) -> list[int]:
        found: list[int] = []
        at = self.source.text.find(piece, self.source.header)
        while at >= 0 and len(found) < _MOST_PLACES:
            found.append(at)
            at = self.source.text.find(piece, at + 1)
        return found

    def _parts(self, at: int) -> bool:
        """Whether a note can begin or end here."""
        is_inside = self.source.is_parted and 0 < at < len(self.source.text)
        return not is_inside or bool(self.source.breaks[at] & EDGE)

    def _next(self, at: _At, way: _Step | None) -> Iterator[tuple[_At, _Step | None]]:
        """What can stand here, the likeliest first."""
        going_on = list(self._go_on(at, way))
        surely = bool(going_on) and self._common(at) >= _SURELY
        if surely:
            yield from going_on
        yield from ((step, way) for step in self._fill(at))
        if not surely:
            yield from going_on
        if at.note < 0:
            for number in self.openings.get(at.source, ()):
                if not at.done >> number & 1:
                    begun = at._replace(note=number, inside=0, done=at.done | 1 << number)
                    yield from self._go_on(begun, way)
        yield from ((step, way) for step in (*self._pass(at), *self._supplied(at)))

    def _read(self, at: _At) -> tuple[Stream, int]:
        return (self.body, at.body) if at.note < 0 else (self.notes[at.note], at.inside)

    def _common(self, at: _At) -> int:
        """How many characters agree from here."""
        stream, start = self._read(at)
        ours, theirs = stream.text, self.source.text
        most = min(len(ours) - start, len(theirs) - at.source)
        low, step = 0, 16
        while low < most:
            size = min(step, most - low)
            a, b = start + low, at.source + low
            if ours[a : a + size] == theirs[b : b + size]:
                low += size
                step *= 2
            elif size == 1:
                break
            else:
                step = size // 2
        return low

    def _differ(self, at: _At, length: int, way: _Step | None) -> bool:
        """Whether words that agree are apart on one side alone."""
        stream, start = self._read(at)
        goes_on = way is not None and way.note == at.note and way.run.is_before(start, at.source)
        first = 0 if goes_on else 1
        ours = stream.breaks[start + first : start + length]
        theirs = self.source.breaks[at.source + first : at.source + length]
        pairs = ((ours, theirs), (theirs, ours))
        return any(True for a, b in pairs for _ in both(a, {NONE}, b, {SPACE, BLOCK}))

    def _go_on(self, at: _At, way: _Step | None) -> Iterator[tuple[_At, _Step | None]]:
        """Read on in the note or the text, as far as something else could begin."""
        stream, start = self._read(at)
        length = self._common(at)
        stop = bisect_right(self.stops, at.source)
        if stop < len(self.stops):
            length = min(length, self.stops[stop] - at.source)
        if length and not self._differ(at, length, way):
            step = _Step(way, at.note, Run(start, at.source, length))
            yield self._moved(at, start + length, at.source + length), step
        if start < len(stream.text) and stream.optional[start]:
            yield self._moved(at, start + 1, at.source), way

    def _supplied(self, at: _At) -> Iterator[_At]:
        """Leave out a sign of the text that may have been supplied."""
        stream, start = self._read(at)
        if start < len(stream.text) and not stream.text[start].isalnum():
            yield self._moved(at, start + 1, at.source)

    def _moved(self, at: _At, to: int, source: int) -> _At:
        if at.note < 0:
            return at._replace(body=to, source=source)
        if to == len(self.notes[at.note].text):
            return at._replace(note=-1, inside=0, source=source)
        return at._replace(inside=to, source=source)

    def _fill(self, at: _At) -> Iterator[_At]:
        """Put a piece here that has no place yet; of those that are alike, one."""
        tried: set[str] = set()
        for number in self.fills.get(at.source, ()):
            piece = self.pieces[number]
            if not at.used >> number & 1 and piece not in tried:
                tried.add(piece)
                yield at._replace(source=at.source + len(piece), used=at.used | 1 << number)

    def _pass(self, at: _At) -> Iterator[_At]:
        """Pass over a part of a piece, a sign, or what need not be read."""
        start, text = at.source, self.source.text
        if start == len(text):
            return
        ends = range(start + 1, min(start + _LONGEST, len(text)))
        end = next((e for e in ends if self.source.breaks[e]), len(text))
        if end - start < _LONGEST and text[start:end] in self.words:
            yield at._replace(source=end)
        if self.source.optional[start] or not text[start].isalnum():
            yield at._replace(source=start + 1)

    def _placed(self, way: _Step | None) -> Placed:
        body: list[Run] = []
        notes: list[list[Run]] = [[] for _ in self.notes]
        steps: list[_Step] = []
        while way is not None:
            steps.append(way)
            way = way.before
        for step in reversed(steps):
            runs = body if step.note < 0 else notes[step.note]
            if runs and runs[-1].is_before(step.run.at, step.run.source):
                runs[-1] = runs[-1]._replace(length=runs[-1].length + step.run.length)
            else:
                runs.append(step.run)
        return Placed(body, notes)
