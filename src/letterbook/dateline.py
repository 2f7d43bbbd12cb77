"""Dates as a book prints them: EDTF in the words of a language.

An EDTF date, a language and the labels of a theme enter; words leave. Days, months and years are
CLDR's, by Babel, and so are spans of them, that say once what both ends share. What EDTF says
beyond that (about when, perhaps when, from and until when, one of several days, a decade, a
century, a season, before our era) is put by the labels. What cannot be said stands as it is: a
notation is better than a wrong date.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from babel import Locale
from babel.dates import parse_pattern
from babel.lists import format_list

from letterbook.typography import NARROW, NO_BREAK, tie

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_SEASON = re.compile(r"(\d{4})-(2[1-4])")
_YEAR = re.compile(r"\d{4}")
_DECADE = re.compile(r"(\d{3})X")
_CENTURY = re.compile(r"(\d{2})XX")
_BEFORE_OUR_ERA = re.compile(r"-(\d{4})((?:-\d{2})*)")
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
        if edtf[:1] in ("[", "{"):
            return self._several(edtf)
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
        return self.labels[self._label(label, edtf)].format(said)

    def _label(self, label: str, edtf: str) -> str:
        of_day = f"{label}-day"
        return of_day if _DAY.fullmatch(edtf.lstrip("-")) and of_day in self.labels else label

    def _single(self, edtf: str, within: bool = False) -> str | None:
        """A date that nothing else is said of; ``within`` a phrase, where a month is inflected."""
        # Of a day or month that nobody knows, nothing is said.
        edtf = _UNKNOWN.sub("", edtf)
        if match := _BEFORE_OUR_ERA.fullmatch(edtf):
            # EDTF counts a year 0, which is the first before our era.
            counted = self._single(f"{int(match[1]) + 1:04}{match[2]}", within)
            return None if counted is None else self.labels["bce"].format(counted)
        first = _first_day(edtf)
        if first is None:
            return self._vague(edtf, within)
        if _DAY.fullmatch(edtf):
            return self._apply(self.locale.date_formats["long"].pattern, first)
        if _MONTH.fullmatch(edtf):
            pattern = self.locale.datetime_skeletons["yMMMM"].pattern
            # In CLDR, L is a month by itself, M one among other words.
            return self._apply(pattern.replace("L", "M") if within else pattern, first)
        return self.labels["year"].format(int(edtf))

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

    # ----------------------------------------------------------------------- sets

    def _several(self, edtf: str) -> str:
        """One of several dates, or all of them."""
        is_one, members = edtf[0] == "[", edtf[1:-1].split(",")
        if len(members) == 1 and ".." in edtf:
            first, last = members[0].split("..", 1)
            said = self._within(first, last) if is_one else self.date(f"{first}/{last}")
        else:
            each = self._each(members, within=False) or []
            style: Literal["or", "standard"] = "or" if is_one else "standard"
            said = format_list(each, style=style, locale=self.locale)
        return self._set(said) if said else edtf

    def _within(self, first: str, last: str) -> str | None:
        """One day that is not known, after the one date and before the other."""
        each = self._each([end for end in (first, last) if end], within=True)
        if not each:
            return None
        if first and last:
            return self.labels[self._label("between", last)].format(*each)
        return self._put("not-before" if first else "not-after", first or last, each[0])

    def _each(self, dates: Sequence[str], within: bool) -> list[str] | None:
        """Several dates, of which the last alone has the year where all share it."""
        said = [self._single(date, within) for date in dates]
        if any(words is None for words in said):
            return None
        each = [words for words in said if words]
        # A language that begins with the year says it each time.
        if len({date[:4] for date in dates}) == 1 and not each[-1].startswith(dates[-1][:4]):
            earlier = zip(dates[:-1], each[:-1], strict=True)
            each[:-1] = [self._yearless(date, within) or words for date, words in earlier]
        return each

    def _yearless(self, edtf: str, within: bool) -> str | None:
        """A day or a month without its year."""
        day = _first_day(edtf)
        if day is None or _YEAR.fullmatch(edtf):
            return None
        if _MONTH.fullmatch(edtf):
            return self._apply("MMMM" if within else "LLLL", day)
        skeleton = self.locale.datetime_skeletons.get("MMMMd")
        return skeleton and self._apply(skeleton.pattern, day)

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
        said = self._apply(opening, begin) + self._apply(closing, end)
        # Between two figures alone, the dash has no space; CLDR has one in English.
        return _DASH.sub("–", said) if changes == "d" else said


def _first_day(edtf: str) -> datetime.date | None:
    """The first day of a plain date; None for another, and for what no calendar has."""
    if not is_plain(edtf):
        return None
    year, month, day = (int(part) for part in (edtf + "-01-01")[:10].split("-"))
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
