"""Encodings: declared, true, mended, and what is said of each."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letterbook.importers.encoding import MAX_BYTES, decode
from letterbook.importers.htmltree import read_html

RUSSIAN = "<p>Пролетарии всех стран"


@pytest.mark.parametrize(
    ("data", "text", "used", "codes"),
    [
        (b"<meta charset=iso-8859-1>\x93a\x94", "“a”", "windows-1252", []),
        (b"<meta charset=utf-8>\xe2\x80\x93", "–", "utf-8", []),
        (b"<meta charset=latin1>\xe2\x80\x93", "–", "utf-8", ["encoding-mismatch"]),
        (b"<meta charset=utf-8>caf\xe9", "café", "windows-1252", ["encoding-mismatch"]),
        (b"<meta charset=utf-8>\xe2\x80\x93caf\xe9!", "–café!", "utf-8", ["bytes-repaired"]),
        (b"<meta charset=utf-8>\xe2\x80\x93\xe2\x80 x", "–\ufffd x", "utf-8", ["bytes-repaired"]),
        (b"<meta charset=latin1>a\x81", "a\ufffd", "windows-1252", ["bytes-repaired"]),
        (b"<meta charset=text/htm>\xe9", "é", "windows-1252", ["encoding-unknown"]),
        (RUSSIAN.encode("cp1251"), RUSSIAN[3:], "windows-1251", ["encoding-guessed"]),
        (RUSSIAN.encode("koi8_r"), RUSSIAN[3:], "koi8-r", ["encoding-guessed"]),
        ("\ufeff<p>ü".encode(), "ü", "utf-8", []),
        ("<p>ü".encode("utf-16"), "ü", "utf-16-le", []),
        ("<p>ü".encode("utf-16-be"), "ü", "utf-16-be", []),
        (b"<p>a\x00b\x01", "ab", "utf-8", ["control-character"] * 2),
        ("<p>a\x92s".encode(), "a’s", "utf-8", ["bytes-repaired"]),
        (b'<?xml version="1.0" encoding="windows-1251"?><p>\xef', "п", "windows-1251", []),
        (b"<!-- <meta charset=koi8-r> --><p>caf\xe9", "café", "windows-1252", ["encoding-guessed"]),
    ],
)
def test_decode(data: bytes, text: str, used: str, codes: list[str]) -> None:
    decoded = decode(data, "page.htm")
    assert decoded is not None
    assert decoded.text.endswith(text)
    assert decoded.used == used
    assert [d.code for d in decoded.diagnostics] == codes


def test_a_fault_is_named_with_its_offset_and_place() -> None:
    decoded = decode(b"<meta charset=utf-8>\n\xe2\x80\x93\xe9", "page.htm")
    assert decoded is not None
    (found,) = decoded.diagnostics
    assert "0xE9 at byte 24" in found.message
    assert (found.span.line, found.span.column) == (2, 2)


@given(st.binary(max_size=400), st.booleans())
def test_any_bytes_have_a_text(data: bytes, markup: bool) -> None:
    decoded = decode(data, "x", markup)
    assert decoded is not None
    assert "\x00" not in decoded.text
    read_html(data, "x")


def test_size_and_noise_are_bounded() -> None:
    assert decode(b"x" * (MAX_BYTES + 1), "x") is None
    start = time.process_time()
    assert decode(bytes(range(256)) * 100_000, "x") is not None
    assert time.process_time() - start < 20


def test_nothing_after_the_end_of_a_page_is_lost() -> None:
    page, found = read_html(b"<body><p>a</body></html><body>b</html>c", "page.htm")
    assert page is not None
    assert not [d for d in found if d.severity == "error"]
    assert "".join(page.body.itertext()).split() == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (b"<div>" * 10_000, "too-deep"),
        (b"<br>" * 400_000, "too-many-elements"),
        (b"x" * (MAX_BYTES + 1), "file-too-large"),
        (b"", "no-page"),
    ],
)
def test_what_is_no_page_is_refused(page: bytes, code: str) -> None:
    read, found = read_html(page, "page.htm")
    assert read is None
    assert found[-1].code == code
