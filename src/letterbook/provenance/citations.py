"""A source citation to its parts, where they are sure; the words are kept whatever is found.

A citation is a list of parts between commas. A part is sure when it is like nothing else: a volume
with its word, pages with theirs, a publisher by its name, a place that is known, a year alone.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

from letterbook.metadata import Citation
from letterbook.provenance.dates import date_phrases
from letterbook.yamlfile import read_yaml

_PART = re.compile(
    r"\s*[,;()]\s*|\s*:\s+|(?<!\bVol)(?<!\bNo)(?<!\bBd)(?<!\b[A-Z])\.\s+(?=[A-Z\[(]|\d{4})"
)
_BRACKETED_YEAR = re.compile(r"\[\d{4}\??\]")
_URL = re.compile(r"https?://[^\s<>\"”’)\]]+[^\s<>\"”’)\].,;]")
_TITLE_LEAD = re.compile(r"(?:From|In|Reprinted\s+from|Aus|De)\s+(?:the\s+)?", re.IGNORECASE)
_OPEN_END = re.compile(
    r"\b(?:the|of|from|in|on|and|to|der|die|das|des|von|de|du|la|le|les|el|del)$"
)
MAX_TITLE_WORDS = 12
MAX_LEAD_WORDS = 6


def citation(words: str, emphasised: tuple[str, ...] = ()) -> Citation | None:
    """Take a citation apart; ``emphasised`` are its runs in italics, one of which is a title.

    None when there are no words.
    """
    words = " ".join(words.split())
    if not words:
        return None
    parts = [part.strip() for part in _PART.split(words) if part.strip(" .")]
    bracketed = _only(part for part in parts if _BRACKETED_YEAR.fullmatch(part.rstrip(".")))
    found = date_phrases(words)
    # A year alone says less than the day of the same issue.
    days = [phrase for phrase in found if not phrase.isdigit()] or found
    date = bracketed or _only(days)
    urls = _URL.findall(words)
    return Citation(
        words=words,
        title=_title(parts, emphasised, words),
        publisher=_only(part.rstrip(".") for part in parts if _is_publisher(part)),
        place=_only(p.rstrip(".") for p in parts if p.rstrip(".") in _data()["places"]),
        date=date,
        volume=_only(m["value"] for m in _pattern("volume").finditer(words)),
        page=_only(m["value"] for m in _pattern("page").finditer(words)),
        url=urls[0] if len(urls) == 1 else None,
    )


def _only(found: Any) -> str | None:
    """The one value that was found; None when there is none or they differ."""
    values = {value for value in found if value}
    return values.pop() if len(values) == 1 else None


def _is_publisher(part: str) -> bool:
    if not _pattern("publisher").search(part) or _pattern("not-publisher").search(part):
        return False
    return len(part.split()) <= 8 and not re.search(r"\d", part)


def _title(parts: list[str], emphasised: tuple[str, ...], words: str) -> str | None:
    runs = [" ".join(run.split()).strip(" ,.") for run in emphasised]
    runs = [run for run in runs if run and run in words]
    if any(_OPEN_END.search(run) for run in runs):
        # “Articles from the”: the title goes on where the italics end.
        return None
    if len(runs) == 1 and len(runs[0].split()) <= MAX_TITLE_WORDS:
        before = words[: words.index(runs[0])]
        return runs[0] if _is_lead(before) else None
    if runs or len(parts) < 2:
        return None
    first = parts[0][lead.end() :] if (lead := _TITLE_LEAD.match(parts[0])) else parts[0]
    plain = not re.search(r"\d", first) and len(first.split()) <= MAX_TITLE_WORDS
    known = bool(date_phrases(parts[1])) or _is_publisher(parts[1])
    known = known or bool(_pattern("volume").match(parts[1]))
    # A journal has its place in brackets behind it.
    known = known or (parts[1] in _data()["places"] and f"{parts[0]} ({parts[1]})" in words)
    if plain and known and first[:1].isupper() and not _is_publisher(first):
        return first
    return None


def _is_lead(before: str) -> bool:
    """Whether what stands before a title is no more than “From”, or whose it is."""
    rest = _TITLE_LEAD.sub("", before, count=1).strip(" ,:“‘\"'")
    return not rest or (len(rest.split()) <= MAX_LEAD_WORDS and not re.search(r"[\d,;]", rest))


def is_citation(words: str) -> bool:
    """Whether a line without a label is a citation: it names a volume or pages."""
    return bool(_pattern("volume").search(words) or _pattern("page").search(words))


@cache
def _data() -> dict[str, Any]:
    text = files("letterbook.provenance").joinpath("citations.yaml").read_text("utf-8")
    value = read_yaml(text, "citations.yaml")
    assert not value.diagnostics, value.diagnostics
    assert isinstance(value.data, dict)
    return value.data


@cache
def _pattern(name: str) -> re.Pattern[str]:
    return re.compile(_data()[name])
