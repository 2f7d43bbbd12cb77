"""The Unicode Collation Algorithm, and what languages change in it.

pyuca carries the default table, which serves English, French, German and Russian as it is: accents
and umlauts do not part letters, ё goes with е, й is a letter. What other languages sort as letters
of their own is told in ``OWN_LETTERS``, as CLDR has it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pyuca import Collator
from pyuca.collator import COLL_ELEMENT_PATTERN

Weights = list[int | float]

_NORDIC = ("z æ ø å",)
_FINNISH = ("z å ä ö",)
_SOUTH_SLAVIC = ("c č ć", "d dž đ", "l lj", "n nj", "s š", "z ž")

OWN_LETTERS: Mapping[str, tuple[str, ...]] = {
    "bs": _SOUTH_SLAVIC,
    "cs": ("c č", "h ch", "r ř", "s š", "z ž"),
    "da": _NORDIC,
    "es": ("n ñ",),
    "fi": _FINNISH,
    "hr": _SOUTH_SLAVIC,
    "hu": ("c cs", "d dz dzs", "g gy", "l ly", "n ny", "o ö", "s sz", "t ty", "u ü", "z zs"),
    "nb": _NORDIC,
    "nn": _NORDIC,
    "no": _NORDIC,
    "pl": ("a ą", "c ć", "e ę", "l ł", "n ń", "o ó", "s ś", "z ź ż"),
    "sk": ("a ä", "c č", "h ch", "o ô", "s š", "z ž"),
    "sv": _FINNISH,
    "tr": ("c ç", "g ğ", "o ö", "s ş", "u ü"),
}
"""For a language, letters that follow a letter of the alphabet and go before the next."""

_SCRIPTS = {
    "CYRILLIC": frozenset({"be", "bg", "kk", "ky", "mk", "mn", "ru", "sr", "uk"}),
    "GREEK": frozenset({"el"}),
    "HEBREW": frozenset({"he", "yi"}),
    "ARABIC": frozenset({"ar", "fa", "ur"}),
    "ARMENIAN": frozenset({"hy"}),
    "GEORGIAN": frozenset({"ka"}),
}
_ALPHABETS = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ",
    "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩ",
)


def weights(text: str, language: str) -> tuple[Weights, Weights, Weights]:
    """The weights of a text: of its letters, of their accents, of their case."""
    elements = _collator(_base(language)).collation_elements(unicodedata.normalize("NFD", text))
    first, second, third = ([e[level] for e in elements if e[level]] for level in range(3))
    return first, second, third


@cache
def letters(language: str) -> Mapping[int | float, str]:
    """The letters of the alphabets that we know, and of a language, by their weight."""
    own = [name for row in OWN_LETTERS.get(_base(language), ()) for name in row.split()]
    found: dict[int | float, str] = {}
    for letter in (*"".join(_ALPHABETS), *(name.capitalize() for name in own)):
        found.setdefault(weights(letter, language)[0][0], letter)
    return found


def own_script(language: str) -> str:
    """The script that a language is written in, as Unicode names its letters."""
    base = _base(language)
    return next((script for script, of in _SCRIPTS.items() if base in of), "LATIN")


def _base(language: str) -> str:
    return language.partition("-")[0].lower()


class _Collator(Collator):
    """pyuca's collator, which takes in of the table what a text needs.

    The whole has some 35,000 entries, and takes as long to read as a hundred letters.
    """

    def load(self, filename: str) -> None:
        """Read the table, without taking it in but for the weights of ideographs."""
        self.rest: dict[str, list[str]] = {}
        """The entries not taken in, by their first code point."""
        for line in Path(filename).read_text(encoding="utf-8").splitlines():
            if line.startswith("@implicitweights"):
                codes, base = line.removeprefix("@implicitweights").split(";")
                first, last = codes.split("..")
                base, _, _ = base.partition("#")
                self.implicit_weights.append([int(first, 16), int(last, 16), int(base, 16)])
            elif line and line[0] not in "@#":
                self.rest.setdefault(line[: line.index(" ")], []).append(line)

    def collation_elements(self, normalized_string: str) -> list[list[int | float]]:
        """Give the collation elements of a text in NFD."""
        self.take_in(normalized_string)
        made: list[list[int | float]] = super().collation_elements(normalized_string)
        return made

    def take_in(self, characters: str) -> None:
        """Take in all entries that begin with one of the characters."""
        for character in set(characters):
            for line in self.rest.pop(f"{ord(character):04X}", ()):
                codes, _, elements = line.partition("#")[0].partition(";")
                self.table.add(
                    [int(code, 16) for code in codes.split()],
                    [
                        [int(weight, 16) for weight in found]
                        for found in COLL_ELEMENT_PATTERN.findall(elements)
                    ],
                )


@cache
def _collator(base: str) -> _Collator:
    """The collator of a language; all that change nothing share one."""
    if base and base not in OWN_LETTERS:
        return _collator("")
    collator = _Collator()
    for row in OWN_LETTERS.get(base, ()):
        before, *own = row.split()
        weight = collator.collation_elements(before)[0][0]
        for number, letter in enumerate(own, start=1):
            for spelling, case in ((letter, 2), (letter.capitalize(), 8), (letter.upper(), 9)):
                decomposed = unicodedata.normalize("NFD", spelling)
                # First, lest the entry that all languages share come later and take its place.
                collator.take_in(decomposed)
                codes = [ord(character) for character in decomposed]
                collator.table.add(codes, [[weight + number / 8, 0x20, case]])
    return collator
