"""Date phrases to EDTF: a small parser of the forms that editors of letters write.

It reads what it knows and nothing else. A phrase with one word that it does not know gives None,
since a date that is nearly read is a wrong date; the words are kept beside whatever is read. The
words are data, in ``dates.yaml``.

EDTF is ISO 8601-2 in the form of https://www.loc.gov/standards/datetime/; its calendar is the
Gregorian, so of a date in old and new style, the new one is meant.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from letterbook.metadata import DateStatement
from letterbook.provenance.datewords import Token, date_like, forms, tokens_of

_NAMED = r"(?P<place>[^\W\d_a-zà-öø-ÿ][\w.’'-]*(?:\s+[^\W\d_a-zà-öø-ÿ][\w.’'-]*){0,2})"
_PLACE_BEHIND = re.compile(
    rf"(?<=\d),?\s+(?:at|in|en|à)\s+{_NAMED}(?:,?\s+and\s+(?:mailed|sent|posted)\b[^\d]*)?[.;]?$"
)
_PLACE_BEFORE = re.compile(
    rf"(?:(?<=^Written)|(?<=^written)|^)\s*(?:at|in|en|à)\s+{_NAMED},?\s+(?=[^\W\d_]*\W*\d|on\b|in\b|not\b)"
)
"""A place before a date and behind one; that it is no month, its words tell."""


def read_date(words: str) -> str | None:
    """Give the EDTF date that a phrase means; None when it cannot be told for certain."""
    tokens = tokens_of(words)
    if tokens is None:
        return None
    results = {result for result, end in _expression(tokens, 0) if end == len(tokens)}
    # Two readings are none.
    return results.pop() if len(results) == 1 else None


def date_statement(words: str, place: str | None = None) -> DateStatement | None:
    """Make a statement of a phrase: its words, and its date where it could be read."""
    words = words.strip()
    if not words and not place:
        return None
    date = read_date(words) or read_date(_without_place(words))
    return DateStatement(date=date, words=words or None, place=place)


def _without_place(words: str) -> str:
    """Leave out where something was written: “Written in Paris on May 3”, “… 1914, at Poronin”."""
    for pattern in (_PLACE_BEHIND, _PLACE_BEFORE):
        match = pattern.search(words)
        if match and tokens_of(match["place"]) is None:
            words = f"{words[: match.start()]} {words[match.end() :]}".strip()
    return words


def find_date(words: str) -> str | None:
    """Give the one date that stands in a sentence; None when there are several, or none.

    A date counts when it has a year and no word before it that the parser knows to change it.
    """
    found = {read_date(phrase) for phrase in date_phrases(words)}
    for chunk in date_like().finditer(words):
        before = words[: chunk.start()].casefold().rstrip()
        if any(before.endswith(word) for word in forms()["changing"]):
            return None
    return found.pop() if len(found) == 1 else None


def date_phrases(words: str) -> list[str]:
    """Give what looks like a date in a sentence, and can be read as one."""
    chunks = (chunk[0] for chunk in date_like().finditer(words))
    return [chunk for chunk in chunks if read_date(chunk)]


# --------------------------------------------------------------------------- grammar

Tokens = Sequence[tuple[Token, ...]]


@dataclass(frozen=True, slots=True)
class _Part:
    """A date as far as it is given."""

    year: int | None = None
    month: int | None = None
    """1 to 12, or EDTF's number of a season."""
    day: int | None = None
    decade: int | None = None
    mark: str = ""
    """``~``, ``?`` or ``%``."""

    def is_possible(self) -> bool:
        """Whether there is such a date, and its parts are those that a date has."""
        if self.decade is not None:
            return True
        if self.year is None or not 1000 <= self.year <= 2100:
            return False
        if self.day is None:
            return True
        return self.month is not None and 1 <= self.day <= _days(self.year, self.month)

    def edtf(self) -> str:
        if self.decade is not None:
            return f"{self.decade}X{self.mark}"
        parts = [f"{self.year:04d}"]
        parts += [f"{n:02d}" for n in (self.month, self.day) if n is not None]
        return "-".join(parts) + self.mark

    def completed(self, other: _Part) -> _Part:
        """Fill what this one leaves to the other end of a range to say."""
        if self.decade is not None or other.decade is not None:
            return self
        month = self.month
        if month is None and self.day is not None:
            month = other.month
        return replace(self, year=self.year or other.year, month=month)


