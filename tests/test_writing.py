"""Front matter and indexes are read back as they were, and look as an editor writes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from ruamel.yaml import YAML

from letterbook.diagnostics import SourceError
from letterbook.importers.imported import Draft
from letterbook.metadata import (
    BookSettings,
    Citation,
    DateStatement,
    DocumentIndex,
    DocumentMetadata,
    Facsimile,
    IndexEntry,
    Kind,
    Person,
    Responsibility,
    Subentry,
)
from letterbook.settings import read_book_settings, read_document_metadata, read_index_entries
from letterbook.writing import (
    BOOK_KEYS,
    DOCUMENT_KEYS,
    merge_index,
    metadata_values,
    write_book,
    write_document,
    write_mapping,
)


def test_every_key_has_its_place() -> None:
    for keys, model in ((DOCUMENT_KEYS, DocumentMetadata), (BOOK_KEYS, BookSettings)):
        assert sorted(keys) == sorted(f.alias or "" for f in model.model_fields.values())


def test_a_document_looks_as_an_editor_writes_it() -> None:
    metadata = DocumentMetadata(
        title="[The Situation in Baku]",
        author=(Person(name="V. I. Lenin", sort="Lenin, V. I."),),
        translator=(Person(name="Andrew Rothstein"),),
        written=DateStatement(date="1918-08-09", words="Written on August 9, 1918"),
        published=DateStatement(date="1938"),
        number="35",
        source=Citation(words="Works: [1976], page 348."),
        rights="Public Domain: Lenin Internet Archive. You may freely copy, distribute, display"
        " and perform this work.",
        other={"Online Version": "no"},
    )
    body = etree.fromstring("<div><p>Who is in power?</p></div>")
    assert write_document(Draft("baku", metadata, body), "letters/baku.md") == (
        """---
title: "[The Situation in Baku]"
kind: letter
number: "35"
author:
  name: V. I. Lenin
  sort: Lenin, V. I.
written:
  date: 1918-08-09
  words: Written on August 9, 1918
published: "1938"
source: "Works: [1976], page 348."
translator: Andrew Rothstein
rights: >-
  Public Domain: Lenin Internet Archive. You may freely copy, distribute, display and perform
  this work.
other:
  Online Version: "no"
---

