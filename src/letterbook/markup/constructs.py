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
    \]\((?P<target>[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:[^()\n]*\))? |
    \](?P<attributes>{ATTRIBUTES}) |
    (?P<close>\]) |
    <(?P<end_tag>/)?(?P<tag>[A-Za-z][^\s/<>]*)(?P<inside>(?:"[^"<>]*"|'[^'<>]*'|[^<>"'])*)/?>
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = ("break", "note", "open", "target", "attributes", "close", "blank", "tag")
"""The tokens that something is done about; the others stay, and hide what is in them."""
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
    rewriter = _Rewriter(piece)
    position = 0
    for match in _TOKEN.finditer(piece.text):
        rewriter.out.append(piece.text[position : match.start()])
        rewriter.take(match)
        position = match.end()
    rewriter.out.append(piece.text[position:])
    rewriter.result.text = "".join(rewriter.out)
    return rewriter.result


class _Rewriter:
    """Takes the tokens of a piece in order; ``out`` is what they have become."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece
        self.result = Rewritten("")
        self.out: list[str] = []
        self.brackets: list[tuple[int, int]] = []
        """Of each open bracket: its position in ``out``, and its offset in the piece."""
        self.tags: list[str] = []

    def take(self, match: re.Match[str]) -> None:
        kind = next((name for name in _KINDS if match[name] is not None), "")
        replacement = match[0]
        if kind == "break":
            replacement = "  \n"
        elif kind == "note":
            self.result.references.append((match["note"], self.piece.span(match.start())))
            replacement = f'<a class="noteref" data-note="{escape(match["note"])}"></a>'
        elif kind == "open":
            self.brackets.append((len(self.out), match.start()))
        elif kind in ("attributes", "target", "close"):
            opened = self.brackets.pop() if self.brackets else None
            if kind == "attributes" and opened:
                replacement = self.span(*opened, match)
            elif kind == "target" and match["target"]:
                target = match["target"].strip("<>")
                self.result.targets.append((target, self.piece.span(match.start())))
        elif kind == "blank":
            self.brackets.clear()
        elif kind == "tag" and not _AUTOLINK.match(match["tag"] + match["inside"]):
            self.check_tag(match)
        self.out.append(replacement)

    def span(self, position: int, offset: int, match: re.Match[str]) -> str:
        """Make a span of the bracket that opened at ``out[position]``, unless it is text."""
        span = self.piece.span(offset)
        attributes = parse_attributes(match["attributes"][1:-1])
        if attributes is None:
            self.result.diagnostics.append(
                Diagnostic(
                    "attributes-syntax",
                    f"“{match['attributes']}” is not read as attributes and stays as text",
                    "write {.name}, with the dot, or put a backslash before the brace",
                    span,
                    Severity.WARNING,
                )
            )
            return match[0]
        opening = "!" if self.out[position] == "![" else ""
        self.out[position] = f"{opening}{span_tag(attributes, span, self.result.diagnostics)}"
        return "</span>"

    def check_tag(self, match: re.Match[str]) -> None:
        """Check a raw tag against the vocabulary, and how deep it is in others."""
        span = self.piece.span(match.start())
        name = match["tag"].lower()
        name = RENAMED.get(name, name)
        if match["end_tag"]:
            if name in self.tags:
                while self.tags.pop() != name:
                    pass
        elif name not in ELEMENTS:
            self.result.diagnostics.append(not_allowed(f"<{match['tag']}>", span))
        else:
            self.check_attributes(match, ELEMENTS[name] | EVERYWHERE, span)
            if name not in _VOID and not match[0].endswith("/>"):
                self.tags.append(name)
                if len(self.tags) == MAX_TAGS_DEEP:
                    self.result.diagnostics.append(too_deep(span))

    def check_attributes(self, match: re.Match[str], allowed: frozenset[str], span: Span) -> None:
        for attribute, value in _ATTRIBUTE.findall(match["inside"].rstrip("/")):
            if attribute.lower() not in allowed:
                what = f"{attribute}= in <{match['tag']}>"
                self.result.diagnostics.append(not_allowed(what, span))
            elif attribute.lower() in ("href", "src"):
                self.result.targets.append((value.strip("\"'"), span))


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


def not_allowed(what: str, span: Span) -> Diagnostic:
    """Say that something of HTML is not in the vocabulary."""
    return Diagnostic(
        "html-not-allowed",
        f"{what} is HTML that a document may not use",
        "remove it, or write &lt; for a bare “<”; the marks that can be used are in"
        " docs/source-format.md",
        span,
    )
