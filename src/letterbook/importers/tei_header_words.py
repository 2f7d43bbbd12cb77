"""The words of a TEI header that are in no key of the front matter, so that they can be told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lxml.etree import _Element as Element

from letterbook.importers.imported import Reason, SetAside
from letterbook.importers.tei_xml import fold, name_of


def left_over(header: Element | None, pieces: Iterable[Sequence[str]]) -> Iterable[SetAside]:
    """Give the words of a header that are in no value of the front matter.

    ``pieces`` are what is verbatim in it, in words. Words that are said twice are in the front
    matter by their first saying.
    """
    words = list(_words(header))
    taken = bytearray(len(words))
    positions: dict[str, list[int]] = {}
    for position, (word, _) in enumerate(words):
        positions.setdefault(word, []).append(position)
    # The longest first: a short value may stand in a long one.
    for piece in sorted(pieces, key=lambda piece: -sum(map(len, piece))):
        size = len(piece)
        for start in positions.get(piece[0], ()):
            stretch = [word for word, _ in words[start : start + size]]
            if stretch == piece and not any(taken[start : start + size]):
                taken[start : start + size] = b"\1" * size
                break
    run: list[str] = []
    place = ""
    for (word, section), is_taken in zip([*words, ("", "")], [*taken, 1], strict=True):
        if run and (is_taken or section != place):
            yield SetAside(" ".join(run), Reason.HEADER, place)
            run = []
        if not is_taken:
            run.append(word)
            place = section


def _words(header: Element | None) -> Iterable[tuple[str, str]]:
    """Every word of the header with the part that it stands in, and its line."""
    for part in header if header is not None else ():
        for section in part if len(part) else [part]:
            if isinstance(section.tag, str):
                place = f"{name_of(section)}, line {section.sourceline or 1}"
                for text in _texts(section):
                    yield from ((word, place) for word in fold(text).split(" ") if word)


def _texts(element: Element) -> Iterable[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield from _texts(child)
        yield child.tail or ""
