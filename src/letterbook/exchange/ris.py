"""CSL-JSON items as RIS, which nearly every reference manager imports.

A record is lines of a tag, two spaces, a hyphen, a space and a value; it opens with its type and
ends with an empty ``ER``. A value has no line breaks, lines end with CR LF, the text is UTF-8.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from letterbook.exchange.items import Item
from letterbook.exchange.names import given_name

_TYPES: Mapping[str, str] = {"book": "BOOK", "chapter": "CHAP"}


def ris(items: Iterable[Item]) -> str:
    """Write items as a ``.ris`` file."""
    return "".join(_record(item) for item in items)


def _record(item: Item) -> str:
    lines = [("TY", _TYPES[item["type"]]), *_lines(item), ("ER", "")]
    return "".join(f"{tag}  - {' '.join(value.split())}\r\n" for tag, value in lines) + "\r\n"


def _lines(item: Item) -> Iterator[tuple[str, str]]:
    is_part = item["type"] == "chapter"
    yield "ID", item["id"]
    rows: list[tuple[str, str | None]] = [
        ("TI", item.get("title")),
        *(("AU", name) for name in _names(item.get("author"))),
        ("T2", item.get("container-title")),
        # In a part of a book, the second authors are the book’s editors.
        *(("A2" if is_part else "ED", name) for name in _names(item.get("editor"))),
        *(("A4", name) for name in _names(item.get("translator"))),
        ("PB", item.get("publisher")),
        ("PY", str(item["issued"]["date-parts"][0][0])),
        ("SN", item.get("ISBN")),
        ("LA", item.get("language")),
        *(("KW", word) for word in (item.get("keyword") or "").split("; ")),
        ("AB", item.get("abstract")),
        ("N1", _circumstances(item)),
        ("UR", item.get("URL")),
    ]
    yield from ((tag, value) for tag, value in rows if tag and value)


def _circumstances(item: Item) -> str:
    """What a part is, its number, when and where it was written: in one line.

    Its own tags mean different things to different programs; a note means the same to all.
    """
    date = item.get("original-date", {})
    mark = "~" if date.get("circa") else ""
    ends = [
        "-".join(f"{part:0{2 if place else 4}}" for place, part in enumerate(end)) + mark
        for end in date.get("date-parts", [])
    ]
    number = f"№ {item['number']}" if "number" in item else ""
    said = [
        number,
        item.get("genre"),
        item.get("event-place"),
        date.get("literal") or "/".join(ends),
    ]
    return ", ".join(part for part in said if part)


def _names(people: list[dict[str, str]] | None) -> Iterator[str]:
    """Names as RIS has them: last name, first name, suffix, between commas."""
    for person in people or []:
        if "literal" in person:
            yield person["literal"]
        else:
            order = (person["family"], given_name(person), person.get("suffix"))
            yield ", ".join(part for part in order if part)
