"""The comparison of a source with what was made of it: who has which of its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from letterbook.diagnostics import Diagnostic, Span
from letterbook.importers.imported import Reason, SetAside
from letterbook.witness.follow import Claims, Run, follow, gaps
from letterbook.witness.signs import give_back, without_signs
from letterbook.witness.stream import BLOCK, NONE, SPACE, Builder, Stream, clean
from letterbook.witness.tools import (
    Pool,
    both,
    count_words,
    inversions,
    shorten,
    stretches,
    words_of,
)
from letterbook.witness.written import DERIVED, Written

FREE, TEXT, NOTES, METADATA, ASIDE = range(5)
_MOST = 8
"""How many faults of one kind are told one by one."""
_APART = (
    ("words-fused", {NONE}, {SPACE, BLOCK}),
    ("word-split", {SPACE, BLOCK}, {NONE}),
)
"""What stands between two characters here, and what stands there, where that is a fault."""
_TRIES = 256
_LONG = 12
"""What was set aside and has so many characters is looked up with the values."""
_TELLING = 4
"""With more characters than this a text that is the same is hardly there by chance."""
_POINTS = ".,;:()[]?!-–—|/"

_PEOPLE = frozenset(["author", "addressee", "translator", "transcriber", "proofreader", "other"])
_MOST_NAMES = 16
"""Words of a value that may be a name, filed the other way round."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found."""

    words: Mapping[str, int]
    typographic: int
    diagnostics: tuple[Diagnostic, ...]


def take(
    name: str,
    source: Stream,
    documents: Sequence[tuple[str, Written]],
    set_aside: Sequence[SetAside],
    supplied: Sequence[Sequence[str]],
    typographic: bool,
) -> Taken:
    """Find who has which words of the source ``name``; ``documents`` are named, and in order."""
    taker = _Taker(name, source, typographic)
    return taker.take([n for n, _ in documents], [w for _, w in documents], set_aside, supplied)


