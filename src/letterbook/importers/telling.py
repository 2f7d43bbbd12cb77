"""What an importer tells as it reads: words that it sets aside, and what a person should know."""

from __future__ import annotations

from letterbook.diagnostics import Diagnostic, Severity, Span
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
