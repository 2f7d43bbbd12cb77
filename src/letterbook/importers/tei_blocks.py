"""Lists, tables, figures, pictures and verse of a TEI text."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import PurePosixPath

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.tei_reading import BLOCK_TREATMENTS, Reading
from letterbook.importers.tei_xml import find, find_all, name_of, words

_NUMBERED = frozenset({"ordered", "numbered", "decimal", "arabic", "roman", "alpha"})


def read_list(reader: Reading, element: Element) -> None:
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


def _item(reader: Reading, item: Element, label: Element | None) -> None:
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


def _gloss(reader: Reading, element: Element, children: list[Element]) -> None:
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


def read_table(reader: Reading, element: Element) -> None:
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


def _rows(reader: Reading, rows: list[Element], section: str, in_line: bool) -> None:
    if rows:
        alone = in_line or rows[0].get("rend") == "bare"
        with nullcontext() if alone else reader.builder.block(section):
            for row in rows:
                _row(reader, row, section == "thead")


def _row(reader: Reading, row: Element, is_head: bool) -> None:
    with reader.builder.block("tr", reader.attributes(row)) as block:
        for cell in row:
            if name_of(cell) == "cell":
                _cell(reader, cell, is_head)
            elif name_of(cell):
                reader.element(cell)
            if block is None:
                reader.builder.text(" ")


def _cell(reader: Reading, cell: Element, is_head: bool) -> None:
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


def read_figure(reader: Reading, element: Element) -> None:
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


def _own_figure(reader: Reading, element: Element) -> None:
    """A figure of our own files: its parts in their order."""
    with reader.builder.block("figure", reader.attributes(element)):
        for child in element:
            if name_of(child) == "head":
                with reader.builder.block("figcaption", reader.attributes(child)):
                    reader.content(child)
            else:
                reader.element(child)
            reader.builder.text(child.tail)


def _caption(reader: Reading, captions: list[Element]) -> None:
    if not captions:
        return
    with reader.builder.block("figcaption", reader.attributes(captions[0])):
        for position, caption in enumerate(captions):
            if position:
                reader.builder.line_break()
            reader.content(caption)


def read_image(reader: Reading, element: Element) -> None:
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


def verse(reader: Reading, element: Element) -> None:
    """Verse: each group of lines a stanza."""
    if reader.in_verse or reader.builder.in_line:
        stanza(reader, element)
        return
    reader.in_verse = True
    with reader.builder.block("div", reader.attributes(element, {"class": "verse"})):
        stanza(reader, element)
    reader.in_verse = False


def stanza(reader: Reading, element: Element) -> None:
    """Lines that belong together; groups in a group are stanzas of their own."""
    reader.builder.end_line()
    first = True
    for child in element:
        treatment = reader.treatment(child) if isinstance(child.tag, str) else "nothing"
        if treatment == "line":
            if not first:
                reader.builder.line_break()
            first = False
            reader.element(child)
        elif treatment == "heading":
            with reader.builder.paragraph(), reader.builder.inline("strong"):
                reader.content(child)
            first = True
        else:
            if treatment in BLOCK_TREATMENTS:
                first = True
            reader.element(child)
            reader.builder.text(child.tail)
    if not len(element):
        reader.content(element)
    reader.builder.end_line()


def stray_lines(reader: Reading, children: list[Element], start: int) -> int:
    """Lines of verse that no ``lg`` holds; gives the position after them."""
    end = start
    while end < len(children) and (
        not isinstance(children[end].tag, str)
        or reader.treatment(children[end]) in ("line", "page", "nothing")
    ):
        end += 1
    inline = reader.builder.in_line
    reader.in_verse = True
    with nullcontext() if inline else reader.builder.block("div", {"class": "verse"}):
        for child in children[start:end]:
            if name_of(child) == "l" and not reader.builder.at_line_start():
                reader.builder.line_break()
            reader.element(child)
    reader.in_verse = False
    reader.builder.text(children[end - 1].tail)
    return end


def lines(reader: Reading, element: Element) -> None:
    """An element that stands on a line of its own, as in an address."""
    if not reader.builder.at_line_start():
        reader.builder.line_break()
    reader.content(element)
