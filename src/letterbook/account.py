"""The account of an import: for each word of a source, where it went.

The words of the source are read by ``witness.origin``, those of the documents from the text of
their files by ``witness.source``: neither shares anything with the importers. Each document's text
and notes are followed through the source; front matter and what was set aside are looked up in
what remains. A word that nobody has is an error, and so is one that nobody wrote. The time is
linear in the number of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from letterbook.diagnostics import Diagnostic, Span
from letterbook.importers.imported import Reason, Register, SetAside, Source
from letterbook.witness.origin import ORIGINS
from letterbook.witness.register import take_register
from letterbook.witness.taker import Taken
from letterbook.witness.taking import take
from letterbook.witness.written import read_written
from letterbook.witness.xmlorigin import Unreadable


@dataclass(frozen=True, slots=True)
class Account:
    """Where the words of one source went."""

    words: Mapping[str, int]
    """How many: in the source, in texts, notes, metadata and set aside, supplied."""
    set_aside: tuple[SetAside, ...] = ()
    typographic: int = 0
    """How many quotes and dashes have become typographic ones."""
    diagnostics: tuple[Diagnostic, ...] = field(default=())

    def as_data(
        self, source: str, format_: str, documents: Sequence[str], found: Iterable[Diagnostic]
    ) -> dict[str, Any]:
        """Give the account as it stands in the file that ``--account`` writes."""
        data: dict[str, Any] = {
            "source": source,
            "format": format_,
            "documents": list(documents),
            "words": dict(self.words),
            "set_aside": [
                {"text": s.text, "reason": s.reason.value, "place": s.place} for s in self.set_aside
            ],
            "diagnostics": [
                {
                    "code": d.code,
                    "severity": d.severity.value,
                    "file": d.span.file,
                    "line": d.span.line,
                    "column": d.span.column,
                    "message": d.message,
                    "hint": d.hint,
                }
                for d in found
            ],
        }
        if self.typographic:
            data["typographic"] = self.typographic
        return data


WORDS = ("source", "text", "notes", "metadata", "set_aside", "supplied")
NOTHING = Account(dict.fromkeys(WORDS, 0))
"""The account of a source of which nothing was imported."""


def take_account(
    source: Source,
    kind: str,
    documents: Sequence[tuple[str, str]],
    set_aside: Sequence[SetAside],
    supplied: Sequence[Sequence[str]],
    typographic: bool = False,
) -> Account:
    """Find where each word of a source went.

    ``kind`` is one of ``witness.origin.ORIGINS``; ``documents`` are the name and the text of each
    file that was written, ``supplied`` what each has that the source has not.
    """
    written = [(name, read_written(text, typographic)) for name, text in documents]
    best: Taken | None = None
    try:
        for stream in ORIGINS[kind](source.data, typographic):
            taken = take(source.name, stream, written, set_aside, supplied, typographic)
            if best is None or len(taken.diagnostics) < len(best.diagnostics):
                best = taken
            if not best.diagnostics:
                break
    except Unreadable as error:
        found = _unreadable(source, error)
        return Account(dict.fromkeys(WORDS, 0), tuple(set_aside), 0, (found,))
    assert best is not None
    return Account(
        best.words, tuple(set_aside), best.typographic, (*best.diagnostics, *best.notices)
    )


def account_register(source: Source, kind: str, register: Register) -> Account:
    """Find where each word of a register went: into a heading of the index, or aside."""
    set_aside = tuple(
        SetAside(part.text, Reason.REGISTER, part.place)
        for part in register.parts
        if part.heading is None
    )
    try:
        stream = next(iter(ORIGINS[kind](source.data, False)))
    except Unreadable as error:
        return Account(
            dict.fromkeys(WORDS, 0), set_aside, diagnostics=(_unreadable(source, error),)
        )
    taken = take_register(source.name, stream, register.parts)
    return Account(taken.words, set_aside, diagnostics=taken.diagnostics)


def _unreadable(source: Source, error: Unreadable) -> Diagnostic:
    return Diagnostic(
        "account-unreadable",
        f"the words of this file cannot be counted: {error}",
        "save it again with the program that made it",
        Span(source.name),
    )
