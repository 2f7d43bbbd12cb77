"""Lists, tables, figures and pictures of a TEI text."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import PurePosixPath
from typing import Protocol

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.tei_xml import find, find_all, name_of, words
from letterbook.importers.treebuilder import Builder


class TextReader(Protocol):
    """What reads the text around these; see ``tei_text``."""

    builder: Builder

    @property
    def exact(self) -> bool:
        """Whether every space of the file was meant."""

    def content(self, element: Element) -> None:
        """Read what is in an element."""

    def element(self, element: Element) -> None:
        """Read an element."""

    def attributes(self, element: Element, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the attributes for what an element becomes."""

    def treatment_of(self, element: Element) -> str:
        """Tell what is to be made of an element."""

    def picture(self, url: str, line: int) -> str | None:
        """Take a picture along, and give its path in the book."""


_NUMBERED = frozenset({"ordered", "numbered", "decimal", "arabic", "roman", "alpha"})


def read_list(reader: TextReader, element: Element) -> None:
    """A list; with ``type="gloss"``, terms and what is said of them."""
    kinds = {element.get("type", ""), *element.get("rend", "").split()}
    children = [c for c in element if isinstance(c.tag, str)]
    for head in (c for c in children if name_of(c) == "head"):
        with reader.builder.paragraph():
            reader.content(head)
    if "gloss" in kinds:
        _gloss(reader, element, children)
        return
    tag = "ol" if kinds & _NUMBERED else "ul"
    attributes = reader.attributes(element)
    start = element.get("n", "")
    if tag == "ol" and start.isascii() and start.isdigit():
        attributes["start"] = start
    label: Element | None = None
    with reader.builder.block(tag, attributes) as block:
        for child in children:
            if name_of(child) == "head":
                continue
            if name_of(child) == "label":
                label = child
            elif name_of(child) == "item" or block is not None:
                _item(reader, child, label)
                label = None
            else:
                reader.element(child)
            reader.builder.text(child.tail)
        if label is not None:
            _item(reader, label, None)


def _item(reader: TextReader, item: Element, label: Element | None) -> None:
    treatments = {reader.treatment_of(child) for child in item}
    has_paragraphs = bool(treatments & {"paragraph", "verse", "quotation", "figure"})
    bare = reader.exact or not has_paragraphs
    with reader.builder.block("li", reader.attributes(item), bare=bare):
        if label is not None:
            reader.content(label)
            reader.builder.text(" ")
        if name_of(item) in ("item", "label"):
            reader.content(item)
        else:
            reader.element(item)


def _gloss(reader: TextReader, element: Element, children: list[Element]) -> None:
    with reader.builder.block("dl", reader.attributes(element)):
        for child in children:
            if name_of(child) == "head":
                continue
            if name_of(child) == "label":
                with reader.builder.block("dt", reader.attributes(child)):
                    reader.content(child)
            else:
                has_paragraphs = any(reader.treatment_of(c) == "paragraph" for c in child)
                bare = reader.exact or not has_paragraphs
                with reader.builder.block("dd", reader.attributes(child), bare=bare):
                    reader.content(child)


def read_table(reader: TextReader, element: Element) -> None:
    """A table; rows that are labels at its top are its head."""
    rows = [r for r in element if name_of(r) == "row"]
    heads = 0
    while heads < len(rows) and rows[heads].get("role") == "label":
        heads += 1
    with reader.builder.block("table", reader.attributes(element)) as block:
        for child in element:
            if name_of(child) == "head":
                with reader.builder.block("caption", reader.attributes(child)):
                    reader.content(child)
            elif name_of(child) not in ("row", ""):
                # A page begins, or a note stands, between the rows.
                reader.element(child)
        _rows(reader, rows[:heads], "thead", block is None)
        _rows(reader, rows[heads:], "tbody", block is None)


