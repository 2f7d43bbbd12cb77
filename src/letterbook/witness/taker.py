"""The comparison of a source with what was made of it: who has which of its words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress

from letterbook.diagnostics import Diagnostic, Severity
from letterbook.importers.imported import Reason, SetAside
from letterbook.witness.follow import ASIDE, FREE, METADATA, NOTES, TEXT, Claims, Run, follow, gaps
from letterbook.witness.pairing import mispaired
from letterbook.witness.stream import SPACE, Builder, Stream, clean
from letterbook.witness.texts import Texts
from letterbook.witness.told import Told
from letterbook.witness.tools import (
    Pool,
    inversions,
    shorten,
    stretches,
    words_of,
)
from letterbook.witness.written import DERIVED, Written

_TRIES = 256
_LONG = 12
"""What was set aside and has so many characters is looked up with the values."""
_TELLING = 4
"""With more characters than this a text that is the same is hardly there by chance."""
_POINTS = ".,;:()[]?!-–—|/"

_IN_TEXT = frozenset(["written", "delivered", "published", "author", "addressee", "number"])
"""Keys whose words may be those of the text: a dateline, a signature stay where they stand."""
_PEOPLE = frozenset(["author", "addressee", "translator", "transcriber", "proofreader", "other"])
_PAIR_HINT = "compare the note and its mark with the original"
_MOST_NAMES = 16
"""Words of a value that may be a name, filed the other way round."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What was found."""

    words: Mapping[str, int]
    typographic: int
    diagnostics: tuple[Diagnostic, ...]
    notices: tuple[Diagnostic, ...] = ()
    """What may be wrong in the source as well as in the import."""


