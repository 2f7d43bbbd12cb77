"""veraPDF, qpdf and pdffonts pass a sound PDF, and see what is wrong with another."""

from pathlib import Path

import pytest

from . import specimens
from .java import JavaJudges
from .pdf import pdffonts, qpdf_check
from .tools import JudgeBroken

VARIANTS = {"3a": "pdf/a-3a", "ua1": "pdf/ua-1"}


@pytest.mark.parametrize("flavour", VARIANTS)
def test_verapdf_passes_a_sound_file(java_judges: JavaJudges, tmp_path: Path, flavour: str) -> None:
    file = specimens.pdf(tmp_path / "sound.pdf", VARIANTS[flavour])
    report = java_judges.verapdf(flavour, [file])[file]
    assert report.clean, report
    assert report.checks > 0


@pytest.mark.parametrize(
    ("flavour", "variant", "fault", "clause"),
    [
        ("3a", None, {}, "6.6.2.1"),
        ("3a", "pdf/ua-1", {}, "6.6.4"),
        ("ua1", "pdf/a-3a", {}, "5"),
        ("ua1", "pdf/ua-1", {"<title>A specimen</title>": ""}, "7.1"),
        ("ua1", "pdf/ua-1", {"h1>": "h3>"}, "7.4.2"),
    ],
)
def test_verapdf_sees_a_fault(
    java_judges: JavaJudges,
    tmp_path: Path,
    flavour: str,
    variant: str | None,
    fault: dict[str, str],
    clause: str,
) -> None:
    file = specimens.pdf(tmp_path / "faulty.pdf", variant, fault)
    report = java_judges.verapdf(flavour, [file])[file]
    assert not report.clean
    assert clause in {failure.clause for failure in report.failures}, report
    assert str(report).startswith(report.failures[0].clause)


def test_verapdf_says_when_it_cannot_judge(java_judges: JavaJudges, tmp_path: Path) -> None:
    file = specimens.pdf(tmp_path / "sound.pdf", "pdf/a-3a")
    with pytest.raises(JudgeBroken, match="no flavour of PDF is called 9z"):
        java_judges.verapdf("9z", [file])
    with pytest.raises(JudgeBroken, match="missing"):
        java_judges.verapdf("3a", [tmp_path / "missing.pdf"])


def test_qpdf_passes_a_sound_file(tmp_path: Path) -> None:
    report = qpdf_check(specimens.pdf(tmp_path / "sound.pdf", "pdf/a-3a"))
    assert report.clean, report


def test_qpdf_sees_a_file_cut_short(tmp_path: Path) -> None:
    file = specimens.pdf(tmp_path / "cut.pdf", "pdf/a-3a")
    file.write_bytes(file.read_bytes()[:-400])
    report = qpdf_check(file)
    assert not report.clean
    assert "damaged" in str(report)


def test_pdffonts_lists_the_fonts(tmp_path: Path) -> None:
    [font] = pdffonts(specimens.pdf(tmp_path / "sound.pdf", "pdf/a-3a"))
    assert font.name.endswith("+Specimen")
    assert font.embedded
    assert font.subset
    assert font.unicode


def test_pdffonts_tells_a_font_that_is_not_embedded(tmp_path: Path) -> None:
    file = tmp_path / "bare.pdf"
    file.write_bytes(BARE)
    [font] = pdffonts(file)
    assert font.name == "Helvetica"
    assert not font.embedded
    assert not font.subset


# A page in a font that every reader is trusted to have; qpdf and Poppler find its objects
# without a table of where they are.
BARE = b"""%PDF-1.4
1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj
2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj
3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99]
  /Resources << /Font << /F 4 0 R >> >> >> endobj
4 0 obj << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> endobj
trailer << /Root 1 0 R /Size 5 >>
%%EOF
"""
