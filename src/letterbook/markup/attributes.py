"""Pandoc's attributes: ``{.class #id key=value key="two words"}``, and a bare word for a class."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_TOKEN = re.compile(
    r"""\s*(?:
        \.(?P<class>[\w-]+) |
        \#(?P<id>[\w:.-]+) |
        (?P<key>[\w-]+)=(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s"'}]+))
    )\s*""",
    re.VERBOSE,
)

ATTRIBUTES = r"\{(?:[^{}\"']|\"[^\"]*\"|'[^']*')*\}"
"""The pattern of an attribute list, braces included."""


@dataclass(frozen=True, slots=True)
class Attributes:
    """What stands between the braces."""

    classes: tuple[str, ...] = ()
    values: dict[str, str] = field(default_factory=dict)


def parse_attributes(text: str) -> Attributes | None:
    """Read an attribute list without its braces; None when it is not one."""
    classes: list[str] = []
    values: dict[str, str] = {}
    position = 0
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            return None
        if match["class"]:
            classes.append(match["class"])
        elif match["key"]:
            value = next(
                v for v in (match["double"], match["single"], match["bare"]) if v is not None
            )
            values[match["key"]] = value
        position = match.end()
    return Attributes(tuple(classes), values)
