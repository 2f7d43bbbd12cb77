"""The structure of a book: which division holds which letter, and in which order they stand.

The settings of a book and its letters, in the order of their files, enter; what leaves are the
divisions, and the letters in reading order. Every letter belongs to exactly one division, when
there are any: one that nobody claims, and one that two claim, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from itertools import pairwise
from pathlib import PurePosixPath

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.metadata import BookSettings, DivisionKind, DivisionSettings, Order
from letterbook.model import Division, Document

LETTERS = "letters"
"""The folder of the letters."""

_KINDS = (DivisionKind.VOLUME, DivisionKind.PART, DivisionKind.SECTION)
_BY_DEPTH: Mapping[int, tuple[DivisionKind, ...]] = {1: _KINDS[1:2], 2: _KINDS[1:], 3: _KINDS}
"""What the divisions are, when they do not say it, by how deep the deepest of them stands."""

_DATE = re.compile(r"(-?[0-9X]{4})(?:-(0[1-9X]|1[0-2X]|XX)(?:-([0-9X]{2}))?)?[~?%]?")
_WILD = re.compile(r"[*?\[]")
_NEVER = (99999, 99, 99)
"""Sorts after every date."""
_Places = Mapping[tuple[str | int, ...], Span]
_Path = tuple[str | int, ...]


def arrange(
    settings: BookSettings, places: _Places, letters: Sequence[Document], file: str
) -> tuple[tuple[Document, ...], tuple[Division, ...], list[Diagnostic]]:
    """Put the letters of a book in order, and into its divisions.

    ``places`` tell where each key of the settings stands, in ``file``.
    """
    arranger = _Arranger(settings.order, places, letters, file)
    if not settings.parts:
        if settings.order is Order.GIVEN:
            arranger.fault(
                "order-not-given",
                ("order",),
                "the letters are to be in the order that is given, and none is",
                "name them in “parts”, or write “order: file” or “order: date”",
            )
        return tuple(arranger.ordered(letters)), (), arranger.diagnostics
    deepest = min(_depth(settings.parts), len(_KINDS))
    divisions = tuple(
        arranger.division(part, ("parts", number), str(number + 1), _BY_DEPTH[deepest])
        for number, part in enumerate(settings.parts)
    )
    arranger.check_claims()
    return tuple(arranger.placed), divisions, arranger.diagnostics


def _depth(parts: Iterable[DivisionSettings]) -> int:
    return 1 + max((_depth(part.parts) for part in parts if part.parts), default=0)


@dataclass(slots=True)
class _Arranger:
    order: Order
    places: _Places
    letters: Sequence[Document]
    file: str
    named: dict[str, Document] = field(init=False)
    """The letters by their paths below their folder."""
    diagnostics: list[Diagnostic] = field(default_factory=list)
    placed: list[Document] = field(default_factory=list)
    """The letters in reading order."""
    claims: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Number and title of the division that holds each letter, by the letter's path."""

    def __post_init__(self) -> None:
        self.named = {_below(letter): letter for letter in self.letters}

    def span(self, path: _Path) -> Span:
        """The place of a key of the settings, or of the nearest thing around it."""
        while path and path not in self.places:
            path = path[:-1]
        return self.places.get(path, Span(self.file))

    def fault(self, code: str, path: _Path, message: str, hint: str) -> None:
        self.diagnostics.append(Diagnostic(code, message, hint, self.span(path)))

    def division(
        self, part: DivisionSettings, path: _Path, number: str, kinds: Sequence[DivisionKind]
    ) -> Division:
        """Make a division and those within it; ``kinds`` begins with what it is by its depth."""
        kind = part.kind or (kinds[0] if kinds else DivisionKind.SECTION)
        allowed = kinds if "-" in number else _KINDS
        if not kinds:
            self.fault(
                "part-too-deep",
                path,
                f"“{part.title}” stands too deep: there are volumes, parts and sections",
                "take it out of the section that it stands in",
            )
        elif part.kind and part.kind not in allowed:
            self.fault(
                "part-misplaced",
                (*path, "kind"),
                f"“{part.title}” cannot be a {part.kind} within what it stands in",
                "volumes hold parts, and parts hold sections",
            )
        if not part.documents and not part.parts:
            self.fault(
                "part-empty",
                path,
                f"there is nothing in “{part.title}”",
                f"name its letters: “documents: 1871/*”, as they stand in {LETTERS}/",
            )
        own = self.ordered(self.claimed(part, number, path))
        self.placed += own
        below = _KINDS[_KINDS.index(kind) + 1 :]
        within = tuple(
            self.division(inner, (*path, "parts", at), f"{number}-{at + 1}", below)
            for at, inner in enumerate(part.parts)
        )
        ids = tuple(document_id(letter.slug) for letter in own)
        return Division(f"part-{number}", part.title, part.subtitle, kind, ids, within)

    def claimed(self, part: DivisionSettings, number: str, path: _Path) -> list[Document]:
        """The letters that a division names, in that order."""
        found: dict[str, Document] = {}
        for at, pattern in enumerate(part.documents):
            letters = self.matching(pattern)
            if not letters:
                self.fault(
                    "part-unmatched",
                    (*path, "documents", at),
                    f"“{pattern}” is the name of no letter",
                    f"name files as they stand in {LETTERS}/: “1871/01.md”, or “1871/*” for all",
                )
            taken = []
            for letter in letters:
                holder = self.claims.setdefault(letter.file.path, (number, part.title))
                if holder[0] == number:
                    found[letter.file.path] = letter
                else:
                    taken.append((letter, holder[1]))
            if taken:
                (first, title), more = taken[0], len(taken) - 1
                others = f" (and {more} more)" if more else ""
                self.fault(
                    "part-claimed-twice",
                    (*path, "documents", at),
                    f"“{pattern}” names {_below(first)}, which is in “{title}” already{others}",
                    "let one of the two name it",
                )
        if self.order is Order.FILE:
            return [letter for letter in self.letters if letter.file.path in found]
        return list(found.values())

    def matching(self, pattern: str) -> list[Document]:
        """The letters that a pattern names, in the order of their files."""
        if not _WILD.search(pattern):
            name = pattern.strip().removeprefix(f"{LETTERS}/")
            return [self.named[name]] if name in self.named else []
        steps = _steps(pattern)
        named = self.named.items()
        return [letter for name, letter in named if _matches(name.split("/"), steps)]

    def check_claims(self) -> None:
        """Tell the letters that no division holds."""
        for letter in self.letters:
            if letter.file.path not in self.claims:
                self.diagnostics.append(
                    Diagnostic(
                        "part-unclaimed",
                        "this letter is in none of the book’s parts",
                        f"name it in “parts” of {self.file}: “{_below(letter)}”",
                        Span(letter.file.path),
                    )
                )

    def ordered(self, letters: Sequence[Document]) -> list[Document]:
        """Letters of one division in their order."""
        if self.order is not Order.DATE:
            return list(letters)
        dated = []
        undated = []
        for letter in letters:
            when = letter.metadata.written and letter.metadata.written.date
            if when:
                dated.append((date_key(when), letter))
            else:
                undated.append(letter)
                self.diagnostics.append(
                    Diagnostic(
                        "order-undated",
                        "the letters are in the order of their dates, and this one has none:"
                        " it comes last",
                        "write when it was “written”, as well as that is known: 1872~, 187X",
                        letter.places.get(("written",), Span(letter.file.path)),
                        Severity.WARNING,
                    )
                )
        # The sort is stable: letters of one day stay in the order of their files.
        return [letter for _, letter in sorted(dated, key=lambda item: item[0])] + undated


