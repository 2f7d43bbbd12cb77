"""Dates as a book prints them: EDTF in the words of a language.

An EDTF date, a language and the labels of a theme enter; words leave. Days, months and years are
CLDR's, by Babel, and so are spans of them, that say once what both ends share. What EDTF says
beyond that (about when, perhaps when, from and until when, a decade, a century, a season) is put
by the labels. What cannot be said stands as it is: a notation is better than a wrong date.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel import Locale
from babel.dates import parse_pattern

from letterbook.typography import NARROW, NO_BREAK, tie

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SEASON = re.compile(r"(\d{4})-(2[1-4])")
_YEAR = re.compile(r"\d{4}")
_DECADE = re.compile(r"(\d{3})X")
_CENTURY = re.compile(r"(\d{2})XX")
_UNKNOWN = re.compile(r"(?:-XX)+$")

_QUALIFIERS = {"~": ("about",), "?": ("perhaps",), "%": ("about", "perhaps")}
"""The labels that say what EDTF marks a whole date with."""
_SEASONS = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_ENGLISH_ORDINALS = {"1": "st", "2": "nd", "3": "rd"}
_DASH = re.compile(r"[ \u2009]–[ \u2009]")


def is_plain(edtf: str) -> bool:
    """Whether a date is a day, a month or a year, and no more is said of it."""
    return any(form.fullmatch(edtf) for form in (_DAY, _MONTH, _YEAR))


@dataclass(frozen=True, slots=True)
class Calendar:
    """How a language says dates."""

    language: str
    locale: Locale
    labels: Mapping[str, str]

    def date(self, edtf: str) -> str:
        """An EDTF date in words."""
        if "/" in edtf:
            return self._span(edtf)
        if edtf[-1:] in _QUALIFIERS:
            said = self._qualified(edtf[:-1], _QUALIFIERS[edtf[-1]])
        else:
            said = self._single(edtf)
        return edtf if said is None else self._set(said)

    def _set(self, said: str) -> str:
        """With the spaces of the language."""
        dash = self.labels["span"].format("", "").strip()
        said = _DASH.sub(f"{NO_BREAK}{dash} ", said.replace(NARROW, " "))
        return tie(said, self.language)

    def _qualified(self, edtf: str, labels: tuple[str, ...]) -> str | None:
        said = self._single(edtf, within="about" in labels)
        if said is None:
            return None
        for label in labels:
            said = self._put(label, edtf, said)
        return said

    def _put(self, label: str, edtf: str, said: str) -> str:
        """Set a date into the words of a label; some languages have others for a day."""
        of_day = f"{label}-day"
        if _DAY.fullmatch(edtf) and of_day in self.labels:
            label = of_day
        return self.labels[label].format(said)

    def _single(self, edtf: str, within: bool = False) -> str | None:
        """A date that nothing else is said of; ``within`` a phrase, where a month is inflected."""
        # Of a day or month that nobody knows, nothing is said.
        edtf = _UNKNOWN.sub("", edtf)
        first = _first_day(edtf)
        if first is None:
            return self._vague(edtf, within)
        if _DAY.fullmatch(edtf):
            return self._apply(self.locale.date_formats["long"].pattern, first)
        if _MONTH.fullmatch(edtf):
            pattern = self.locale.datetime_skeletons["yMMMM"].pattern
            # In CLDR, L is a month by itself, M one among other words.
            return self._apply(pattern.replace("L", "M") if within else pattern, first)
        return self.labels["year"].format(edtf)

    def _vague(self, edtf: str, within: bool) -> str | None:
        """A season, decade or century."""
        if match := _SEASON.fullmatch(edtf):
            season = _SEASONS[match[2]]
            if within and f"{season}-within" in self.labels:
                season = f"{season}-within"
            return self.labels[season].format(self.labels["year"].format(match[1]))
        if match := _DECADE.fullmatch(edtf):
            return self.labels["decade"].format(f"{match[1]}0")
        if match := _CENTURY.fullmatch(edtf):
            number = int(match[1]) + 1
            tens, ones = divmod(number, 10)
            suffix = "th" if tens == 1 else _ENGLISH_ORDINALS.get(str(ones), "th")
            return self.labels["century"].format(
                number=number, ordinal=f"{number}{suffix}", roman="X" * tens + _ROMAN[ones]
            )
        return None

    def _apply(self, pattern: str, day: datetime.date) -> str:
        pattern = pattern.replace("dd", "d")
        if day.day == 1 and self.locale.language == "fr":
            pattern = re.sub(r"\bd\b", "d'er'", pattern)
        return str(parse_pattern(pattern).apply(day, self.locale))

    # ----------------------------------------------------------------------- spans

    def _span(self, edtf: str) -> str:
        first, last = edtf.split("/", 1)
        known = [end for end in (first, last) if end.strip(".")]
        if len(known) == 2:
            return self._set(self._collapsed(first, last) or self._both(first, last))
        if not known:
            return edtf
        said = self._single(known[0], within=True)
        if said is None:
            said = self.date(known[0])
        return self._set(self._put("after" if known == [first] else "before", known[0], said))

    def _both(self, first: str, last: str) -> str:
        return self.labels["span"].format(self.date(first), self.date(last))

    def _collapsed(self, first: str, last: str) -> str | None:
        """A span of two days, months or years as CLDR has it; None for any other."""
        begin, end = _first_day(first), _first_day(last)
        for form, skeletons in ((_DAY, ("yMMMMd", "yMMMd")), (_MONTH, ("yMMMM",)), (_YEAR, ())):
            if not (form.fullmatch(first) and form.fullmatch(last)):
                continue
            if begin is None or end is None:
                return None
            if form is _YEAR:
                return self.labels["years"].format(f"{first}–{last}")
            return self._by_pattern(skeletons, begin, end)
        return None

    def _by_pattern(
        self, skeletons: tuple[str, ...], begin: datetime.date, end: datetime.date
    ) -> str | None:
        formats = self.locale.interval_formats
        skeleton = next((name for name in skeletons if name in formats), None)
        changes = "y" if begin.year != end.year else "M" if begin.month != end.month else "d"
        if skeleton is None or changes not in formats[skeleton]:
            return None
        opening, closing = (
            part if "MMMM" in part else part.replace("MMM", "MMMM")
            for part in formats[skeleton][changes]
        )
        return self._apply(opening, begin) + self._apply(closing, end)


def _first_day(edtf: str) -> datetime.date | None:
    """The first day of a plain date; None for another, and for what no calendar has."""
    if not is_plain(edtf):
        return None
    year, month, day = (int(part) for part in (edtf + "-01-01")[:10].split("-"))
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
