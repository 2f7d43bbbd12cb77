"""When words agree: at once, in parts, past what need not be on both sides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from letterbook.witness.words import Break, Kind, Word

Words = Sequence[Word]

_FRAGMENTS = 40
"""Lines that one word may run over: an address without a space can be long."""
_NUMBER = re.compile(r"\d+\.")


def match(expected: Words, i: int, found: Words, j: int, printed: bool) -> tuple[int, int] | None:
    """Match from here, past words that need not be on both sides; give where that ends."""
    # First past all that is optional: of two like words, the one that must be there is meant.
    *optional, required = _past_optional(expected, i)
    i_options = (required, *optional)
    for j_after in _past_optional(found, j, Kind.NUMBER):
        for i_after in i_options:
            if i_after == len(expected) and j_after == len(found):
                return i_after, j_after
            if ends := _match_word(expected, i_after, found, j_after, printed):
                return ends
    return None


def _past_optional(words: Words, start: int, also: Kind = Kind.OPTIONAL) -> Iterator[int]:
    yield start
    while start < len(words) and words[start].kind in (Kind.OPTIONAL, also):
        start += 1
        yield start


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


def renumbered(expected: Words, i: int, found: Words, j: int) -> tuple[int, int] | None:
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
