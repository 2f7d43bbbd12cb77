"""Typefaces: what a book needs of them, and where they fall short of it."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from fontTools import subset
from fontTools.ttLib import TTFont

from letterbook.diagnostics import Diagnostic, Span
from letterbook.model import Book
from letterbook.theme import Theme

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters that need no glyph: controls, joiners, spaces."""


def subset_font(data: bytes, characters: Iterable[int], flavor: str | None = None) -> bytes:
    """Cut an OpenType font down to some characters, with all their typographic features.

    ``flavor`` is None for OpenType itself, or ``woff2``, which browsers load at a third of the
    size. The same input gives the same bytes: the time stamp in the font stays what it was.
    """
    return _subset(data, frozenset(characters), flavor)


# The preview asks for the same subsets after every key stroke that is no new character.
@lru_cache(maxsize=16)
def _subset(data: bytes, characters: frozenset[int], flavor: str | None) -> bytes:
    options = subset.Options()
    options.layout_features = ["*"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    options.notdef_outline = True
    options.recalc_timestamp = False
    options.desubroutinize = True
    with TTFont(io.BytesIO(data), recalcTimestamp=False) as font:
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=sorted(characters))
        subsetter.subset(font)
        font.flavor = flavor
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def check_glyphs(book: Book, theme: Theme) -> Iterator[Diagnostic]:
    """Find the characters that no typeface of the theme has: they would print as empty boxes.

    Each character is reported once for each file, at its first place.
    """
    for file in book.files:
        seen: set[str] = set()
        for number, line in enumerate(file.text.split("\n"), start=1):
            for column, character in enumerate(line, start=1):
                if ord(character) in theme.characters or character in seen:
                    continue
                if unicodedata.category(character) in _INVISIBLE:
                    continue
                seen.add(character)
                name = unicodedata.name(character, "without a name").lower()
                yield Diagnostic(
                    "no-glyph",
                    f"no typeface of the theme has “{character}” (U+{ord(character):04X}, {name})",
                    "correct it if it is a slip; otherwise add a font that has it to a theme"
                    " of your own (theme.yaml, “faces”)",
                    Span(file.path, number, column),
                )
