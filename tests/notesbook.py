"""An invented book of notes: three on a page, long ones, two series, one of pages."""

from __future__ import annotations

import random
from pathlib import Path

from .longbook import PEOPLE, PLACES, SENTENCES

BOOK = """\
title: Notes of Every Kind
author: Anna Lind
date: 2026-01-31
language: en
rights: This text may be copied by anybody.
notes-at: {at}
note-numbering: {numbering}
note-marks: {{author: symbols, editor: numbers}}
"""

LETTER = """\
---
title: {title}
number: "{number}"
written: 1899-02-03
---

{text}

{notes}
"""


def write_notes_book(folder: Path, at: str, numbering: str = "document") -> Path:
    """Write the book, with its notes in one place or another, into a folder."""
    (folder / "letters").mkdir(parents=True)
    settings = BOOK.format(at=at, numbering=numbering)
    (folder / "book.yaml").write_text(settings, encoding="utf-8")
    (folder / "index.yaml").write_text(_index(), encoding="utf-8")
    for number, (title, text, notes) in enumerate(_letters(_Words(3)), start=1):
        written = "\n".join(f"[^{label}]: {words}" for label, words in notes.items())
        letter = LETTER.format(title=title, number=number, text=text, notes=written)
        (folder / "letters" / f"{number:02}.md").write_text(letter, encoding="utf-8")
    return folder


class _Words:
    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)

    def __call__(self, count: int) -> str:
        return " ".join(
            self.dice.choice(SENTENCES).format(
                person=self.dice.choice(PEOPLE), place=self.dice.choice(PLACES)
            )
            for _ in range(count)
        )

    def number(self, first: int, last: int) -> int:
        return self.dice.randint(first, last)


Letter = tuple[str, str, dict[str, str]]


def _letters(words: _Words) -> list[Letter]:
    return [
        _three(words),
        _long(words),
        _two_series(words),
        _short_letter(words),
        _many(words),
        _odd_places(words),
        _two_long(words),
    ]


def _three(words: _Words) -> Letter:
    text = (
        f"{words(5)}[^a] {words(2)}\n\n{words(4)}[^b], {words(4)}[^c]\n\n{words(6)}\n\n{words(8)}"
    )
    return "Three Notes on a Page", text, {"a": words(2), "b": words(1), "c": words(3)}


def _long(words: _Words) -> Letter:
    rest = "\n\n".join(words(count) for count in (9, 10, 10))
    text = f"{words(6)}\n\n{words(8)}\n\n{words(6)}[^a] {words(4)}\n\n{rest}"
    parts = [
        words(14),
        words(12),
        f"- {words(1)}\n    - {words(2)}",
        f"> {words(2)}",
        words(3),
    ]
    return "A Long Note", text, {"a": "\n\n    ".join(parts)}


def _two_series(words: _Words) -> Letter:
    text = (
        f"{words(3)}[^x] {words(2)}[^a]\n\n{words(4)}[^y] {words(2)}[^b]\n\n"
        f"{words(3)}[^z] {words(3)}[^b]"
    )
    notes = {
        "x": f"[]{{.author}} {words(1)}",
        "a": words(2),
        "y": f"[]{{.author}} {words(1)}",
        "b": words(1),
        "z": f"[]{{.author}} {words(1)}",
    }
    return "Two Series", text, notes


def _short_letter(words: _Words) -> Letter:
    note = "\n\n    ".join(words(14) for _ in range(5))
    return "A Short Letter, and a Note of Pages", f"{words(3)}\n\n{words(3)}[^a]", {"a": note}


def _many(words: _Words) -> Letter:
    paragraphs, notes = [], {}
    for number in range(14):
        paragraphs.append(f"{words(words.number(2, 8))}[^{number}] {words(words.number(1, 4))}")
        notes[str(number)] = words(words.number(1, 20))
    return "Many Long Notes", "\n\n".join(paragraphs), notes


def _two_long(words: _Words) -> Letter:
    text = f"{words(6)}[^a] {words(3)}\n\n{words(9)}[^b] {words(9)}\n\n{words(12)}"
    notes = {label: "\n\n    ".join(words(14) for _ in range(3)) for label in ("a", "b")}
    return "Two Long Notes", text, notes


def _odd_places(words: _Words) -> Letter:
    text = f"""\
::: dateline
Riga, Sunday[^d]
:::

{words(4)}

## A Heading with a Note[^h]

{words(3)}

- one[^i]
- two

| a | b |
|---|---|
| one[^t] | two |

> {words(1)}[^q]

*An emphasised note[^e] goes* on, and [здесь по-русски[^r] говорят]{{lang=ru}} in Russian[^w].

::: signature
Anna Lind[^s]
:::
"""
    verse = "::: verse\n    A line of verse,\n    another one.\n    :::"
    notes = {label: words(1) for label in "dhitqer"}
    notes["w"] = f"{words(1)}\n\n    {verse}\n\n    {words(1)}"
    return "Notes in Odd Places", text, {**notes, "s": "She signs so."}


def _index() -> str:
    lines = []
    for person in PEOPLE:
        first, last = person.split()
        lines += [f"- heading: {last}, {first}", "  kind: person", f"  forms: {person}"]
    return "\n".join([*lines, ""])
