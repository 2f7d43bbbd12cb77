"""Links and pictures as Markdown writes them: ``[text](target)``, ``![what](file)``, ``[a][b]``.

They are read here and not by Python-Markdown for two reasons: here their place is known, and its
own search for the end of a link takes minutes for a line of some thousand brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote, urlsplit

from letterbook.markup.vocabulary import LINK_SCHEMES

ADDRESS = r"(?:(?i:https?|ftp|mailto):|[^\s<>@]+@)[^\s<>]*"
"""The pattern of what may stand between angle brackets as a link of its own."""

_TARGET = re.compile(
    r"""\([ \t]*(?:<(?P<angled>[^<>\n]*+)>|(?P<bare>[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+))"""
    r"""(?:\s+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'))?[ \t]*\)"""
)
_REFERENCE = re.compile(r"[ \n]?\[([^\[\]]*+)\]")
# Something that looks like an address must follow: “[Chairman]: Agreed” is what somebody said.
_DEFINITION = re.compile(
    r""" {0,3}\[(?!\^)([^\[\]]+)\]:[ \t]*"""
    r"""<?((?i:https?|ftp|mailto):\S+?|\#\S+?|\S*?/\S*?|\S+\.[a-z]{2,4})>?"""
    r"""(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*"""
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()>#+\-.!|])")


@dataclass(frozen=True, slots=True)
class Target:
    """What follows a bracket that is a link's or a picture's."""

    address: str
    end: int
    """Where it ends in the text."""
    title: str | None = None


def definitions(lines: Iterable[str]) -> dict[str, str]:
    """Give the addresses that lines like ``[label]: https://…`` define, by label."""
    found: dict[str, str] = {}
    for line in lines:
        if match := _definition(line):
            found.setdefault(_label(match[1]), match[2])
    return found


def without_definitions(lines: Iterable[str]) -> tuple[str, ...]:
    """Empty the lines that define links: they are not text."""
    return tuple("" if _definition(line) else line for line in lines)


def _definition(line: str) -> re.Match[str] | None:
    return _DEFINITION.fullmatch(line) if "]:" in line and len(line) < 4096 else None


def target_at(text: str, end: int, words: str, known: Mapping[str, str]) -> Target | None:
    """Read what follows a closing bracket at ``end``; None when the brackets are just brackets.

    ``words`` are those between the brackets, and ``known`` the link definitions of the document.
    """
    if match := _TARGET.match(text, end):
        if re.search(r"\n[ \t]*\n", match[0]):
            return None
        address = match["angled"] if match["angled"] is not None else match["bare"]
        title = match["double"] if match["double"] is not None else match["single"]
        return Target(literal(address), match.end(), title)
    if not known:
        return None
    reference = _REFERENCE.match(text, end)
    if reference and (address := known.get(_label(reference[1] or words))):
        return Target(literal(address), reference.end())
    if address := known.get(_label(words)):
        return Target(literal(address), end)
    return None


def literal(text: str) -> str:
    """A text without the escapes and entities with which it was written."""
    return _ENTITY.sub(lambda match: unescape(match[0]), _ESCAPED.sub(r"\1", text))


def is_allowed(href: str) -> bool:
    """Whether a link may lead there: to a place in the book, or by a scheme of the vocabulary."""
    if href.startswith("#"):
        return True
    try:
        # Browsers skip control characters and spaces when they read a scheme; so do we.
        scheme = urlsplit(re.sub(r"[\x00-\x20]", "", unquote(href))).scheme.lower()
    except ValueError:
        return False
    return scheme in LINK_SCHEMES


def _label(text: str) -> str:
    return " ".join(text.split()).lower()
