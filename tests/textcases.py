"""Cases that are text: what goes in, and what must come out.

A file holds cases one after another, each in this form, with lines of a single full stop between
the parts:

    Title
    .
    what goes in
    .
    what must come out
    .

``pytest --rewrite-cases`` writes what comes out now, to be read before it is committed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parent / "cases"


@dataclass(frozen=True)
class Case:
    """One case, and where it stands."""

    path: Path
    number: int
    title: str
    given: str
    expected: str

    def check(self, actual: str, rewrite: bool) -> None:
        """Compare what came out with what must, or write it down."""
        if rewrite and actual != self.expected:
            parts = _parts(self.path)
            parts[3 * self.number + 2] = f"{actual}\n" if actual else ""
            self.path.write_text(".\n".join(parts), encoding="utf-8")
        else:
            assert actual == self.expected, f"{self.path.name}: {self.title}"


def _parts(path: Path) -> list[str]:
    return re.split(r"^\.\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)


def _read(path: Path) -> Iterator[Case]:
    parts = _parts(path)
    assert len(parts) % 3 == 1, f"{path}: a case has three parts"
    for number, (title, given, expected) in enumerate(
        zip(parts[0:-1:3], parts[1::3], parts[2::3], strict=True)
    ):
        yield Case(path, number, title.strip(), given.removesuffix("\n"), expected.rstrip("\n"))


def cases(folder: str, file: str = "*") -> pytest.MarkDecorator:
    """Give a test every case of a folder, or of a file in it, as its argument ``case``."""
    found = [case for path in sorted((CASES / folder).glob(f"{file}.txt")) for case in _read(path)]
    assert found
    return pytest.mark.parametrize("case", found, ids=[f"{c.path.stem}: {c.title}" for c in found])
