"""What ``letterbook new`` makes passes the field's judges.

The founding book and tests/books have theirs in test_epub and test_pdf; here is the starter, built
by the command as a newcomer builds it.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from letterbook.cli import main
from letterbook.theme import default_theme, load_theme

from .judges.ace import ace
from .judges.java import JavaJudges
from .judges.pdf import pdffonts, qpdf_check


@dataclass(frozen=True)
class Built:
    """What a build has made."""

    epub: Path
    pdf: Path


@pytest.fixture(scope="module")
def starter(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("starter")
    assert main(["new", str(folder / "book")]) == 0
    assert main(["build", str(folder / "book"), "--out", str(folder / "out"), "--quiet"]) == 0
    (epub,) = (folder / "out").glob("*.epub")
    (pdf,) = (folder / "out").glob("*.pdf")
    return Built(epub, pdf)


def test_epubcheck_finds_nothing(starter: Built, java_judges: JavaJudges) -> None:
    report = java_judges.epubcheck([starter.epub])[starter.epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    # Its note that a typeface is embedded, which is no fault.
    assert {message.code for message in report.messages} == {"CSS-028"}, report


def test_ace_finds_no_violation(starter: Built) -> None:
    report = ace(starter.epub)
    assert report.clean, report
    with zipfile.ZipFile(starter.epub) as archive:
        pages = [name for name in archive.namelist() if name.endswith(".xhtml")]
    assert report.documents >= len(pages)


@pytest.mark.parametrize("flavour", ["3a", "ua1"])
def test_verapdf_finds_nothing(starter: Built, java_judges: JavaJudges, flavour: str) -> None:
    report = java_judges.verapdf(flavour, [starter.pdf])[starter.pdf]
    assert report.clean, report
    assert report.checks > 1000


def test_the_form_of_the_pdf(starter: Built) -> None:
    report = qpdf_check(starter.pdf)
    assert report.clean, report


def test_only_the_themes_typefaces_are_used_and_all_are_embedded(starter: Built) -> None:
    families = {face.family for face in load_theme(default_theme()).faces}
    fonts = pdffonts(starter.pdf)
    assert fonts
    for font in fonts:
        assert font.embedded, font
        assert font.subset, font
        assert font.name.partition("+")[2].startswith(
            tuple(family.replace(" ", "-") for family in families)
        ), font
