"""What typesetting changes in words as they were written; nothing else changes any.

This is the one list. ``tie`` sets a no-break space where a line should not end, and one space
for a doubled one; ``by_sense`` sets more of them in titles; ``plain`` undoes both, for comparing
and matching. The layout adds hyphens at
line ends and ligatures, which ``fidelity`` undoes when it reads a PDF.
"""

from __future__ import annotations

import re
from itertools import pairwise

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
_LEANS = re.compile(r"\W?(?:[^\W\d_]{1,3}|[a-zß-ÿа-яё]{4})")
"""What does not end a line of a title: articles, prepositions and their like, known by their shape.
They have three letters, or four small ones."""
_LONELY = 7
"""A word of so many letters is not the last line of a title."""
_GROUP = 18
"""So many characters may be bound together and still fit a line."""
_SPACES = re.compile(r"[ \u00a0\u202f]+")


def tie(text: str) -> str:
    """Bind what belongs together with no-break spaces, and make one space of several."""
    text = _SPACES.sub(lambda run: NO_BREAK if NO_BREAK in run[0] else " ", text)
    for rule in _RULES:
        text = rule.sub(rf"\g<before>{NO_BREAK}", text)
    return text


def by_sense(title: str) -> str:
    """Bind the words of a title, for lines set large, so that they end where the sense allows.

    A small word stays with the one after it, and the last word is not left alone: a title that
    has to be broken reads "The Situation / in Baku", not "The Situation in / Baku".
    """
    words = tie(title).split(" ")
    made = words[0]
    for number, (before, word) in enumerate(pairwise(words), start=2):
        group = f"{re.split(' ', made)[-1]} {word}"
        small = _LEANS.fullmatch(before) is not None
        lonely = number == len(words) and len(_letters(word)) <= _LONELY
        bound = (small or lonely) and len(group) <= _GROUP
        made += f"{NO_BREAK if bound else ' '}{word}"
    return made


def _letters(word: str) -> str:
    return "".join(character for character in word if character.isalnum())


def plain(text: str) -> str:
    """Undo ``tie``: every run of white space is one space."""
    return re.sub(r"\s+", " ", text)