Who is in power?
"""
    )


def test_what_a_volume_has_is_written_as_an_editor_writes_it() -> None:
    settings = BookSettings.model_validate(
        {
            "title": "Letters",
            "date": "2026-01-31",
            "language": "en",
            "order": "date",
            "parts": [{"title": "All", "parts": [{"title": "Some", "documents": "1871/*"}]}],
        }
    )
    assert write_book(settings) == (
        "title: Letters\ndate: 2026-01-31\nlanguage: en\norder: date\n"
        "parts:\n"
        "  - title: All\n"
        "    parts:\n"
        "      - title: Some\n"
        "        documents:\n"
        '          - "1871/*"\n'
    )
    metadata = DocumentMetadata.model_validate(
        {
            "addressee": {"name": "A. Fox", "words": "the Same"},
            "written": {"date": "1872-01-24", "old-style": "1872-01-12"},
            "enclosure": "A lens",
        }
    )
    body = etree.fromstring("<div><p>Dear Fox.</p></div>")
    assert write_document(Draft("fox", metadata, body), "letters/fox.md") == (
        "---\nkind: letter\naddressee:\n  name: A. Fox\n  words: the Same\n"
        "written:\n  date: 1872-01-24\n  old-style: 1872-01-12\nenclosure: A lens\n---\n\n"
        "Dear Fox.\n"
    )


# --------------------------------------------------------------------------- whatever it is


def yaml_control(text: str) -> bool:
    """Whether a text has a character that no file of a book may have."""
    return re.search("[\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff]", text) is not None


NASTY = [
    *" \n:#-?,[]{}&*!|>'\"%@`~=\\\t.1aé—“”я漢\u00a0\u200b", ": ", " #", "- ", "  ", "---",
    "...", "no", "null", "true", "1918", "1918-08-09", "12:30", "0x1f", "1e5", ".5", "<<",
    "a b ", "word " * 12,
]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(NASTY), min_size=1, max_size=30).map("".join),
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=150),
).filter(lambda text: bool(text.strip()) and not yaml_control(text))
refs = st.none() | st.sampled_from(["https://d-nb.info/gnd/118650130", "http://a.example/?b=c;d"])
people = st.lists(
    st.builds(
        Person,
        name=texts,
        sort=st.none() | texts,
        words=st.none() | texts,
        kind=st.sampled_from(["person", "organisation"]),
        ref=refs,
    ),
    max_size=3,
).map(tuple)
dates = st.sampled_from(
    ["1918-08-09", "1918", "1918~", "1918-08-09/1918-08-12", "-0044-03", "1811-21", "1811-21/1812"]
)
dated = st.none() | st.builds(
    DateStatement,
    date=st.none() | dates,
    old_style=st.none() | dates,
    words=st.none() | texts,
    place=st.none() | texts,
    place_ref=refs,
).filter(lambda d: d != DateStatement())
cited = st.none() | st.builds(
    Citation,
    words=texts,
    title=st.none() | texts,
    page=st.none() | texts,
    url=st.none() | st.just("https://a.example/b?c=d#e"),
    accessed=st.none() | st.just("2026-01-31"),
)
facsimiles = st.builds(
    Facsimile,
    image=st.just("images/a_b.png"),
    alt=texts,
    caption=st.none() | texts,
    credit=st.none() | texts,
)
indexed = st.builds(
    DocumentIndex,
    about=st.lists(texts, max_size=2),
    forms=st.dictionaries(texts, texts, max_size=2),
).filter(lambda said: said != DocumentIndex())
documents = st.builds(
    DocumentMetadata,
    index=st.none() | indexed,
    title=st.none() | texts,
    kind=texts,
    enclosure=st.lists(texts, max_size=2),
    facsimile=st.lists(facsimiles, max_size=2),
    number=st.none() | texts,
    author=people,
    addressee=people,
    transcriber=people,
    written=dated,
    published=dated,
    source=cited,
    rights=st.none() | texts,
    language=st.none() | st.sampled_from(["en", "no", "de-AT"]),
    notes=st.none() | st.sampled_from(list(Responsibility)),
    other=st.dictionaries(texts, texts, max_size=3),
).filter(lambda metadata: bool(metadata.title or metadata.addressee))


@settings(max_examples=100, deadline=None)
@given(documents)
def test_any_front_matter_is_read_back(metadata: DocumentMetadata) -> None:
    front = write_mapping(metadata_values(metadata), DOCUMENT_KEYS)
    read, found, _ = read_document_metadata(front, "x.md", 2)
    assert not found
    assert read == metadata
    assert "\n---" not in f"\n{front}", "the front matter would end there"


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [s for item in value.values() for s in strings(item)]
    if isinstance(value, list):
        return [s for item in value for s in strings(item)]
    return [value]


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.just("title"), texts.filter(lambda t: t != "1918-08-09"), min_size=1))
def test_other_readers_of_yaml_take_a_text_for_a_text(values: dict[str, str]) -> None:
    assert YAML(typ="safe", pure=True).load(write_mapping(values)) == values


@settings(max_examples=50, deadline=None)
@given(texts, people, st.none() | texts, st.lists(texts, max_size=3).map(tuple))
def test_any_book_is_read_back(
    title: str, author: tuple[Person, ...], description: str | None, subject: tuple[str, ...]
) -> None:
    book = BookSettings(
        title=title, date="2026-01-31", language="en", author=author, description=description,
        subject=subject, embed_fonts=False,
    )  # fmt: skip
    assert read_book_settings(write_book(book), "book.yaml")[0] == book


# --------------------------------------------------------------------------- the index

MINE = """# My own words.
- heading: Baku   # as I like it
  kind: place
  forms: [Baku,  "the city"]

-   heading: 'Shahumyan'
"""
entries = st.lists(
    st.builds(
        IndexEntry,
        heading=texts,
        sort=st.none() | texts,
        kind=st.sampled_from(list(Kind)),
        gloss=st.none() | texts,
        forms=st.lists(texts, max_size=2).map(tuple),
        ref=refs,
        subentries=st.lists(st.builds(Subentry, heading=texts), max_size=2).map(tuple),
    ),
    max_size=4,
    unique_by=lambda entry: entry.heading,
)


@settings(max_examples=100, deadline=None)
@given(entries, st.sampled_from(["", "# nothing yet\n", MINE, MINE.replace("\n", "\n  ").rstrip()]))
def test_an_index_keeps_its_own_words_and_gets_new_headings(
    new: list[IndexEntry], mine: str
) -> None:
    if mine.startswith("# My") and "\n  -" in mine:
        mine = "  " + mine
    merged = merge_index(mine, new)
    assert merged.startswith(mine)
    had = {"Baku", "Shahumyan"} if "Baku" in mine else set()
    read, found, _ = read_index_entries(merged, "index.yaml")
    assert not found
    assert [e for e in read if e.heading not in had] == [e for e in new if e.heading not in had]


def test_a_heading_that_is_there_is_not_touched() -> None:
    assert merge_index(MINE, [IndexEntry(heading="Baku", gloss="other")]) == MINE


def test_one_heading_of_two_sources_has_the_forms_of_both() -> None:
    merged = merge_index(
        "", [IndexEntry(heading="a", forms=("b",)), IndexEntry(heading="a", forms=("c",))]
    )
    assert merged == "- heading: a\n  forms:\n    - b\n    - c\n"


@pytest.mark.parametrize(
    "mine", ["[{heading: a}]", "- heading: a\n...\n", "- heading: [", "a: b\n"]
)
def test_an_index_that_cannot_be_added_to_is_left_alone(mine: str) -> None:
    with pytest.raises(SourceError):
        merge_index(mine, [IndexEntry(heading="z")])
