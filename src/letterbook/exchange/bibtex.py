"""CSL-JSON items as BibTeX, in the fields that biblatex and BibTeX’s own styles know.

Values are text in UTF-8: every character that TeX or BibTeX would take for its own is written as
the command that prints it. BibTeX counts braces even after a backslash; so where they do not come
in pairs, they are written by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import accumulate
from urllib.parse import quote

from letterbook.exchange.items import Item
from letterbook.exchange.names import given_name

_TYPES: Mapping[str, str] = {"book": "book", "chapter": "incollection"}
_SPECIAL: Mapping[str, str] = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "%&$#_{}"},
}
_UNPAIRED: Mapping[str, str] = {
    **_SPECIAL,
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
}
_SPACES = re.compile(r"\s+")


def bibtex(items: Iterable[Item]) -> str:
    """Write items as a ``.bib`` file."""
    return "\n".join(_entry(item) for item in items)


def _entry(item: Item) -> str:
    fields: list[tuple[str, str | None]] = [
        ("author", _names(item.get("author"))),
        ("title", _title(item.get("title"))),
        ("booktitle", _title(item.get("container-title"))),
        ("bookauthor", _names(item.get("container-author"))),
        ("editor", _names(item.get("editor"))),
        ("translator", _names(item.get("translator"))),
        ("publisher", _text(item.get("publisher"))),
        ("year", str(item["issued"]["date-parts"][0][0])),
        ("origdate", _date(item.get("original-date"))),
        ("type", _text(item.get("genre"))),
        ("chapter", _text(item.get("number"))),
        ("isbn", item.get("ISBN")),
        ("language", item.get("language")),
        ("keywords", _keywords(item.get("keyword"))),
        ("abstract", _text(item.get("abstract"))),
        ("url", _url(item.get("URL"))),
    ]
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields if value]
    return f"@{_TYPES[item['type']]}{{{item['id']},\n{''.join(lines)}}}\n"


def _text(value: str | None) -> str | None:
    """A value in which nothing is TeX’s own."""
    if value is None:
        return None
    words = _SPACES.sub(" ", value).strip()
    commands = _SPECIAL if _has_pairs(words) else _UNPAIRED
    return "".join(commands.get(character, character) for character in words)


def _has_pairs(words: str) -> bool:
    """Whether every brace that opens is closed, and none else."""
    depths = list(accumulate({"{": 1, "}": -1}.get(character, 0) for character in words))
    return not depths or (min(depths) >= 0 and depths[-1] == 0)


def _title(value: str | None) -> str | None:
    """A title whose capitals every style leaves as they are."""
    return f"{{{_text(value)}}}" if value else None


def _keywords(value: str | None) -> str | None:
    """Keywords between commas; one that has a comma of its own is held together."""
    words = [_text(word) or "" for word in value.split("; ")] if value else []
    return ", ".join(f"{{{word}}}" if "," in word else word for word in words)


def _names(people: list[dict[str, str]] | None) -> str | None:
    """Names as BibTeX parts them; a name in braces is one that is not to be parted."""
    return " and ".join(_name(person) for person in people) if people else None


def _name(person: dict[str, str]) -> str:
    if "literal" in person:
        return f"{{{_text(person['literal'])}}}"
    order = [person["family"], person.get("suffix"), given_name(person)]
    return ", ".join(_part(str(part)) for part in order if part)


def _part(text: str) -> str:
    """A part of a name; one that has an “and” or a comma of its own is held together."""
    escaped = _text(text) or ""
    return f"{{{escaped}}}" if re.search(r",|\band\b", escaped) else escaped


def _date(date: dict[str, object] | None) -> str | None:
    """A date as biblatex reads it: ISO 8601, with EDTF’s mark of what is not sure."""
    ends = date.get("date-parts") if date else None
    if not date or not isinstance(ends, list):
        return None
    mark = "~" if date.get("circa") else ""
    return "/".join(
        "-".join(f"{part:0{2 if place else 4}}" for place, part in enumerate(end)) + mark
        for end in ends
    )


def _url(address: str | None) -> str | None:
    """An address, whose braces and backslashes are written as its own escapes."""
    return quote(address, safe=":/?#[]@!$&'()*+,;=%-._~") if address else None
