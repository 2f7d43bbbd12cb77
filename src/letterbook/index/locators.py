"""Locators as printed: pages, numbers of documents, pages of the print source, or paragraphs.

The rules are the Chicago Manual's: places on units that follow one another become a range, a place
in a note says so (``348n1``, ``348nn1–2``) and is drawn into none, the chief place is bold, an
illustration italic.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from letterbook.model import Locator

_PAGE = re.compile(
    r"(?:(?P<volume>\w+):)?(?:(?P<number>\d+)(?P<suffix>\D\w*)?|(?P<roman>[ivxlcdm]+))"
)
_LAST = (2, 0, "")
"""Where labels come that are no pages, among the volumes."""
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100, "d": 500, "m": 1000}


@dataclass(frozen=True, slots=True)
class Reference:
    """A locator as the reader sees it."""

    label: str
    target: str
    """The id to which it links."""
    main: bool = False
    """Whether it is the chief place: set bold."""
    illustration: bool = False
    """Whether it is an illustration: set italic."""
    goes_on: bool = False
    """Whether it is the number of a paragraph alone, of the same document as the one before."""


@dataclass(frozen=True, slots=True)
class Unit:
    """What a locator counts by: a page, a document."""

    label: str
    order: tuple[object, ...]
    """Where it comes among others."""
    series: tuple[object, ...]
    """Units of one series are counted on; those of two make no range by themselves."""
    number: int
    """Its place in the series."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A locator, in units."""

    start: Unit
    end: Unit
    locator: Locator

    @property
    def style(self) -> tuple[bool, bool]:
        """Whether it is an illustration, and whether the chief place: also the order in print."""
        return self.locator.illustration, self.locator.main


def page_unit(label: str) -> Unit:
    """The unit of a page as it is labelled: ``xii`` before ``9`` before ``141a``, ``2:141``."""
    match = _PAGE.fullmatch(label)
    if not match:
        return Unit(label, (_LAST, 0, label), (_LAST, label), 0)
    volume = match["volume"] or ""
    filed = (0, int(volume), "") if volume.isdigit() else (1, 0, volume)
    if match["roman"]:
        number = _from_roman(match["roman"])
        return Unit(label, (filed, 1, number), (filed, 1), number)
    number, suffix = int(match["number"]), match["suffix"] or ""
    # After 141a may come 141b or 142a: no range is made of them but by whoever marks a passage.
    series = (filed, 2, label if suffix else "")
    return Unit(label, (filed, 2, number, suffix), series, number)


def _from_roman(text: str) -> int:
    values = [_ROMAN[c] for c in text]
    following = [*values[1:], 0]
    return sum(-v if v < n else v for v, n in zip(values, following, strict=True))


def _no_page(name: str) -> Unit:
    """What stands for a page that has no number: the name of the document."""
    return Unit(name, (_LAST, 1, name), (_LAST, 1, name), 0)


# --------------------------------------------------------------------------- by what


def by_page(
    locators: Iterable[Locator],
    pages: Mapping[str, int | str],
    names: Mapping[str, str],
    crowded: frozenset[tuple[str, str]] = frozenset(),
    *,
    abbreviated: bool = False,
) -> tuple[Reference, ...]:
    """Locators as page numbers: ``3``, ``12–14``, ``3n1``, ``3nn1–2``, ``3n4``.

    ``pages`` gives the number or the label of the page of each id, ``names`` what each document is
    called, which stands for a page that has none. ``crowded`` are pages, each with the number of a
    note that it has from more than one document; such a note is told from the other by the name.
    """

    def unit(id_: str, document: str) -> Unit:
        page = pages.get(id_)
        return _no_page(names[document]) if page is None else page_unit(str(page))

    marks = []
    for locator in locators:
        start = unit(locator.target, locator.document)
        end = unit(locator.end, locator.document) if locator.end else start
        marks.append(Mark(start, end, locator))
    return _Collapse(abbreviated, names, crowded).references(marks)


