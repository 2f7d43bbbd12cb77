"""EPUBCheck and Ace pass a sound EPUB, and see what is wrong with another."""

from pathlib import Path

import pytest

from . import specimens
from .ace import ace
from .java import JavaJudges
from .tools import JudgeBroken


def test_epubcheck_passes_a_sound_book(java_judges: JavaJudges, tmp_path: Path) -> None:
    book = specimens.epub(tmp_path / "sound.epub")
    report = java_judges.epubcheck([book])[book]
    assert report.clean, report
    assert str(report) == "clean"


@pytest.mark.parametrize(
    ("fault", "code", "severity"),
    [
        ({"<dc:title>A specimen</dc:title>": ""}, "RSC-005", "error"),
        ({"letter.xhtml#ship": "letter.xhtml#nowhere"}, "RSC-012", "error"),
        ({"</section>": ""}, "RSC-016", "fatal"),
        ({"2000-01-01T00:00:00Z": "yesterday"}, "RSC-005", "error"),
        ({"<head><title>": "<head><title/><title>"}, "RSC-005", "error"),
        ({'epub:type="footnote"': 'epub:type="endnote"'}, "OPF-086b", "usage"),
        ({"<dc:creator>": "<dc:date>soon</dc:date>\n<dc:creator>"}, "OPF-053", "warning"),
    ],
)
def test_epubcheck_sees_a_fault(
    java_judges: JavaJudges, tmp_path: Path, fault: dict[str, str], code: str, severity: str
) -> None:
    book = specimens.epub(tmp_path / "faulty.epub", fault)
    report = java_judges.epubcheck([book])[book]
    assert not report.clean
    assert getattr(report, severity) > 0
    assert (code, severity) in {(message.code, message.severity) for message in report.messages}
    assert code in str(report)


def test_several_books_have_a_report_each(java_judges: JavaJudges, tmp_path: Path) -> None:
    books = [
        specimens.epub(tmp_path / "one.epub"),
        specimens.epub(tmp_path / "two — второй.epub", {"Nobody": ""}),
        tmp_path / "missing.epub",
    ]
    reports = java_judges.epubcheck(books)
    assert [reports[book].clean for book in books] == [True, False, False]


def test_a_judge_that_hangs_is_ended(tmp_path: Path) -> None:
    book = specimens.epub(tmp_path / "book.epub")
    with JavaJudges(seconds=0.01) as judges:
        with pytest.raises(JudgeBroken, match=r"gave no verdict on .*book"):
            judges.epubcheck([book])
        with pytest.raises(JudgeBroken, match=r"gave no verdict on .*book"):
            judges.epubcheck([book])


def test_ace_passes_a_sound_book(tmp_path: Path) -> None:
    report = ace(specimens.epub(tmp_path / "sound.epub"))
    assert report.clean, report


def test_ace_sees_faults(tmp_path: Path) -> None:
    faults = {
        '<meta property="schema:accessibilityHazard">none</meta>': "",
        ' role="doc-noteref"': "",
        "<head>": "<head><style>p { color: #bbb }</style>",
    }
    report = ace(specimens.epub(tmp_path / "faulty.epub", faults))
    assert not report.clean
    assert report.outcome == "fail"
    rules = {violation.rule for violation in report.violations}
    assert rules >= {
        "metadata-accessibilityhazard",
        "epub-type-has-matching-role",
        "color-contrast",
    }
    assert "color-contrast" in str(report)


def test_ace_says_when_there_is_nothing_to_judge(tmp_path: Path) -> None:
    with pytest.raises(JudgeBroken):
        ace(tmp_path / "missing.epub")
