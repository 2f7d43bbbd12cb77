"""Reading a book's folder: what the cases in tests/cases/diagnostics cannot say."""

from __future__ import annotations

import io
import os
import random
import time
from pathlib import Path

import pytest
from PIL import Image

from letterbook.diagnostics import Span, has_errors
from letterbook.images import decode
from letterbook.slugs import MAX_SLUG, slugify
from letterbook.source import read_book

LETTER = "---\ntitle: A Letter\n---\nDear comrade.\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    (folder / "letters").mkdir(parents=True)
    (folder / "book.yaml").write_text("title: Letters\ndate: 2026-01-31\nlanguage: en\n")
    (folder / "letters" / "1.md").write_text(LETTER)
    return folder


def slugs(folder: Path) -> list[str]:
    read, found = read_book(folder)
    assert read is not None, found
    return [document.slug for document in read.documents]


def test_letters_stand_in_the_order_of_their_numbers(book: Path) -> None:
    for name in ("10", "2", "02b", "b", "a 3"):
        (book / "letters" / f"{name}.md").write_text(LETTER)
    assert slugs(book) == ["1", "2", "02b", "10", "a-3", "b"]


def test_a_mark_at_the_start_and_line_ends_of_windows_are_nothing(book: Path) -> None:
    text = b"\xef\xbb\xbf" + LETTER.replace("\n", "\r\n").encode() + b"One\rtwo"
    (book / "letters" / "1.md").write_bytes(text)
    read, found = read_book(book)
    assert read is not None
    assert not found
    assert read.documents[0].file.text.endswith("comrade.\nOne\ntwo")


def test_hidden_files_are_not_letters(book: Path) -> None:
    for name in ("..md", ".md", "._1.md"):
        (book / "letters" / name).write_bytes(b"\xff")
    (book / "letters" / ".#1.md").symlink_to("nobody@nowhere")
    assert slugs(book) == ["1"]


def test_names_that_are_no_text_are_named(book: Path) -> None:
    path = os.fsencode(book / "letters") + b"/caf\xe9.md"
    try:
        with open(path, "wb") as file:  # noqa: PTH123
            file.write(LETTER.encode())
    except OSError:
        pytest.skip("this system has no such names")
    _, found = read_book(book)
    assert [d.code for d in found] == ["file-name"]
    assert found[0].span.file.encode("utf-8")


def test_the_books_own_folder_may_be_a_link(book: Path) -> None:
    link = book.parent / "link"
    link.symlink_to(book)
    assert slugs(link) == ["1"]
    (book / "letters" / "2.md").symlink_to("1.md")
    assert slugs(link) == ["1", "2"]


def test_a_device_or_a_pipe_for_settings_is_not_waited_for(book: Path) -> None:
    (book / "book.yaml").unlink()
    os.mkfifo(book / "book.yaml")
    os.mkfifo(book / "index.yaml")
    read, found = read_book(book)
    assert read is None
    assert {d.code for d in found} == {"no-book-yaml", "file-unreadable"}


def test_a_thousand_letters_take_seconds(book: Path) -> None:
    for number in range(2, 1001):
        (book / "letters" / f"{number}.md").write_text(LETTER)
    start = time.process_time()
    assert len(slugs(book)) == 1000
    assert time.process_time() - start < 15


def test_pictures_are_found_beside_the_letter_and_from_the_book(book: Path) -> None:
    (book / "images").mkdir()
    Image.new("RGB", (4, 3)).save(book / "images" / "a b.png")
    Image.new("L", (5, 6)).save(book / "letters" / "c.gif")
    text = LETTER + "![A](images/a%20b.png) ![C](c.gif) ![A again](../images/a%20b.png)\n"
    (book / "letters" / "1.md").write_text(text)
    read, found = read_book(book)
    assert read is not None, found
    assert {p: (i.width, i.height) for p, i in read.images.items()} == {
        "images/a b.png": (4, 3),
        "letters/c.gif": (5, 6),
    }
    assert [file.path for file in read.files][:2] == ["book.yaml", "images/a b.png"]


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF"])
def test_a_damaged_picture_is_a_picture_or_a_diagnostic(kind: str) -> None:
    chance = random.Random(kind)
    whole = io.BytesIO()
    Image.effect_noise((40, 30), 50).save(whole, kind)
    for _ in range(300):
        data = bytearray(whole.getvalue())
        for _ in range(chance.randint(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        decode(f"a.{kind.lower()}", bytes(data[: chance.randint(1, len(data))]), Span("x"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_common_kind_of_png_is_taken(mode: str) -> None:
    data = io.BytesIO()
    Image.new(mode, (4, 4)).save(data, "PNG")
    image, found = decode("a.png", data.getvalue(), Span("x"))
    assert image is not None
    assert found == []


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("The Situation in Baku", "the-situation-in-baku"),
        ("Écrits d’été №5", "ecrits-d-ete-no5"),
        ("  -- ", "untitled"),
        ("Баку", "baku"),
        ("Письма Ёлкина, объятие", "pisma-elkina-obiatie"),
        ("Λόγος", "logos"),
        ("Łódź og Bjørnson", "lodz-og-bjornson"),
        ("עיר", "5e25d95e8"),
    ],
)
def test_slugs(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_long_slugs_are_cut_and_stay_apart() -> None:
    one, other = slugify("я" * 300 + "a"), slugify("я" * 300 + "b")
    assert one != other
    assert max(len(one), len(other)) <= MAX_SLUG


def test_a_document_with_errors_gives_no_book_but_all_diagnostics(book: Path) -> None:
    (book / "letters" / "2.md").write_text(LETTER + "[^1]")
    (book / "letters" / "3.md").write_text(LETTER + "<script>")
    read, found = read_book(book)
    assert read is None
    assert has_errors(found)
    assert {d.span.file for d in found} == {"letters/2.md", "letters/3.md"}