def document_id(slug: str) -> str:
    """The id of a document: its slug, with a letter in front where XML demands one."""
    return slug if slug[0].isalpha() else f"no-{slug}"


def _below(letter: Document) -> str:
    """The path of a letter, from the folder of the letters."""
    return letter.file.path.removeprefix(f"{LETTERS}/")


def _steps(pattern: str) -> tuple[str, ...]:
    """The names of a pattern of paths; what ``**`` stands for twice over, it stands for once."""
    steps = PurePosixPath(pattern.strip().removeprefix(f"{LETTERS}/")).parts
    return tuple(step for step, before in pairwise((*steps, "")) if (step, before) != ("**", "**"))


def _matches(names: Sequence[str], steps: Sequence[str]) -> bool:
    """Whether a path is of a pattern: ``*``, ``?`` and ``[a-c]`` within a name, ``**`` across."""
    if not steps or not names:
        return not steps and not names
    if steps[0] != "**":
        return fnmatchcase(names[0], steps[0]) and _matches(names[1:], steps[1:])
    if len(steps) == 1:
        return True
    return any(_matches(names[skipped:], steps[1:]) for skipped in range(len(names)))


@lru_cache(maxsize=10_000)
def date_key(when: str) -> tuple[int, int, int]:
    """What a date is sorted by: the last day that it can mean; of a span, its first day.

    So what is dated by its month alone follows the letters of that month’s days.
    """
    first, _, last = when.partition("/")
    point = first if first.strip(".") else last
    if match := _DATE.fullmatch(point):
        year, month, day = (part or "XX" for part in match.groups())
        return int(year.replace("X", "9")), _part(month), _part(day)
    # What is rarer than that the library reads; it takes long to import.
    import edtf

    try:
        end = edtf.parse_edtf(point).upper_strict()
    except (edtf.EDTFParseException, ValueError):
        return _NEVER
    return tuple(end[:3]) if isinstance(end, tuple) else _NEVER


def _part(text: str) -> int:
    return 99 if "X" in text else int(text)


def misnamed(names: Sequence[str], parts: Iterable[str]) -> Iterator[Diagnostic]:
    """Warn of what in a book's folder is called nearly as one of its parts, and is none."""
    for name in names:
        near = name.lower().replace(".yml", ".yaml")
        if near in parts and near not in names:
            yield Diagnostic(
                "file-not-read",
                f"“{name}” is not read: it is not called {near}",
                f"rename it to {near}",
                Span(name),
                Severity.WARNING,
            )
