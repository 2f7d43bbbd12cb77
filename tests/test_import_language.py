"""What language a source says it is in, and what is said when it says none."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbook.build import build
from letterbook.cli import main
from letterbook.source import read_book

from .judges.java import JavaJudges

TEI = (
    '<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>A</title>'
    "</titleStmt></fileDesc>{}</teiHeader><text{}><body><p>Worte.</p></body></text></TEI>"
)
USED = "<profileDesc><langUsage><language ident='deu'>Deutsch</language></langUsage></profileDesc>"


@pytest.mark.parametrize(
    ("name", "text", "language"),
    [
        ("a.html", "<html><h1>A</h1><p>Words.</p></html>", "und"),
        ("a.html", "<html lang='de_AT'><h1>A</h1><p>Worte.</p></html>", "de-AT"),
        ("a.html", "<html lang='und'><body lang='fr'><h1>A</h1><p>Mots.</p></html>", "fr"),
        ("a.html", "<meta name='DC.language' content='ru'><h1>A</h1><p>Слово.</p>", "ru"),
        (
            "a.html",
            "<meta http-equiv='Content-Language' content='de, en'><h1>A</h1><p>B</p>",
            "und",
        ),
        ("a.html", "<html lang='nobody knows'><h1>A</h1><p>Words.</p></html>", "und"),
        ("a.xml", TEI.format("", ""), "und"),
        ("a.xml", TEI.format(USED, ""), "de"),
        ("a.xml", TEI.format("", " xml:lang='de-CH'"), "de-CH"),
    ],
)
def test_the_language_of_a_source(
    name: str, text: str, language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["import", str(tmp_path / name), "--into", str(tmp_path / "book")]) == 0
    said = capsys.readouterr().err
    assert ("[language-unknown]" in said) == (language == "und")
    book, _ = read_book(tmp_path / "book")
    assert book
    assert book.settings.language == language


def test_a_book_in_no_language_is_still_a_sound_one(
    tmp_path: Path, java_judges: JavaJudges
) -> None:
    (tmp_path / "a.html").write_text("<h1>A</h1><p>Words.</p>", encoding="utf-8")
    main(["import", str(tmp_path / "a.html"), "--into", str(tmp_path / "book")])
    built = build(tmp_path / "book", tmp_path / "out", ["epub", "pdf"])
    assert "language-unknown" in {d.code for d in built.diagnostics}
    (epub,) = (tmp_path / "out").glob("*.epub")
    report = java_judges.epubcheck([epub])[epub]
    assert (report.fatal, report.error, report.warning) == (0, 0, 0), report
    (pdf,) = (tmp_path / "out").glob("*.pdf")
    for flavour in ("3a", "ua1"):
        verdict = java_judges.verapdf(flavour, [pdf])[pdf]
        assert verdict.clean, verdict
