"""Sources become documents: all of a source or nothing, always under the same names."""

from __future__ import annotations

import datetime
import json
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from letterbook.build import read
from letterbook.cli import DONE, ENVIRONMENT_AT_FAULT, SOURCE_AT_FAULT, main
from letterbook.conversion import Request, convert
from letterbook.diagnostics import EnvironmentFault, has_errors
from letterbook.importing import Order, Report, import_sources, write_all
from letterbook.source import read_book

TODAY = datetime.date(2026, 11, 22)
FOUNDING = Path(__file__).parent.parent / "book"

LETTER = """V. I.   Lenin

Written: Written on August 9, 1918
Source: Lenin Collected Works, Progress Publishers, [1976], Moscow, Volume 35, page 348.
Transcription\\Markup: R. Cymbala
Public Domain: Lenin Internet Archive.   You may freely copy this work.


The situation in {place} is still not clear to me.[1]

Who is in power?


[1] On July 31, 1918 external pressure came.

< backward   forward >
"""


def order(book: Path, *sources: Path, **more: object) -> Order:
    return replace(Order(tuple(sources), book, TODAY), **more)  # type: ignore[arg-type]


def imported(book: Path, *sources: Path, **more: object) -> list[Report]:
    return list(import_sources(order(book, *sources, **more)))


def letter(path: Path, place: str = "Baku") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(LETTER.format(place=place), encoding="utf-8")
    return path


def contents(folder: Path) -> dict[str, bytes]:
    return {
        p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()
    }


# --------------------------------------------------------------------------- a book


def test_a_book_is_made_that_has_no_errors(tmp_path: Path) -> None:
    (report,) = imported(tmp_path / "my-book", letter(tmp_path / "baku.txt"))
    assert not report.failed
    assert report.documents == ("letters/baku.md",)
    source = read(tmp_path / "my-book")
    assert not has_errors(source.diagnostics)
    settings = source.book.settings
    assert settings.title.startswith("[")
    assert settings.date == "2026-11-22"
    assert [person.name for person in settings.author] == ["V. I. Lenin"]
    assert settings.rights is None
    assert not list((tmp_path / "my-book").glob(".letterbook-*"))


def test_a_book_that_is_there_keeps_its_settings_and_its_index(tmp_path: Path) -> None:
    book = tmp_path / "book"
    imported(book, letter(tmp_path / "baku.txt"))
    (book / "book.yaml").write_text("title: Mine\ndate: 2026-01-01\nlanguage: en\n")
    before = contents(book)
    imported(book, letter(tmp_path / "moscow.txt", "Moscow"))
    after = contents(book)
    assert before.items() <= after.items()
    assert set(after) - set(before) == {"letters/moscow.md"}


def test_a_document_that_is_there_is_replaced_only_by_force(tmp_path: Path) -> None:
    book, source = tmp_path / "book", letter(tmp_path / "baku.txt")
    imported(book, source)
    before = contents(book)
    letter(source, "Moscow")
    (report,) = imported(book, source)
    assert [d.code for d in report.converted.diagnostics][-1] == "document-exists"
    assert contents(book) == before
    (report,) = imported(book, source, force=True)
    assert not report.failed
    assert b"Moscow" in (book / "letters/baku.md").read_bytes()


def test_nothing_is_made_of_sources_that_are_all_bad(tmp_path: Path) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\x00\x01\x02\xff" * 100)
    (report,) = imported(tmp_path / "book", bad)
    assert report.failed
    assert not (tmp_path / "book").exists()


def test_one_bad_source_leaves_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    for name in "abd":
        letter(folder / f"{name}.txt", name)
    (folder / "c.bin").write_bytes(b"\x00\xff" * 100)
    reports = imported(tmp_path / "book", folder)
    assert [r.documents for r in reports] == [
        ("letters/a.md",), ("letters/b.md",), (), ("letters/d.md",)
    ]  # fmt: skip


def test_names_that_clash_are_numbered_in_the_order_of_the_sources(tmp_path: Path) -> None:
    sources = [letter(tmp_path / f"in/{n}/letter.txt", f"Town{n}") for n in range(3)]
    for run, pool in (("one", None), ("two", ThreadPoolExecutor(4))):
        list(import_sources(order(tmp_path / run, tmp_path / "in"), pool))
    assert contents(tmp_path / "one") == {
        k: v.replace(b"[two]", b"[one]") for k, v in contents(tmp_path / "two").items()
    }
    names = ["letter.md", "letter-2.md", "letter-3.md"]
    for number, name in enumerate(names):
        assert f"Town{number}".encode() in (tmp_path / "one/letters" / name).read_bytes()
    assert len(sources) == 3


