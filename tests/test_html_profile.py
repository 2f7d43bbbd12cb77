"""HTML by a profile: the sample's book, pages of other forms, and what a profile can have wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from letterbook.cli import main
from letterbook.conversion import Converted, Request, convert
from letterbook.importers.typographic import quotes_of, typographic

SAMPLE = Path(__file__).parents[2] / "shared/samples/beethoven-letters/volume-1.htm"


def converted(
    folder: Path, page: str, profile: str | None = None, is_typographic: bool = False
) -> Converted:
    path = folder / "page.htm"
    path.write_text(page, encoding="utf-8")
    own = None
    if profile is not None:
        own = folder / "profile.yaml"
        own.write_text(profile, encoding="utf-8")
    return convert(Request(path, folder, True, profile=own, typographic=is_typographic))


def told(made: Converted) -> list[tuple[str, int, int]]:
    return [(d.code, d.span.line, d.span.column) for d in made.diagnostics]


@pytest.mark.samples
def test_a_book_of_letters() -> None:
    """215 letters, 131 notes, in order, and every word accounted for."""
    made = convert(Request(SAMPLE, SAMPLE.parent, True, typographic=True))
    assert not made.failed, made.diagnostics[:5]
    assert made.format == "html"
    assert made.account is not None
    texts = [draft.text for draft in made.drafts]
    numbers = [match[1] for text in texts if (match := re.search(r'^number: "(\d+)"$', text, re.M))]
    assert numbers == [str(number) for number in range(1, 216)]
    marks = [len(re.findall(r"\[\^[\w-]+\](?!:)", text)) for text in texts]
    notes = [len(re.findall(r"^\[\^[\w-]+\]: ", text, re.M)) for text in texts]
    assert sum(notes) == 131
    assert sum(marks) >= 131
    assert len(made.images) == 9
    words = made.account.words
    parts = ("text", "notes", "metadata", "set_aside")
    assert words["source"] == sum(words[part] for part in parts)
    assert made.account.typographic > 800
    assert "FOOTNOTE" not in "".join(texts).upper()


LETTERS = """<html lang="de"><body><h1>Briefe</h1><div class="brief" id="b1"><h2>1. An Anna</h2>
<p class="ort">Kiel, 3. Mai 1921</p><p>Liebe Anna,</p><p>ein Wort<a href="#a">*</a> "hier".</p>
<aside id="a">* Eine Anmerkung.</aside></div><p>Dazwischen</p>
<div class="brief"><h2>2. An dieselbe</h2><p>Noch <i>ein</i> Wort.</p></div></body></html>"""
PROFILE = """document: div.brief
title: {at: h2, pattern: '^\\d+\\. (.*)'}
number: {at: h2, pattern: '^\\d+'}
addressee: {at: h2, pattern: 'An (?P<value>.*)$'}
same: ^dieselbe$
date: {at: .ort, pattern: ', (.*)'}
place: {at: .ort, pattern: '^[^,]*'}
dateline: .ort
note: {at: aside, pattern: '^(?P<mark>\\*) (?P<text>.*)$'}
note-reference: 'p > a[href^="#"]'
values: {author: Bert, rights: Frei}
"""


def test_a_profile_of_ones_own(tmp_path: Path) -> None:
    made = converted(tmp_path, LETTERS, PROFILE)
    assert not made.failed, made.diagnostics
    first, second = (draft.text for draft in made.drafts)
    for words in (
        "title: An Anna", 'number: "1"', "author: Bert", "addressee: Anna", "date: 1921-05-03",
        "place: Kiel", "language: de", "rights: Frei", "::: dateline\nKiel, 3. Mai 1921\n:::",
        "ein Wort[^1] \"hier\".", "[^1]: Eine Anmerkung.",
    ):  # fmt: skip
        assert words in first, words
    assert "title: An dieselbe" in second
    assert "addressee: Anna" in second
    assert made.account is not None
    aside = sorted(item.text for item in made.account.set_aside)
    assert aside == ["*", "*", "Briefe", "Dazwischen"]


def test_nobody_is_the_same_as_nobody(tmp_path: Path) -> None:
    made = converted(tmp_path, LETTERS.replace("An Anna", "Ein Zettel"), PROFILE)
    assert "addressee-unknown" in {code for code, _, _ in told(made)}
    assert not any("addressee:" in draft.text for draft in made.drafts)


@pytest.mark.parametrize(
    ("profile", "code", "line", "column"),
    [
        ("document: div.brief\ntitel: h2\n", "unknown-key", 2, 1),
        ("document: div.brief\nverse: 'p['\n", "wrong-form", 2, 1),
        ("document:\n  - div.brief\n  - 'p:nowhere('\n", "wrong-form", 3, 5),
        ("document: div.brief\ntitle:\n  at: h2\n  pattern: '('\n", "wrong-form", 4, 3),
        ("document: div.brief\nset-aside: [h1, .menu]\n", "selector-without-match", 2, 17),
        ("document: .letter\n", "nothing-imported", 1, 1),
        ("- document\n", "wrong-type", 1, 1),
    ],
)
def test_what_is_wrong_with_a_profile(
    profile: str, code: str, line: int, column: int, tmp_path: Path
) -> None:
    assert (code, line, column) in told(converted(tmp_path, LETTERS, profile))


def test_a_page_without_a_profile(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        "<html><title>x</title><nav>Home</nav><h1>A <i>plain</i> page</h1><p>Some words"
        '<sup><a href="#n1" id="r1">1</a></sup>.<ul><li>one<li>two</ul>'
        '<p id="n1"><a href="#r1">1</a> A note.</html>',
    )
    assert not made.failed, made.diagnostics
    (draft,) = made.drafts
    assert "title: A *plain* page" in draft.text
    assert "Some words[^1]." in draft.text
    assert "- one\n" in draft.text
    assert "[^1]: A note." in draft.text
    assert "Home" not in draft.text


def test_quotes_change_only_when_asked(tmp_path: Path) -> None:
    page = '<h1>It\'s</h1><p>"Yes," he <i>said</i>--\'no\'. <code>"x"</code></p>'
    plain, asked = (converted(tmp_path, page, None, is_asked) for is_asked in (False, True))
    assert "\"Yes,\" he *said*--'no'." in plain.drafts[0].text
    assert '“Yes,” he *said*—‘no’. <code>"x"</code>' in asked.drafts[0].text
    assert "title: It’s" in asked.drafts[0].text
    assert plain.account is not None
    assert asked.account is not None
    assert not asked.failed
    assert (plain.account.typographic, asked.account.typographic) == (0, 6)


@pytest.mark.parametrize(
    ("language", "text", "becomes"),
    [
        ("en", "\"It's 'so'--\" (1790--1826)", "“It’s ‘so’—” (1790–1826)"),
        ("de", "\"Hallo\" und 'so'", "„Hallo“ und ‚so‘"),
        ("fr", '"l\'ami"--', '"l’ami"—'),
        ("en", "'Tis the '90s", "’Tis the ’90s"),
        ("en", "---- a-b - c", "---- a-b - c"),
    ],
)
def test_typographic(language: str, text: str, becomes: str) -> None:
    assert typographic(text, quotes_of(language)) == becomes


def test_the_schema_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", "profile"]) == 0
    schema = json.loads(capsys.readouterr().out)
    assert {"document", "note-reference", "set-aside"} <= schema["properties"].keys()


def test_pictures_whose_names_differ_in_signs_alone_stay_apart(tmp_path: Path) -> None:
    names = ("plan_a.png", "plan-a.png")
    for name, colour in zip(names, ("red", "blue"), strict=True):
        Image.new("RGB", (4, 4), colour).save(tmp_path / name)
    tags = "".join(f'<p>Here: <img src="{name}" alt="A plan"></p>' for name in names)
    again = '<p>Again: <img src="plan_a.png" alt="A plan"></p>'
    made = converted(tmp_path, f"<html lang=en><body><h1>A Plan</h1>{tags}{again}</body></html>")
    paths = re.findall(r"images/[^) ]+", "".join(draft.text for draft in made.drafts))
    assert paths == ["images/page-plan-a.png", "images/page-plan-a-2.png", "images/page-plan-a.png"]
    assert set(made.images.values()) == {(tmp_path / name).read_bytes() for name in names}


LIBRARY = """<html lang="en"><body><section class="pg-boilerplate"><h2>A library</h2></section>
<h1>Letters of a Keeper</h1><h2>CONTENTS</h2><p>I. To Finch</p>
<p><span class="pagenum">[Pg 3]</span></p><h2 id="L1">I.<br>TO MR. FINCH.</h2>
<p>The lamp is lit<a id="r1" href="#n1" class="fnanchor">[1]</a> again.</p>
<p><span class="pagenum">[Pg 4]</span></p>
<p>It burns.<a id="r2" href="#n2" class="fnanchor">[2]</a></p>
<div class="poem"><div class="stanza"><p>A light,</p><p class="i2">a night;</p></div>
<div class="stanza"><div class="verse">a ship,</div><div class="verse">a shore.</div></div></div>
<hr><p><span class="pagenum">[Pg 5]</span></p>
<h2 id="L2"><span class="pagenum">[Pg 6]</span>II.<br>TO THE SAME.</h2>
<p>Send oil.<a id="r3" href="#n3" class="fnanchor">[3]</a></p>
<h2>FOOTNOTES:</h2>
<div class="footnote"><p><a id="n1" href="#r1" class="label">[1]</a> On Friday.</p>
</div><div class="footnote" id="n2"><p>1 Kings viii. (<a href="#r2">return</a>)</p>
<p>So it says.</p>
</div><div class="footnote"><p><a id="n3" href="#r3"><span class="label">[3]</span></a>
A pint.</p></div>
<h2>INDEX</h2><p>Finch, 3</p></body></html>"""
OF_LIBRARY = r"""document: {at: h2, pattern: '^[IVXL]+\.'}
section: h2
title: {at: h2, pattern: '^[IVXL]+\. (.*)'}
number: {at: h2, pattern: '^[IVXL]+'}
verse: .poem
note: .footnote
note-reference: .fnanchor
page: .pagenum
set-aside: .pg-boilerplate
"""
FIRST = """[3]{.page}The lamp is lit[^1] again.

