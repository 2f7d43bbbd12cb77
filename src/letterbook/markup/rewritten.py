"""A text whose inline constructs are tokens, and the way back: see ``constructs``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

from letterbook.diagnostics import Diagnostic, Span

_RELEASE = re.compile(r"(?P<tag><(?:(?P<code>/?code)>|[^<>]*+>?))|\x0e(?P<held>[0-9]++)\x0f")
_HELD = re.compile(r"\x0e([0-9]++)\x0f")


class Code(str):
    """A span of code, with its backticks."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a token stands for."""

    html: str
    source: str
    """As typed: what is shown where Markdown has found code."""
    reference: tuple[str, Span] | None = None
    """The label and the place, when it is the mark of a note."""


@dataclass(slots=True)
class Rewritten:
    """The text with tokens in it, and what was seen on the way."""

    text: str = ""
    prose: str = ""
    """The same, with a backtick in the place of each span of code."""
    held: list[Held] = field(default_factory=list)
    targets: list[tuple[str, Span]] = field(default_factory=list)
    """What images and links lead to, and the place."""
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def hold(self, html: str, source: str, reference: tuple[str, Span] | None = None) -> str:
        """Keep something out of Markdown's sight; the token is of characters no source has."""
        self.held.append(Held(html, source, reference))
        return f"\x0e{len(self.held) - 1}\x0f"

    def unread(self) -> str:
        """The prose, in which a bracket that has come to nothing stands again."""

        def typed(match: re.Match[str]) -> str:
            held = self.held[int(match[1])]
            return held.source if held.html == held.source else match[0]

        return _HELD.sub(typed, self.prose)

    def release(self, html: str) -> tuple[str, list[tuple[str, Span]]]:
        """Put back what was held, into what Markdown has made; give the notes' marks, too."""
        references: list[tuple[str, Span]] = []
        in_code = False

        def typed(match: re.Match[str]) -> str:
            return escape(self.held[int(match[1])].source)

        def put(match: re.Match[str]) -> str:
            nonlocal in_code
            if match["tag"]:
                if match["code"]:
                    in_code = match["code"][0] != "/"
                return _HELD.sub(typed, match[0])
            held = self.held[int(match["held"])]
            if in_code:
                return escape(held.source)
            if held.reference:
                references.append(held.reference)
            return held.html

        return _RELEASE.sub(put, html), references