def test_what_cannot_be_placed_is_undone(tmp_path: Path) -> None:
    book = tmp_path / "book"
    (book / "letters/c.md").mkdir(parents=True)
    (book / "letters/a.md").write_text("mine")
    before = contents(book)
    with pytest.raises(OSError, match=r"c\.md"):
        write_all(book, {"letters/a.md": b"new", "letters/b.md": b"new", "letters/c.md": b"new"})
    assert contents(book) == before
    assert not list(book.glob(".letterbook-*"))


# --------------------------------------------------------------------------- what is found


def test_links_and_hidden_files_and_the_book_itself_are_passed_over(tmp_path: Path) -> None:
    folder, book = tmp_path / "in", tmp_path / "in/book"
    letter(folder / "a.txt")
    letter(folder / ".hidden.txt")
    letter(tmp_path / "outside.txt")
    (folder / "link.txt").symlink_to(tmp_path / "outside.txt")
    imported(book, folder)
    assert len(imported(book, folder, force=True)) == 1


def test_a_source_that_is_not_there_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        imported(tmp_path / "book", letter(tmp_path / "a.txt"), tmp_path / "b.txt")
    assert not (tmp_path / "book").exists()


def test_a_huge_file_is_refused_without_being_read(tmp_path: Path) -> None:
    huge = tmp_path / "huge.htm"
    with huge.open("wb") as file:
        file.truncate(100 * 2**20)
    converted = convert(Request(huge, tmp_path, True))
    assert [d.code for d in converted.diagnostics] == ["file-too-large"]


# --------------------------------------------------------------------------- the command


