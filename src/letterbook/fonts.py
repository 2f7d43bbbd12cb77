"""Typefaces: what a book needs of them, and where they fall short of it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import uharfbuzz

from letterbook.diagnostics import Diagnostic, Span
from letterbook.model import Book
from letterbook.theme import Theme

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters that need no glyph: controls, joiners, spaces."""


def subset_font(data: bytes, characters: Iterable[int]) -> bytes:
    """Cut an OpenType font down to some characters, with all their typographic features.

    HarfBuzz does it, in a hundredth of the time that fontTools takes. The same input gives the
    same bytes.
    """
    chosen = uharfbuzz.SubsetInput()
    chosen.unicode_set.update(characters)
    # Every feature, not only those that are on by default: small capitals, figures, superiors.
    chosen.layout_feature_tag_set.clear()
    chosen.layout_feature_tag_set.invert()
    chosen.flags = uharfbuzz.SubsetFlags.NOTDEF_OUTLINE
    return bytes(uharfbuzz.subset(uharfbuzz.Face(data), chosen).blob.data)


def check_glyphs(book: Book, theme: Theme) -> Iterator[Diagnostic]:
    """Find the characters that no typeface of the theme has: they would print as empty boxes.

    Each character is reported once for each file, at its first place.
    """
    for file in book.files:
        if theme.characters.issuperset(map(ord, set(file.text) - {"\n"})):
            continue
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
