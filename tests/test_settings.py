"""Settings and metadata: what the cases in tests/cases/diagnostics cannot say."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from letterbook.diagnostics import Span, has_errors
from letterbook.metadata import json_schema
from letterbook.settings import read_book_settings, read_document_metadata, read_index_entries
from letterbook.yamlfile import read_any_yaml, read_yaml
from letterbook.yamlplain import read_plain

PIECES = [
    *(
        "title: ",
        "date: ",
        "language: en\n",
        "a: ",
        "- ",
        "? ",
        "\n",
        "  ",
        "\t",
        '"',
        "'",
        "[",
        "]",
    ),
    *(
        "{",
        "}",
        ",",
        ":",
        "#",
        "|",
        ">",
        "&a ",
        "*a",
        "!t ",
        "<<: ",
        "%",
        "---\n",
        "...\n",
        "~",
        "\\",
    ),
    *(
        "heading: ",
        "forms: ",
        "see: ",
        "written:\n  date: ",
        "other:\n  x: ",
        "1918-08-09",
        "é",
        "😀",
    ),
]
"""What means something to YAML or to us."""


@settings(max_examples=300, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=25), st.integers(1, 9))
def test_whatever_is_written_is_read_or_diagnosed(written: list[str], line: int) -> None:
    text = "".join(written)
    last = text.count("\n") + line + 3
    for found in (
        read_book_settings(text, "book.yaml")[1],
        read_document_metadata(text, "a.md", line)[1],
        read_index_entries(text, "index.yaml")[1],
    ):
        assert all(1 <= diagnostic.span.line <= last for diagnostic in found)


def test_every_scalar_is_the_text_that_stands_there() -> None:
    text = "a: no\nb: 0123\nc: 1918\nd: 1_000\ne: 2026-01-31\nf: ~\ng:\nh: ''\ni: 12:30\n"
    text += "j: |\n  k\n  l\n"
    assert read_yaml(text, "x").data == {
        "a": "no", "b": "0123", "c": "1918", "d": "1_000", "e": "2026-01-31", "f": None,
        "g": None, "h": "", "i": "12:30", "j": "k\nl\n",
    }  # fmt: skip


def test_values_know_their_places() -> None:
    value = read_yaml("a:\n  - b\n  - c: d\n", "x.yaml", first_line=5)
    assert value.span(("a", 1, "c")) == Span("x.yaml", 7, 5)
    assert value.span(("a", 0)) == Span("x.yaml", 6, 5)
    assert value.span(("a", 9, "nothing")) == Span("x.yaml", 5, 1)


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "{a: " * 50_000, "- " * 50_000, "a: " + "'x' " * 50_000, "#\n" * 100_000,
     "".join(" " * n + "a:\n" for n in range(600)), "a" * 500_000],
)  # fmt: skip
def test_no_yaml_takes_long(text: str) -> None:
    start = time.process_time()
    read_yaml(text, "x")
    assert time.process_time() - start < 4


def test_a_name_or_a_list_of_names_will_do() -> None:
    read, found, _ = read_document_metadata(
        "title: A\nauthor: B\ntranslator: [C, {name: D}]\n", "x", 1
    )
    assert read is not None
    assert not has_errors(found)
    assert [p.name for p in read.author] == ["B"]
    assert [p.name for p in read.translator] == ["C", "D"]


def test_a_key_left_empty_is_as_good_as_none() -> None:
    read, found, _ = read_document_metadata("title: A\nwritten:\n  date:\nrights:\n", "x", 1)
    assert read is not None
    assert not has_errors(found)
    assert read.rights is None


@pytest.mark.parametrize("kind", ["book", "document", "index"])
def test_the_schema_knows_the_keys_and_no_others(kind: Any) -> None:
    schema = json_schema(kind)
    if kind == "index":
        assert schema["type"] == "array"
        schema = {**schema, **schema["$defs"]["IndexEntry"]}
    readers = {"book": read_book_settings, "index": read_index_entries}
    assert schema["additionalProperties"] is False
    for key in schema["properties"]:
        text = f"{key}: []\n" if kind != "index" else f"- {key}: []\n"
        found = (
            readers[kind](text, "x") if kind in readers else read_document_metadata(text, "x", 1)
        )[1]
        assert "unknown-key" not in {d.code for d in found}, key
    for definition in schema["$defs"].values():
        assert "enum" in definition or definition["additionalProperties"] is False


_TYPED = st.sampled_from("ab:-# \n'\"[],{}&*!|>%@?~=\\éß1\u00a0") | st.sampled_from(
    [
        ": ",
        " #",
        "- ",
        "\n  ",
        "key: ",
        "\n- ",
        "null",
        "\nk: ",
        "[a, b]",
        "--- ",
        "...",
        ">-\n  ",
        "\n\n",
        "\n    ",
    ]
)
_PLAIN = (
    "title: A Word\nwritten:\n  date: 1918\n  words: 'so'\nlist: [a, b c]\nof:\n  - one\n  - k: v\n"
    "rights: >-\n  many words\n  on lines\nof-it:\n  a: >-\n    more\n    # words\n  b: two\n"
    "HTML Mark-up & more, / A: b\nlast: >-\n  x\n  y\n"
)


@settings(max_examples=400, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(_TYPED, max_size=14).map("".join)
    | st.tuples(st.integers(0, len(_PLAIN)), st.integers(0, 4), st.lists(_TYPED, max_size=3)).map(
        lambda cut: _PLAIN[: cut[0]] + "".join(cut[2]) + _PLAIN[cut[0] + cut[1] :]
    )
)
def test_plain_yaml_is_read_as_the_full_parser_reads_it(text: str) -> None:
    value, full = read_yaml(text, "x"), read_any_yaml(text, "x")
    assert (value.data, value.places) == (full.data, full.places)


def test_what_books_are_written_in_is_plain() -> None:
    assert read_plain(_PLAIN, 1) is not None
    for path in sorted((Path(__file__).parent / "books/two-letters/letters").glob("*.md")):
        assert read_plain(path.read_text(encoding="utf-8").split("---\n")[1], 2) is not None
