"""Sorting: the keys by which headings are filed, and the letters under which they are grouped.

Letters are compared by the Unicode Collation Algorithm with what a language changes in it (see
``collation``), words by one of the manual's two systems: word by word, where a space comes before
any letter, and letter by letter, where it counts for nothing. In both a heading that goes on after
a parenthesis stands before one that goes on after a comma, and that before other words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from letterbook.index.collation import Weights, letters, own_script, weights
from letterbook.typography import plain

Order = Literal["word-by-word", "letter-by-letter"]
SortKey = tuple[tuple[int | float, ...], ...]

DIGITS = "0–9"
SIGNS = "·"

_BEFORE = re.compile(r"\A[\W_]+")
_PIECE = re.compile(r"(?P<stop>\s*\(\s*|\s*,\s*|\s+)|(?P<digits>[0-9]+)|(?P<word>[^\s,(0-9]+)")
_ENDS = {"(": 1, ",": 2, "": 3}
"""What comes first of headings that begin with the same words: less than any letter's weight."""


@lru_cache(maxsize=100_000)
def sort_key(text: str, language: str = "en", order: Order = "word-by-word") -> SortKey:
    """The key by which a heading is sorted; marks before its first letter do not count.

    Figures count as numbers: 9 stands before 26. Signs come before figures, figures before
    letters, and the letters of the language's own script before others.
    """
    text = _BEFORE.sub("", plain(text)) or text
    levels: list[list[int | float]] = [[_first(text, language)], [], []]
    for piece in _PIECE.finditer(text):
        if piece["stop"]:
            stop = _ENDS[piece["stop"].strip()]
            if stop < _ENDS[""] or order == "word-by-word":
                levels[0].append(stop)
        elif piece["digits"]:
            levels[0].extend([*_primary("0", language), int(piece["digits"])])
        else:
            # A hyphen joins, and an apostrophe is none of the letters.
            word = "".join(c for c in piece["word"] if c.isalnum() or unicodedata.combining(c))
            for level, found in zip(levels, weights(word or piece["word"], language), strict=True):
                level.extend(found)
    return tuple(map(tuple, levels))


def _primary(character: str, language: str) -> Weights:
    return weights(character, language)[0]


def _first(text: str, language: str) -> int:
    """Which of the scripts a heading begins with: signs, figures, the language's own, others."""
    character = text[:1]
    if character.isdigit():
        return 1
    if not character.isalpha():
        return 0
    return 2 if unicodedata.name(character, "").startswith(own_script(language)) else 3


def head_letter(sort: str, language: str = "en") -> str:
    """The letter under which a heading is grouped, as a capital.

    It is that of the language's alphabet which has the weight of the heading's first: É goes with
    E, and Ñ with N, but in Spanish it has a group of its own.
    """
    text = _BEFORE.sub("", plain(sort))
    if not text:
        return SIGNS
    if text[0].isdigit():
        return DIGITS
    # Enough for a letter of two characters, and for the accents of one that is decomposed.
    first = next(iter(_primary(text[:4], language)), 0)
    if letter := letters(language).get(first):
        return letter
    return unicodedata.normalize("NFD", text)[0].upper()[0]
