"""The kinds of values that metadata are made of: texts, dates, languages, names of files.

Each is a type for Pydantic, which checks what YAML gave and says what is wrong with it.
"""

from __future__ import annotations

import calendar
import datetime
import io
import re
from contextlib import redirect_stdout
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

_FULL_DATE = re.compile(r"(?<![\d-])(\d{4})-(\d{2})-(\d{2})(?!\d)")
_MONTH = re.compile(r"[0-9]{4}(?:-(?:0[1-9]|1[0-2]))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_SLUG = re.compile(r"(?=.{1,80}$)[a-z0-9]+(-[a-z0-9]+)*")


def _alias(name: str) -> str:
    return name.replace("_", "-")


class Model(BaseModel):
    """A mapping of ours: no other keys, hyphens in their names, and nothing to be changed."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, alias_generator=_alias, populate_by_name=True
    )


def _check_edtf(value: str) -> str:
    """Accept an Extended Date/Time Format (ISO 8601-2, levels 0 to 2) expression."""
    if _is_plain_date(value):
        # What nearly every letter has; the library's grammar takes ten milliseconds for it.
        return value
    # Imported where it is needed: that takes as long as reading fifty letters.
    import edtf

    try:
        # Over some expressions the library stumbles, and prints what it tried.
        with redirect_stdout(io.StringIO()):
            edtf.parse_edtf(value)
    except (edtf.EDTFParseException, ValueError, AttributeError) as error:
        raise PydanticCustomError(
            "impossible_date", "“{value}” is not an EDTF date", {"value": value}
        ) from error
    # The library's grammar knows the length of a month but not of a leap year's February.
    for year, month, day in _FULL_DATE.findall(value):
        if int(day) > calendar.monthrange(max(int(year), 1), int(month))[1]:
            raise PydanticCustomError(
                "impossible_date", "there was no {date}", {"date": f"{year}-{month}-{day}"}
            )
    return value


def _is_plain_date(value: str) -> bool:
    try:
        is_day = _DAY.fullmatch(value) and datetime.date.fromisoformat(value)
    except ValueError:
        return False
    return bool(is_day or _MONTH.fullmatch(value))


def _check_pattern(pattern: re.Pattern[str], what: str) -> AfterValidator:
    def check(value: str) -> str:
        if not pattern.fullmatch(value):
            raise PydanticCustomError(
                "wrong_form", "“{value}” is not {what}", {"value": value, "what": what}
            )
        return value

    return AfterValidator(check)


def one_or_many(value: Any) -> Any:
    """Let one value stand for a list of one."""
    return value if isinstance(value, (list, tuple)) else [value]


Text = Annotated[
    str,
    _check_pattern(re.compile(r"(?s).*\S.*"), "a text: it is empty"),
    WithJsonSchema({"type": ["string", "number", "boolean"]}),
]
"""Words, verbatim. (In the schema also numbers: other readers of YAML take ``12`` for one.)"""

Edtf = Annotated[str, AfterValidator(_check_edtf), WithJsonSchema({"type": ["string", "integer"]})]
Day = Annotated[
    str,
    AfterValidator(_check_edtf),
    _check_pattern(re.compile(r"\d{4}-\d{2}-\d{2}"), "a full date, like 2026-01-31"),
    WithJsonSchema({"type": "string", "format": "date"}),
]
Texts = Annotated[tuple[Text, ...], BeforeValidator(one_or_many)]
"""A text, or a list of them."""
Language = Annotated[str, _check_pattern(_LANGUAGE, "a language tag, like en or de-AT")]
UNKNOWN_LANGUAGE = "und"
"""BCP 47's tag for a language that nobody has told."""
Slug = Annotated[
    str, _check_pattern(_SLUG, "a slug: up to 80 lower-case letters, digits and single hyphens")
]
Url = Annotated[str, _check_pattern(re.compile(r"https?://[^\s<>\"]+"), "a web address")]
