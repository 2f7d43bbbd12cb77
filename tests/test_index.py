"""The index: the cases in tests/cases/index, and what no case can say.

In ``matching``, the headings come first (``heading: form, form``; subentries are indented; a line
that begins with a colon gives the forms of the heading above), then a blank line, then Markdown.
What comes out are the places in the order of the text. In ``sorting``, the headings come out in
order, under their letters. In ``pages``, ``12`` is a page with the word in its text, and ``12n3``
one with it in note 3.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

from letterbook.diagnostics import Span
from letterbook.index.locators import by_page, by_paragraph
from letterbook.index.sorting import head_letter, sort_key
from letterbook.index.terms import plain_heading
from letterbook.markup.reader import read_markup
from letterbook.metadata import BookSettings, DocumentMetadata, IndexEntry
from letterbook.model import Authority, Book, Document, Edition, Heading, Locator, SourceFile
from letterbook.resolve import resolve
from tests.textcases import Case, cases

SETTINGS = BookSettings.model_validate({"title": "Letters", "date": "2026-01-31", "language": "en"})
LETTER = DocumentMetadata.model_validate({"title": "A Letter"})


def entries(text: str) -> tuple[IndexEntry, ...]:
    """Read headings with their forms, as described above."""
    read: list[dict[str, object]] = []
    for line in text.split("\n"):
        heading, _, forms = line.partition(":")
        found = [form.strip() for form in forms.split(",") if form.strip()]
        if not heading:
            read[-1]["forms"] = found
        elif heading.startswith(" "):
            subentries = read[-1].setdefault("subentries", [])
            assert isinstance(subentries, list)
            subentries.append({"heading": heading.strip(), "forms": found})
        else:
            read.append({"heading": heading, "forms": found})
    return tuple(IndexEntry.model_validate(entry) for entry in read)


def edition(headings: tuple[IndexEntry, ...], text: str) -> Edition:
    marked, _ = read_markup(text, "letters/a.md", 1)
    file = SourceFile("letters/a.md", "0" * 64, text)
    document = Document("a", LETTER, marked.body, marked.notes, file)
    authority = Authority(headings, tuple(Span("index.yaml", n + 1) for n in range(len(headings))))
    resolved, found = resolve(Book(SETTINGS, (document,), authority, {}, (file,)), {})
    assert resolved is not None, found
    return resolved


def headings_of(made: Edition) -> Iterator[tuple[str, Heading]]:
    """All headings and subheadings of an edition, with their full names."""

    def walk(heading: Heading, above: str) -> Iterator[tuple[str, Heading]]:
        name = f"{above}{heading.text}"
        yield name, heading
        for inner in heading.subheadings:
            yield from walk(inner, f"{name}: ")

    for index in made.indexes:
        for group in index.groups:
            for heading in group.headings:
                yield from walk(heading, "")


def _index_first(case: Case) -> tuple[str, str]:
    headings, _, text = case.given.partition("\n\n")
    return headings, text


@cases("index", "matching")
def test_matching(case: Case, rewrite_cases: bool) -> None:
    headings, text = _index_first(case)
    made = edition(entries(headings), text)
    words = {
        element.get("id"): " ".join("".join(element.itertext()).split())
        for document in made.documents
        for tree in (document.body, *(note.body for note in document.notes))
        for element in tree.iter()
        if element.get("id")
    }
    lines = []
    for name, heading in headings_of(made):
        for locator in heading.locators:
            where = f"note {locator.note}, " if locator.note else ""
            number = f"{where}paragraph {locator.paragraph}"
            lines.append(f"{name}: “{words[locator.target]}” in {number}")
    case.check("\n".join(lines), rewrite_cases)


@cases("index", "sorting")
def test_sorting(case: Case, rewrite_cases: bool) -> None:
    names = sorted(case.given.split("\n"), key=lambda name: sort_key(plain_heading(name)))
    case.check("\n".join(f"{head_letter(plain_heading(n))}  {n}" for n in names), rewrite_cases)


def _locators(text: str) -> tuple[list[Locator], dict[str, int | str]]:
    locators: list[Locator] = []
    folios: dict[str, int | str] = {}
    for number, place in enumerate(text.split()):
        match = re.fullmatch(r"(\d+)(?:n(.+))?", place)
        assert match
        locators.append(Locator(f"id{number}", "a", number, match[2]))
        folios[f"id{number}"] = int(match[1])
    return locators, folios


@cases("index", "pages")
def test_pages(case: Case, rewrite_cases: bool) -> None:
    locators, folios = _locators(case.given)
    case.check(", ".join(r.label for r in by_page(locators, folios, {})), rewrite_cases)


def test_places_in_one_paragraph_make_one_locator() -> None:
    locators = [
        Locator("i1", "a", 2), Locator("i2", "a", 2), Locator("i3", "a", 2, "1"),
        Locator("i4", "b", 2),
    ]  # fmt: skip
    labels = {"paragraph": "para.", "note": "note"}
    made = by_paragraph(locators, {"a": "First", "b": ""}, labels)
    assert [(r.label, r.target) for r in made] == [
        ("First, para. 2", "i1"),
        ("First, note 1, para. 2", "i3"),
        ("para. 2", "i4"),
    ]


def test_five_thousand_headings_take_seconds() -> None:
    headings = tuple(
        IndexEntry.model_validate(
            {"heading": f"Name{n}, A.", "forms": [f"{chr(65 + n % 26)}. Name{n}", f"Name{n}"]}
        )
        for n in range(5_000)
    )
    text = "\n\n".join(
        f"Of {chr(65 + n % 26)}. Name{n} and Name{n + 1}, and of others." for n in range(4_999)
    )
    start = time.process_time()
    made = edition(headings, text)
    assert time.process_time() - start < 12
    assert sum(len(heading.locators) for _, heading in headings_of(made)) == 2 * 4_999