def by_source(
    locators: Iterable[Locator],
    volumes: Mapping[str, str],
    names: Mapping[str, str],
    *,
    abbreviated: bool = False,
) -> tuple[Reference, ...]:
    """Locators as pages of the print source; of a document for which none is known, its name.

    ``volumes`` gives the volume of each document's source where the book draws on several; it
    stands before the page: ``2:141``.
    """

    def unit(page: str | None, document: str) -> Unit:
        if page is None:
            return _no_page(names[document])
        volume = volumes.get(document)
        return page_unit(f"{volume}:{page}" if volume else page)

    marks = []
    for locator in locators:
        start = unit(locator.source_page, locator.document)
        end = unit(locator.source_end, locator.document)
        marks.append(Mark(start, end, locator))
    return _Collapse(abbreviated).references(marks)


def by_number(
    locators: Iterable[Locator],
    numbers: Mapping[str, str | None],
    names: Mapping[str, str],
    *,
    abbreviated: bool = False,
) -> tuple[Reference, ...]:
    """Locators as numbers of documents: ``12``, ``12–14``, ``12n1``.

    ``numbers`` gives the number of each document in the order of the book; one that has none is
    called by its name. Numbers follow one another as the documents do that have them.
    """
    units = {}
    counted = 0
    for position, (document, number) in enumerate(numbers.items()):
        if number is None:
            units[document] = Unit(names[document], (position,), (document,), 0)
        else:
            counted += 1
            units[document] = Unit(number, (position,), (), counted)
    marks = [Mark(units[found.document], units[found.document], found) for found in locators]
    return _Collapse(abbreviated).references(marks)


def by_paragraph(
    locators: Iterable[Locator], names: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Reference, ...]:
    """Locators for a medium that has no pages: ``no. 12, para. 4``, ``7``, ``note 1``.

    ``names`` gives the name of each document, empty when there is only one; ``labels`` the words
    for ``paragraph`` and ``note``. Places in one paragraph make one locator; each says what is
    another than in the one before.
    """
    made: dict[tuple[object, ...], Reference] = {}
    before: Locator | None = None
    for locator in locators:
        name = names[locator.document]
        if locator.target == locator.document and name:
            reference = Reference(name, locator.target, locator.main, locator.illustration)
            made.setdefault((locator.document, reference), reference)
            before = None
            continue
        last = max(locator.last_paragraph or 0, locator.paragraph)
        span = f"{locator.paragraph}–{last}" if last > locator.paragraph else str(last)
        style = (locator.main, locator.illustration)
        key = (locator.document, locator.note, span, *style)
        if key in made:
            continue
        same = before is not None and before.document == locator.document
        goes_on = before is not None and same and not locator.note and not before.note
        parts = ["" if same else name]
        parts.append(f"{labels['note']} {locator.note}" if locator.note else "")
        # Most notes are one paragraph.
        if not (locator.note and span == "1"):
            parts.append(span if goes_on else f"{labels['paragraph']} {span}")
        label = ", ".join(part for part in parts if part)
        made[key] = Reference(label, locator.target, *style, goes_on)
        before = locator
    return tuple(made.values())


# --------------------------------------------------------------------------- collapsing


@dataclass(slots=True)
class _Run:
    """Units that follow one another, with the marks that they come from, in order."""

    start: Unit
    end: Unit
    marks: list[Mark] = field(default_factory=list)


_Printed = tuple[tuple[object, ...], Reference]
"""A reference, and where it comes among the others."""


