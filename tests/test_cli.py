"""The command: what it prints, and what it answers with."""

from __future__ import annotations

import datetime
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from letterbook.cli import DONE, ENVIRONMENT_AT_FAULT, SOURCE_AT_FAULT, main
from letterbook.scaffold import make_book

Output = pytest.CaptureFixture[str]
TODAY = datetime.date(2026, 1, 31)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new book, beside which the command is called."""
    monkeypatch.chdir(tmp_path)
    make_book(Path("book"), TODAY)
    return tmp_path / "book"


def break_it(book: Path) -> None:
    with next((book / "letters").glob("*.md")).open("a", encoding="utf-8") as letter:
        letter.write("\nA mark[^lost].\n")


def test_a_new_book_has_nothing_wrong(book: Path, capsys: Output) -> None:
    assert main(["check"]) == DONE
    assert capsys.readouterr().out == "nothing to report\n"
    assert f"date: {TODAY}" in (book / "book.yaml").read_text(encoding="utf-8")


def test_what_is_wrong_is_told_in_three_ways(book: Path, capsys: Output) -> None:
    break_it(book)
    assert main(["check", "book"]) == SOURCE_AT_FAULT
    assert "[note-undefined]" in capsys.readouterr().out
    assert main(["check", "book", "--format", "json"]) == SOURCE_AT_FAULT
    (told,) = json.loads(capsys.readouterr().out)
    assert told["code"] == "note-undefined"
    assert told["file"].startswith("book/letters/")
    assert main(["check", "book", "--format", "github"]) == SOURCE_AT_FAULT
    line = capsys.readouterr().out
    assert line.startswith(f"::error file={told['file']},line={told['line']},col=7,title=note-")
    assert line.count("\n") == 1


def test_a_build_of_a_faulty_book_makes_nothing(book: Path, capsys: Output) -> None:
    break_it(book)
    assert main(["build", "book", "--out", "out"]) == SOURCE_AT_FAULT
    assert "[note-undefined]" in capsys.readouterr().err
    assert not Path("out").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        [], ["bind"], ["build", "--to", "docx"], ["preview", "--port", "http"], ["new"],
        ["check", "book", "--format", "xml"], ["schema", "letter"],
    ],
)  # fmt: skip
def test_a_command_that_is_no_command(arguments: list[str], capsys: Output) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == ENVIRONMENT_AT_FAULT
    assert "--help" in capsys.readouterr().err


def test_a_theme_that_is_none(book: Path, capsys: Output) -> None:
    assert main(["check", str(book), "--theme", "nowhere"]) == ENVIRONMENT_AT_FAULT
    assert "[theme-broken]" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["book", "document", "index"])
def test_the_schema_is_printed(kind: str, capsys: Output) -> None:
    assert main(["schema", kind]) == DONE
    assert json.loads(capsys.readouterr().out)["$schema"].startswith("https://json-schema.org/")


def called(book: Path, **environment: str) -> tuple[int, str, str]:
    """Call the command as a shell does: its answer, and what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "letterbook", "check", "book"],
        capture_output=True,
        env={**os.environ, **environment},
        cwd=book.parent,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_our_own_faults_are_told_without_a_traceback(book: Path) -> None:
    """A library that fails on import is such a fault."""
    (book / "pyuca.py").write_text("1 / 0\n")
    code, _, told = called(book, PYTHONPATH=str(book))
    assert code == ENVIRONMENT_AT_FAULT
    assert "ZeroDivisionError: division by zero [internal-error]" in told
    assert "Traceback" not in told


@pytest.mark.skipif(sys.platform != "linux", reason="libraries are found in other ways")
def test_without_pango_it_says_what_to_install(book: Path) -> None:
    for name in ("libpango-1.0.so.0", "libpango-1.0.so", "libpango-1.0-0"):
        (book / name).write_text("no library")
    code, _, told = called(book, LD_LIBRARY_PATH=str(book))
    assert code == ENVIRONMENT_AT_FAULT
    assert "[pango-missing]" in told


def test_any_terminal_will_do(book: Path) -> None:
    (book / "letters" / "x\n.md").write_text("words")
    (book / "letters" / "2.md").write_text("---\ntitle: A\n---\n[я]{.ж}\n", encoding="utf-8")
    code, told, wrong = called(book, PYTHONIOENCODING="ascii")
    assert code == SOURCE_AT_FAULT
    assert "[file-name]" in told
    assert "\\u0436" in told
    assert not wrong


# --------------------------------------------------------------------------- letterbook new


@pytest.mark.parametrize("name", ["a book", "Письма", "deep/in/folders", ".", "-dash", "empty"])
def test_new_makes_a_book_anywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "empty").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    if name == ".":
        (tmp_path / "here" / "empty").rmdir()
    assert main(["new", "--", name]) == DONE
    assert (Path(name).absolute() / "book.yaml").is_file()
    assert not list(tmp_path.rglob(".letterbook*"))


def test_new_overwrites_nothing(tmp_path: Path, capsys: Output) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("words")
    (tmp_path / "file").write_text("words")
    (tmp_path / "dangling").symlink_to("nowhere")
    for name in ("full", "file", "dangling", "file/in/it"):
        assert main(["new", str(tmp_path / name)]) == ENVIRONMENT_AT_FAULT, name
        told = capsys.readouterr().err
        assert "[file-in-the-way]" in told or "[output-not-writable]" in told
    assert (tmp_path / "full" / "mine.txt").read_text() == "words"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dangling", "file", "full"]


def test_new_says_where_it_may_not_write(capsys: Output) -> None:
    assert main(["new", "/proc/letterbook"]) == ENVIRONMENT_AT_FAULT
    assert "[output-not-writable]" in capsys.readouterr().err


def test_hints_about_one_source_are_shown_and_about_several_counted(
    tmp_path: Path, capsys: Output
) -> None:
    header = "<titleStmt><title>A Letter</title></titleStmt>"
    for name in ("one", "two"):
        (tmp_path / f"{name}.xml").write_text(
            f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc>{header}</fileDesc>'
            "</teiHeader><text><body><p><blink>Come.</blink></p></body></text></TEI>"
        )
    assert main(["import", str(tmp_path / "one.xml"), "--into", str(tmp_path / "one")]) == 0
    assert "<blink> (1)" in capsys.readouterr().err
    files = [str(tmp_path / f"{name}.xml") for name in ("one", "two")]
    assert main(["import", *files, "--into", str(tmp_path / "both")]) == 0
    shown = capsys.readouterr()
    assert "<blink>" not in shown.err
    assert "2 imported, 2 documents; 2 hints, told by --account" in shown.out