class Taker:
    """Takes the account of one source, read in one way.

    ``placed`` says where the texts stand, each document's and then its notes', if that is known.
    """

    def __init__(
        self,
        name: str,
        stream: Stream,
        typographic: bool,
        placed: Iterable[Sequence[Run]] | None = None,
    ) -> None:
        self.stream = stream
        self.typographic = typographic
        self.claims = Claims(stream, bytearray(len(stream.text)))
        self.told = Told(name, stream)
        self.texts = Texts(self.claims, self.told, placed)
        self.supplied = 0

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
        """Find who has which words; ``documents`` are in order, and ``names`` are theirs."""
        cursor = note_cursor = self.stream.header
        for number, written in enumerate(documents):
            cursor = self.texts.follow(number, "", written.body, cursor, TEXT)
            for note in written.notes:
                note_cursor = self.texts.follow(number, "a note of ", note, note_cursor, NOTES)
        pools = [Pool([self.clean(text) for text in texts]) for texts in supplied]
        pools += [Pool([]) for _ in range(len(documents) - len(pools))]
        short = self.metadata(names, documents, pools, set_aside)
        aside = self.set_aside(short)
        self.rest(aside)
        self.absorb()
        self.texts.judge(names, pools)
        self.supplied += self.texts.supplied
        self.unaccounted()
        self.told.tell_rest()
        words = self.count()
        now = sum(written.typographic for written in documents)
        made = max(now - self.stream.typographic, 0) if self.typographic else 0
        notices = self.mispaired(names, documents)
        return Taken(words, made, tuple(self.told.diagnostics), notices)

    def mispaired(
        self, names: Sequence[str], documents: Sequence[Written]
    ) -> tuple[Diagnostic, ...]:
        """Tell of notes that seem to be another mark's."""
        notices = Told(self.told.name, self.stream, Severity.WARNING, _PAIR_HINT)
        notes = iter(self.texts.spans)
        for number, written in enumerate(documents):
            spans = {label: span for label in written.labels if (span := next(notes, None))}
            runs = self.texts.bodies.get(number, ())
            for pair in mispaired(self.claims, runs, written.references, spans):
                has = f"has the mark “{pair.other}”" if pair.other else "stands elsewhere"
                message = f"the note “{pair.label}” of {names[number]} {has}; its reference stands"
                where = f"at “{pair.mark}”" if pair.mark else "at another note"
                notices.tell("note-of-another-mark", f"{message} {where}", pair.source)
        notices.tell_rest()
        return tuple(notices.diagnostics)

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
        for text in filter(None, forms):
            for start, end in self.stream.headers:
                while (found := self.claims.find_bounded(text, start, end)) >= 0:
                    self.claims.take(found, len(text), METADATA)

    def derived_values(self, name: str, written: Written, pool: Pool) -> None:
        """Look up what was made from words of the source, and what marks say about words."""
        for key, value, is_verbatim in written.values:
            if not is_verbatim:
                self.derived(name, key, value, pool)
        for value in written.attributes:
            text = self.clean(value)
            found = self.find_word(text)
            if text and found >= 0:
                self.claims.take(found, len(text), METADATA)

    def value(self, name: str, key: str, value: str, pool: Pool) -> None:
        """Look up a value that the source must have."""
        text = self.clean(value)
        if text in self.stream.front:
            return
        found = self.find_word(text)
        if found >= 0:
            self.claims.take(found, len(text), METADATA)
        elif self.is_there(text):
            # Said before, or in part; what of it is left belongs to it.
            partly = self.claims.find_partly(text, 0, (TEXT, NOTES))
            if partly >= 0:
                self.claims.take_free(partly, len(text), METADATA)
            elif key.partition(".")[0] not in _IN_TEXT and not self.stream.knows(
                value, self.typographic
            ):
                self.told.tell(
                    "word-invented",
                    f"“{shorten(value)}” stands in “{key}” of {name}, but the source has it in the"
                    " text alone",
                    self.stream.text.find(text),
                )
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
        """Look up a value that says again what other words say."""
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
        """Tell of a word of the front matter that is nowhere."""
        self.told.tell(
            "word-invented",
            f"“{shorten(word)}” stands in “{key}” of {name}, and is not in the source",
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
        taken = [
            (start + m.start(), start + m.end())
            for m in re.finditer(b"[^\0]+", bytes(owner[start : start + length]))
        ]
        self.claims.take_free(start, length, ASIDE)
        for one, other in taken:
            text = self.stream.text[one:other]
            found = self.claims.find_bounded(text, 0)
            # A mark stands on a word, too.
            found = found if found >= 0 else self.claims.find(text, 0)
            if found >= 0:
                self.claims.take(found, len(text), ASIDE)
            elif owner[one] not in (TEXT, NOTES):
                self.exchange_words(one, other)
            elif any(c.isalnum() for c in text):
                self.told.tell(
                    "set-aside-unknown",
                    f"“{self.stream.words(one, other)}” was set aside, and stands in a text, too",
                    one,
                )

    def exchange_words(self, start: int, end: int) -> None:
        """Take each word of a stretch where it is free: a value may have a part of the stretch."""
        for one, other in words_of(self.stream, start, end):
            text = self.stream.text[one:other]
            for word in (text, text.strip(_POINTS)):
                found = self.find_word(word) if word else -1
                if found >= 0:
                    self.claims.take(found, len(word), ASIDE)
                    break

    def aside_word(self, stream: Stream, start: int, end: int) -> None:
        """Find a word of what was set aside."""
        word = stream.text[start:end]
        found = self.claims.find(word, 0)
        if found >= 0:
            self.claims.take(found, len(word), ASIDE)
        elif not self.is_there(word) and (
            stream.text[slice(*stream.whole(start, end))] not in self.stream.known
        ):
            self.told.tell(
                "set-aside-unknown",
                f"“{stream.words(*stream.whole(start, end))}” was set aside,"
                " and is not in the source",
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
        """Tell what nobody has."""
        for start, end in stretches(self.claims.owner, FREE):
            if all(self.stream.optional[start:end]):
                continue
            self.told.unaccounted(start, end)

    def count(self) -> dict[str, int]:
        """Count the words that each has."""
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