[4]{.page}It burns.[^2]

::: verse
A light,
a night;

a ship,
a shore.
:::

[^1]: On Friday.

[^2]: 1 Kings viii.

    So it says.
"""
SECOND = "[5]{.page}[6]{.page}Send oil.[^3]\n\n[^3]: A pint.\n"


@pytest.mark.parametrize("change", ["", "note", "note-reference"])
def test_notes_at_the_end_of_a_book_go_to_their_letters(change: str, tmp_path: Path) -> None:
    """By what a profile says of notes, or, without, by their links."""
    lines = [line for line in OF_LIBRARY.splitlines() if not line.startswith(change or "-")]
    made = converted(tmp_path, LIBRARY, "\n".join(lines))
    assert not made.failed, made.diagnostics
    assert [draft.title for draft in made.drafts] == ["TO MR. FINCH.", "TO THE SAME."]
    first, second = (draft.text.partition("\n---\n\n")[2] for draft in made.drafts)
    if not change:
        assert (first, second) == (FIRST, SECOND)
    assert "On Friday." in first
    assert "A pint." in second
    assert made.account is not None
    aside = {item.text: item.reason.value for item in made.account.set_aside}
    assert aside["INDEX"] == aside["CONTENTS"] == aside["A library"] == "set aside by the profile"
    assert aside["(return)"] == "navigation"
    assert aside["[Pg 5]"] == "mark that became a page’s"


def test_a_heading_above_notes_that_have_gone_is_no_text(tmp_path: Path) -> None:
    profile = OF_LIBRARY.replace("section: h2\n", "section: h1\n")
    made = converted(tmp_path, LIBRARY.replace("<h2>INDEX</h2><p>Finch, 3</p>", ""), profile)
    assert made.drafts[-1].text.endswith(SECOND)
    assert made.account is not None
    assert "FOOTNOTES:" in [item.text for item in made.account.set_aside]


NAMED_ALIKE = """<html><body><h2>I</h2><p>Oil<a href="#f1" class="r">1</a> and oil<a href="#f1"
class="r">1</a>.</p><p class="n" id="f1">1. Of one.</p><h2>II</h2><p>Wick<a
href="#f1" class="r">1</a>.
</p><p class="n" id="f1">1. Of two.</p></body></html>"""


@pytest.mark.parametrize("notes", ["", "note: .n\nnote-reference: .r\n"])
def test_notes_whose_names_begin_again_stay_with_their_letters(notes: str, tmp_path: Path) -> None:
    made = converted(tmp_path, NAMED_ALIKE, f"document: h2\n{notes}")
    assert not made.failed, made.diagnostics
    assert ["[^1]: Of one." in draft.text for draft in made.drafts] == [True, False]
    assert ["[^1]: Of two." in draft.text for draft in made.drafts] == [False, True]


GROUPS = """<html lang="en"><body><div class="pg-boilerplate"><p>A library</p></div>
<h1>To Finch</h1>
<div class="lg"><div class="line">Lamp Rock,</div><div class="line in2">June 1890.</div></div>
<p>It burns.<a href="#fA1"><sup>[A1]</sup></a></p><p><a id="Page_4" class="pagenum">4</a></p>
<p>Send <i>oil</i>.<a href="#fAA"><sup>[AA]</sup></a></p><hr>
<div id="fA1"><p><a href="#rA1">A1</a>. Well.</p></div>
<div id="fAA"><p><a href="#rAA">AA</a>. A pint.</p></div></body></html>"""


def test_a_page_of_a_digital_library_without_a_profile(tmp_path: Path) -> None:
    """Lines that are elements stay lines, a page's mark goes to its line, letters mark notes."""
    made = converted(tmp_path, GROUPS)
    assert not made.failed, made.diagnostics
    (draft,) = made.drafts
    assert draft.text.partition("\n---\n\n")[2] == (
        "::: dateline\nLamp Rock,\\\nJune 1890.\n:::\n\nIt burns.[^A1]\n\n"
        "[4]{.page}Send *oil*.[^AA]\n\n[^A1]: Well.\n\n[^AA]: A pint.\n"
    )
    assert made.account is not None
    assert made.account.set_aside[0].text == "A library"


def test_a_heading_without_a_text_makes_no_document(tmp_path: Path) -> None:
    """A book with such a document could not be built."""
    page = '<h2>1. To Finch</h2><hr><p><img src="gone.png" alt="a lamp"></p>'
    page += "<h2>2. To Reed</h2><p>Come."
    made = converted(tmp_path, page, "document: h2\nnumber: {at: h2, pattern: '^\\d+'}\n")
    assert [draft.title for draft in made.drafts] == ["2. To Reed"]
    assert ("empty-document", 1, 1) in told(made)
    assert made.account is not None
    assert not made.account.diagnostics
    assert [item.text for item in made.account.set_aside] == ["1. To Finch", "a lamp"]
