"""What an account has against an import: each fault with the word, its place, and what to do."""

from __future__ import annotations

from collections import Counter

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.witness.stream import Stream
from letterbook.witness.tools import shorten

_MOST = 8
"""How many faults of one kind are told one by one."""
_BEFORE = 12
"""Characters by which a place is found again."""
_HINT = (
    "look at this line for markup that is broken, mend it and import it again; where there is none,"
    " the importer is wrong: please report it, with the file if you can"
)


class Told:
    """Gathers the faults of one source."""

    def __init__(
        self,
        name: str,
        stream: Stream,
        severity: Severity = Severity.ERROR,
        hint: str = _HINT,
    ) -> None:
        self.name = name
        self.stream = stream
        self.severity = severity
        self.hint = hint
        self.diagnostics: list[Diagnostic] = []
        self._numbers: Counter[str] = Counter()

    def tell(self, code: str, message: str, position: int) -> None:
        """Tell a fault, and where it is in the source."""
        self._numbers[code] += 1
        if self._numbers[code] <= _MOST:
            span = Span(self.name, self.stream.line(position))
            self.diagnostics.append(Diagnostic(code, message, self.hint, span, self.severity))

    def tell_rest(self) -> None:
        """Say how many faults were not told one by one."""
        for code, number in self._numbers.items():
            if number > _MOST:
                message = f"and {number - _MOST} more of this kind"
                hint = "see to the first ones; the others may come of them"
                span = Span(self.name)
                self.diagnostics.append(Diagnostic(code, message, hint, span, self.severity))

    def unaccounted(self, start: int, end: int) -> None:
        """Tell of words of the source that nobody has."""
        shown = shorten(self.stream.words(*self.stream.whole(start, end)))
        message = f"“{shown}” is in no document and was not set aside"
        if start:
            message += f"; it stands after “{words_before(self.stream, start)}”"
        self.tell("word-unaccounted", message, start)


def words_before(stream: Stream, start: int) -> str:
    """The last words before a place, by which somebody finds it."""
    return stream.words(*stream.whole(max(start - _BEFORE, 0), start))
