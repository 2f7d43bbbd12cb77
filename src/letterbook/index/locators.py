"""Locators as printed: by page, or by paragraph where there are no pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from letterbook.model import Locator


@dataclass(frozen=True, slots=True)
class Reference:
    """A locator as the reader sees it."""

    label: str
    target: str
    """The id to which it links."""


def by_page(locators: Iterable[Locator], folios: Mapping[str, int]) -> tuple[Reference, ...]:
    """Locators as page numbers: ``3``, ``12–14``, ``3n1``, ``3nn1–2``, ``3n4``.

    ``folios`` gives the page of each id. Pages that follow one another become a range with an en
    dash; a place in a note says so, with ``n`` and the note's number, and is not drawn into one.
    """
    text: dict[int, str] = {}
    notes: dict[int, dict[str, str]] = {}
    for locator in locators:
        page = folios[locator.target]
        if locator.note is None:
            text.setdefault(page, locator.target)
        else:
            notes.setdefault(page, {}).setdefault(locator.note, locator.target)
    made: list[tuple[tuple[int, int], Reference]] = []
    for run in _consecutive(sorted(text)):
        label = str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"
        made.append(((run[0], 0), Reference(label, text[run[0]])))
    for page, numbers in notes.items():
        for position, (note, label) in enumerate(_note_labels(list(numbers))):
            made.append(((page, 1 + position), Reference(f"{page}{label}", numbers[note])))
    return tuple(reference for _, reference in sorted(made, key=lambda item: item[0]))


def _note_labels(numbers: list[str]) -> Iterator[tuple[str, str]]:
    """For each run of a page's notes, its first and its label: ``nn1–2``, then ``n4``."""
    for run in _consecutive(sorted(int(number) for number in numbers if number.isdigit())):
        yield str(run[0]), f"n{run[0]}" if len(run) == 1 else f"nn{run[0]}–{run[-1]}"
    yield from ((number, f"n{number}") for number in numbers if not number.isdigit())


def _consecutive(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def by_paragraph(
    locators: Iterable[Locator], names: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Reference, ...]:
    """Locators for a medium that has no pages: ``para. 4``, ``note 1, para. 2``.

    ``names`` gives the name of each document, empty when there is only one; ``labels`` the words
    for ``paragraph`` and ``note``. Places in one paragraph make one locator.
    """
    made: dict[tuple[str, str | None, int], Reference] = {}
    for locator in locators:
        parts = [
            names[locator.document],
            f"{labels['note']} {locator.note}" if locator.note else "",
            f"{labels['paragraph']} {locator.paragraph}",
        ]
        made.setdefault(
            (locator.document, locator.note, locator.paragraph),
            Reference(", ".join(part for part in parts if part), locator.target),
        )
    return tuple(made.values())
