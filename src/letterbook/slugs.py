"""Slugs: the names of files, pages and entries, made of titles in any script."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping

MAX_SLUG = 80
"""Characters of a slug; it names files, whose names no system lets grow beyond 255 bytes."""

_LATIN: Mapping[str, str] = {
    "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ł": "l", "þ": "th", "ı": "i",
    # Cyrillic, as libraries write it without accents; letters with a breve or dots lose them first.
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "i", "і": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "iu", "я": "ia", "ѣ": "ie", "ѳ": "f",
    "ѵ": "y", "ђ": "dj", "ј": "j", "љ": "lj", "њ": "nj", "ћ": "c", "џ": "dz",
    # Greek.
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "e", "θ": "th", "ι": "i",
    "κ": "k", "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s",
    "ς": "s", "τ": "t", "υ": "y", "φ": "ph", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip


def slugify(text: str) -> str:
    """Make a slug: ASCII letters and digits in lower case, joined by hyphens.

    Letters of scripts that are not written in Latin ones here are spelt by their code point, so
    that two titles in another script do not become one.
    """
    folded = unicodedata.normalize("NFKD", text).casefold()
    slug = "-".join(re.findall(r"[a-z0-9]+", "".join(map(_spelt, folded)))) or "untitled"
    if len(slug) > MAX_SLUG:
        # Its digest keeps apart what begins alike.
        slug = f"{slug[: MAX_SLUG - 9].rstrip('-')}-{hashlib.sha256(slug.encode()).hexdigest()[:8]}"
    return slug


def _spelt(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if character in _LATIN or character.isascii() or not character.isalnum():
        return _LATIN.get(character, character)
    return f"{ord(character):x}"
