"""TEI’s dating attributes to EDTF.

``@when`` is a date; ``@from`` and ``@to`` are a time that lasted, EDTF’s ``A/B``; ``@notBefore``
and ``@notAfter`` are one day that is not known, EDTF’s ``[A..B]``. ``@cert`` below high is EDTF’s
``?``, ``@precision`` below high its ``~``. Nothing is taken from the words.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from letterbook.fields import Edtf

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:T.*|Z|[+-]\d{2}:\d{2})?")
_OF_A_CALENDAR = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2])(?:-\d{2})?)?")
"""What TEI’s attributes can say; the seasons that EDTF counts like months they cannot."""
_EDTF: TypeAdapter[str] = TypeAdapter(Edtf)
_UNSURE = ("low", "medium", "unknown")


class UndatableError(ValueError):
    """The attributes name no date that there was."""


def edtf_of(attributes: Mapping[str, str]) -> str | None:
    """The date that the attributes give; None when they give none.

    Raises UndatableError when they contradict one another or the calendar.
    """
    custom = attributes.get("when-custom", "")
    if custom and "edtf" in attributes.get("datingMethod", "").lower():
        return _checked(custom)
    found = {key: _day(attributes, key) for key in ("when", "notBefore", "notAfter", "from", "to")}
    if "/" in found["when"]:
        # ISO 8601 has times that last in one value, the second end of which may be shortened.
        found["from"], _, last = found["when"].partition("/")
        found["to"] = found["from"][: len(found["from"]) - len(last)] + last
    mark = ("?" if attributes.get("cert") in _UNSURE else "") + (
        "~" if attributes.get("precision") in _UNSURE else ""
    )
    mark = mark.replace("?~", "%")
    if found["from"] or found["to"]:
        return _checked(_range(found["from"], found["to"], "/", mark))
    if found["notBefore"] or found["notAfter"]:
        whole = _whole(found["notBefore"], found["notAfter"])
        if whole:
            return _checked(whole + mark)
        # One of a set is itself a statement of doubt, and takes no further mark.
        return _checked(f"[{_range(found['notBefore'], found['notAfter'], '..', '')}]")
    return _checked(found["when"] + mark) if found["when"] else None


def _day(attributes: Mapping[str, str], key: str) -> str:
    value = (attributes.get(key) or attributes.get(f"{key}-iso") or "").strip()
    if not value:
        return ""
    first, slash, last = value.partition("/")
    if slash and key == "when" and _DAY.fullmatch(first) and re.fullmatch(r"[\d-]{2,10}", last):
        return value
    match = _DAY.fullmatch(value)
    if not match:
        raise UndatableError(value)
    return "-".join(part for part in match.groups() if part)


def _range(first: str, last: str, between: str, mark: str) -> str:
    if first and last and first[: len(last)] > last[: len(first)]:
        raise UndatableError(f"{first} is after {last}")
    if first == last:
        return first + mark
    if between == "/":
        return f"{first + mark if first else ''}/{last + mark if last else ''}"
    if first and last and len(first) != len(last):
        # Of a set, both ends are equally exact.
        first, last = _first_day(first), _last_day(last)
    return f"{first}..{last}"


def _first_day(date: str) -> str:
    return date + "-01-01"[len(date) - 4 :]


def _last_day(date: str) -> str:
    if len(date) == 4:
        return f"{date}-12-31"
    year, month = int(date[:4]) or 1, min(max(int(date[5:7]), 1), 12)
    return date if len(date) == 10 else f"{date}-{calendar.monthrange(year, month)[1]}"


def _whole(first: str, last: str) -> str:
    """The year or month that two days are the first and the last of; empty when they are not."""
    if first == last:
        return first
    if len(first) != 10 or len(last) != 10 or first[:4] != last[:4]:
        return ""
    if (first[5:], last[5:]) == ("01-01", "12-31"):
        return first[:4]
    days = calendar.monthrange(int(first[:4]) or 1, min(max(int(last[5:7]), 1), 12))[1]
    same = first[:7] == last[:7] and first[8:] == "01" and last[8:] == str(days)
    return first[:7] if same else ""


def _checked(value: str) -> str:
    try:
        return _EDTF.validate_python(value)
    except ValidationError as error:
        raise UndatableError(value) from error


def attributes_of(edtf: str) -> dict[str, str]:
    """TEI’s attributes for an EDTF date: the nearest that TEI has, and the date itself."""
    found: dict[str, str] = {}
    mark = edtf[-1] if edtf[-1] in "?~%" else ""
    bare = edtf.rstrip("?~%")
    one_of = re.fullmatch(r"\[(?P<a>[\d-]*)\.\.(?P<b>[\d-]*)\]", edtf)
    lasting = re.fullmatch(r"(?P<a>[\d-]*)[?~%]?/(?P<b>[\d-]*)", bare)
    if _DAY.fullmatch(bare):
        found["when"] = bare
    elif one_of:
        found |= {"notBefore": one_of["a"], "notAfter": one_of["b"]}
    elif lasting:
        found |= {"from": lasting["a"], "to": lasting["b"]}
    if mark in ("?", "%"):
        found["cert"] = "low"
    if mark in ("~", "%"):
        found["precision"] = "low"
    found = {key: value for key, value in found.items() if value}
    days = [found[key] for key in ("when", "from", "to", "notBefore", "notAfter") if key in found]
    if not all(map(_OF_A_CALENDAR.fullmatch, days)):
        found = {}
    if _try(found) != edtf:
        found |= {"when-custom": edtf, "datingMethod": "#edtf"}
    return found


def _try(attributes: Mapping[str, str]) -> str | None:
    try:
        return edtf_of(attributes)
    except UndatableError:
        return None
