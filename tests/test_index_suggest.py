"""Names that no entry covers: the cases in tests/cases/index/suggest.txt, and the whole way.

A case is a language, then Markdown; what comes out are the entries that are proposed, with how
often their forms stand in the text.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from letterbook.cli import DONE, main
from letterbook.diagnostics import Span
from letterbook.index.suggest import as_yaml, suggest
from letterbook.markup.reader import read_markup
from letterbook.metadata import BookSettings, DocumentMetadata, IndexEntry
from letterbook.model import Authority, Book, Document, SourceFile
from letterbook.settings import read_index_entries
from letterbook.source import read_book
from tests.growth import is_linear
from tests.textcases import Case, cases

VOLUME = Path(__file__).resolve().parent / "books" / "volume"


def book_of(text: str, language: str = "en") -> Book:
    marked, _ = read_markup(text, "letters/a.md", 1)
    file = SourceFile("letters/a.md", "0" * 64, text)
    metadata = DocumentMetadata.model_validate({"title": "A Letter"})
    document = Document("a", metadata, marked.body, marked.notes, file)
    settings = {"title": "Letters", "date": "2026-01-31", "language": language}
    authority = Authority()
    return Book(BookSettings.model_validate(settings), (document,), authority, {}, (file,))


@cases("index", "suggest")
def test_suggestions(case: Case, rewrite_cases: bool) -> None:
    language, _, text = case.given.partition("\n")
    found = suggest(book_of(text, language))
    lines = [f"{s.count} {s.heading}: {', '.join(s.forms)}" for s in found]
    case.check("\n".join(lines), rewrite_cases)


def test_what_is_proposed_can_be_pasted() -> None:
    """Pasted as it is, it leaves no name uncovered, and every entry has its places."""
    book, _ = read_book(VOLUME)
    assert book is not None
    book = replace(book, authority=Authority())
    proposed = suggest(book)
    assert {"Port Amity", "Skerry Point", "Clara Hollis"} <= {s.heading for s in proposed}
    entries, faults, value = read_index_entries(as_yaml(proposed), "index.yaml")
    assert not faults
    assert [entry.heading for entry in entries] == [s.heading for s in proposed]
    spans = tuple(value.span((number,)) for number in range(len(entries)))
    assert suggest(replace(book, authority=Authority(entries, spans))) == []


def test_a_heading_that_stands_is_not_proposed_again() -> None:
    """What is pasted must not be there a second time."""
    book = book_of("We met Petrov in Kars.")
    entry = IndexEntry.model_validate({"heading": "Kars", "forms": "the town"})
    book = replace(book, authority=Authority((entry,), (Span("index.yaml"),)))
    text = as_yaml(suggest(book))
    assert "#   add to the forms of “Kars”, which index.yaml has: [Kars]\n" in text
    entries, faults, _ = read_index_entries(text, "index.yaml")
    assert [entry.heading for entry in entries] == ["Petrov"]
    assert not faults


def test_places_are_those_of_the_source() -> None:
    text = "The lamp.\n\nWe met Petrov, and\nwe left *Petrov* there."
    (found,) = suggest(book_of(text))
    assert [place.split(": ")[0] for place in found.places] == ["letters/a.md:3", "letters/a.md:4"]
    assert "We met Petrov, and we left Petrov there." in found.places[0]


def test_the_command_prints_yaml(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["index", "suggest", str(VOLUME)]) == DONE
    entries, faults, _ = read_index_entries(capsys.readouterr().out, "index.yaml")
    assert entries
    assert not faults


def test_nothing_to_propose_is_said(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["new", str(tmp_path / "b")]) == DONE
    (tmp_path / "b" / "letters").mkdir(exist_ok=True)
    for letter in (tmp_path / "b" / "letters").glob("*.md"):
        letter.write_text("---\ntitle: A\n---\nno names here.\n", encoding="utf-8")
    capsys.readouterr()
    assert main(["index", "suggest", str(tmp_path / "b")]) == DONE
    assert capsys.readouterr().out.startswith("# There is no name")


def test_it_takes_time_that_grows_with_the_text() -> None:
    def work(paragraphs: int) -> None:
        names = (
            f"Of N{chr(97 + n % 26)}m{chr(97 + n // 26 % 26)} the lamp and oil we wrote."
            for n in range(paragraphs)
        )
        suggest(book_of("\n\n".join(names)))

    assert is_linear(work, 600)
