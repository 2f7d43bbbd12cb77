"""The ways through a site of many documents: what a page stands in, and what stands around it.

The contents enter, with the addresses of what they name; what leaves, for one page, is a trail
from the whole book down to it, and a tree of the contents that is open where it stands. A tree
shows what is near and leaves out what is far, so that a page of a long book is no larger than one
of a short book, and the site grows with its documents, not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from letterbook.model import Role
from letterbook.navigation import ContentsEntry

_NEAR: Mapping[Role, int] = {Role.DOCUMENT: 4, Role.PART: 10}
"""How many lines a tree shows before and after its own; of all others, which are few, every one."""

_Path = tuple[tuple[Sequence[ContentsEntry], int], ...]
"""A line of the contents: on each level, from the first, the lines and the place among them."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A line of a trail or a tree."""

    title: str
    href: str
    number: str = ""
    date: str = ""
    is_current: bool = False
    """Whether it is the page itself."""
    is_gap: bool = False
    """Whether it stands for lines left out, and leads to where they are."""
    signs: tuple[Sign, ...] = ()
    """Those below it, where the page is one of them."""


class Signposts:
    """Makes the trails and trees of one site.

    ``homes`` has the address of the page that holds each id. Without ``entries`` no page has any.
    """

    def __init__(self, entries: Sequence[ContentsEntry], homes: Mapping[str, str]) -> None:
        self.homes = homes
        self.contents = f"{homes['contents']}#contents" if entries else ""
        self.paths: dict[str, _Path] = dict(self._paths(entries, ()))
        self.always: dict[int, tuple[int, ...]] = {}
        """By the identity of the lines of a level: which of them every tree shows."""

    def _paths(self, entries: Sequence[ContentsEntry], above: _Path) -> Iterator[tuple[str, _Path]]:
        """The path of every page; of a section, the page is its first document's."""
        for number, entry in enumerate(entries):
            path = (*above, (entries, number))
            yield self.homes[entry.target], path
            yield from self._paths(entry.entries, path)

    def around(self, href: str) -> Mapping[str, tuple[Sign, ...]]:
        """What a page shows of the ways around it."""
        return {"trail": self.trail(href), "tree": self.tree(href)}

    def trail(self, href: str) -> tuple[Sign, ...]:
        """What a page stands in, from the outermost part to the innermost."""
        above = self.paths.get(href, ())[:-1]
        return tuple(self._sign(lines[number]) for lines, number in above)

    def tree(self, href: str) -> tuple[Sign, ...]:
        """The contents around a page; nothing for a page that they do not name."""
        path = self.paths.get(href, ())
        signs: tuple[Sign, ...] = ()
        for depth, (lines, number) in reversed([*enumerate(path)]):
            above = path[depth - 1] if depth else None
            whole = self._address(above[0][above[1]]) if above else self.contents
            is_current = depth == len(path) - 1
            signs = tuple(self._level(lines, number, whole, is_current, signs))
        return signs

    def _level(
        self,
        lines: Sequence[ContentsEntry],
        here: int,
        whole: str,
        is_current: bool,
        below: tuple[Sign, ...],
    ) -> Iterator[Sign]:
        reach = max(_NEAR.values())
        near = range(max(here - reach, 0), min(here + reach + 1, len(lines)))
        shown = {n for n in near if abs(n - here) <= _NEAR.get(lines[n].role, reach)}
        order = sorted({*shown, *self._always(lines)})
        if order[0] > 0:
            yield Sign("", whole, is_gap=True)
        for number, following in pairwise([*order, len(lines)]):
            own = number == here
            yield self._sign(lines[number], own and is_current, below if own else ())
            if following > number + 1:
                yield Sign("", whole, is_gap=True)

    def _always(self, lines: Sequence[ContentsEntry]) -> tuple[int, ...]:
        """Which lines are neither documents nor parts; found once for each level."""
        if id(lines) not in self.always:
            found = (n for n, entry in enumerate(lines) if entry.role not in _NEAR)
            self.always[id(lines)] = tuple(found)
        return self.always[id(lines)]

    def _sign(
        self, entry: ContentsEntry, is_current: bool = False, below: tuple[Sign, ...] = ()
    ) -> Sign:
        return Sign(
            entry.title, self._address(entry), entry.number, entry.date, is_current, signs=below
        )

    def _address(self, entry: ContentsEntry) -> str:
        """Where a line leads: to its page, and on it to a section's title."""
        home = self.homes[entry.target]
        lines, number = self.paths[home][-1]
        return home if lines[number] is entry else f"{home}#{entry.target}"