def test_the_command_counts_words_and_writes_the_account(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    account = tmp_path / "account.json"
    source = letter(tmp_path / "baku.txt")
    code = main(["import", str(source), "--into", str(tmp_path / "b"), "--account", str(account)])
    assert code == DONE
    (row,) = json.loads(account.read_text(encoding="utf-8"))
    assert set(row) == {"source", "format", "documents", "words", "set_aside", "diagnostics"}
    words = row["words"]
    assert words["source"] == sum(words[k] for k in ("text", "notes", "metadata", "set_aside"))
    assert row["documents"] == ["letters/baku.md"]
    assert {"text", "reason", "place"} == set(row["set_aside"][0])
    shown = capsys.readouterr().out
    assert "1 imported, 1 document\n" in shown
    assert str(words["source"]) in shown


def test_the_command_fails_when_a_source_does_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = tmp_path / "bad.txt"
    bad.write_bytes(b"\xff\xfe\x00")
    good = [letter(tmp_path / f"{n}.txt") for n in range(5)]
    arguments = ["import", str(bad), *map(str, good), "--into", str(tmp_path / "b")]
    assert main(arguments) == SOURCE_AT_FAULT
    assert len(list((tmp_path / "b/letters").iterdir())) == 5
    assert "1 with errors" in capsys.readouterr().out


def said(capsys: pytest.CaptureFixture[str], *arguments: str | Path, book: Path) -> tuple[int, str]:
    """The exit code of an import, and all that it says."""
    code = main(["import", *map(str, arguments), "--into", str(book)])
    captured = capsys.readouterr()
    return code, captured.out + captured.err


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.htm", b" \n", "an empty file"),
        ("a.pdf", b"%PDF-1.7", "a PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        (
            "a.odt",
            b"PK\x03\x04 mimetypeapplication/vnd.oasis.opendocument.text",
            "save it as .docx",
        ),
        ("a.epub", b"PK\x03\x04 mimetypeapplication/epub+zip", "its chapters are HTML"),
        ("a.zip", b"PK\x03\x04 a.htm<p>marxists.org<h1>The Lamp</h1>", "unpack it"),
        ("a.md", b"\x89PNG\r\n\x1a\n", "a picture"),
        ("a.dat", b"The lamp.", "--from"),
    ],
)
def test_what_cannot_be_imported_is_called_by_its_name(
    name: str, data: bytes, expected: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    code, told = said(capsys, path, book=tmp_path / "book")
    assert code == SOURCE_AT_FAULT
    assert expected in told
    assert not (tmp_path / "book").exists()


@pytest.mark.parametrize("what", ["pipe", "account", "profile", "book"])
def test_what_is_wrong_with_the_command_is_said_before_anything_is_done(
    what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, book = letter(tmp_path / "a.txt"), tmp_path / "book"
    arguments: list[str | Path] = [source]
    if what == "pipe":
        os.mkfifo(tmp_path / "pipe")
        arguments = [tmp_path / "pipe"]
    elif what == "book":
        book = source / "book"
    else:
        arguments += [f"--{what}", tmp_path]
    code, told = said(capsys, *arguments, book=book)
    assert code == ENVIRONMENT_AT_FAULT
    assert "--out" not in told
    assert not book.exists()


def test_a_folder_with_nothing_to_import_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "notes.dat").write_text("Nothing.")
    (folder / "settings.yaml").write_text("Title: A\nAuthor: B\nSource: C\nTranscription: D\n")
    code, told = said(capsys, folder, book=tmp_path / "book")
    assert code == SOURCE_AT_FAULT
    assert "nothing that could be imported" in told


def test_a_book_is_not_imported_into_itself(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    letter(tmp_path / "a.txt")
    assert said(capsys, tmp_path, book=tmp_path)[0] == DONE
    code, told = said(capsys, tmp_path, "--force", book=tmp_path)
    assert code == DONE
    assert "1 imported, 1 document\n" in told


def test_a_profile_that_is_wrong_is_told_once_and_files_of_one_name_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.htm").write_text("<h1>To Finch</h1><p>Come.</p>")
    profile = tmp_path / "profile.yaml"
    profile.write_text("documnt: h1\n")
    folders = (tmp_path / "one", tmp_path / "two")
    code, told = said(capsys, *folders, "--profile", profile, book=tmp_path / "book")
    assert code == SOURCE_AT_FAULT
    assert told.count("documnt") == 1
    code, told = said(capsys, *folders, book=tmp_path / "book")
    assert code == DONE
    assert "one/a.htm" in told.replace("\n", "")
    assert "two/a.htm" in told.replace("\n", "")


# --------------------------------------------------------------------------- the samples


@pytest.mark.samples
def test_the_founding_letter_is_imported_as_the_edition_has_it(
    tmp_path: Path, samples: Path
) -> None:
    (report,) = imported(tmp_path / "book", samples / "baku-letter.txt")
    assert not report.failed
    book, _ = read_book(tmp_path / "book")
    founding, _ = read_book(FOUNDING)
    assert book is not None
    assert founding is not None
    (ours,), (theirs,) = book.documents, founding.documents
    assert etree.tostring(ours.body, method="c14n") == etree.tostring(theirs.body, method="c14n")
    assert [n.label for n in ours.notes] == [n.label for n in theirs.notes]
    for one, other in zip(ours.notes, theirs.notes, strict=True):
        assert etree.tostring(one.body, method="c14n") == etree.tostring(other.body, method="c14n")
    metadata = ours.metadata
    assert metadata.written == theirs.metadata.written
    for key in ("source", "credit"):
        assert getattr(metadata, key) == getattr(founding.settings, key)
    assert [p.name for p in metadata.translator] == ["Andrew Rothstein"]
    assert [p.name for p in metadata.transcriber] == ["R. Cymbala"]


@pytest.mark.samples
def test_every_sample_balances_and_makes_a_book_without_errors(
    tmp_path: Path, samples: Path
) -> None:
    with ThreadPoolExecutor(2) as pool:
        found = list(
            import_sources(
                order(tmp_path / "book", samples / "marxists-html", samples / "tei"), pool
            )
        )
    reports = [report for report in found if report.converted.format]
    assert len(reports) == 92
    faults = {
        report.converted.request.path.name: [d.message for d in report.converted.diagnostics]
        for report in reports
        if report.failed
    }
    assert not faults
    for report in reports:
        assert report.converted.account
        words = report.converted.account.words
        assert words["source"] == sum(words[k] for k in ("text", "notes", "metadata", "set_aside"))
    assert not has_errors(read(tmp_path / "book").diagnostics)


def test_names_that_every_edition_needs_are_not_given_to_documents(tmp_path: Path) -> None:
    sources = tmp_path / "sources"
    sources.mkdir()
    for name in ("nav", "provenance", "a-note-1", "index-7"):
        (sources / f"{name}.md").write_text("---\ntitle: A Letter\n---\n\nWords.\n")
    assert main(["import", str(sources), "--into", str(tmp_path / "book")]) == 0
    assert main(["check", str(tmp_path / "book")]) == 0
