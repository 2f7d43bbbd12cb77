"""The reading system shows notes and follows links, and tells when a book lets it down."""

from pathlib import Path

import pytest

from . import specimens
from .browser import Browser
from .reader import Link, reading


def test_a_book_read_from_contents_to_index(browser: Browser, tmp_path: Path) -> None:
    with reading(browser, specimens.epub(tmp_path / "sound.epub")) as reader:
        assert reader.sections() == ["EPUB/nav.xhtml", "EPUB/letter.xhtml", "EPUB/index.xhtml"]
        assert reader.toc() == [
            Link("EPUB/letter.xhtml", "Letter"),
            Link("EPUB/index.xhtml", "Index"),
        ]

        letter = reader.go_to("EPUB/letter.xhtml")
        assert letter.section == "EPUB/letter.xhtml"
        assert reader.text().startswith("Letter The first words.")

        note = reader.note()
        assert note.type == "footnote"
        assert note.hidden
        assert note.text.startswith("The words of the note.")

        assert reader.go_to("EPUB/index.xhtml").found
        assert reader.links("a.locator") == [Link("letter.xhtml#ship", "the letter")]
        ship = reader.follow("a.locator")
        assert ship.section == "EPUB/letter.xhtml"
        assert ship.text == "Turkmen"
        assert ship.context == "The ship was the Turkmen, out of Baku."
        assert ship.visible

        back = reader.follow('a[role="doc-backlink"]')
        assert back.found
        assert back.visible
        assert back.context.startswith("The first words.")
        assert reader.complaints == []


def test_a_link_whose_target_is_missing(browser: Browser, tmp_path: Path) -> None:
    book = specimens.epub(tmp_path / "faulty.epub", {'id="ship"': ""})
    with reading(browser, book) as reader:
        reader.go_to("EPUB/index.xhtml")
        landing = reader.follow("a.locator")
        assert not landing.found
        assert not landing.visible


def test_a_reference_that_nothing_marks_as_one(browser: Browser, tmp_path: Path) -> None:
    faults = {' epub:type="noteref" role="doc-noteref"': ' class="mark"'}
    with reading(browser, specimens.epub(tmp_path / "faulty.epub", faults)) as reader:
        reader.go_to("EPUB/letter.xhtml")
        with pytest.raises(AssertionError, match="no popup"):
            reader.note("a.mark")


def test_a_place_that_the_book_does_not_have(browser: Browser, tmp_path: Path) -> None:
    with (
        reading(browser, specimens.epub(tmp_path / "sound.epub")) as reader,
        pytest.raises(LookupError, match=r"nowhere\.xhtml"),
    ):
        reader.go_to("EPUB/nowhere.xhtml")
