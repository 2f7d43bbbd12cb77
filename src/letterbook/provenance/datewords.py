"""The words that dates are written with, as tokens: what ``dates`` reads a phrase from.

The words are data, in ``dates.yaml``.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from letterbook.yamlfile import read_yaml

MAX_LENGTH = 200
"""Characters of a phrase; what is longer is prose."""
_DASH = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212"
_DASHES = r"\-" + _DASH[1:]
"""The dashes, for a class of a regular expression."""
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}
_ROMAN |= {"IX": 9, "X": 10, "XI": 11, "XII": 12}
_SIMPLE = (
    *("about", "perhaps", "not-after", "not-before", "between", "and", "to", "or", "part"),
    *("old-style", "new-style", "weekdays", "lead", "filler"),
)


class Token(NamedTuple):
    """One of the things that a word may be."""

    kind: str
    value: int = 0
    text: str = ""


@cache
def _data() -> dict[str, object]:
    text = files("letterbook.provenance").joinpath("dates.yaml").read_text("utf-8")
    value = read_yaml(text, "dates.yaml")
    assert not value.diagnostics, value.diagnostics
    assert isinstance(value.data, dict)
    return value.data


@cache
def forms() -> dict[str, tuple[str, ...]]:
    """Give the words that change the date behind them, under ``changing``."""
    data = _data()
    changing: list[str] = []
    for kind in ("about", "perhaps", "not-after", "not-before", "between"):
        forms = data[kind]
        assert isinstance(forms, list)
        changing += [f" {form}" for form in forms if len(form) > 2]
    return {"changing": tuple(changing)}


@cache
def _lexicon() -> tuple[dict[str, list[Token]], re.Pattern[str]]:
    """Every form to its tokens, and the pattern that finds forms, longest first."""
    lexicon: dict[str, list[Token]] = {}
    for kind in ("months", "seasons"):
        table = _data()[kind]
        assert isinstance(table, dict)
        for number, forms in table.items():
            for form in forms:
                lexicon.setdefault(form, []).append(Token(kind, int(number), form))
    for kind in _SIMPLE:
        forms = _data()[kind]
        assert isinstance(forms, list)
        for form in forms:
            lexicon.setdefault(form, []).append(Token(kind, 0, form))
    longest = sorted(lexicon, key=len, reverse=True)
    pattern = "|".join(re.escape(form).replace(r"\ ", r"\s+") for form in longest)
    return lexicon, re.compile(
        rf"""(?P<space>\s+) |
        (?P<decade>\d{{3}}0(?=['’]?s\b)['’]?s) |
        (?P<number>\d+)(?:st|nd|rd|th|er|re|º|ª|-?го|-?е|-?м)?(?![\w]) |
        (?P<form>(?:{pattern})(?!\w)) |
        (?P<word>\w+) |
        (?P<sign>[{_DASHES}]|\S)""",
        re.VERBOSE | re.IGNORECASE,
    )


def tokens_of(words: str) -> tuple[tuple[Token, ...], ...] | None:
    """Cut a phrase into tokens, each with all that it may be; None when a word is not known."""
    if len(words) > MAX_LENGTH:
        return None
    lexicon, pattern = _lexicon()
    tokens: list[tuple[Token, ...]] = []
    for match in pattern.finditer(words):
        text = match[0]
        if match["space"]:
            continue
        if match["number"]:
            tokens.append((Token("number", int(match["number"][:9]), match["number"]),))
        elif match["decade"]:
            tokens.append((Token("decade", int(text[:3]), text),))
        elif match["sign"]:
            tokens.append((Token("dash" if text in _DASH else text, 0, text),))
        else:
            form = re.sub(r"\s+", " ", text.casefold())
            known = list(lexicon.get(form, [])) if match["form"] else []
            if text in _ROMAN:
                known.append(Token("roman", _ROMAN[text], text))
            if not known:
                return None
            tokens.append(tuple(known))
    return tuple(tokens)


@cache
def date_like() -> re.Pattern[str]:
    """Give the pattern of what looks like a date in a sentence."""
    months = _data()["months"]
    assert isinstance(months, dict)
    names = "|".join(re.escape(f) for forms in months.values() for f in forms if len(f) > 2)
    table = _data()["seasons"]
    assert isinstance(table, dict)
    seasons = "|".join(re.escape(form) for forms in table.values() for form in forms)
    day = rf"\d{{1,2}}(?:st|nd|rd|th)?(?:\s*[{_DASHES}]\s*\d{{1,2}}(?:st|nd|rd|th)?)?"
    month = rf"(?:{names})\b\.?"
    span = rf"{month}\s*[{_DASHES}]\s*{month}"
    year = r"\d{4}(?!\d)"
    return re.compile(
        rf"(?<![\w.{_DASHES}/])(?:{month}\s+{day},?\s+{year}|{day}\.?\s+{month},?\s+{year}"
        rf"|{span},?\s+{year}|{month},?\s+{year}|(?:{seasons})\s+{year}|(?:18|19)\d{{2}}(?![\w{_DASHES}/]))",
        re.IGNORECASE,
    )