class _Taker:
    """Takes the account of one source, read in one way."""

    def __init__(self, name: str, stream: Stream, typographic: bool) -> None:
        self.name = name
        self.stream = stream
        self.typographic = typographic
        self.claims = Claims(stream, bytearray(len(stream.text)))
        self.diagnostics: list[Diagnostic] = []
        self.told: Counter[str] = Counter()
        self.supplied = 0
        self._source_words: set[str] | None = None

    def clean(self, text: str) -> str:
        """Give what of some words is compared."""
        return "".join(clean(word, self.typographic) for word in text.split())

    def take(
        self,
        names: Sequence[str],
        documents: Sequence[Written],
        set_aside: Sequence[SetAside],
        supplied: Sequence[Sequence[str]],
    ) -> Taken:
        left: list[tuple[str, int, Stream, int, int]] = []
        cursor = note_cursor = self.stream.header
        for number, written in enumerate(documents):
            cursor = self.follow(number, "", written.body, cursor, TEXT, left)
            for note in written.notes:
                note_cursor = self.follow(number, "a note of ", note, note_cursor, NOTES, left)
        pools = [Pool([self.clean(text) for text in texts]) for texts in supplied]
        pools += [Pool([]) for _ in range(len(documents) - len(pools))]
        short = self.metadata(names, documents, pools, set_aside)
        aside = self.set_aside(short)
        self.rest(aside)
        self.absorb()
        for what, number, stream, start, end in left:
            self.not_found(f"{what}{names[number]}", stream, start, end, pools[number])
        self.unaccounted()
        self.tell_rest()
        words = self.count()
        now = sum(written.typographic for written in documents)
        made = max(now - self.stream.typographic, 0) if self.typographic else 0
        return Taken(words, made, tuple(self.diagnostics))

    # ----------------------------------------------------------------------- texts and notes

    def follow(
        self,
        number: int,
        what: str,
        stream: Stream,
        cursor: int,
        who: int,
        left: list[tuple[str, int, Stream, int, int]],
    ) -> int:
        """Follow a text from where the last one ended, or, if it is not there, from the start."""
        if not stream.text:
            return cursor
        if cursor and not self.goes_on(stream.text, cursor):
            cursor = self.stream.header
        runs = follow(stream, self.claims, cursor, who)
        missing = [
            gap for gap in gaps(runs, len(stream.text)) if not all(stream.optional[slice(*gap)])
        ]
        give_back(self.claims, runs, stream, who)
        missing = list(without_signs(self.claims, runs, stream, missing, who))
        left += [(what, number, stream, start, end) for start, end in missing]
        self.spaces(runs, stream)
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
        one = stream.words(*stream.whole(run.at + at - 1, run.at + at + 1))
        other = self.stream.words(*self.stream.whole(run.source + at - 1, run.source + at + 1))
        self.tell(
            code,
            f"“{other}” of the source has become “{one}”",
            "this is the importer’s fault: please report it, with the file if you can",
            run.source + at,
        )

    def not_found(self, where: str, stream: Stream, start: int, end: int, pool: Pool) -> None:
        """Say of words of a document that they are not in the source, or not at this place."""
        text = stream.text[start:end]
        if pool.take(text):
            self.supplied += count_words(stream, start, end)
            return
        whole = stream.whole(start, end)
        if pool.take(stream.text[slice(*whole)]):
            self.supplied += count_words(stream, *whole)
            return
        shown = shorten(stream.words(*whole))
        before = stream.words(*stream.whole(max(whole[0] - 12, 0), whole[0]))
        after = f", after “{before}”" if whole[0] else ""
        found = self.elsewhere(stream, start, end)
        if found >= 0:
            self.tell(
                "words-out-of-order",
                f"“{shown}” stands in {where}{after}: that is not its place in the source",
                "this is the importer’s fault: please report it, with the file if you can",
                found,
            )
        else:
            self.tell(
                "word-invented",
                f"“{shown}” stands in {where}{after}, and is not in the source",
                "an importer must say what it supplies: please report it, with the file if you can",
                0,
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

    # ----------------------------------------------------------------------- front matter

    def metadata(
        self,
        names: Sequence[str],
        documents: Sequence[Written],
        pools: Sequence[Pool],
        set_aside: Sequence[SetAside],
    ) -> list[SetAside]:
        """Look up every value, and what was set aside if it is long; gives what is short.

        The longest come first, since a short one may stand in a long one: an author's name in
        the line of navigation.
        """
        units = self.values(documents, pools)
        short: list[SetAside] = []
        for item in set_aside:
            size = len(self.clean(item.text))
            if size < _LONG:
                short.append(item)
            else:
                units.append((-size, len(units), -1, item.text, ""))
        for _, _, number, text, key in sorted(units):
            if number >= 0:
                self.value(names[number], key, text, pools[number])
                continue
            cleaned = self.clean(text)
            found = self.claims.find_bounded(cleaned, 0)
            if found >= 0:
                self.claims.take(found, len(cleaned), ASIDE)
            else:
                short.append(SetAside(text, Reason.STRUCTURE))
        for number, written in enumerate(documents):
            self.derived_values(names[number], written, pools[number])
        self.said_again(documents)
        return short

    def values(
        self, documents: Sequence[Written], pools: Sequence[Pool]
    ) -> list[tuple[int, int, int, str, str]]:
        """Give the values that the source must have: their size, order, document, text and key."""
        found: list[tuple[int, int, int, str, str]] = []
        for number, written in enumerate(documents):
            for key, value, is_verbatim in written.values:
                text = self.clean(value)
                if text and pools[number].take(text):
                    self.supplied += is_verbatim * len(value.split())
                elif text and is_verbatim:
                    found.append((-len(text), len(found), number, value, key))
        return found

    def said_again(self, documents: Sequence[Written]) -> None:
        """A file's header says a name more than once, and the other way round: “Finch, Peter”."""
        forms: dict[str, None] = {}
        for written in documents:
            for key, value, is_verbatim in written.values:
                if is_verbatim or key.endswith(("sort", "url")):
                    forms[self.clean(value)] = None
                if key.partition(".")[0] in _PEOPLE and value.count(" ") < _MOST_NAMES:
                    forms.update(dict.fromkeys(map(self.clean, inversions(value))))
        for text in forms:
            found = self.claims.find_bounded(text, 0, self.stream.header) if text else -1
            while found >= 0:
                self.claims.take(found, len(text), METADATA)
                found = self.claims.find_bounded(text, found, self.stream.header)

    def derived_values(self, name: str, written: Written, pool: Pool) -> None:
        for key, value, is_verbatim in written.values:
            if not is_verbatim:
                self.derived(name, key, value, pool)
        for value in written.attributes:
            text = self.clean(value)
            found = self.find_word(text)
            if text and found >= 0:
                self.claims.take(found, len(text), METADATA)

    def value(self, name: str, key: str, value: str, pool: Pool) -> None:
        text = self.clean(value)
        found = self.find_word(text)
        if found >= 0:
            self.claims.take(found, len(text), METADATA)
        elif self.is_there(text):
            # Said before, or in part; what of it is left belongs to it.
            partly = self.claims.find_partly(text, 0)
            if partly >= 0:
                self.claims.take_free(partly, len(text), METADATA)
        else:
            builder = Builder(self.typographic)
            builder.text(value, 1)
            stream = builder.done()
            runs = follow(stream, self.claims, 0, METADATA) if " " in value.strip() else []
            for start, end in gaps(runs, len(stream.text)):
                self.leftover(name, key, stream, start, end, pool)

    def leftover(
        self, name: str, key: str, stream: Stream, start: int, end: int, pool: Pool
    ) -> None:
        """Words of a value that are not where the rest is: said elsewhere, supplied or invented."""
        for one, other in words_of(stream, start, end):
            word = stream.text[one:other].strip(_POINTS)
            whole = stream.text[slice(*stream.whole(one, other))]
            found = self.find_word(word) if word else -1
            if found >= 0:
                self.claims.take(found, len(word), METADATA)
            # Points between parts are how a value is put together; no point is a word.
            said = self.is_there(word) or self.is_there(whole.strip(_POINTS))
            if said or whole in self.stream.known:
                continue
            if pool.take(word) or pool.take(whole):
                self.supplied += 1
                continue
            self.invented_value(name, key, stream.words(*stream.whole(one, other)))

    def derived(self, name: str, key: str, value: str, pool: Pool) -> None:
        if key.rpartition(".")[2] in DERIVED:
            return
        text = self.clean(value)
        found = self.find_word(text)
        if found >= 0 and len(text) > _TELLING:
            # The words of a citation need not have what stands elsewhere in the source.
            self.claims.take(found, len(text), METADATA)
            return
        for word in value.split():
            text = clean(word, self.typographic)
            core = text.strip(_POINTS)
            is_there = self.is_there(core) or text in self.stream.known
            if core and not is_there and not pool.take(text):
                self.invented_value(name, key, word)

    def invented_value(self, name: str, key: str, word: str) -> None:
        self.tell(
            "word-invented",
            f"“{shorten(word)}” stands in “{key}” of {name}, and is not in the source",
            "an importer must say what it supplies: please report it, with the file if you can",
            0,
        )

    # ----------------------------------------------------------------------- set aside

    def set_aside(self, items: Sequence[SetAside]) -> list[str]:
        """Find what was set aside, in its order; gives what was not found as a whole."""
        left: list[str] = []
        cursor = 0
        for item in items:
            text = self.clean(item.text)
            if not text:
                continue
            found = self.claims.find(text, cursor)
            if found < 0 or self.stream.optional[found]:
                found = self.find_word(text)
            if found < 0:
                left.append(item.text)
            else:
                self.claims.take(found, len(text), ASIDE)
                cursor = found + len(text)
        return left

    def rest(self, left: Sequence[str]) -> None:
        """Find what was set aside in pieces."""
        for text in left:
            cleaned = self.clean(text)
            partly = self.claims.find_partly(cleaned, 0)
            if partly >= 0:
                self.exchange(partly, len(cleaned))
                continue
            builder = Builder(self.typographic)
            builder.text(text, 1)
            stream = builder.done()
            runs = follow(stream, self.claims, 0, ASIDE)
            for start, end in gaps(runs, len(stream.text)):
                for one, other in words_of(stream, start, end):
                    self.aside_word(stream, one, other)

    def exchange(self, start: int, length: int) -> None:
        """Take what is left of a place, and for the rest the same words where they are free."""
        owner = self.claims.owner
        taken = [m.span() for m in re.finditer(b"[^\0]+", bytes(owner[start : start + length]))]
        self.claims.take_free(start, length, ASIDE)
        for one, other in taken:
            text = self.stream.text[start + one : start + other]
            if (found := self.claims.find_bounded(text, 0)) >= 0:
                self.claims.take(found, len(text), ASIDE)

    def aside_word(self, stream: Stream, start: int, end: int) -> None:
        word = stream.text[start:end]
        found = self.claims.find(word, 0)
        if found >= 0:
            self.claims.take(found, len(word), ASIDE)
        elif not self.is_there(word) and (
            stream.text[slice(*stream.whole(start, end))] not in self.stream.known
        ):
            self.tell(
                "set-aside-unknown",
                f"“{stream.words(*stream.whole(start, end))}” was set aside,"
                " and is not in the source",
                "this is the importer’s fault: please report it, with the file if you can",
                0,
            )

    def absorb(self) -> None:
        """Set aside the points and bars that stand between what has been set aside."""
        owner, breaks, text = self.claims.owner, self.stream.breaks, self.stream.text
        for start, end in stretches(owner, FREE):
            if any(c.isalnum() for c in text[start:end]):
                continue
            before = owner[start - 1] if start else ASIDE
            after = owner[end] if end < len(owner) else ASIDE
            held_before = start > 0 and not breaks[start]
            held_after = end < len(owner) and not breaks[end]
            if (held_before and before in (TEXT, NOTES)) or (held_after and after in (TEXT, NOTES)):
                continue
            if before in (METADATA, ASIDE) or after in (METADATA, ASIDE):
                self.claims.take(start, end - start, ASIDE)

    # ----------------------------------------------------------------------- the end

    def unaccounted(self) -> None:
        for start, end in stretches(self.claims.owner, FREE):
            if all(self.stream.optional[start:end]):
                continue
            shown = shorten(self.stream.words(*self.stream.whole(start, end)))
            before = self.stream.words(*self.stream.whole(max(start - 12, 0), start))
            self.tell(
                "word-unaccounted",
                f"“{shown}” is in no document and was not set aside"
                + (f"; it stands after “{before}”" if start else ""),
                "this is the importer’s fault: please report it, with the file if you can",
                start,
            )

    def count(self) -> dict[str, int]:
        breaks, owner = self.stream.breaks, self.claims.owner
        if breaks:
            breaks = bytearray(breaks)
            breaks[0] = SPACE
        found = Counter(compress(owner, breaks))
        of = {TEXT: "text", NOTES: "notes", METADATA: "metadata", ASIDE: "set_aside"}
        words = {name: found[number] for number, name in of.items()}
        optional = sum(
            1
            for o, free in zip(
                compress(self.stream.optional, breaks), compress(owner, breaks), strict=True
            )
            if o and not free
        )
        total = sum(found.values()) - optional
        return {"source": total, **words, "supplied": self.supplied}

    def find_word(self, text: str) -> int:
        """Find a text among what is free, where words begin and end."""
        return self.claims.find_bounded(text, 0)

    def is_there(self, text: str) -> bool:
        """Whether the source has these words, whoever has them."""
        start = self.stream.text.find(text)
        for _ in range(_TRIES):
            if start < 0 or self.stream.is_bounded(start, start + len(text)):
                break
            start = self.stream.text.find(text, start + 1)
        return start >= 0

    def tell(self, code: str, message: str, hint: str, position: int) -> None:
        self.told[code] += 1
        if self.told[code] <= _MOST:
            line = self.stream.line(position)
            self.diagnostics.append(Diagnostic(code, message, hint, Span(self.name, line)))

    def tell_rest(self) -> None:
        for code, number in self.told.items():
            if number > _MOST:
                self.diagnostics.append(
                    Diagnostic(
                        code,
                        f"and {number - _MOST} more of this kind",
                        "see to the first ones; the others may come of them",
                        Span(self.name),
                    )
                )
