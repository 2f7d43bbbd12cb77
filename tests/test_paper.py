"""What print needs of a tree: lines, tables and heads that stay on the page."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from lxml import etree
from PIL import Image

from letterbook.build import build
from letterbook.paper import for_paper, shortened
from letterbook.tabular import mark_table

from .printed import Printed, bare

MM = 72 / 25.4
WORDS = "neighbourhood telegraph observatory correspondence"


def prepared(body: str) -> str:
    tree = etree.fromstring(f'<section><div class="text">{body}</div></section>')
    for_paper(tree, "ltr")
    return etree.tostring(tree[0], encoding="unicode")[18:-6]


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("again.", 'again<span class="held">.<a class="noteref">1</a></span> Then'),
        ("again", 'again<a class="noteref">1</a> Then'),
        ("<em>Nay.</em>", '<span class="held"><em>Nay.</em><a class="noteref">1</a></span> Then'),
    ],
)
def test_a_mark_is_one_with_the_sign_before_it(words: str, mark: str) -> None:
    assert mark in prepared(f'<p>Not {words}<a class="noteref">1</a> Then</p>').replace(
        "<span> </span>", " "
    )


def test_kept_lines_are_elements_of_their_own() -> None:
    stanza = "<p>The <em>moon</em> has set<br/>\nupon the hill.</p>"
    parted = '<span class="line">The<span> </span><em>moon</em> has set<br/></span>'
    assert parted + '<span class="line">upon the hill.</span>' in prepared(
        f'<div class="verse">{stanza}</div>'
    ).replace('<span class="whole">hill.</span>', "hill.")
    assert "line" not in prepared(f"<blockquote>{stanza}</blockquote>")


def test_a_short_number_in_the_margin_has_one_line() -> None:
    marks = (f'<span class="page" role="doc-pagebreak" title="{n}"/>' for n in ("14a–b", "a" * 9))
    shown = prepared(f"<p>One {' '.join(marks)} two</p>")
    assert 'class="page short" role="doc-pagebreak" title="14a–b"' in shown
    assert f'class="page" role="doc-pagebreak" title="{"a" * 9}"' in shown


def test_a_paragraph_does_not_end_in_space() -> None:
    assert prepared("<p>Oslo, 1911.\n</p><p>Oslo, <em>1911</em>\n</p>").count("\n") == 0


def test_a_long_caption_takes_of_the_height_of_its_picture() -> None:
    caption = f'{"A long word. " * 10}<span class="credit">Box 4</span>'
    figure = f'<figure><img src="a.png" alt="x"/><figcaption>{caption}</figcaption></figure>'
    assert 'style="--lines: 4"' in prepared(figure)


@pytest.mark.parametrize(
    ("words", "lower", "shown"),
    [
        ("Ole Berg to Karin Lie", 0.44, "Ole Berg to Karin Lie"),
        (f"A Report on the {WORDS}", 0.5, "A Report on the neighbourhood telegraph observatory…"),
        (f"Reports, {WORDS}", 0.68, "Reports, neighbourhood telegraph…"),
        ("a" * 99, 0.5, "a" * 59 + "…"),
        ("天" * 40, 0.5, "天" * 29 + "…"),
    ],
)
def test_a_running_head_has_one_line(words: str, lower: float, shown: str) -> None:
    assert shortened(words, lower, 0.7) == shown


@pytest.mark.parametrize(
    ("columns", "words", "marked"),
    [(3, "telegraph", None), (4, "telegraph", "wide"), (9, "telegraph", "wide crowded")],
)
def test_a_table_that_is_too_wide_is_marked(columns: int, words: str, marked: str | None) -> None:
    cells = f"<td>{words}</td>" * columns
    holder = etree.fromstring(f'<div class="text"><table><tr>{cells}</tr></table></div>')
    mark_table(holder[0])
    assert holder[0].get("class") == marked


def test_words_that_span_columns_are_no_matter() -> None:
    table = (
        "<table><tr><td colspan='9'>Correspondenceofmanyyears</td></tr><tr><td>x</td></tr></table>"
    )
    holder = etree.fromstring(f'<div class="text">{table}</div>')
    mark_table(holder[0])
    assert holder[0].get("class") is None


LETTER = f"""\
---
title: Everything Is Too Wide
---

It was an {"A" + "a" * 120}rgh.

| {" | ".join(WORDS.split() * 2)} | year |
|{"---|" * 9}
| {" | ".join(WORDS.split() * 2)} | 1871 |

![a line](line.png "A line")

![a stamp](stamp.png "A stamp")
"""


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wide")
    book = folder / "book"
    (book / "letters").mkdir(parents=True)
    title = "The Correspondence of the Observatory with Its Makers, Printers and Subscribers"
    settings = [
        f"title: {title}",
        f"subtitle: {title.replace('The', 'Being the')}",
        "translator: [Jane One, John Two]",
        "editor: A. B. Editor",
        "date: 2026-01-31",
        "language: en",
    ]
    (book / "book.yaml").write_text("\n".join(settings), "utf-8")
    (book / "letters" / "1.md").write_text(LETTER, "utf-8")
    Image.new("L", (900, 3), 90).save(book / "letters" / "line.png")
    Image.new("L", (40, 30), 90).save(book / "letters" / "stamp.png")
    built = build(book, folder / "out", ("pdf",))
    return next(path for path in built.outputs if path.suffix == ".pdf")


def test_no_word_runs_off_the_page(wide: Path) -> None:
    with Printed(wide) as printed:
        for page in range(len(printed)):
            for line in printed.lines(page):
                assert line.left > 17 * MM - 3, line
                assert line.right < (129 - 17) * MM + 3, line


def test_no_picture_is_too_low_to_be_seen(wide: Path) -> None:
    heights = []
    pdf = pypdfium2.PdfDocument(wide)
    for page in pdf:
        for image in page.get_objects([pdfium.FPDF_PAGEOBJ_IMAGE]):
            _, bottom, _, top = image.get_bounds()
            heights.append(top - bottom)
    pdf.close()
    assert len(heights) == 2
    assert heights[0] == pytest.approx(260 / 300, abs=0.1)
    assert heights[1] > 10


def test_a_long_title_has_one_page(wide: Path) -> None:
    with Printed(wide) as printed:
        words = bare(printed.text(2))
    assert words.startswith("thecorrespondence")
    assert words.endswith("editedbyabeditor")
