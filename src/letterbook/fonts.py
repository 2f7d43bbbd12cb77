"""Typefaces: what a book needs of them, and where they fall short of it."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator

import uharfbuzz
from fontTools.ttLib import TTFont
from fontTools.unicodedata import script, script_name

from letterbook.diagnostics import Diagnostic, Span
from letterbook.faces import Face
from letterbook.model import Book, Publication, SourceFile
from letterbook.theme import Theme

_INVISIBLE = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})
"""Categories of characters that need no glyph: controls, joiners, spaces."""
_NO_SCRIPT = frozenset({"Zyyy", "Zinh", "Zzzz"})
"""What Unicode says of characters that all scripts have, or none."""
_NAMED = 8
"""So many characters are named where more are missing."""
_LANG = re.compile(r'\blang="([\w-]+)"')


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


def subset_face(face: Face, faces: Iterable[Face], characters: Iterable[int]) -> bytes:
    """Cut a face, which is one of a book’s ``faces``, down to some characters.

    One for some scripts keeps what is theirs, or no script’s, and what no face of the text has: the
    others’ words among its own are set in those, and in their small capitals. It has none itself;
    they are made of large ones, which have to be there.
    """
    wanted = frozenset(characters)
    if face.scripts:
        text = frozenset[int]().union(*(f.characters for f in faces if not f.scripts))
        own = face.scripts | _NO_SCRIPT
        wanted = frozenset(c for c in wanted if c not in text or script(chr(c)) in own)
        wanted |= {ord(capital) for code in wanted for capital in chr(code).upper()}
    return subset_font(face.data, wanted)


def called_by_order(data: bytes) -> bytes:
    """Give the glyphs of a font for Chinese signs the numbers of their order.

    Such a font knows its glyphs by numbers of its own (CIDs); a PDF calls glyphs by those, and
    WeasyPrint 70 writes the number of their order there. Any other font is given back as it is.
    """
    with TTFont(io.BytesIO(data), lazy=True, recalcBBoxes=False, recalcTimestamp=False) as font:
        if "CFF " not in font or not hasattr(top := font["CFF "].cff.topDictIndex[0], "ROS"):
            return data
        signs = top.CharStrings.charStrings
        names = [".notdef", *(f"cid{number:05}" for number in range(1, len(top.charset)))]
        renamed = {new: signs[old] for old, new in zip(top.charset, names, strict=True)}
        top.CharStrings.charStrings = renamed
        top.charset = names
        out = io.BytesIO()
        font.save(out, reorderTables=False)
    return out.getvalue()


def characters_of(publication: Publication) -> frozenset[int]:
    """The characters of all pages, and of what marks them up."""
    return frozenset(ord(c) for page in publication.pages for c in set(page.content))


def faces_of(publication: Publication, theme: Theme) -> tuple[Face, ...]:
    """The faces of a theme that the pages need."""
    tags = {publication.edition.settings.language}
    tags |= {tag for page in publication.pages for tag in _LANG.findall(page.content)}
    return theme.faces_for(
        characters_of(publication), {tag.partition("-")[0].lower() for tag in tags}
    )


def check_glyphs(book: Book, theme: Theme) -> Iterator[Diagnostic]:
    """Find the characters that no typeface of the theme has: they would print as empty boxes.

    Each file is told once of the characters of each script, at the place of the first.
    """
    for file in book.files:
        missing = {
            chr(code)
            for code in theme.without_glyph({ord(c) for c in set(file.text)})
            if unicodedata.category(chr(code)) not in _INVISIBLE
        }
        places = _first_places(file, missing) if missing else {}
        by_script: dict[str, list[str]] = {}
        for character in places:
            by_script.setdefault(script(character), []).append(character)
        for name, characters in by_script.items():
            line, column = places[characters[0]]
            yield Diagnostic(
                "no-glyph",
                f"no typeface of the theme has {_listed(characters, places)}",
                _remedy(name, theme),
                Span(file.path, line, column),
            )


def _first_places(file: SourceFile, wanted: set[str]) -> dict[str, tuple[int, int]]:
    """Line and column of each character, in the order of the file."""
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(file.text.split("\n"), start=1):
        for column, character in enumerate(line, start=1):
            if character in wanted:
                found.setdefault(character, (number, column))
        if len(found) == len(wanted):
            break
    return found


def _listed(characters: list[str], places: dict[str, tuple[int, int]]) -> str:
    """Characters by name, each with its line where there are several."""
    if len(characters) == 1:
        name = unicodedata.name(characters[0], "without a name").lower()
        return f"“{characters[0]}” (U+{ord(characters[0]):04X}, {name})"
    named = ", ".join(
        f"“{character}” (U+{ord(character):04X}, line {places[character][0]})"
        for character in characters[:_NAMED]
    )
    more = len(characters) - _NAMED
    return f"{named}{f' and {more} more' if more > 0 else ''}"


def _remedy(script_: str, theme: Theme) -> str:
    """What brings a face for a script."""
    absent = [face for face in theme.absent if script_ in face.scripts and face.install]
    if absent:
        ways = " or ".join(f"“{face.install}” ({face.family})" for face in absent)
        return f"install the typeface that the theme has for this script: {ways}"
    if script_ in _NO_SCRIPT:
        return (
            "correct it if it is a slip; otherwise add a font that has it to a theme"
            " of your own (theme.yaml, “faces”)"
        )
    return (
        "correct it if it is a slip; otherwise add a font for the script"
        f" {script_name(script_).replace('_', ' ')} to a theme of your own"
        f" (theme.yaml, “faces”, “scripts: [{script_}]”)"
    )
