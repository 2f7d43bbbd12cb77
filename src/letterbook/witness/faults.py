"""Differences to diagnostics: what happened to which word, in which output, and where it is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from letterbook.diagnostics import Diagnostic, Span
from letterbook.witness.compare import Change, Difference
from letterbook.witness.words import Word

MOST = 5
"""How many differences of one document are told one by one."""
_SHOWN = 6
"""How many words of a run are shown."""

CODES = {
    Change.LOST: "word-lost",
    Change.DOUBLED: "word-doubled",
    Change.ALTERED: "word-altered",
    Change.INVENTED: "word-invented",
    Change.MOVED: "words-out-of-order",
    Change.RENUMBERED: "list-number-changed",
}
_REPORT = "the words of the source are right, and Letterbook is wrong: please report this"


def diagnostics(
    differences: Sequence[Difference],
    expected: Sequence[Word],
    medium: str,
    span: Callable[[Difference], Span],
    hint: str = _REPORT,
) -> Iterable[Diagnostic]:
    """Tell the first few differences of one document, and count the rest."""
    for difference in differences[:MOST]:
        yield Diagnostic(
            CODES[difference.change],
            f"in {_where(medium, difference)}, {_what(difference, expected)}",
            hint,
            span(difference),
        )
    if rest := differences[MOST:]:
        count = "one more place is" if len(rest) == 1 else f"{len(rest)} more places are"
        yield Diagnostic(
            CODES[rest[0].change],
            f"in {_where(medium, rest[0])}, {count} different from here on",
            "see to the first differences; the others may come of them",
            span(rest[0]),
        )


def _where(medium: str, difference: Difference) -> str:
    return f"{medium} on page {difference.place}" if difference.place else medium


def _what(difference: Difference, expected: Sequence[Word]) -> str:
    out, new = quoted(difference.expected), quoted(difference.found)
    before = [w.text for w in expected[max(difference.at - 2, 0) : difference.at]]
    where = f" after “{' '.join(before)}”" if before else " at the beginning"
    out_is = "is" if len(difference.expected) == 1 else "are"
    new_is = "stands" if len(difference.found) == 1 else "stand"
    match difference.change:
        case Change.LOST:
            return f"{out} {out_is} lost{where}"
        case Change.DOUBLED:
            return f"{new} {new_is} twice{where}"
        case Change.INVENTED:
            return f"{new} {new_is}{where}, which nobody wrote"
        case Change.MOVED:
            return f"{out} {out_is} not in {'its' if out_is == 'is' else 'their'} place{where}"
        case Change.RENUMBERED:
            return (
                f"the number “{difference.expected[0].text}” is “{difference.found[0].text}”{where}"
            )
        case Change.ALTERED:
            return f"{out} {'has' if out_is == 'is' else 'have'} become {new}{where}"


def quoted(words: Sequence[Word]) -> str:
    """Show a run of words, shortened when it is long."""
    texts = [w.text for w in words]
    if len(texts) == 1:
        return f"the word “{texts[0]}”"
    if len(texts) <= _SHOWN:
        return f"the words “{' '.join(texts)}”"
    return f"the {len(texts)} words “{' '.join(texts[:3])} … {' '.join(texts[-2:])}”"
