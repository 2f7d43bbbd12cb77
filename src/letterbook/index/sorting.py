"""Sorting: the keys by which headings are filed, and the letters under which they are grouped.

Letters are compared by the Unicode Collation Algorithm with what a language changes in it (see
``collation``), words by one of the manual's two systems: word by word, where a space comes before
any letter, and letter by letter, where it counts for nothing. In both a heading that goes on after
a parenthesis stands before one that goes on after a comma, and that before other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
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
_LEADING: Mapping[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "en": "a an the and or of in on at by to for from with as about against after among before"
        " between during into over through under upon",
        "de": "der die das des dem den ein eine und oder an am auf aus bei beim für gegen im in mit"
        " nach ohne über um unter von vom vor zu zum zur als durch",
        "fr": "le la les l un une des du de d et ou à au aux avec chez contre dans en par pour sans"
        " sous sur",
        "es": "el la los las un una y e o a al con contra de del en para por sin sobre",
        "ru": "и или в во на о об от по при с со к ко из за у для",
    }.items()
}
"""Articles, prepositions and conjunctions, which do not count where a subentry begins with them."""
_WORDS = re.compile(r"\w+[\s'’]+")
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


def filed_below(heading: str, language: str) -> str:
    """What a subentry is sorted by when nobody says it: its first word that means something.

    “and the committee” is filed under C (the manual, 17th edition, 16.68).
    """
    words = _LEADING.get(language.partition("-")[0].lower(), frozenset())
    rest = heading
    while (first := _WORDS.match(rest)) and first[0].rstrip(" '’\u00a0").lower() in words:
        rest = rest[first.end() :]
    return rest or heading


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
