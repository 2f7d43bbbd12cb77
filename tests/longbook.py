"""An invented book of any length: letters made of a small stock of sentences, always the same."""

from __future__ import annotations

import random
from pathlib import Path

PEOPLE = ("Anna Lind", "Boris Maar", "Clara Noor", "David Oost", "Edith Pram", "Frans Quist")
PLACES = ("Stromness", "Vardø", "Lübeck", "Ystad", "Riga", "Tórshavn", "Königsberg", "Bergen")

SENTENCES = (
    "The harbour at {place} has been closed since Thursday, and nobody can tell us when it opens.",
    "{person} has written to me about the committee’s proceedings, which I find incomprehensible.",
    "We have no news.",
    "I am told that the representatives of the shipowners will insist on their compensation.",
    "It is extraordinarily difficult to come by paper, to say nothing of dictionaries.",
    "Would you ask {person} whether the manuscript of the second volume was ever returned?",
    "The doctor recommends sea air; he has never smelled the air of {place} in a dry summer.",
    "Please send the remaining proof sheets to {place}, not to the old address.",
    "All those misunderstandings could have been avoided if the telegram had come through.",
    "“Nothing is decided,” said {person}, “until it has been decided three times.”",
    "The winter was mild, the ice thin, and the correspondence correspondingly voluminous.",
    "I enclose forty crowns and the receipt for the photographs.",
    "You will remember the conversation that we had in {place} about an editor’s responsibilities.",
    "My handwriting deteriorates in proportion to the temperature.",
)


def write_long_book(folder: Path, letters: int = 40, seed: int = 7) -> Path:
    """Write a book of some letters of all lengths, with notes and an index, into a folder."""
    dice = random.Random(seed)
    (folder / "letters").mkdir(parents=True)
    (folder / "book.yaml").write_text(BOOK.format(letters=letters), encoding="utf-8")
    (folder / "index.yaml").write_text("\n".join(_index()), encoding="utf-8")
    for number in range(1, letters + 1):
        text = _letter(number, dice)
        (folder / "letters" / f"{number:03}.md").write_text(text, encoding="utf-8")
    return folder


def _letter(number: int, dice: random.Random) -> str:
    writer, addressee = dice.sample(PEOPLE, 2)
    place = dice.choice(PLACES)
    day = f"{1895 + number // 12}-{number % 12 + 1:02}-{dice.randint(1, 28):02}"
    paragraphs: list[str] = []
    notes: list[str] = []
    for _ in range(dice.choice((2, 3, 4, 6, 9, 14, 20))):
        words = _sentences(dice, dice.randint(1, 7))
        if dice.random() < 0.3:
            notes.append(f"[^{len(notes) + 1}]: {_sentences(dice, dice.randint(1, 4))}\n")
            words += f"[^{len(notes)}]"
        paragraphs.append(words)
    if len(paragraphs) > 8:
        paragraphs.insert(5, "## A Second Sheet")
    return LETTER.format(
        number=number,
        title=f"To {addressee}, from {place}",
        writer=writer,
        addressee=addressee,
        day=day,
        place=place,
        text="\n\n".join(paragraphs),
        notes="\n".join(notes),
    )


def _sentences(dice: random.Random, count: int) -> str:
    return " ".join(
        dice.choice(SENTENCES).format(person=dice.choice(PEOPLE), place=dice.choice(PLACES))
        for _ in range(count)
    )


def _index() -> list[str]:
    lines = []
    for person in PEOPLE:
        first, last = person.split()
        lines += [f"- heading: {last}, {first}", "  kind: person", f"  forms: {person}"]
    for place in PLACES:
        lines += [f"- heading: {place}", "  kind: place", f"  forms: {place}"]
        if place == "Stromness":
            lines += ["  subentries:", "    - heading: harbour of"]
            lines += ["      forms: The harbour at Stromness"]
    for word in ("committee", "dictionaries", "manuscript", "proof sheets", "telegram", "winter"):
        lines += [f"- heading: {word}", f"  forms: {word}"]
    return [*lines, "- heading: letter paper", "  see: dictionaries", ""]


BOOK = """\
title: A Correspondence in {letters} Letters
author: Anna Lind
publisher: The Harbour Press
date: 2026-01-31
language: en
source: The author’s own papers.
rights: This text may be copied by anybody.
"""

LETTER = """\
---
title: {title}
number: "{number}"
author: {writer}
addressee: {addressee}
written:
  date: {day}
  place: {place}
---

::: salutation
My dear friend,
:::

{text}

::: signature
{writer}
:::

{notes}
"""
