"""Books made of the samples, judged by the field's judges: whole ones as EPUB, parts as PDF.

The words of every sample are counted in test_importing and the importers' own tests; here is what
becomes of them when somebody publishes them.
"""

from __future__ import annotations

import datetime
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from letterbook.build import build, export
from letterbook.importing import Order, import_sources

from .judges.java import JavaJudges
from .judges.tei import tei_faults

pytestmark = pytest.mark.samples
TODAY = datetime.date(2026, 11, 22)
SOURCES = {
    "marxists": ("marxists-html", 44),
    "tei": ("tei", 48),
    "beethoven": ("beethoven-letters/volume-1.htm", 215),
}
PRINTED = 12
"""Of about how many documents the PDF is made: the whole books take minutes to print."""


def imported(source: Path, book: Path, count: int) -> None:
    """Make a book of all samples of a kind, each of which balances."""
    with ProcessPoolExecutor(2, get_context("forkserver")) as executor:
        found = list(import_sources(Order((source,), book, TODAY), executor))
    reports = [report for report in found if report.converted.format]
    assert not [str(d) for r in reports if r.failed for d in r.converted.diagnostics]
    assert sum(len(report.documents) for report in reports) == count
    for report in reports:
        assert report.converted.account
        words = report.converted.account.words
        assert words["source"] == sum(words[k] for k in ("text", "notes", "metadata", "set_aside"))


def keep_some(book: Path) -> None:
    """Take away all but every so many documents; the longest are volumes of their own."""
    letters = sorted((book / "letters").glob("*.md"), key=lambda p: (p.stat().st_size, p.name))
    kept = letters[: -len(letters) // 5][:: max(len(letters) // PRINTED, 1)]
    for path in letters:
        if path not in kept:
            path.unlink()


@pytest.mark.parametrize("kind", SOURCES)
def test_a_book_of_samples_passes_the_judges(
    kind: str, samples: Path, tmp_path: Path, java_judges: JavaJudges
) -> None:
    source, count = SOURCES[kind]
    book, out = tmp_path / "book", tmp_path / "out"
    imported(samples / source, book, count)
    build(book, out, ["epub"])  # Raises what is wrong with any document, or what word is lost.
    (epub,) = out.glob("*.epub")
    report = java_judges.epubcheck([epub])[epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    assert {message.code for message in report.messages} == {"CSS-028"}, report
    export(book, out, ["tei"])
    exported = list((out / "tei").glob("*.xml"))
    assert len(exported) == count
    assert not {path.name: faults for path in exported if (faults := tei_faults(path.read_bytes()))}
    keep_some(book)
    build(book, out, ["pdf"])
    (pdf,) = out.glob("*.pdf")
    for flavour in ("3a", "ua1"):
        verdict = java_judges.verapdf(flavour, [pdf])[pdf]
        assert verdict.clean, verdict
        assert verdict.checks > 1000
