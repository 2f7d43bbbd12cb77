"""Files that are nothing but a register: told from letters, read once, and accounted for.

A project keeps its persons, places and organisations in files of their own, and its letters point
there. What enters are such files; what leaves are the Registers that all letters of an import
share, and afterwards what of a file’s words became headings of the index and what did not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import lru_cache

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.imported import Register, RegisterPart, Source
from letterbook.importers.tei_registers import ENTRIES, LISTS, Registers, entry_of
from letterbook.importers.tei_xml import find, fold, name_of, read_xml
from letterbook.index.terms import plain_heading
from letterbook.metadata import Kind

_HAS_LIST = re.compile(rb"<(?:[\w.-]+:)?list(?:Person|Place|Org|Bibl|Event|Object)\b")
_OF_A_LETTER = re.compile(rb"<(?:[\w.-]+:)?(?:correspDesc|opener|closer|salute|signed)\b")
_HOLDERS = frozenset(
    {"TEI", "teiCorpus", "text", "group", "front", "body", "back", "standOff", "list",
     *(f"div{level}" for level in ("", *range(1, 8)))}
)  # fmt: skip
"""What stands around the lists of a register."""
_ABOUT = frozenset({"teiHeader", "head", "pb", "milestone", "lb"})
_PROSE = frozenset({"p", "ab", "note", "desc"})


def is_register(source: Source) -> bool:
    """Tell whether a TEI file is a register and no letter."""
    if not _HAS_LIST.search(source.data) or _OF_A_LETTER.search(source.data):
        return False
    root, _ = read_xml(source.data, source.name)
    return root is not None and find(root, "//teiHeader") is not None and holds_only_registers(root)


def holds_only_registers(root: Element) -> bool:
    """Whether there are lists of persons and the like, and besides them no text."""
    lists = 0
    stack = [root]
    while stack:
        element = stack.pop()
        name = name_of(element)
        if name in LISTS:
            lists += 1
        elif name in _HOLDERS:
            stack += element
        elif name in _PROSE:
            # A few words of introduction stand before the first list; a letter has them in front
            # of its own registers, which an edition puts behind the text.
            parent = element.getparent()
            around = name_of(parent) if parent is not None else ""
            beside = parent is not None and any(name_of(child) in LISTS for child in parent)
            if not (around in ("front", "standOff") or beside):
                return False
        elif name and name not in _ABOUT:
            return False
    return lists > 0


@lru_cache(maxsize=2)
def shared_registers(files: tuple[tuple[str, bytes], ...]) -> Registers:
    """Read register files, once for all the letters that a process imports."""
    registers = Registers()
    for name, data in files:
        # What is wrong with a file is told when the file itself is reported.
        root, _ = read_xml(data, name)
        if root is not None:
            registers.collect(root)
    return registers


def read_register(
    source: Source, files: tuple[tuple[str, bytes], ...], used: Collection[str]
) -> Register:
    """Tell what of one register file became headings; ``used`` are the headings of all letters.

    ``files`` are all register files of the import, since who has a key depends on them.
    """
    root, diagnostics = read_xml(source.data, source.name)
    if root is None:
        return Register(0, diagnostics=tuple(diagnostics))
    headings, count = _headings(root, shared_registers(files), used)
    runs = _Runs()
    left = {entry: Counter(_plain(heading)) for entry, heading in headings.items()}
    for word, element in _words(root):
        entry = _around(element, left) if left else None
        core = word.strip(",")
        if entry is not None and left[entry][core] > 0:
            left[entry][core] -= 1
            runs.add(word, element, headings[entry])
        else:
            runs.add(word, element, None)
    diagnostics.append(
        Diagnostic(
            "register-read",
            f"this is a register: {len(headings)} of its {count} entries are headings of the index",
            "nothing to do; an entry becomes a heading when a letter refers to it by its key",
            Span(source.name, root.sourceline or 1),
            Severity.HINT,
        )
    )
    return Register(count, len(headings), runs.done(), tuple(diagnostics))


def _headings(
    root: Element, shared: Registers, used: Collection[str]
) -> tuple[dict[Element, str], int]:
    """Give the entries that became headings, with these, and how many entries there are."""
    wanted = {heading.casefold() for heading in used}
    found: dict[Element, str] = {}
    count = 0
    for entry in root.iter(*(f"{{*}}{name}" for name in ENTRIES)):
        parent = entry.getparent()
        if parent is None or name_of(parent) not in LISTS:
            continue
        count += 1
        made, plain = shared.of_entry(entry), entry_of(entry)
        if made is None or plain is None or made.heading.casefold() not in wanted:
            continue
        wanted.discard(made.heading.casefold())
        # The years of a person are made of dates, whose words stay where they are.
        gloss = plain.gloss if plain.kind is Kind.WORK else None
        found[entry] = " ".join(filter(None, (plain_heading(plain.heading), gloss)))
    return found, count


def _plain(heading: str) -> list[str]:
    return [word.strip(",") for word in heading.split()]


class _Runs:
    """Gathers words that go the same way."""

    def __init__(self) -> None:
        self.parts: list[RegisterPart] = []
        self.run: list[str] = []
        self.heading: str | None = None
        self.place = ""

    def add(self, word: str, element: Element, heading: str | None) -> None:
        if heading != self.heading or not self.run:
            self.end()
            self.heading = heading
            self.place = f"{name_of(element)}, line {element.sourceline or 1}"
        self.run.append(word)

    def end(self) -> None:
        if self.run:
            self.parts.append(RegisterPart(" ".join(self.run), self.heading, self.place))
            self.run = []

    def done(self) -> tuple[RegisterPart, ...]:
        self.end()
        return tuple(self.parts)


def _words(root: Element) -> Iterator[tuple[str, Element]]:
    """Every word of a file with the element that it stands in."""
    stack: list[tuple[Element, bool]] = [(root, False)]
    while stack:
        element, is_tail = stack.pop()
        parent = element.getparent()
        if is_tail:
            if parent is not None and element is not root:
                yield from ((word, parent) for word in fold(element.tail or "").split(" ") if word)
            continue
        stack.append((element, True))
        if isinstance(element.tag, str):
            yield from ((word, element) for word in fold(element.text or "").split(" ") if word)
            stack += [(child, False) for child in reversed(element)]


def _around(element: Element, wanted: Collection[Element]) -> Element | None:
    around: Element | None = element
    while around is not None and around not in wanted:
        around = around.getparent()
    return around
