"""The marks of notes as they are written: ``[1]``, ``(1)``, ``1.``, stars, raised numbers.

What a mark is, is told here; which note it is of, ``marxists_notes`` tells.
"""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import Block, words

_INNER = (
    r"(?-i:[A-Z]\d{1,3}|A[A-Z]|(?P<twice>[B-Z])(?P=twice))"
    r"|\d{1,4}[a-z]?\*{0,3}|\*{1,6}|[†‡§¶]{1,3}|\d{1,3}[†‡]|[a-z]\*?|[ivxlc]{1,6}\*?"
)
MARK = re.compile(
    rf"[\[({{<\s\u00a0]*(?:(?:foot|end)?note\s*|n\.\s*|fn\.?\s*)?(?P<mark>{_INNER})"
    r"[\])}>.:,)\s\u00a0]*",
    re.IGNORECASE,
)
"""A mark, whole."""
BARE_MARK = re.compile(r"\[(?P<mark>\d{1,3}[a-z]?\*{0,2}|\*{1,4})\]")
"""A mark in running text that is no link."""
_STAR = re.compile(r"(?<=[\w.,;:!?”’“‘»›\")\]])(?P<mark>\*{1,4})(?![\w*])")
_ROUND = re.compile(r"(?<=[^\s])[ \u00a0]?\((?P<round>\d{1,3}|\*{1,4})\)(?!\s*[,;]\s*\()")
"""A mark in round brackets, behind some words."""
START = re.compile(
    r"[\s\u00a0]*(?:\[\s*(?P<square>\d{1,3}[a-z]?\*{0,2}|\*{1,4})\s*\][.:]?"
    r"|\(\s*(?P<round>\d{1,3}|\*{1,4})\s*\)|(?P<dot>\d{1,3}\*?)[.)]|(?P<star>\*{1,4}|[†‡]{1,2}))"
    r"[\s\u00a0]*"
)
"""The mark at the start of a note's text."""
TEXT_MARK = re.compile(
    rf"{BARE_MARK.pattern}|{_STAR.pattern.replace('(?P<mark>', '(?P<star>')}|{_ROUND.pattern}"
)
"""A mark in running text; ``key_of`` gives what it is."""


def key_of(match: re.Match[str]) -> str:
    """Give a mark in running text as ``Notes.texts`` has it: those in round brackets with them.

    Numbers in round brackets are more often points of a list, and “[1]” is not “(1)”.
    """
    return match["mark"] or match["star"] or f"({match['round']})"


def started(match: re.Match[str]) -> str:
    """The mark of a ``START``."""
    return next((mark for mark in match.groups() if mark), "")


def start_keys(block: Block) -> tuple[str, ...]:
    """The marks that may lead to a block, by the form of its start; the likeliest first."""
    first = block.element[0] if len(block.element) else None
    raised = first is not None and first.tag == "sup" and not (block.element.text or "").strip()
    if raised and first is not None and (match := MARK.fullmatch(words(first))):
        return (match["mark"],)
    start = START.match(block.text)
    if not start:
        return ()
    if start["round"]:
        return f"({start['round']})", start["round"]
    return (started(start),)


def marks_in(element: Element) -> list[str]:
    """The marks in the running text of a block, in order, each without brackets."""
    return [mark for item in element.iter() for mark in _marks_at(item)]


def _marks_at(item: Element) -> list[str]:
    marks = []
    if item.tag == "sup":
        if match := MARK.fullmatch(words(item)):
            marks.append(match["mark"])
    else:
        marks += text_marks(item.text or "")
    return [*marks, *text_marks(item.tail or "")]


def text_marks(text: str) -> list[str]:
    """The marks in a text: ``[1]`` anywhere, stars and ``(1)`` behind a word."""
    return [key_of(match) for match in TEXT_MARK.finditer(text)]