@dataclass(frozen=True, slots=True)
class _Collapse:
    """Makes references of marks."""

    abbreviated: bool
    names: Mapping[str, str] = field(default_factory=dict)
    crowded: frozenset[tuple[str, str]] = frozenset()

    def references(self, marks: Iterable[Mark]) -> tuple[Reference, ...]:
        text: dict[tuple[bool, bool], list[Mark]] = {}
        notes: list[Mark] = []
        for mark in marks:
            if mark.locator.note is not None:
                notes.append(mark)
            else:
                text.setdefault(mark.style, []).append(mark)
        printed: list[_Printed] = []
        chief = _runs(text.get((False, True), ()))
        for style, of_style in text.items():
            runs = chief if style == (False, True) else _runs(of_style)
            if style == (False, False):
                runs = list(_without(runs, chief))
            printed += (self.of_run(run, style) for run in runs)
        printed += self.of_notes(notes)
        return tuple(reference for _, reference in sorted(printed, key=lambda item: item[0]))

    def of_run(self, run: _Run, style: tuple[bool, bool]) -> _Printed:
        label = self.range(run.start.label, run.end.label)
        illustration, main = style
        reference = Reference(label, run.marks[0].locator.target, main, illustration)
        return (*run.start.order, (0, illustration)), reference

    def range(self, first: str, last: str) -> str:
        """``12``, ``12–14``; ``321–28`` by the manual's rule."""
        if first == last:
            return first
        volume, colon, _ = first.rpartition(":")
        start, last = first.removeprefix(volume + colon), last.removeprefix(volume + colon)
        return f"{first}–{shortened(start, last) if self.abbreviated else last}"

    def of_notes(self, marks: list[Mark]) -> Iterator[_Printed]:
        """For each page or document the notes: ``3n1``, ``3nn1–2``, and then ``3n4``."""
        by_unit: dict[tuple[Unit, str, bool], dict[str, Locator]] = {}
        for mark in marks:
            found = mark.locator
            told = (mark.start.label, found.note or "") in self.crowded
            name = self.names.get(found.document, "") if told else ""
            numbers = by_unit.setdefault((mark.start, name, found.main), {})
            numbers.setdefault(found.note or "", found)
        for position, ((unit, name, main), numbers) in enumerate(by_unit.items()):
            for place, (note, label) in enumerate(self.note_labels(list(numbers))):
                # “Foreword n1”, but “12n1”.
                space = "" if unit.label[-1:].isdigit() or _PAGE.fullmatch(unit.label) else " "
                whole = f"{unit.label}{space}{label}" + (f" ({name})" if name else "")
                reference = Reference(whole, numbers[note].target, main)
                yield (*unit.order, (1, position, place)), reference

    def note_labels(self, numbers: list[str]) -> Iterator[tuple[str, str]]:
        """For each run of notes, its first and its label: ``nn1–2``, then ``n4``."""
        counted = sorted(int(number) for number in numbers if number.isdigit())
        for _, members in groupby(enumerate(counted), key=lambda pair: pair[1] - pair[0]):
            run = [str(number) for _, number in members]
            several = "n" if len(run) > 1 else ""
            yield run[0], f"n{several}{self.range(run[0], run[-1])}"
        yield from ((number, f"n{number}") for number in numbers if not number.isdigit())


def _runs(marks: Iterable[Mark]) -> list[_Run]:
    """Draw together what follows one another, or lies in a range that somebody marked."""
    made: list[_Run] = []
    for mark in sorted(marks, key=lambda mark: (mark.start.order, mark.end.order)):
        last = made[-1] if made else None
        if last and _goes_on(last.end, mark.start):
            last.marks.append(mark)
            last.end = max(last.end, mark.end, key=lambda unit: unit.order)
        else:
            made.append(_Run(mark.start, mark.end, [mark]))
    return made


def _goes_on(before: Unit, after: Unit) -> bool:
    if after.order <= before.order:
        return True
    return after.series == before.series and after.number == before.number + 1


def _without(runs: Iterable[_Run], others: list[_Run]) -> Iterator[_Run]:
    """Runs without the units that others have: the chief place is not named a second time."""
    for run in runs:
        left = [mark for mark in run.marks if not any(_covers(other, mark) for other in others)]
        # What is left of a passage of several units stays whole.
        yield from _runs(left)


def _covers(run: _Run, mark: Mark) -> bool:
    return run.start.order <= mark.start.order and mark.end.order <= run.end.order


def shortened(first: str, last: str) -> str:
    """The second number of a range by the manual's rule for inclusive numbers (17th ed., 9.61).

    After less than 100, or a multiple of 100, all figures are given; after 101 to 109, 201 to 209
    and so on those that change; after others two, or more when more change. What is not two plain
    numbers stays as it is.
    """
    if not (first.isdigit() and last.isdigit() and len(first) == len(last)):
        return last
    number = int(first)
    if number < 100 or number % 100 == 0:
        return last
    kept = next(n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b)
    changed = last[kept:]
    return changed if number % 100 < 10 else last[-max(len(changed), 2) :]
