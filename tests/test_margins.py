"""The pages of the print source in the margin: on the outer side, level, none upon another."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from letterbook.build import build
from letterbook.paper import for_paper
from letterbook.witness.pdf import read_pdf
from letterbook.witness.words import print_key

from .judges.browser import Browser
from .judges.java import JavaJudges
from .judges.pdf import qpdf_check
from .printed import Printed, bare

MM = 72 / 25.4
BOOK = """\
title: Pages of Another Book
author: Anna Lind
date: 2026-01-31
language: en
source: The first edition.
"""
LETTER = """\
---
title: To the Printer
---

[341]{.page}This page begins with a paragraph, and [342]{.page}[343]{.page}two begin at one place.

> And 344 begins in a quo[344]{.page}tation, within a word.

{text}

Here is a long label[Bl. 12 recto, links]{.page} and a note.[^1]

[^1]: A note [n1]{.page}has pages, too, and more [n2]{.page}than one of them on a line.
"""
WORDS = [
    "harbour",
    "frozen",
    "Thursday",
    "nobody",
    "can",
    "tell",
    "us",
    "when",
    "it",
    "opens",
    "and",
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book whose source has pages of some forty words, each begun by a word of its own."""
    folder = tmp_path_factory.mktemp("margins")
    dice = random.Random(4)
    paragraphs: list[list[str]] = []
    for number in range(400, 470):
        if number % 5 == 0:
            paragraphs.append([])
        paragraphs[-1] += [f"[{number}]{{.page}}W{number}", *dice.choices(WORDS, k=40)]
    (folder / "letters").mkdir()
    (folder / "book.yaml").write_text(BOOK, encoding="utf-8")
    text = "\n\n".join(" ".join(words) for words in paragraphs)
    (folder / "letters" / "printer.md").write_text(LETTER.replace("{text}", text), encoding="utf-8")
    # Which proves that no word of it is lost, and none of the numbers is read for one.
    return next(
        path
        for path in build(folder, folder / "out", ["html", "pdf"]).outputs
        if path.suffix == ".pdf"
    )


def numbers(printed: Printed) -> Iterator[tuple[int, float, float, float, str]]:
    """Page, left, right and baseline of every number in a margin, and the number."""
    for page in range(len(printed)):
        inner, outer = (17, 20) if page % 2 == 0 else (20, 17)
        edges = {"left": inner * MM - 2, "right": (129 - outer) * MM + 2}
        for left, right in ((0.0, edges["left"]), (edges["right"], 129 * MM)):
            for line in printed.lines(page, left, right):
                yield page, line.left, line.right, line.baseline, line.text


def test_every_page_has_its_number_in_the_outer_margin(made: Path) -> None:
    with Printed(made) as printed:
        found = list(numbers(printed))
    plain = [text for *_, text in found if re.fullmatch(r"\d+", text)]
    assert sorted(plain) == [str(n) for n in (341, 342, 343, 344, *range(400, 470))]
    assert {"n1", "n2"} <= {text for *_, text in found}
    for page, left, right, _, text in found:
        if page % 2 == 0:
            assert left > (129 - 20) * MM, f"{text} is not at the right of a recto"
            assert right < (129 - 3) * MM, f"{text} runs off the page"
        else:
            assert right < 20 * MM, f"{text} is not at the left of a verso"
            assert left > 3 * MM, f"{text} runs off the page"


def test_a_number_is_level_with_the_word_that_it_is_for(made: Path) -> None:
    with Printed(made) as printed:
        checked = 0
        for page, _, _, baseline, text in numbers(printed):
            if re.fullmatch(r"4\d\d", text):
                (line,) = (
                    line
                    for line in printed.lines(page, 17 * MM - 2, (129 - 17) * MM)
                    if f"w{text}" in bare(line.text)
                )
                assert line.baseline == pytest.approx(baseline, abs=0.15), text
                checked += 1
        assert checked == 70


@pytest.mark.parametrize(
    ("direction", "held"),
    [("ltr", "frozen<s> </s><s><b/>W461,</s> when"), ("rtl", "frozen<s> </s><b/>W461, when")],
)
def test_a_page_break_is_one_with_its_word(direction: str, held: str) -> None:
    """WeasyPrint ends lines too early before an element that is empty."""
    break_ = '<span class="page" role="doc-pagebreak"></span>'
    tree = etree.fromstring(f"<div><p>frozen {break_}W461, when it is</p></div>")
    for_paper(tree, direction)
    shown = etree.tostring(tree[0], encoding="unicode")
    shown = re.sub(r"<span [^>]*doc-pagebreak[^>]*/>", "<b/>", shown).replace("span>", "s>")
    assert held in shown


def test_no_number_stands_on_another(made: Path) -> None:
    with Printed(made) as printed:
        found = [(page, down) for page, _, _, down, text in numbers(printed)]
    close = 0
    for (page, down), (other, below) in pairwise(found):
        if page == other and down < below:
            assert below - down > 11, (page, down, below)
            close += below - down < 12
    assert close, "there were some that would have"


def test_the_numbers_are_no_part_of_what_is_read_aloud(made: Path) -> None:
    read = [word.text for word in read_pdf(made, print_key)]
    assert "W400" in read
    assert not {"400", "341", "343", "n2"} & set(read)
    assert {"quo", "tation,"} <= set(read), "the word, with the hairline in it"


def test_the_judges_find_nothing(made: Path, java_judges: JavaJudges) -> None:
    for flavour in ("3a", "ua1"):
        report = java_judges.verapdf(flavour, [made])[made]
        assert report.clean, report
    assert qpdf_check(made).clean


# --------------------------------------------------------------------------- on screen

SHOWN = """() => [...document.querySelectorAll('.page')].map(page => {
    const number = getComputedStyle(page, '::before')
    return [page.title, number.content, number.float, getComputedStyle(page).borderLeftWidth]
})"""


@pytest.mark.parametrize(("width", "beside"), [(1280, True), (760, True), (380, False)])
def test_on_screen_it_is_in_the_margin_where_there_is_one(
    made: Path, browser: Browser, width: int, beside: bool
) -> None:
    page = made.parent / "html" / "printer.html"
    with browser.visit(page.as_uri(), width=width) as visit:
        shown = visit.page.evaluate(SHOWN)
        assert len(shown) == 77
        for label, content, side, hairline in shown:
            text = f'"{label}"' if beside else f'"|{label}|"'
            assert content.partition(" / ")[0] == text
            assert side == ("inline-start" if beside else "none")
            starts = label == "341" or (label.startswith("4") and int(label) % 5 == 0)
            assert (hairline == "0px") == (starts or not beside), label
        assert visit.horizontal_scroll() == 0
        assert visit.axe() == []


def test_it_is_announced_once(made: Path, browser: Browser) -> None:
    page = made.parent / "html" / "printer.html"
    with browser.visit(page.as_uri()) as visit:
        session = visit.page.context.new_cdp_session(visit.page)
        nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    told = {node["nodeId"]: node for node in nodes if not node["ignored"]}
    breaks = [n for n in told.values() if n["role"]["value"] == "doc-pagebreak"]
    assert {node["name"]["value"] for node in breaks} >= {"341", "400", "n1"}
    for node in breaks:
        for child in node.get("childIds", ()):
            assert not told.get(child, {}).get("name", {}).get("value"), node["name"]
