"""What Letterbook has to say about a book: data first, drawn last.

Every stage returns the diagnostics it met beside its value; nothing is printed on the way. The
three drawings (text for people, JSON for programs, annotations for GitHub) are made here and
nowhere else.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a diagnostic weighs: an error stops the build, the others do not."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A place in a source file."""

    file: str
    """The path as a person would write it: relative to the book's folder, with forward slashes."""
    line: int = 1
    """Counted from 1."""
    column: int = 1
    """Counted from 1, in characters."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong or worth knowing."""

    code: str
    """Stable, lower-case, hyphenated; never reused for another meaning."""
    message: str
    """What is wrong, in the words of the field, without a full stop at the end."""
    hint: str
    """What to do next."""
    span: Span
    """Where it was seen."""
    severity: Severity = Severity.ERROR


class SourceError(Exception):
    """The source has errors; carries every diagnostic met so far."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(f"{len(self.diagnostics)} diagnostics")


class EnvironmentFault(Exception):
    """The command or the machine is at fault, not the source: exit code 2."""

    def __init__(self, code: str, message: str, hint: str, file: str) -> None:
        self.diagnostic = Diagnostic(code, message, hint, Span(file))
        super().__init__(message)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Tell whether any of the diagnostics stops a build."""
    return any(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, without the doubles that two readings of one fault would give."""
    return tuple(sorted(dict.fromkeys(diagnostics), key=lambda d: (d.span, d.code, d.message)))


def place(text: str, offset: int) -> tuple[int, int]:
    """Turn a character offset into a line and a column, both counted from 1."""
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def as_text(diagnostics: Sequence[Diagnostic], source: str | None = None) -> str:
    """Draw the diagnostics for people, one after another, and count them at the end."""
    blocks = [
        f"{d.span.file}:{d.span.line}:{d.span.column}: {d.severity}: {d.message} [{d.code}]"
        f"\n    {d.hint}"
        for d in diagnostics
    ]
    counts = [
        f"{number} {severity}{'s' if number > 1 else ''}"
        for severity in Severity
        if (number := sum(d.severity is severity for d in diagnostics))
    ]
    where = f"{source}: " if source else ""
    return "\n".join([*blocks, f"{where}{', '.join(counts) or 'nothing to report'}"])


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """Draw the diagnostics for programs: a JSON array of flat objects."""
    rows = [
        {
            "code": d.code,
            "severity": d.severity.value,
            **asdict(d.span),
            "message": d.message,
            "hint": d.hint,
        }
        for d in diagnostics
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2)


_GITHUB = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Draw the diagnostics as GitHub's workflow commands, one a line."""

    def escape(text: str, more: str = "") -> str:
        for character in "%\r\n" + more:
            text = text.replace(character, f"%{ord(character):02X}")
        return text

    return "\n".join(
        f"::{_GITHUB[d.severity]} file={escape(d.span.file, ':,')},line={d.span.line},"
        f"col={d.span.column},title={d.code}::{escape(f'{d.message}. {d.hint}')}"
        for d in diagnostics
    )
