"""When words agree: at once, in parts, past what need not be on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from letterbook.witness.words import Break, Kind, Word

Words = Sequence[Word]

_FRAGMENTS = 40
"""Lines that one word may run over: an address without a space can be long."""
_OPTIONS = 64
"""How many words that may be on one side alone are looked at one by one."""
_NUMBER = re.compile(r"\d+\.")


class Optionals:
    """The words that need not be on both sides, among some that are gone through in order."""

    def __init__(self, words: Words, also: Kind = Kind.OPTIONAL) -> None:
        self._words = words
        self._kinds = (Kind.OPTIONAL, also)
        self._run = (0, 0)
        """The last run that was looked at: so is each but once, however often it is asked for."""

    def options(self, start: int) -> Iterator[int]:
        """Where one can go on from: past all that is optional, then past less of it."""
        end = self._end(start)
        # First past all of it: of two like words, the one that must be there is meant.
        yield end
        yield from range(start, min(end, start + _OPTIONS))

    def _end(self, start: int) -> int:
        first, end = self._run
        if not first <= start < end:
            end = start
            while end < len(self._words) and self._words[end].kind in self._kinds:
                end += 1
            self._run = start, end
        return end


def match(
    expected: Words,
    i: int,
    found: Words,
    j: int,
    printed: bool,
    optional: tuple[Optionals, Optionals],
) -> tuple[int, int] | None:
    """Match from here, past words that need not be on both sides; give where that ends.

    ``optional`` are those of the expected and of the found words.
    """
    i_options = list(optional[0].options(i))
    if is_repeated(found, j) and _run(found, j) >= _run(expected, i):
        # All of the like words are there.
        i_options.sort()
    last, *first = optional[1].options(j)
    for j_after in (*first, last):
        for i_after in i_options:
            if i_after == len(expected) and j_after == len(found):
                return i_after, j_after
            if ends := _match_word(expected, i_after, found, j_after, printed):
                return ends
    return None


def is_repeated(words: Words, at: int) -> bool:
    """Whether a word is the same as the one behind it."""
    return at + 1 < len(words) and words[at].key == words[at + 1].key


def _run(words: Words, at: int) -> int:
    """How many like words stand here, one behind the other."""
    end = at
    while end < len(words) and end - at < _OPTIONS and words[end].key == words[at].key:
        end += 1
    return end - at


def _match_word(
    expected: Words, i: int, found: Words, j: int, printed: bool
) -> tuple[int, int] | None:
    """Match one word, which print may have in parts, or run into the next at the edge of a block.

    Gives where its parts end.
    """
    if i == len(expected) or j == len(found):
        return None
    if found[j].kind is Kind.LITERAL and found[j].key == expected[i].typed:
        return _past_typed(expected, i), j + 1
    want = {expected[i].key}
    have = {found[j].key}
    for _ in range(_FRAGMENTS):
        if want & have:
            return i + 1, j + 1
        if not printed:
            return None
        short_have = {h for h in have for w in want if w.startswith(unhyphened(h, found[j]))}
        if short_have and found[j].after in (Break.LINE, Break.GAP) and j + 1 < len(found):
            # One variant with the hyphen, for it may have been written, and one without.
            stems = short_have | {unhyphened(h, found[j]) for h in short_have}
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


def _past_typed(expected: Words, i: int) -> int:
    """Go past all words that were typed without a space between them: only edges part them."""
    typed = expected[i].typed
    while i + 1 < len(expected) and expected[i].after is Break.EDGE:
        if expected[i + 1].typed != typed:
            break
        i += 1
    return i + 1


def unhyphened(key: str, word: Word) -> str:
    """Give a word without the hyphen that the end of its line may have brought."""
    return key[:-1] if word.after is Break.LINE and key.endswith("-") else key


def renumbered(
    expected: Words, i: int, found: Words, j: int, optional: Optionals
) -> tuple[int, int] | None:
    """See a list's number that is printed as another; ``optional`` are those of the expected."""
    for i_after in sorted(set(optional.options(i))):
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
