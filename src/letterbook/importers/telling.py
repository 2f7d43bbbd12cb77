"""What an importer tells as it reads: words that it sets aside, and what a person should know."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import unquote

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.htmlblocks import Block, shown_words
from letterbook.importers.imported import Reason, SetAside


class Telling:
    """Gathers what is told of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.set_aside: list[SetAside] = []
        self.diagnostics: list[Diagnostic] = []

    def aside(self, text: str, reason: Reason, line: int) -> None:
        """Say that words are in no document."""
        if text.strip():
            self.set_aside.append(SetAside(text.strip(), reason, f"line {line}"))

    def aside_block(self, block: Block, reason: Reason) -> None:
        """Say that a block is in no document, with what its pictures show."""
        self.aside(shown_words(block.element), reason, block.line)

    def aside_pictures(self, block: Block, data: Mapping[str, bytes]) -> None:
        """Say that a block's pictures are in no document, though its words are."""
        for image in block.element.iter("img"):
            self.aside(image.get("alt", ""), Reason.STRUCTURE, block.line)
            if (name := picture_name(image)) in data:
                self.warn(
                    "picture-left-out",
                    f"the picture “{name[:200]}” stands among the page’s title and labels, and was"
                    " left out",
                    block.line,
                    "put it into the text, if it belongs there",
                )

    def warn(
        self,
        code: str,
        message: str,
        line: int,
        hint: str = "compare the text with the original page",
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Tell something of a line."""
        span = Span(self.file, max(line, 1))
        self.diagnostics.append(Diagnostic(code, message, hint, span, severity))


def picture_name(image: Element) -> str:
    """The name by which a page knows a picture's file."""
    return unquote(image.get("src", "")).strip()
