"""The texts and notes of documents in the source: where they stand, and what of them does not.

What enters are the words of a document and the claims on those of the source; each text that is
read claims its own. What is not found is kept until it is known what the importer supplied.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from letterbook.witness.follow import NOTES, TEXT, Claims, Run, follow, gaps
from letterbook.witness.signs import give_back, without_signs
from letterbook.witness.stream import BLOCK, NONE, SPACE, Stream
from letterbook.witness.told import Told, words_before
from letterbook.witness.tools import Pool, both, count_words, shorten

_APART = (
    ("words-fused", {NONE}, {SPACE, BLOCK}),
    ("word-split", {SPACE, BLOCK}, {NONE}),
)
"""What stands between two characters here, and what stands there, where that is a fault."""
_TELLING = 4
"""With more characters than this a text that is the same is hardly there by chance."""


class _Missing(NamedTuple):
    """Words of a document that were not found in the source."""

    document: int
    what: str
    """“a note of ”, or nothing."""
    stream: Stream
    start: int
    end: int
    place: int
    """Where in the source they should be."""


class Texts:
    """Finds the texts and notes of one source's documents.

    ``placed`` says where they stand, each document's text and then its notes, if that is known.
    """

    def __init__(
        self, claims: Claims, told: Told, placed: Iterable[Sequence[Run]] | None = None
    ) -> None:
        self.claims = claims
        self.stream = claims.source
        self.told = told
        self.placed = None if placed is None else iter(placed)
        self.left: list[_Missing] = []
        self.notes: list[tuple[int, int, int]] = []
        """For each note its document, and where it begins and ends in the source."""
        self.bodies: dict[int, Sequence[Run]] = {}
        """Where each document's text stands."""
        self.spans: list[tuple[int, int] | None] = []
        """Where each note stands, in the order of the documents."""
        self.supplied = 0

    def judge(self, names: Sequence[str], pools: Sequence[Pool]) -> None:
        """Tell what was not found and was not supplied, now that everything has its place."""
        for missing in self.left:
            self.not_found(missing, names[missing.document], pools[missing.document])
        self.torn(names)

    def follow(
        self,
        number: int,
        what: str,
        stream: Stream,
        cursor: int,
        who: int,
    ) -> int:
        """Follow a text from where the last one ended, or, if it is not there, from the start."""
        runs: Sequence[Run] = ()
        if self.placed is not None:
            runs = next(self.placed, ())
            for run in runs:
                self.claims.take(run.source, run.length, who)
        elif stream.text:
            if cursor and not self.goes_on(stream.text, cursor):
                cursor = self.stream.header
            runs = follow(stream, self.claims, cursor, who)
        missing = [
            gap for gap in gaps(runs, len(stream.text)) if not all(stream.optional[slice(*gap)])
        ]
        give_back(self.claims, runs, stream, who)
        missing = list(without_signs(self.claims, runs, stream, missing, who))
        ends = {run.at + run.length: run.source + run.length for run in runs}
        self.left += [
            _Missing(number, what, stream, start, end, ends.get(start, cursor))
            for start, end in missing
        ]
        self.spaces(runs, stream)
        if who == TEXT:
            self.bodies[number] = runs
        else:
            ends_at = runs[-1].source + runs[-1].length if runs else 0
            self.spans.append((runs[0].source, ends_at) if runs else None)
        if who == NOTES and runs:
            self.notes.append((number, runs[0].source, runs[-1].source + runs[-1].length))
        return max((run.source + run.length for run in runs), default=cursor)

    def goes_on(self, text: str, cursor: int) -> bool:
        """Whether a text begins behind the cursor; a mark may stand among its first words."""
        probes = range(0, 96, 24) if len(text) > 200 else (0,)
        return any(self.claims.find(text[at : at + 24], cursor) >= 0 for at in probes)

    def spaces(self, runs: Sequence[Run], stream: Stream) -> None:
        """See that words are apart where they are apart in the source, and nowhere else."""
        for run in runs:
            ours = stream.breaks[run.at + 1 : run.at + run.length]
            theirs = self.stream.breaks[run.source + 1 : run.source + run.length]
            for code, a, b in _APART:
                for at in both(ours, a, theirs, b):
                    self.apart(code, stream, run, at + 1)

    def apart(self, code: str, stream: Stream, run: Run, at: int) -> None:
        """Tell of a place where words are apart here and not there, or the other way round."""
        one = stream.words(*stream.whole(run.at + at - 1, run.at + at + 1))
        other = self.stream.words(*self.stream.whole(run.source + at - 1, run.source + at + 1))
        self.told.tell(
            code,
            f"“{other}” of the source has become “{one}”",
            run.source + at,
        )

    def not_found(self, missing: _Missing, name: str, pool: Pool) -> None:
        """Say of words of a document that they are not in the source, or not at this place."""
        _, what, stream, start, end, place = missing
        text = stream.text[start:end]
        if pool.take(text):
            self.supplied += count_words(stream, start, end)
            return
        whole = stream.whole(start, end)
        if pool.take(stream.text[slice(*whole)]):
            self.supplied += count_words(stream, *whole)
            return
        shown = shorten(stream.words(*whole))
        where = what + name
        after = f", after “{words_before(stream, whole[0])}”" if whole[0] else ""
        found = self.elsewhere(stream, start, end)
        if found >= 0:
            self.told.tell(
                "words-out-of-order",
                f"“{shown}” stands in {where}{after}: that is not its place in the source",
                found,
            )
        else:
            self.told.tell(
                "word-invented",
                f"“{shown}” stands in {where}{after}, and is not in the source",
                place,
            )

    def torn(self, names: Sequence[str]) -> None:
        """See that no text stands in the midst of a note."""
        for number, start, end in self.notes:
            found = self.claims.owner.find(TEXT, start, end)
            if found >= 0:
                shown = shorten(self.stream.words(*self.stream.whole(start, start + 1)))
                self.told.tell(
                    "words-out-of-order",
                    f"a note of {names[number]} that begins with “{shown}” is put together from"
                    " words before and behind some of the text",
                    found,
                )

    def elsewhere(self, stream: Stream, start: int, end: int) -> int:
        """Find words of a document where they should not be; -1 when they are nowhere."""
        if end - start < _TELLING:
            return -1
        part = Stream(stream.text[start:end], stream.breaks[start:end], stream.optional[start:end])
        found = self.claims.find(part.text, 0)
        if found >= 0:
            self.claims.take(found, end - start, TEXT)
            return found
        runs = [run for run in follow(part, self.claims, 0, TEXT) if run.length >= _TELLING]
        enough = sum(run.length for run in runs) * 2 > end - start
        return runs[0].source if runs and enough else -1
