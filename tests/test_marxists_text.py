"""Pages of marxists.org as text: the founding letter, and what differs from it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from letterbook.account import take_account
from letterbook.importers.imported import Options, Source
from letterbook.importers.marxists_text import import_, recognise
from letterbook.source import read_book
from letterbook.writing import write_document
from tests.conftest import ROOT

LETTER = """Anna Reed
To Peter Finch

Written: March 4, 1893
Source: The Lamp, Tern Press, London, 1927,
pages 3-4.

Dear Mr. Finch,

The lamp is lit.[1] The rock[2] is dry.

Notes

[1] Of brass.

Polished.

[3] Nobody refers to this.

Back to the Index
"""


@pytest.mark.samples
def test_the_founding_letter(samples: Path) -> None:
    source = Source("baku-letter.txt", (samples / "baku-letter.txt").read_bytes())
    assert recognise(source) > 0.8
    imported = import_(source, Options())
    assert imported.diagnostics == ()
    (draft,) = imported.documents
    book, _ = read_book(ROOT / "book")
    assert book is not None
    (document,) = book.documents

    def words(trees: list[etree._Element]) -> list[list[str]]:
        return [["".join(p.itertext()).split() for p in tree] for tree in trees]  # type: ignore[misc]

    assert words([draft.body]) == words([document.body])
    assert words([n.body for n in draft.notes]) == words([n.body for n in document.notes])
    assert draft.supplied == (draft.metadata.title,)
    assert (draft.metadata.title or "").startswith("[")
    assert draft.metadata.written == document.metadata.written
    for ours, theirs in [(draft.metadata.published, document.metadata.published)]:
        assert ours is not None
        assert theirs is not None
        assert (ours.date, ours.words) == (theirs.date, theirs.words)
    assert draft.metadata.source == book.settings.source
    assert draft.metadata.copy_text == book.settings.copy_text
    assert draft.metadata.credit == book.settings.credit
    assert [p.name for p in draft.metadata.author] == ["V. I. Lenin"]


def test_what_differs_from_it() -> None:
    imported = import_(Source("a.txt", LETTER.encode()), Options())
    (draft,) = imported.documents
    assert draft.metadata.title == "To Peter Finch"
    assert draft.metadata.source is not None
    assert draft.metadata.source.page == "3-4"
    assert [e.get("class") for e in draft.body] == ["salutation", None, None]
    assert ["".join(n.body.itertext()) for n in draft.notes] == ["Of brass.Polished."]
    assert "[2]" in "".join(draft.body.itertext())
    assert "".join(draft.body[-1].itertext()) == "[3] Nobody refers to this."
    assert [d.code for d in imported.diagnostics] == ["note-unused"]
    assert {s.text for s in imported.set_aside} >= {"Back to the Index", "Notes", "[1]"}


@pytest.mark.parametrize("text", ["", "Written: 1918", "\x00\x01", "[1] [1] [1]"])
def test_odd_texts(text: str) -> None:
    imported = import_(Source("a.txt", text.encode()), Options())
    assert imported.documents or imported.diagnostics
    assert recognise(Source("a.htm", b"<html><body>Source: x")) == 0


HEAD = "Anna Reed\nTo: Peter Finch\nMarch 4, 1893\n\nWritten: March 4, 1893\nRemarks: none\n"
HEAD += "Source: The Lamp, Tern Press, London, 1927, pages 3-4.\n\n"


def document(text: str) -> str:
    """The document made of a text, each word of which is accounted for."""
    source = Source("a.txt", text.encode())
    imported = import_(source, Options())
    (draft,) = imported.documents
    written = write_document(draft, "a.md")
    account = take_account(
        source, "text", [("a.md", written)], imported.set_aside, [draft.supplied]
    )
    assert account.diagnostics == ()
    return written


def test_a_label_that_nobody_knows_ends_the_value_before_it() -> None:
    written = document(f"{HEAD}The lamp is lit.\n")
    assert 'title: "To: Peter Finch"' in written
    assert "  date: 1893-03-04\n  words: March 4, 1893\n" in written
    assert "other:\n  Remarks: none\n" in written


def test_short_lines_stay_lines_and_others_run_on() -> None:
    written = document(f"{HEAD}The lamp is\nlit.\n\nWith greetings,\nAnna Reed\n\nP.S. It burns.\n")
    assert "\nThe lamp is lit.\n" in written
    assert "::: closing\nWith greetings,\n:::" in written
    assert "::: signature\nAnna Reed\n:::" in written
    assert "::: postscript\nP.S. It burns.\n:::" in written


def test_notes_below_their_heading_are_numbered_in_their_own_way() -> None:
    written = document(f"{HEAD}The lamp[1] is lit.[2]\n\nNotes\n\n1. Of brass.\n\n2. At six.\n")
    assert "The lamp[^1] is lit.[^2]\n\n[^1]: Of brass.\n\n[^2]: At six.\n" in written


def test_a_text_without_empty_lines_has_a_paragraph_in_each() -> None:
    written = document(HEAD.replace("\n\n", "\n") + "The lamp.[1]\nIs lit.\n[1] Of brass.\n")
    assert "The lamp.[^1]\n\nIs lit.\n\n[^1]: Of brass.\n" in written
