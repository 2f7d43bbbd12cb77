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