def _days(year: int, month: int) -> int:
    return calendar.monthrange(year, month)[1] if month <= 12 else 0


def _is(tokens: Tokens, at: int, *kinds: str) -> Token | None:
    if at < len(tokens):
        for token in tokens[at]:
            if token.kind in kinds:
                return token
    return None


def _skip(tokens: Tokens, at: int, *kinds: str) -> int:
    while _is(tokens, at, *kinds):
        at += 1
    return at


def _expression(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    """Read a whole phrase: brackets, words before, the date, a mark of doubt, a style."""
    at = _skip(tokens, at, "[", "(", "lead", ":", ",", "filler", "weekdays")
    for start, marks in _qualified(tokens, at):
        for result, end in _dates(tokens, start, marks):
            yield result, _tail(tokens, end)
    for result, end in _bounded(tokens, at):
        yield result, _tail(tokens, end)


def _tail(tokens: Tokens, at: int) -> int:
    return _skip(tokens, at, "]", ")", ".", ",", ";", "filler", "new-style")


def _qualified(tokens: Tokens, at: int) -> Iterator[tuple[int, str]]:
    """Read “about”, “probably” and “early”; what is left is the date itself."""
    marks = ""
    while token := _is(tokens, at, "about", "perhaps", "part"):
        marks += {"about": "~", "perhaps": "?", "part": ""}[token.kind]
        at = _skip(tokens, at + 1, ".", "dash", "filler", "[")
    yield at, "%" if len(set(marks)) > 1 else marks[:1]


def _bounded(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    """Read “not later than …”, “after …”, both, and “between … and …”."""
    bound = _is(tokens, at, "not-after", "not-before", "between")
    if not bound:
        return
    if bound.kind == "between":
        yield from _pair(tokens, at + 1, "and")
        return
    if _is(tokens, at, "not-before"):
        # “from … to …”, “с … по …”.
        yield from _pair(tokens, at + 1, "to", "dash")
    at = _skip(tokens, at + 1, "filler", "lead", "weekdays")
    for start, marks in _qualified(tokens, at):
        for part, end in _single(tokens, start):
            if part.is_possible():
                edge = replace(part, mark=_joined(part.mark, marks)).edtf()
                yield f"../{edge}" if bound.kind == "not-after" else f"{edge}/..", end
            if bound.kind == "not-before":
                yield from _other_bound(tokens, end, part)


def _other_bound(tokens: Tokens, at: int, first: _Part) -> Iterator[tuple[str, int]]:
    """Read the rest of “not earlier than …, and not later than …”."""
    at = _skip(tokens, at, "and", ",", "filler")
    if _is(tokens, at, "not-after"):
        for last, end in _single(tokens, _skip(tokens, at + 1, "filler")):
            begin = first.completed(last)
            if begin.is_possible() and last.is_possible() and begin.edtf() <= last.edtf():
                yield f"{begin.edtf()}/{last.edtf()}", end


def _joined(first: str, second: str) -> str:
    return "%" if first and second and first != second else first or second


def _dates(tokens: Tokens, at: int, marks: str) -> Iterator[tuple[str, int]]:
    """Read one date, a range, or one of two."""
    for part, end in _single(tokens, at):
        if part.is_possible():
            yield replace(part, mark=_joined(part.mark, marks)).edtf(), end
    yield from _pair(tokens, at, "dash", "to", marks=marks)
    for first, last, end in _ends(tokens, at, "or"):
        yield f"[{first.edtf()},{last.edtf()}]", end
    for first, last, end in _ends(tokens, at, "and"):
        yield f"{{{first.edtf()},{last.edtf()}}}", end
    yield from _years(tokens, at)


def _pair(tokens: Tokens, at: int, *between: str, marks: str = "") -> Iterator[tuple[str, int]]:
    for first, last, end in _ends(tokens, at, *between):
        ends = (replace(part, mark=_joined(part.mark, marks)).edtf() for part in (first, last))
        yield "/".join(ends), end


def _ends(tokens: Tokens, at: int, *between: str) -> Iterator[tuple[_Part, _Part, int]]:
    """Read two dates with a word between them; the one completes the other."""
    at = _skip(tokens, at, "filler", "weekdays", "lead")
    for first, middle in [*_single(tokens, at), *_bare_day(tokens, at)]:
        if not _is(tokens, middle, *between):
            continue
        start = _skip(tokens, middle + 1, "filler", "weekdays", "lead")
        for last, end in [*_single(tokens, start), *_day_and_year(tokens, start)]:
            whole_last = last.completed(first)
            whole_first = first.completed(whole_last)
            if (
                whole_first.is_possible()
                and whole_last.is_possible()
                and whole_first.edtf() < whole_last.edtf()
                and (whole_first.day is None) == (whole_last.day is None)
            ):
                yield whole_first, whole_last, end


def _years(tokens: Tokens, at: int) -> Iterator[tuple[str, int]]:
    """Read “1917–18”, “winter 1917/18”; “1905-06” may be a month, and is not read."""
    season = _is(tokens, at, "seasons")
    if season:
        at = _skip(tokens, at + 1, "filler", ",")
    first, sign, last = (
        _is(tokens, at, "number"),
        _is(tokens, at + 1, "dash", "/"),
        _is(tokens, at + 2, "number"),
    )
    if not (first and sign and last and len(first.text) == 4 and len(last.text) in (2, 4)):
        return
    year = last.value if len(last.text) == 4 else first.value // 100 * 100 + last.value
    months = sign.text == "-" and last.value <= 12 and not season
    if not 1000 <= first.value < year <= 2100 or months:
        return
    if season:
        # A winter has the year in which it begins.
        if season.value == 24 and year == first.value + 1:
            yield f"{first.value:04d}-24", at + 3
    elif len(last.text) == 2:
        yield f"{first.value:04d}/{year:04d}", at + 3


def _bare_day(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    if (day := _is(tokens, at, "number")) and len(day.text) <= 2:
        yield _Part(day=day.value), _skip(tokens, at + 1, ".")


def _day_and_year(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read what remains of a second date that has its month from the first: “15, 1900”."""
    for part, end in _bare_day(tokens, at):
        for year, stop in _year(tokens, _skip(tokens, end, ",")):
            yield replace(part, year=year), stop


def _year(tokens: Tokens, at: int) -> Iterator[tuple[int, int]]:
    at = _skip(tokens, at, "filler")
    bracket = _is(tokens, at, "[")
    year = _is(tokens, at + bool(bracket), "number")
    if year and len(year.text) == 4:
        yield year.value, at + 1 + bool(bracket) + bool(bracket and _is(tokens, at + 2, "]"))


def _single(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read one date, in any order, perhaps in two styles, perhaps with a mark of doubt."""
    at = _skip(tokens, at, "weekdays", ",", "filler")
    readings = [*_plain(tokens, at), *_two_styles(tokens, at)]
    for part, end in readings:
        yield part, end
        if _is(tokens, end, "?"):
            yield replace(part, mark="?"), _skip(tokens, end, "?")
        old = _skip(tokens, end, "(", ",")
        if _is(tokens, old, "old-style") and part.is_possible() and part.day:
            yield _gregorian(part), _skip(tokens, old + 1, ")")
        if _is(tokens, old, "new-style"):
            yield part, _skip(tokens, old + 1, ")")


def _plain(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    yield from _day_first(tokens, at)
    yield from _month_first(tokens, at)
    yield from _year_first(tokens, at)
    if decade := _is(tokens, at, "decade"):
        yield _Part(decade=decade.value), at + 1


def _day_first(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read “9 August 1918”, “9. August”, “9.VIII.1918”, “11/XI. 1918”, “27.1.2013”."""
    day = _is(tokens, at, "number")
    if not day or len(day.text) > 2 or not 1 <= day.value <= 31:
        return
    after = _skip(tokens, at + 1, ".", "/", "filler", "dash")
    month = _is(tokens, after, "months")
    month = month or _is(tokens, after, "roman")
    dotted = bool(_is(tokens, at + 1, "."))
    number = _is(tokens, after, "number")
    if not month and dotted and number and len(number.text) <= 2 and _is(tokens, after + 1, "."):
        month = number
    if not month or not 1 <= month.value <= 12:
        return
    end = _skip(tokens, after + 1, ".")
    part = _Part(None, month.value, day.value)
    if month.kind == "months":
        yield part, end
    for year, stop in _year(tokens, _skip(tokens, end, ",", "/", "dash")):
        yield replace(part, year=year), stop


def _month_first(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read “August 9, 1918”, “August 1918”, “Spring of 1918”."""
    if season := _is(tokens, at, "seasons"):
        for year, stop in _year(tokens, _skip(tokens, at + 1, ",", "filler")):
            yield _Part(year, season.value), stop
    month = _is(tokens, at, "months")
    if not month:
        return
    end = _skip(tokens, at + 1, ".")
    yield _Part(None, month.value), end
    for year, stop in _year(tokens, _skip(tokens, end, ",")):
        yield _Part(year, month.value), stop
    day = _is(tokens, _skip(tokens, end, "filler"), "number")
    if day and len(day.text) <= 2 and 1 <= day.value <= 31:
        end = _skip(tokens, end, "filler") + 1
        part = _Part(None, month.value, day.value)
        yield part, end
        for year, stop in _year(tokens, _skip(tokens, end, ",", ".")):
            yield replace(part, year=year), stop


def _year_first(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read “1918”, “1918-08-09”, “1918, August 9”."""
    for year, end in _year(tokens, at):
        yield _Part(year), end
        month, day = _is(tokens, end + 1, "number"), _is(tokens, end + 3, "number")
        dashes = _is(tokens, end, "dash") and _is(tokens, end + 2, "dash")
        if dashes and month and day and len(month.text) == len(day.text) == 2:
            if 1 <= month.value <= 12:
                yield _Part(year, month.value, day.value), end + 4
            continue
        after = _skip(tokens, end, ",")
        for part, stop in [*_month_first(tokens, after), *_day_first(tokens, after)]:
            if part.year is None:
                yield replace(part, year=year), stop


def _two_styles(tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Read “July 31 (August 13), 1903”, “11 (24) January 1905”, “11/24 January 1905”."""
    for first, open_ in [*_plain(tokens, at), *_bare_day(tokens, at)]:
        sign = _is(tokens, open_, "(", "/", "[")
        if not sign or first.day is None:
            continue
        start = open_ + 1
        seconds = [*_plain(tokens, start), *_bare_day(tokens, start)]
        for second, end in seconds:
            if second.day is None:
                continue
            stop = end
            if sign.kind != "/":
                if not _is(tokens, end, ")", "]"):
                    continue
                stop = end + 1
            yield from _agreeing(first, second, tokens, stop)


def _agreeing(first: _Part, second: _Part, tokens: Tokens, at: int) -> Iterator[tuple[_Part, int]]:
    """Give the new style's date of two that are as far apart as the calendars were."""
    rests: list[tuple[_Part, int]] = [(_Part(), at)]
    rests += [(_Part(year), end) for year, end in _year(tokens, _skip(tokens, at, ","))]
    for part, end in _month_first(tokens, at):
        rests.append((part, end))
    for rest, end in rests:
        last = _fill(second, first, rest)
        begin = _fill(first, last, rest)
        if last.year is None or not (begin.is_possible() and last.is_possible()):
            continue
        old, new = sorted((begin, last), key=_Part.edtf)
        if _gregorian(old) == new:
            yield new, end


def _fill(part: _Part, other: _Part, rest: _Part) -> _Part:
    return replace(
        part,
        month=part.month or rest.month or other.month,
        year=part.year or rest.year or other.year,
    )


def _gregorian(part: _Part) -> _Part:
    """Turn a Julian date into the Gregorian one, for the years in which letters have both."""
    assert part.year is not None
    assert part.month is not None
    assert part.day is not None
    day = gregorian(part.year, part.month, part.day)
    return replace(part, year=day.year, month=day.month, day=day.day)


_BEFORE = 306 + 2
"""From March to January, in days, and by how many the calendars differed in the year 1, with whose
first day Python begins to count."""


def gregorian(year: int, month: int, day: int) -> datetime.date:
    """Give the Gregorian date of a day of the Julian calendar.

    Years begin with March here, so that the day that leap years add is the last of one.
    """
    since_march = (month - 3) % 12
    year -= month < 3
    days = 365 * year + year // 4 + (153 * since_march + 2) // 5 + day
    return datetime.date.fromordinal(days - _BEFORE)
