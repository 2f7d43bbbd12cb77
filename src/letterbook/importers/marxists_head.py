"""The header of a page of marxists.org, and its fields.

It comes as ``p.information`` with labels in ``span.info``, as prose in ``p.info``, or as labels in
bold, all in one paragraph or each in one of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.header import Field, labelled
from letterbook.importers.htmlblocks import HEADINGS, Block, classes_of, words
from letterbook.provenance.labels import MAX_LABEL, classes_meaning, data, meaning, pattern

REACH = 30
"""Blocks among which the header of a page begins."""
END = 3
"""Blocks at the end of a page among which those who made it are named."""
CREDIT = 30
"""Words of such a line."""
_PROVENANCE = frozenset({"source", "rights", "transcriber", "markup", "proofreader", "published"})
_BOLD = frozenset({"b", "strong", "em", "i", "u", "span", "font"})
_ITALIC = frozenset({"em", "i", "strong", "b", "cite"})
_NUMBERING = re.compile(r"[\W\d_]*")


def find_header(blocks: Sequence[Block]) -> list[Block]:
    """Find the blocks of the header among a page's, navigation already taken away."""
    # Below the first note, the class of a header’s lines is that of small print.
    notes = next((i for i, b in enumerate(blocks) if is_numbered(b)), len(blocks))
    return [
        b
        for i, b in enumerate(blocks)
        if (is_information(b, i) and (i < notes or any(_labels(b.element))))
        or (i >= len(blocks) - END and _is_credit(b))
    ]


def _is_credit(block: Block) -> bool:
    """Whether a line at the end of a page says who made the page."""
    said = (pattern("prose", key).match(block.text) for key in ("transcriber", "proofreader"))
    return block.tag == "p" and len(block.text.split()) <= CREDIT and any(said)


# --------------------------------------------------------------------------- fields


def is_information(block: Block, position: int) -> bool:
    """Tell whether a block is a header's: by its labels, or by its class and place."""
    if block.tag in HEADINGS or block.tag in ("hr", "table", "ul", "ol"):
        return False
    keys = [key for label in _labels(block.element) for key in meaning(label)]
    kinds = classes_meaning()
    marked = any(kinds.get(name) == "information" for name in block.classes)
    if keys and marked:
        return True
    near = position < REACH
    if marked and not is_numbered(block):
        return near
    # “To: …” in the text is no header; one that says where the text is from, is.
    said = bool(_PROVENANCE & set(keys))
    return near and said and (len(keys) > 1 or _is_marked(block.element))


def _is_marked(element: Element) -> bool:
    """Whether a paragraph begins with a label that is made to look like one: bold, or a class."""
    line = next(_lines(element), None)
    label = line.label() if line is not None else None
    first = next((piece for piece in line.pieces if piece[0].strip()), None) if line else None
    if label is None or first is None:
        return False
    holder = _holder(first[1], element)
    return holder is not None and words(holder).strip(" :\u00a0") == label.strip(" :\u00a0")


def is_numbered(block: Block) -> bool:
    """Whether what looks like labels only numbers notes."""
    spans = [e for e in block.element.iter("span") if "info" in classes_of(e)]
    return bool(spans) and all(_NUMBERING.fullmatch(words(span)) for span in spans)


def _labels(element: Element) -> Iterator[str]:
    for line in _lines(element):
        if label := line.label():
            yield label


@dataclass(slots=True)
class _Line:
    """One line of a header: its pieces, each with the element that holds it."""

    pieces: list[tuple[str, Element]] = field(default_factory=list)
    root: Element | None = None

    def text(self) -> str:
        return " ".join("".join(text for text, _ in self.pieces).split())

    def label(self) -> str | None:
        """The label with which it begins, if it has one."""
        if found := labelled(self.text()):
            return found[0]
        first = next((piece for piece in self.pieces if piece[0].strip()), None)
        if first is None:
            return None
        holder = _holder(first[1], self.root)
        if holder is None or "info" not in classes_of(holder):
            return None
        text = " ".join(words(holder).split())
        inside, colon, _ = text.partition(":")
        if colon and len(inside) <= MAX_LABEL and not _NUMBERING.fullmatch(inside):
            return inside
        is_label = text.rstrip().endswith(":") or self.text()[len(text) :].lstrip().startswith(":")
        return text.rstrip(" :") if is_label and not _NUMBERING.fullmatch(text) else None


def _holder(element: Element, root: Element | None) -> Element | None:
    """The outermost element around a piece, below the block, that may be a label."""
    found = None
    for item in (element, *element.iterancestors()):
        if item is root:
            break
        if item.tag in _BOLD:
            found = item
    return found


def _lines(element: Element) -> Iterator[_Line]:
    """Cut a block at its breaks, and before each label that is marked as one."""
    line = _Line(root=element)
    for text, holder, starts in _pieces(element, element):
        if starts and line.text():
            yield line
            line = _Line(root=element)
        if text is not None:
            line.pieces.append((text, holder))
    if line.text():
        yield line


def _pieces(element: Element, root: Element) -> Iterator[tuple[str | None, Element, bool]]:
    kinds = classes_meaning()
    is_label = (
        element is not root
        and any(kinds.get(n) == "label" or n == "info" for n in classes_of(element))
        and not _NUMBERING.fullmatch(words(element))
    )
    if is_label:
        yield None, element, True
    if element.tag == "br":
        yield None, element, True
    if element.text:
        yield element.text, element, False
    for child in element:
        yield from _pieces(child, root)
        if child.tail:
            yield child.tail, element, False


def fields_of(block: Block) -> list[Field]:
    """Read the fields of a header's block."""
    fields: list[Field] = []
    for line in _lines(block.element):
        label = line.label()
        text = line.text()
        if label is not None:
            found = labelled(text)
            value = found[1] if found else text[len(label) :].lstrip(" :\u00a0")
            fields.append(_field(label, value, line, block))
        elif fields and fields[-1].label and not _is_prose(text):
            last = fields[-1]
            more = _field(None, text, line, block)
            fields[-1] = Field(
                last.label,
                f"{last.value} {text}",
                (*last.emphasised, *more.emphasised),
                (*last.links, *more.links),
                last.line,
            )
        else:
            fields.append(_field(None, text, line, block))
    return fields


def _field(label: str | None, value: str, line: _Line, block: Block) -> Field:
    emphasised: list[str] = []
    links: list[str] = []
    for text, holder in line.pieces:
        around = [holder, *holder.iterancestors()]
        inside = around[: around.index(line.root)] if line.root in around else around
        if any(e.tag in _ITALIC and "info" not in classes_of(e) for e in inside):
            run = " ".join(text.split())
            if run and run in value and run.rstrip(":") != label:
                emphasised.append(run)
        links += [href for e in inside if (href := e.get("href")) and href not in links]
    return Field(label, value, tuple(emphasised), tuple(links), block.line)


def _is_prose(text: str) -> bool:
    """Whether a line begins something of its own."""
    return any(pattern("prose", key).match(text) for key in data()["prose"])