def _rows(reader: TextReader, rows: list[Element], section: str, in_line: bool) -> None:
    if rows:
        alone = in_line or rows[0].get("rend") == "bare"
        with nullcontext() if alone else reader.builder.block(section):
            for row in rows:
                _row(reader, row, section == "thead")


def _row(reader: TextReader, row: Element, is_head: bool) -> None:
    with reader.builder.block("tr", reader.attributes(row)) as block:
        for cell in row:
            if name_of(cell) == "cell":
                _cell(reader, cell, is_head)
            elif name_of(cell):
                reader.element(cell)
            if block is None:
                reader.builder.text(" ")


def _cell(reader: TextReader, cell: Element, is_head: bool) -> None:
    tag = "th" if is_head or cell.get("role") == "label" else "td"
    attributes = reader.attributes(cell)
    for theirs, ours in (("cols", "colspan"), ("rows", "rowspan")):
        number = cell.get(theirs, "1")
        if number.isascii() and number.isdigit() and 1 < int(number) <= 100:
            attributes[ours] = number
    if tag == "th" and reader.exact:
        if scope := cell.get("rend"):
            attributes["scope"] = scope
    elif tag == "th" and not is_head:
        attributes["scope"] = "row"
    with reader.builder.block(tag, attributes):
        reader.content(cell)


def read_figure(reader: TextReader, element: Element) -> None:
    """A picture with its caption; what is not beside the file leaves its words."""
    if reader.exact:
        _own_figure(reader, element)
        return
    graphics = [g for g in find_all(element, "graphic") if g.get("url")]
    description = find(element, "figDesc")
    paths = [(g, reader.picture(g.get("url", ""), g.sourceline or 1)) for g in graphics]
    images = [_img(path, graphic, element) for graphic, path in paths if path]
    captions = [
        child
        for child in element
        if name_of(child) in ("head", "p", "ab", "figDesc")
        and not (images and child is description)
    ]
    if images and not reader.builder.in_line:
        with reader.builder.block("figure", reader.attributes(element)) as block:
            assert block is not None
            block.extend(images)
            _caption(reader, captions)
    else:
        for image in images:
            reader.builder.mark(image)
        for caption in captions:
            with reader.builder.paragraph():
                reader.content(caption)
    for other in element:
        if name_of(other) not in ("graphic", "head", "p", "ab", "figDesc", ""):
            reader.element(other)


def _own_figure(reader: TextReader, element: Element) -> None:
    """A figure of our own files: its parts in their order."""
    with reader.builder.block("figure", reader.attributes(element)):
        for child in element:
            if name_of(child) == "head":
                with reader.builder.block("figcaption", reader.attributes(child)):
                    reader.content(child)
            else:
                reader.element(child)
            reader.builder.text(child.tail)


def _caption(reader: TextReader, captions: list[Element]) -> None:
    if not captions:
        return
    with reader.builder.block("figcaption", reader.attributes(captions[0])):
        for position, caption in enumerate(captions):
            if position:
                reader.builder.line_break()
            reader.content(caption)


def read_image(reader: TextReader, element: Element) -> None:
    """A picture in a line."""
    path = reader.picture(element.get("url", ""), element.sourceline or 1)
    if path and reader.exact:
        image = etree.Element("img", reader.attributes(element, {"src": path}))
        if (description := find(element, "desc")) is not None:
            image.set("alt", "".join(description.itertext()))
        reader.builder.mark(image)
    elif path:
        reader.builder.mark(_img(path, element, element))
    elif (description := find(element, "desc")) is not None:
        reader.content(description)


def _img(path: str, graphic: Element, around: Element) -> Element:
    """The picture’s element; its description is the first there is, or at last its name."""
    texts = [words(find(graphic, "desc")), words(find(around, "figDesc")),
             words(find(around, "head")), PurePosixPath(path).stem]  # fmt: skip
    return etree.Element("img", {"src": path, "alt": next(text for text in texts if text)})
