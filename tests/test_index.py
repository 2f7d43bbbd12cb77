"""The index: the cases in tests/cases/index, and what no case can say.

In ``matching``, the headings come first (``heading: form, form``; subentries are indented; a line
that begins with a colon gives the forms of the heading above), then a blank line, then Markdown.
What comes out are the places in the order of the text. In ``sorting``, the headings come out in
order, under their letters; in ``languages`` after a line that names one. In ``pages`` and
``ranges``, ``12`` is a page with the word in its text, ``12n3`` one with it in note 3, ``12–14`` a
passage, ``12!`` the chief place, ``12~`` an illustration.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator

from letterbook.diagnostics import Span
from letterbook.index.locators import (
    Reference,
    by_number,
    by_page,
    by_paragraph,
    by_source,
)
from letterbook.index.sorting import SortKey, filed_below, head_letter, sort_key
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


def edition(
    headings: tuple[IndexEntry, ...], text: str, metadata: DocumentMetadata = LETTER
) -> Edition:
    marked, _ = read_markup(text, "letters/a.md", 1)
    file = SourceFile("letters/a.md", "0" * 64, text)
    document = Document("a", metadata, marked.body, marked.notes, file)
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
            if locator.end:
                number += f" to {locator.last_paragraph}"
            number += ", chief" * locator.main + ", illustration" * locator.illustration
            lines.append(f"{name}: “{words[locator.target]}” in {number}")
    case.check("\n".join(lines), rewrite_cases)


@cases("index", "sorting")
def test_sorting(case: Case, rewrite_cases: bool) -> None:
    names = sorted(case.given.split("\n"), key=lambda name: sort_key(plain_heading(name)))
    case.check("\n".join(f"{head_letter(plain_heading(n))}  {n}" for n in names), rewrite_cases)


_PLACE = re.compile(
    r"(?P<page>[^n!~–\s]+?)(?:n(?P<note>[^!~]+))?(?:–(?P<end>[^!~]+))?(?P<sign>[!~]?)"
)


def _locators(text: str) -> tuple[list[Locator], dict[str, str]]:
    locators: list[Locator] = []
    folios: dict[str, str] = {}
    for number, place in enumerate(text.split()):
        match = _PLACE.fullmatch(place)
        assert match
        folios[f"id{number}"] = match["page"]
        if match["end"]:
            folios[f"end{number}"] = match["end"]
        locators.append(
            Locator(
                f"id{number}",
                "a",
                number,
                match["note"],
                f"end{number}" if match["end"] else None,
                main=match["sign"] == "!",
                illustration=match["sign"] == "~",
            )
        )
    return locators, folios


def shown(references: Iterable[Reference]) -> str:
    """References as an index prints them."""
    labels = []
    for reference in references:
        label = f"*{reference.label}*" if reference.illustration else reference.label
        labels.append(f"**{label}**" if reference.main else label)
    return ", ".join(labels)


@cases("index", "pages")
def test_pages(case: Case, rewrite_cases: bool) -> None:
    locators, folios = _locators(case.given)
    case.check(shown(by_page(locators, folios, {})), rewrite_cases)


@cases("index", "ranges")
def test_ranges_abbreviated(case: Case, rewrite_cases: bool) -> None:
    lines = []
    for line in case.given.split("\n"):
        locators, folios = _locators(line)
        lines.append(shown(by_page(locators, folios, {}, abbreviated=True)))
    case.check("\n".join(lines), rewrite_cases)


@cases("index", "letter-by-letter")
def test_letter_by_letter(case: Case, rewrite_cases: bool) -> None:
    def key(name: str) -> SortKey:
        return sort_key(plain_heading(name), "en", "letter-by-letter")

    case.check("\n".join(sorted(case.given.split("\n"), key=key)), rewrite_cases)


@cases("index", "languages")
def test_languages(case: Case, rewrite_cases: bool) -> None:
    """The first line is a language."""
    language, *names = case.given.split("\n")
    names.sort(key=lambda name: sort_key(plain_heading(name), language))
    lines = [f"{head_letter(plain_heading(name), language)}  {name}" for name in names]
    case.check("\n".join(lines), rewrite_cases)


def test_a_note_is_told_from_another_of_its_number_on_its_page() -> None:
    locators = [Locator("i1", "a", 1, "1"), Locator("i2", "b", 1, "1"), Locator("i3", "b", 1, "2")]
    pages = {"i1": "12", "i2": "12", "i3": "12"}
    made = by_page(locators, pages, {"a": "no. 3", "b": "no. 4"}, frozenset({("12", "1")}))
    assert shown(made) == "12n1 (no. 3), 12n1 (no. 4), 12n2"


def test_a_page_that_has_no_number_is_called_by_its_document() -> None:
    made = by_page([Locator("i1", "a", 1), Locator("i2", "a", 1, "1")], {}, {"a": "Foreword"})
    assert shown(made) == "Foreword, Foreword n1"


def test_locators_by_number() -> None:
    locators = [
        Locator("i1", "c", 1), Locator("i2", "a", 1), Locator("i3", "b", 4), Locator("i4", "e", 1),
        Locator("i5", "e", 1, "2"), Locator("i6", "d", 2, main=True),
    ]  # fmt: skip
    numbers = {"a": "7", "b": "8", "c": "8a", "d": "9", "e": "12"}
    assert shown(by_number(locators, numbers, {})) == "7–8a, **9**, 12, 12n2"
    some = {**numbers, "b": None}
    assert shown(by_number(locators, some, {"b": "Foreword"})) == "7, Foreword, 8a, **9**, 12, 12n2"


def test_locators_by_the_page_of_the_source() -> None:
    locators = [
        Locator("i1", "a", 1, source_page="348", source_end="348"),
        Locator("i2", "a", 1, end="x", source_page="350", source_end="352"),
        Locator("i3", "b", 1, source_page="12", source_end="12"),
        Locator("i4", "c", 1),
        Locator("i5", "a", 1, "3", source_page="348", source_end="348"),
    ]
    names = {"a": "no. 1", "b": "no. 2", "c": "no. 3"}
    assert shown(by_source(locators, {}, names)) == "12, 348, 348n3, 350–352, no. 3"
    volumes = {"a": "2", "b": "35"}
    printed = shown(by_source(locators, volumes, names, abbreviated=True))
    assert printed == "2:348, 2:348n3, 2:350–52, 35:12, no. 3"


def test_places_in_one_paragraph_make_one_locator() -> None:
    locators = [
        Locator("i1", "a", 2), Locator("i2", "a", 2), Locator("i3", "a", 2, "1"),
        Locator("i4", "b", 2),
    ]  # fmt: skip
    locators[2:2] = [Locator("i7", "a", 4), Locator("i8", "a", 6, main=True)]
    locators.insert(5, Locator("i9", "a", 1, "2"))
    locators.append(Locator("i5", "b", 3, end="i6", last_paragraph=5))
    labels = {"paragraph": "para.", "note": "note"}
    made = by_paragraph(locators, {"a": "First", "b": ""}, labels)
    assert [(r.label, r.target, r.goes_on) for r in made] == [
        ("First, para. 2", "i1", False),
        ("4", "i7", True),
        ("6", "i8", True),
        ("note 1, para. 2", "i3", False),
        ("note 2", "i9", False),
        ("para. 2", "i4", False),
        ("3–5", "i5", True),
    ]


def test_places_know_their_page_of_the_source() -> None:
    """Notes have the page on which their mark stands; what comes first, the citation’s first."""
    text = (
        "Baku[^a] and\n\n::: {.index term=Baku}\nso [12]{.page}on\n\nand [13]{.page}on.\n:::\n\n"
        "Baku, [14]{.page}Baku.[^b]\n\n[^a]: Baku.\n\n[^b]: [15]{.page} Baku.\n"
    )
    metadata = DocumentMetadata.model_validate(
        {"title": "A", "source": {"words": "Papers, pp. 11–15.", "page": "11–15"}}
    )
    made = edition(entries("Baku: Baku"), text, metadata)
    ((_, heading),) = headings_of(made)
    assert [(f.note, f.source_page, f.source_end) for f in heading.locators] == [
        (None, "11", "11"),
        (None, "11", "13"),
        (None, "13", "13"),
        (None, "14", "14"),
        ("1", "11", "11"),
        ("2", "15", "15"),
    ]
    assert shown(by_source(heading.locators, {}, {})) == "11–14, 11n1, 15n2"


def test_a_document_can_be_about_something() -> None:
    metadata = DocumentMetadata.model_validate(
        {"title": "A", "index": {"about": ["Baku: oil"], "forms": {"the town": "Baku"}}}
    )
    made = edition(entries("Baku: Baku"), "So the town.\n\nAnd Baku.\n\nEnd.", metadata)
    found = dict(headings_of(made))
    (whole,) = found["Baku: oil"].locators
    assert (whole.target, whole.paragraph, whole.last_paragraph) == ("a", 1, 3)
    assert [f.paragraph for f in found["Baku"].locators] == [1, 2]


def test_small_words_do_not_count_where_a_subentry_begins() -> None:
    subs = ["and the committee", "of Jena", "death of", "the", "brother of", "in"]
    headings = (
        IndexEntry.model_validate(
            {
                "heading": "Brandt",
                "subentries": [{"heading": sub, "forms": f"x{n}"} for n, sub in enumerate(subs)],
            }
        ),
    )
    text = "x0 x1 x2 x3 x4 x5 and [it]{.index term=Brandt sub='with Amsel'}"
    found = [name for name, _ in headings_of(edition(headings, text))]
    assert found == [
        "Brandt",
        "Brandt: with Amsel",
        "Brandt: brother of",
        "Brandt: and the committee",
        "Brandt: death of",
        "Brandt: in",
        "Brandt: of Jena",
        "Brandt: the",
    ]
    assert filed_below("à la ville", "fr") == "ville"
    assert filed_below("l’ami de Jena", "fr") == "ami de Jena"
    assert filed_below("of Jena", "la") == "of Jena"


def test_places_are_entered_under_another_heading_too() -> None:
    headings = (
        IndexEntry.model_validate({"heading": "oil", "forms": "oil", "also-under": "Baku: oil"}),
        IndexEntry.model_validate({"heading": "Baku", "subentries": [{"heading": "oil"}]}),
    )
    found = dict(headings_of(edition(headings, "The oil.")))
    assert found["Baku: oil"].locators == found["oil"].locators != ()


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
