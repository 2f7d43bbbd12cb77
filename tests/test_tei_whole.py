"""Whole TEI files as projects write them: read, accounted for, exported, and read back the same."""

from __future__ import annotations

import datetime
from pathlib import Path

from letterbook.build import export
from letterbook.importing import Order, Report, import_sources

from .judges.tei import tei_faults
from .textcases import Case, cases

TODAY = datetime.date(2026, 11, 29)


def imported(book: Path, *sources: Path) -> list[Report]:
    return list(import_sources(Order(sources, book, TODAY)))


def shown(report: Report) -> str:
    made = report.converted
    lines = [*(written.text.rstrip() for written in made.drafts)]
    aside = made.account.set_aside if made.account else ()
    lines += [f"aside: {item.text} ({item.reason})" for item in aside]
    return "\n".join([*lines, *(f"{d.severity} {d.code}: {d.message}" for d in made.diagnostics)])


@cases("import/tei", "whole")
def test_a_file_is_taken_in_and_given_back(case: Case, rewrite_cases: bool, tmp_path: Path) -> None:
    source = tmp_path / "letter.xml"
    source.write_text(case.given, encoding="utf-8")
    (report,) = imported(tmp_path / "book", source)
    case.check(shown(report), rewrite_cases)
    assert not report.failed, report.converted.diagnostics
    export(tmp_path / "book", tmp_path / "out", ["tei"])
    for path in (tmp_path / "out" / "tei").glob("*.xml"):
        assert not tei_faults(path.read_bytes()), path.read_text(encoding="utf-8")
    for again in imported(tmp_path / "again", tmp_path / "out" / "tei"):
        assert not again.failed, again.converted.diagnostics
    for path in (tmp_path / "book" / "letters").iterdir():
        back = tmp_path / "again" / "letters" / path.name
        assert back.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")
