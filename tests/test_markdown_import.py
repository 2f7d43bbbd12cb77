"""Markdown of our own and of others, imported."""

from __future__ import annotations

from pathlib import Path

import pytest

from letterbook.conversion import Converted, Request, convert

BOOK = Path(__file__).parents[1] / "book" / "letters"


def converted(folder: Path, text: str | bytes) -> Converted:
    path = folder / "letter.md"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return convert(Request(path, folder, True))


@pytest.mark.parametrize("path", sorted(BOOK.glob("*.md")), ids=lambda path: path.stem)
def test_our_own_comes_back_the_same(path: Path) -> None:
    made = convert(Request(path, path.parent, True))
    assert made.diagnostics == ()
    assert made.drafts[0].text == path.read_text(encoding="utf-8")


def test_keys_and_notes_of_others(tmp_path: Path) -> None:
    made = converted(
        tmp_path,
        "---\ntitle: A letter\nauthor: Ann\ndate: 3 May 1921\nlang: en\ntags: [a, b]\n---\n\n"
        "Dear *B*,\n\nText^[A *note* [here].] and[^2] `x^[y]` more.\n\n[^2]: Second.\n",
    )
    assert made.diagnostics == ()
    assert made.drafts[0].text == (
        "---\ntitle: A letter\nkind: letter\nauthor: Ann\nwritten:\n  date: 1921-05-03\n"
        '  words: "3 May 1921"\nlanguage: en\nother:\n  tags: a, b\n---\n\n'
        "Dear *B*,\n\nText[^inline-1] and[^2] <code>x^\\[y\\]</code> more.\n\n"
        "[^2]: Second.\n\n[^inline-1]: A *note* [here].\n"
    )


def test_without_front_matter_the_parts_are_told(tmp_path: Path) -> None:
    made = converted(tmp_path, "# To Ann\n\nDear Ann,\n\nWords.\n\nYours,\n\nB.\n")
    assert made.diagnostics == ()
    assert "title: To Ann\nkind: letter" in made.drafts[0].text
    assert "::: salutation\nDear Ann,\n:::" in made.drafts[0].text
    assert "::: signature\nB.\n:::" in made.drafts[0].text


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Words^[a note that\n\nnever ends.", "note-not-closed"),
        ("---\ntitle: [\n---\nWords.", "yaml-syntax"),
        ("---\ntitle: A\nwritten: {when: 1}\n---\nWords.", "unknown-key"),
        ("Words[^1].", "note-undefined"),
    ],
)
def test_what_is_wrong_is_told(text: str, code: str, tmp_path: Path) -> None:
    made = converted(tmp_path, text)
    assert code in {diagnostic.code for diagnostic in made.diagnostics}
    assert made.drafts == ()
