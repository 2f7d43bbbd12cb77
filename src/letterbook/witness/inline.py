"""Markup within lines, painted over: spans, notes' marks, links, pictures, tags, entities."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from letterbook.witness.ticks import Ticks

GONE = "\x00"
"""Painted over; what stands before and after it is one word."""
EDGE = "\x1d"
"""Painted over; what stands before and after it are two words."""

_ENTITY = re.compile(r"&(?:\#\d+|\#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")
_TOKEN = re.compile(
    rf"""
    (?P<escape>\\[\\`*_{{}}\[\]()>\#+\-.!|]) |
    (?P<ticks>`++) |
    (?P<comment><!--) |
    <(?P<address>(?:(?:https?|ftp|mailto):|[^\s<>@]+@)[^\s<>]*)> |
    (?P<tag></?[A-Za-z](?:"[^"<>]*"|'[^'<>]*'|[^<>"'])*>) |
    (?P<entity>{_ENTITY.pattern}) |
    (?P<note>\[\^[^\[\]\s]++\]) |
    (?P<cross>\[@(?:no\.[ ]?)?[^\[\]\s@]++\]) |
    (?P<blank>\n[ \t]*+(?=\n)) |
    (?P<open>!?\[) |
    (?P<close>\])
    """,
    re.VERBOSE | re.DOTALL,
)
_TARGET = re.compile(
    r"""\([ \t]*+(?:<[^<>\n]*+>|[^\s()]*+(?:\([^\s()]*+\)[^\s()]*+)*+)"""
    r"""(?:\s++(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'))?+\s*+\)"""
)
_ATTRIBUTES = re.compile(r"\{((?:[^{}\"']|\"[^\"]*+\"|'[^']*+')*+)\}")
_ATTRIBUTE = r"""(?:\.[\w-]++|\#[\w:.-]++|[\w-]++=(?:"[^"]*"|'[^']*'|[^\s"'}]++))"""
_ATTRIBUTE_LIST = re.compile(rf"\s*+(?:{_ATTRIBUTE}\s*+)*+")
_CREDIT = re.compile(
    r"""\{(?:[^{}\"']|\"[^\"]*+\"|'[^']*')*?(?<![\w-])credit=(?:"([^"]*+)"|'([^']*+)'|([^\s"'}]++))"""
)
_PAGE = re.compile(r"\.page(?![\w-])")
_REFERENCE = re.compile(r"\s?\[([^\]]*+)\]")
_LINK_LABEL = re.compile(
    r"^ {0,3}\[(?!\^)([^\]\n]++)\]:[ \t]*+(\S++)"
    r"""(?:[ \t]++(?:"[^"\n]*+"|'[^'\n]*+'|\([^)\n]*+\)))?+[ \t]*+$""",
    re.MULTILINE,
)
_NO_LABEL = "]"
_ADDRESS = re.compile(r"<?(?:(?:https?|ftp|mailto):\S|\#\S|[^/]*+/)", re.IGNORECASE)
_SITE = re.compile(r".\.[a-z]{2,4}>?\Z", re.IGNORECASE)
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
    return frozenset(_label(match[1]) for match in _definitions(text))


def paint_inline(text: str, paint: list[str], labels: frozenset[str]) -> None:
    """Paint over the markup within lines; ``paint`` has a character for each of the text."""
    for definition in _definitions(text):
        _cover(paint, definition.start(), definition.end(), EDGE)
    open_at: list[tuple[int, int]] = []
    ticks = Ticks(text)
    closed = position = 0
    last_comment = text.rfind("-->")
    while match := _TOKEN.search(text, position):
        position = match.end()
        if match["open"]:
            open_at.append(match.span())
        elif match["close"]:
            if open_at:
                opening = open_at.pop()
                # No label has brackets in it, so that those around others need not be looked up.
                label = text[opening[1] : match.start()] if closed <= opening[1] else _NO_LABEL
                position = _close(text, paint, labels, opening, position, label)
            closed = match.end()
        elif match["blank"]:
            open_at.clear()
        elif match["ticks"]:
            position = _paint_code(match, ticks, paint)
        elif match["comment"]:
            position = _paint_comment(match, last_comment, paint)
        elif not match["escape"]:
            _paint_token(match, paint)


def _close(
    text: str,
    paint: list[str],
    labels: frozenset[str],
    opening: tuple[int, int],
    end: int,
    label: str,
) -> int:
    """Paint over a bracket and what belongs to it; brackets that are words stay."""
    start, inner = opening
    is_picture = text[start] == "!"
    shown = [(inner, end - 1)]
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
        shown += [target.span(group) for group in ("double", "single") if target[group]]
    elif (reference := _REFERENCE.match(text, end)) and _label(reference[1] or label) in labels:
        until = reference.end()
    elif _label(label) in labels:
        until = end
    else:
        return end
    if is_picture and (attributes := _attributes_at(text, until)):
        credit = _CREDIT.match(text, until)
        shown += [credit.span(credit.lastindex or 0)] if credit else []
        until = attributes.end()
    _cover(paint, start, inner, EDGE if is_picture else GONE)
    _cover(paint, end - 1, until, EDGE if is_picture else GONE)
    if is_picture:
        for first, last in shown:
            _show(text, first, last, paint)
    return until


def _attributes_at(text: str, position: int) -> re.Match[str] | None:
    """Attributes in braces; None when what is there does not read as such."""
    match = _ATTRIBUTES.match(text, position)
    return match if match and _ATTRIBUTE_LIST.fullmatch(match[1]) else None


def _paint_token(match: re.Match[str], paint: list[str]) -> None:
    start, end = match.span()
    if match["address"]:
        paint[start] = paint[end - 1] = GONE
        if match["address"].lower().startswith("mailto:"):
            _cover(paint, start + 1, start + 1 + len("mailto:"))
    elif match["entity"]:
        _decode(match["entity"], start, paint)
    elif match["tag"]:
        name = _TAG_NAME.match(match["tag"])
        within = name is not None and name[1].lower() in _WITHIN_LINES
        _cover(paint, start, end, GONE if within else EDGE)
        is_picture = name is not None and name[1].lower() == "img"
        if is_picture and (found := _ALTERNATIVE.search(match["tag"])):
            first, last = found.span(found.lastindex or 1)
            _show(match.string, start + first, start + last, paint)
    else:
        _cover(paint, start, end)


def _paint_comment(match: re.Match[str], last: int, paint: list[str]) -> int:
    """Paint over a comment; ``last`` is where the last of all ends. Give where this one does."""
    start, end = match.span()
    if end > last:
        return end
    end = match.string.index("-->", end) + len("-->")
    _cover(paint, start, end)
    return end


def _paint_code(match: re.Match[str], ticks: Ticks, paint: list[str]) -> int:
    """Paint over the white space at both ends of code, which does not count; give where it ends.

    To Markdown, the last of some backticks may open the code, and the first be part of it.
    """
    for count in range(len(match[0]), 0, -1):
        end = ticks.closing(match.end(), count)
        if end >= 0:
            start = match.start() + count
            inside = match.string[start:end]
            _cover(paint, start, start + len(inside) - len(inside.lstrip()))
            _cover(paint, end - len(inside) + len(inside.rstrip()), end)
            return end + count
    return match.end()


def _definitions(text: str) -> Iterator[re.Match[str]]:
    """Find the lines that define links."""
    for match in _LINK_LABEL.finditer(text):
        if _ADDRESS.match(match[2]) or _SITE.search(match[2], max(len(match[2]) - 7, 0)):
            yield match


def _show(text: str, start: int, end: int, paint: list[str]) -> None:
    """Let stand what a picture shows, told in words: no markup is read in it, but entities are."""
    paint[start:end] = text[start:end]
    for entity in _ENTITY.finditer(text, start, end):
        _decode(entity[0], entity.start(), paint)


def _decode(entity: str, start: int, paint: list[str]) -> None:
    decoded = html.unescape(entity)
    if decoded != entity:
        _cover(paint, start, start + len(entity))
        paint[start : start + len(decoded)] = decoded


def _cover(paint: list[str], start: int, end: int, with_: str = GONE) -> None:
    paint[start:end] = with_ * (end - start)


def _label(text: str) -> str:
    return " ".join(text.split()).lower()
