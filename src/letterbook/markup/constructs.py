"""Our inline constructs, and what there is of raw HTML, found in the text with their places.

``[^1]`` and ``[text]{.class key=value}`` are rewritten into the tags of our vocabulary, which
Python-Markdown passes on as they are: its own inline machinery cannot nest a construct in itself
and does not know where in the file it is. Raw tags are checked here, where their place is known;
``sanitize`` checks the tree again, where nothing can hide.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from html import escape

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.markup.attributes import ATTRIBUTES, Attributes, parse_attributes
from letterbook.markup.pieces import Piece, too_deep
from letterbook.markup.vocabulary import (
    ELEMENTS,
    EVERYWHERE,
    RENAMED,
    SPAN_ATTRIBUTES,
    SPANS,
)

_TOKEN = re.compile(
    rf"""
    (?P<escape>\\[^\n]) |
    (?P<break>\\\n) |
    (?P<code>(?<!`)(?P<ticks>`+)(?!`).*?(?<!`)(?P=ticks)(?!`)) |
    (?P<comment><!--.*?-->) |
    (?P<blank>\n[ \t]*(?=\n)) |
    \[\^(?P<note>[^\]\s]+)\] |
    (?P<open>!?\[) |
    \]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?P<link_end>[^()\n]*\))? |
    \](?P<attributes>{ATTRIBUTES}) |
    (?P<close>\]) |
    <(?P<end_tag>/)?(?P<tag>[A-Za-z][^\s/<>]*)(?P<inside>(?:"[^"<>]*"|'[^'<>]*'|[^<>"'])*)/?>
    """,
    re.VERBOSE | re.DOTALL,
)
_AUTOLINK = re.compile(r"(?i)(?:https?|mailto|ftp):|[^\s<>@]+@")
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?""")
_VOID = frozenset({"br", "hr", "img"})
MAX_TAGS_DEEP = 40


@dataclass(slots=True)
class Rewritten:
    """The text with our constructs as tags, and what was seen on the way."""

    text: str
    references: list[tuple[str, Span]] = field(default_factory=list)
    """Marks of notes: label and place."""
    targets: list[tuple[str, Span]] = field(default_factory=list)
    """What images and links lead to, and the place."""
    diagnostics: list[Diagnostic] = field(default_factory=list)


def rewrite(piece: Piece) -> Rewritten:
    """Rewrite the inline constructs of a plain piece."""
    source = piece.text
    result = Rewritten("")
    out: list[str] = []
    brackets: list[tuple[int, int]] = []  # position in ``out``, offset in the source
    tags: list[str] = []
    position = 0
    for match in _TOKEN.finditer(source):
        out.append(source[position : match.start()])
        position = match.end()
        kind = match.lastgroup
        whole = match[0]
        if kind == "break":
            out.append("  \n")
        elif match["note"] is not None:
            result.references.append((match["note"], piece.span(match.start())))
            out.append(f'<a class="noteref" data-note="{escape(match["note"])}"></a>')
        elif match["open"] is not None:
            brackets.append((len(out), match.start()))
            out.append(whole)
        elif match["attributes"] is not None:
            out.append(whole)
            if brackets:
                start, offset = brackets.pop()
                _span(result, out, start, match["attributes"], piece.span(offset))
        elif whole.startswith("]("):
            if brackets:
                brackets.pop()
            if match["target"]:
                result.targets.append((match["target"].strip("<>"), piece.span(match.start())))
            out.append(whole)
        elif match["close"] is not None:
            if brackets:
                brackets.pop()
            out.append(whole)
        elif match["blank"] is not None:
            brackets.clear()
            out.append(whole)
        elif match["tag"] is not None and not _AUTOLINK.match(match["tag"] + match["inside"]):
            _check_tag(result, match, piece.span(match.start()), tags)
            out.append(whole)
        else:
            out.append(whole)
    out.append(source[position:])
    result.text = "".join(out)
    return result


def _span(result: Rewritten, out: list[str], start: int, braces: str, span: Span) -> None:
    """Make a span of the bracket that opened at ``out[start]``, unless it is plain text."""
    attributes = parse_attributes(braces[1:-1])
    if attributes is None:
        result.diagnostics.append(
            Diagnostic(
                "attributes-syntax",
                f"“{braces}” is not read as attributes and stays as text",
                "write {.name}, with the dot, or put a backslash before the brace",
                span,
                Severity.WARNING,
            )
        )
        return
    opening = "!" if out[start] == "![" else ""
    out[start] = f"{opening}{span_tag(attributes, span, result.diagnostics)}"
    out[-1] = "</span>"


def span_tag(attributes: Attributes, span: Span, diagnostics: list[Diagnostic]) -> str:
    """Write the start tag of a span, and say what in its attributes is not known."""
    parts = []
    keys = {"lang"}
    for name in attributes.classes:
        if name in SPANS:
            keys |= SPAN_ATTRIBUTES.get(name, frozenset())
        else:
            diagnostics.append(unknown_class(name, SPANS, "span", span))
    if attributes.classes:
        parts.append(f' class="{escape(" ".join(attributes.classes))}"')
    for key, value in attributes.values.items():
        if key not in keys:
            diagnostics.append(
                Diagnostic(
                    "unknown-attribute",
                    f"“{key}” is not an attribute that this span understands",
                    f"known are: {', '.join(sorted(keys))}",
                    span,
                )
            )
        else:
            name = key if key == "lang" else f"data-{key}"
            parts.append(f' {name}="{escape(value)}"')
    return f"<span{''.join(parts)}>"


def unknown_class(name: str, known: object, what: str, span: Span) -> Diagnostic:
    """Say that a class is not in the vocabulary, and which one is near it."""
    names = sorted(known)  # type: ignore[call-overload]
    near = difflib.get_close_matches(name, names, n=1)
    return Diagnostic(
        "unknown-class",
        f"“{name}” is not a {what} that is known here",
        f"did you mean “{near[0]}”?" if near else f"known are: {', '.join(names)}",
        span,
    )


def _check_tag(result: Rewritten, match: re.Match[str], span: Span, tags: list[str]) -> None:
    name = match["tag"].lower()
    name = RENAMED.get(name, name)
    if match["end_tag"]:
        if name in tags:
            while tags.pop() != name:
                pass
        return
    if name not in ELEMENTS:
        result.diagnostics.append(not_allowed(f"<{match['tag']}>", span))
        return
    for attribute, value in _ATTRIBUTE.findall(match["inside"].rstrip("/")):
        if attribute.lower() not in ELEMENTS[name] | EVERYWHERE:
            result.diagnostics.append(not_allowed(f"{attribute}= in <{match['tag']}>", span))
        elif attribute.lower() in ("href", "src"):
            result.targets.append((value.strip("\"'"), span))
    if name not in _VOID and not match[0].endswith("/>"):
        tags.append(name)
        if len(tags) == MAX_TAGS_DEEP:
            result.diagnostics.append(too_deep(span))


def not_allowed(what: str, span: Span) -> Diagnostic:
    """Say that something of HTML is not in the vocabulary."""
    return Diagnostic(
        "html-not-allowed",
        f"{what} is HTML that a document may not use",
        "remove it, or write &lt; for a bare “<”; the marks that can be used are in"
        " docs/source-format.md",
        span,
    )

