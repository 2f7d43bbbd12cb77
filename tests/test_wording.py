"""The words around the words: dates, labels, identifiers, and whom a letter names."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from letterbook.build import read
from letterbook.model import Medium
from letterbook.render import render
from letterbook.theme import default_theme, load_theme
from letterbook.wording import Wording

from .textcases import Case, cases

BOOK = """\
title: Letters
author: Anna Orlova
translator: T. Bell
rights: Free for all.
date: 2026-01-31
language: en
"""


@pytest.fixture(scope="module")
def word() -> Wording:
    return Wording("en", load_theme(default_theme()).labels_for)


@cases("dateline")
def test_dates_in_words(case: Case, rewrite_cases: bool) -> None:
    """The name of the file is that of the language; “~” is a no-break space."""
    word = Wording(case.path.stem, load_theme(default_theme()).labels_for)
    said = (f"{edtf} = {word.date(edtf)}" for edtf in _edtf(case.given))
    case.check("\n".join(said).replace("\u00a0", "~"), rewrite_cases)


def _edtf(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("First published in 1938.", '<span class="label">First published</span> in 1938.'),
        ("Published in 1938", "Published in 1938."),
        ("Krasny Arkhiv, 1938", '<span class="label">First published</span>: Krasny Arkhiv, 1938.'),
    ],
)
def test_a_sentence_says_what_it_is_about(word: Wording, words: str, said: str) -> None:
    assert word.led("First published", words) == said


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("urn:isbn:9783161484100", "ISBN 9783161484100"),
        ("978-3-16-148410-0", "ISBN 978-3-16-148410-0"),
        ("ISBN 978-3-16-148410-0", "ISBN 978-3-16-148410-0"),
        ("doi:10.1000/182", "doi:10.1000/182"),
    ],
)
def test_an_isbn_says_that_it_is_one(word: Wording, written: str, printed: str) -> None:
    assert word.identifier(written).replace("\u00a0", " ") == printed


def letter(folder: Path, front: str, text: str = "Words.\n") -> list[str]:
    """What a letter says around its words, in a book of two, line by line."""
    (folder / "letters").mkdir()
    (folder / "book.yaml").write_text(BOOK)
    (folder / "letters" / "1.md").write_text(f"---\n{front}---\n{text}")
    (folder / "letters" / "2.md").write_text("---\ntitle: Another\n---\nWords.\n")
    source = read(folder)
    assert source.edition is not None, source.diagnostics
    pages = render(source.edition, source.theme, Medium.EPUB).pages
    page = next(page for page in pages if page.href == "no-1.xhtml")
    tree = etree.fromstring(page.content.encode())
    found = tree.xpath("//*[@class='addressee' or @class='written']|//*[@class='source-note']/*")
    assert isinstance(found, list)
    return [" ".join("".join(element.itertext()).split()) for element in found]


@pytest.mark.parametrize(
    ("front", "lines"),
    [
        ("title: A Letter\naddressee: Marie\n", ["To Marie"]),
        # The title has said it.
        ("title: To Marie\naddressee: Marie\n", []),
        ("title: The Answer\nauthor: Marie\naddressee: Anna\n", ["Marie to Anna"]),
        ("title: A Note\nauthor: Marie\n", ["From Marie"]),
        # What the book says of all letters is said there.
        ("title: A Letter\ntranslator: T. Bell\nrights: Free for all.\n", []),
        ("title: A Letter\ntranslator: Rosa Whitlock\n", ["Translated by Rosa Whitlock."]),
        ("title: A Letter\nrights: All rights reserved.\n", ["All rights reserved."]),
        # What the heading shows is not said again; what it does not show says what it is.
        ("title: A Letter\nwritten: {date: 1868~, words: in spring}\n", ["in spring [about 1868]"]),
        (
            "title: A Letter\nwritten: {date: 1868-05, words: in spring}\n",
            ["in spring [May 1868]"],
        ),
    ],
)
def test_whom_and_what_a_letter_names(tmp_path: Path, front: str, lines: list[str]) -> None:
    assert letter(tmp_path, front) == lines


@pytest.mark.parametrize(
    ("words", "date", "dateline", "printed"),
    [
        ("Vienna, 1801.", "1801", "[^1]Vienna, 1801.", None),
        ("Bonn, 1787. Autumn.", None, "Bonn, 1787. Autumn.", None),
        ("Baden, Sept. 21, 1841.", "1814-09-21", "Baden, Sept. 21, 1841.", "September 21, 1814"),
        ("Vienna, 1801.", "1801-04-22", "Vienna, 1801.", "April 22, 1801"),
        ("Tuesday", "1815-06-06", "Tuesday", "June 6, 1815"),
        ("Tuesday", "1815-06-06", "Tuesday evening", "June 6, 1815"),
        ("Vienna, 1801.", "1801", "Vienna", "Vienna, 1801. [1801]"),
        (None, "1801", "Vienna, 1801.", "1801"),
    ],
)
def test_a_date_is_not_printed_twice(
    tmp_path: Path, words: str | None, date: str | None, dateline: str, printed: str | None
) -> None:
    """Where the letter's own dateline has its words, the heading has at most the reading."""
    said = {"date": date, "words": words and f'"{words}"'}
    written = "".join(f"  {key}: {value}\n" for key, value in said.items() if value)
    note = "\n[^1]: A note.\n" if "[^1]" in dateline else ""
    text = f"::: dateline\n{dateline}\n:::\n\nWords.\n{note}"
    found = letter(tmp_path, f"title: A Letter\nwritten:\n{written}", text)
    assert found == ([printed] if printed else [])


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "ru"])
def test_what_divides_an_index_is_spaced_as_the_text_is(language: str) -> None:
    word = Wording(language, load_theme(default_theme()).labels_for)
    space = " " if language == "fr" else ""
    for label, sign in (("semicolon", ";"), ("colon", ":")):
        assert word.tied(f"a{space}{sign} b") == f"a{word[label]}b"
