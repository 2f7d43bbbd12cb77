"""What typesetting changes in words as they were written; nothing else changes any.

This is the one list. ``tie`` sets a no-break space where a line should not end, and one space
for a doubled one; ``plain`` undoes it, for comparing and matching. The layout adds hyphens at
line ends and ligatures, which ``fidelity`` undoes when it reads a PDF.
"""

from __future__ import annotations

import re

NO_BREAK = "\u00a0"

_MONTHS = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Janvier|Januar|Februar|März|Mai|Juni|Juli|Oktober|Dezember"
    "|января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря"
)
_RULES = (
    # An initial and what follows it: V. I. Lenin.
    re.compile(r"(?<![^\W\d_])(?P<before>[A-ZÀ-ÞА-ЯЁ]\.) (?=[^\W\d_])"),
    # An abbreviation and its number: No. 4, p. 348.
    re.compile(r"\b(?P<before>(?:Nos?|Nr|pp?|[Vv]ol|S|Bd|стр|т)\.) (?=\d)"),
    # A day and its month, in both orders.
    re.compile(rf"(?P<before>\b\d{{1,2}}\.?) (?=(?:{_MONTHS})\b)"),
    re.compile(rf"(?P<before>\b(?:{_MONTHS})) (?=\d{{1,2}}\b)"),
)
_SPACES = re.compile(r"[ \u00a0\u202f]+")


def tie(text: str) -> str:
    """Bind what belongs together with no-break spaces, and make one space of several."""
    text = _SPACES.sub(lambda run: NO_BREAK if NO_BREAK in run[0] else " ", text)
    for rule in _RULES:
        text = rule.sub(rf"\g<before>{NO_BREAK}", text)
    return text


def plain(text: str) -> str:
    """Undo ``tie``: every run of white space is one space."""
    return re.sub(r"\s+", " ", text)


_LEANS = re.compile(r"(?<!\S)(?P<word>[^\W\d_]{1,3}|[^\W\d_]{4}(?<=[a-zß-ÿа-яё]{4})) (?=\S)")


def by_sense(text: str) -> str:
    """Bind articles, prepositions and their like to what follows, for lines set large.

    They are known by their shape: words of three letters, and those of four in lower case.
    """
    return _LEANS.sub(rf"\g<word>{NO_BREAK}", tie(text))
