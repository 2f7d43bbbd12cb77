"""Sorting: the keys by which headings are filed, and the letters under which they are grouped.

By the Unicode Collation Algorithm (pyuca carries its default table); nothing is sorted by code
points.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from pyuca import Collator

from letterbook.typography import plain

_BEFORE = re.compile(r"\A[\W_]+")
_LATIN = re.compile(r"LATIN (?:CAPITAL|SMALL) (?:LETTER|LIGATURE) ([A-Z])E?(?: WITH .*)?$")
DIGITS = "0–9"


def head_letter(sort: str) -> str:
    """The letter under which a heading is grouped: its first, without accent, as a capital."""
    for character in unicodedata.normalize("NFD", sort):
        if character.isdigit():
            return DIGITS
        if character.isalpha():
            # Ø and Æ are sorted with O and A, but have no decomposition.
            latin = _LATIN.match(unicodedata.name(character, ""))
            return latin[1] if latin else character.upper()[0]
    return "·"


@cache
def _collator() -> Collator:
    return Collator()


@lru_cache(maxsize=100_000)
def sort_key(text: str) -> tuple[object, ...]:
    """The key by which headings are sorted: word by word, by the Unicode Collation Algorithm.

    Marks before the first letter do not count, and a comma ends a word before any other space:
    “Lenin, V. I.” stands before “Lenin Prospekt” (Chicago 16.59).
    """
    text = _BEFORE.sub("", plain(text)) or text
    return tuple(tuple(_collator().sort_key(part.strip())) for part in text.split(","))
