"""EDTF dates as formats that have no EDTF can say them: a first day, a last day, how sure.

What enters is an EDTF expression (ISO 8601-2, levels 0 to 2); what leaves are Bounds, in plain
ISO 8601. Less precise is allowed here, wrong is not: a season becomes its year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_MARKS = "?~%"
_YEAR = re.compile(r"\d{1,3}[\dX]{1,3}|XXXX")


class Extent(StrEnum):
    """How a date stands between its first and its last day."""

    WHEN = "when"
    """It is one: a day, a month or a year."""
    LASTING = "lasting"
    """It went on from the one to the other."""
    BETWEEN = "between"
    """It is one day that is not known, between the two."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """When something was."""

    extent: Extent
    first: str
    """``1918``, ``1918-08`` or ``1918-08-09``; empty where it is open."""
    last: str
    """As ``first``; the same when the date is one."""
    is_unsure: bool = False
    """Whether the date may be wrong altogether."""
    is_about: bool = False
    """Whether it is near the truth and no more."""


def bounds(edtf: str) -> Bounds | None:
    """Tell when an EDTF date is; None where a year of four digits does not say it."""
    is_unsure = "?" in edtf or "%" in edtf
    is_about = "~" in edtf or "%" in edtf
    bare = edtf.translate(str.maketrans("", "", _MARKS))
    extent = Extent.WHEN
    if bare[:1] in ("[", "{"):
        extent = Extent.BETWEEN if bare[0] == "[" else Extent.LASTING
        ends = bare[1:-1].split(",")
        first, last = ends[0].split("..")[0], ends[-1].split("..")[-1]
    elif "/" in bare:
        extent = Extent.LASTING
        first, last = bare.split("/", 1)
    else:
        first = last = bare
    earliest, latest = _first(first.strip(".")), _last(last.strip("."))
    if earliest is None or latest is None or not (earliest or latest):
        return None
    if extent is Extent.WHEN and earliest != latest:
        extent = Extent.BETWEEN
    elif earliest == latest:
        extent = Extent.WHEN
    return Bounds(extent, earliest, latest, is_unsure, is_about)


def parts(date: str) -> list[int]:
    """Year, month and day of a plain date, as far as it has them."""
    return [int(part) for part in date.split("-")]


def _first(date: str) -> str | None:
    return _known(date, "0")


def _last(date: str) -> str | None:
    return _known(date, "9")


def _known(date: str, digit: str) -> str | None:
    """What is known of a date; ``digit`` stands for those of the year that are not.

    Empty for no date; None for one that no four digits begin.
    """
    if not date:
        return ""
    year, _, rest = date.partition("-")
    if not _YEAR.fullmatch(year) or len(year) != 4:
        return None
    if "X" in year:
        return year.replace("X", digit)
    month, _, day = rest.partition("-")
    if not month.isdigit() or not 1 <= int(month) <= 12:
        return year
    return f"{year}-{month}-{day}" if day.isdigit() else f"{year}-{month}"
