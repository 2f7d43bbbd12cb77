"""Markup within lines, painted over: spans, notes' marks, links, pictures, tags, entities."""

from __future__ import annotations

import html
import re

GONE = "\x00"
"""Painted over; what stands before and after it is one word."""
EDGE = "\x1d"
"""Painted over; what stands before and after it are two words."""

_TOKEN = re.compile(
    r"""
    (?P<escape>\\[\\`*_{}\[\]()>\#+\-.!|]) |
    (?P<code>(?<!`)(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)+?(?<!`)(?P=ticks)(?!`)) |
    (?P<comment><!--.*?-->) |
    <(?P<address>(?:(?:https?|ftp|mailto):|[^\s<>@]+@)[^\s<>]*)> |
    (?P<tag></?[A-Za-z](?:"[^"<>]*"|'[^'<>]*'|[^<>"'])*>) |
    (?P<entity>&(?:\#\d+|\#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);) |
    (?P<note>\[\^[^\]\s]+\]) |
    (?P<blank>\n[ \t]*(?=\n)) |
    (?P<open>!?\[) |
    (?P<close>\])
    """,
    re.VERBOSE | re.DOTALL,
)
_TARGET = re.compile(
    r"""\([ \t]*(?:<[^<>\n]*>|[^\s()]*(?:\([^\s()]*\)[^\s()]*)*)"""
    r"""(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
)
_ATTRIBUTES = re.compile(r"\{((?:[^{}\"']|\"[^\"]*\"|'[^']*')*)\}")
_ATTRIBUTE = r"""(?:\.[\w-]++|\#[\w:.-]++|[\w-]++=(?:"[^"]*"|'[^']*'|[^\s"'}]++))"""
_ATTRIBUTE_LIST = re.compile(rf"\s*+(?:{_ATTRIBUTE}\s*+)*+")
_PAGE = re.compile(r"\.page(?![\w-])")
_REFERENCE = re.compile(r"\s?\[([^\]]*)\]")
_LINK_LABEL = re.compile(
    r"^ {0,3}\[(?!\^)([^\]\n]+)\]:\s*<?((?:https?|ftp|mailto):\S+|\#\S+|\S*/\S*|\S+\.[a-z]{2,4})>?"
    r"""(?:[ \t]+(?:"[^"]*"|'[^']*'|\([^)]*\)))?[ \t]*$""",
    re.MULTILINE | re.IGNORECASE,
)
_ALTERNATIVE = re.compile(r"""(?<=[\s"'])alt\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.I)
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")
_WITHIN_LINES = frozenset(
    {"a", "span", "em", "strong", "b", "i", "s", "code", "sub", "sup", "del", "ins"}
)


def link_labels(text: str) -> frozenset[str]:
    """Give the labels of links that are defined apart: ``[label]: https://…``.

    The target must look like one. A line like ``[Chairman]: Agreed`` reads as a definition, too,
    to Markdown; here it is words, and if the edition has not got them, that is said.
    """
    return frozenset(_label(match[1]) for match in _LINK_LABEL.finditer(text))


def paint_inline(text: str, paint: list[str], labels: frozenset[str]) -> None:
    """Paint over the markup within lines; ``paint`` has a character for each of the text."""
    for definition in _LINK_LABEL.finditer(text):
        _cover(paint, definition.start(), definition.end(), EDGE)
    open_at: list[tuple[int, int]] = []
    position = 0
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["open"]:
            open_at.append(match.span())
        elif match["close"]:
            if open_at:
                position = _close(text, paint, labels, open_at.pop(), position)
        elif match["blank"]:
            open_at.clear()
        elif match["code"] is None and match["escape"] is None:
            _paint_token(match, paint)


def _close(
    text: str, paint: list[str], labels: frozenset[str], opening: tuple[int, int], end: int
) -> int:
    """Paint over a bracket and what belongs to it; brackets that are words stay."""
    start, inner = opening
    is_picture = text[start] == "!"
    if attributes := _ATTRIBUTES.match(text, end):
        if not _ATTRIBUTE_LIST.fullmatch(attributes[1]):
            return end
        until = attributes.end()
        if _PAGE.search(attributes[1]):
            # The page's number is a label, not a word.
            _cover(paint, inner, end - 1)
        start = inner - 1
        is_picture = False
    elif target := _TARGET.match(text, end):
        until = target.end()
    elif (reference := _REFERENCE.match(text, end)) and _label(
        reference[1] or text[inner : end - 1]
    ) in labels:
        until = reference.end()
    elif _label(text[inner : end - 1]) in labels:
        until = end
    else:
        return end
    _cover(paint, start, inner, EDGE if is_picture else GONE)
    _cover(paint, end - 1, until, EDGE if is_picture else GONE)
    return until


def _paint_token(match: re.Match[str], paint: list[str]) -> None:
    start, end = match.span()
    if match["address"]:
        paint[start] = paint[end - 1] = GONE
        if match["address"].lower().startswith("mailto:"):
            _cover(paint, start + 1, start + 1 + len("mailto:"))
    elif match["entity"]:
        decoded = html.unescape(match["entity"])
        if decoded != match["entity"]:
            _cover(paint, start, end)
            paint[start : start + len(decoded)] = decoded
    elif match["tag"]:
        name = _TAG_NAME.match(match["tag"])
        within = name is not None and name[1].lower() in _WITHIN_LINES
        _cover(paint, start, end, GONE if within else EDGE)
        if name and name[1].lower() == "img":
            _show_alternative(match["tag"], start, paint)
    else:
        _cover(paint, start, end)


def _show_alternative(tag: str, offset: int, paint: list[str]) -> None:
    """What a picture shows is told in words, which count."""
    if found := _ALTERNATIVE.search(tag):
        group = found.lastindex or 1
        first, last = found.span(group)
        paint[offset + first : offset + last] = found[group]


def _cover(paint: list[str], start: int, end: int, with_: str = GONE) -> None:
    paint[start:end] = with_ * (end - start)


def _label(text: str) -> str:
    return " ".join(text.split()).lower()
