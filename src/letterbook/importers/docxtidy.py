"""A part of a Word file brought into the form in which Mammoth loses no word of it.

What enters is a part’s tree; it is changed. What leaves is what was made of its marks: signs that
the file has only as numbers of a font, and words that go nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element
from mammoth.docx.dingbats import dingbats

from letterbook.importers.docxzip import W

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WRAPPERS = tuple(W + name for name in ("fldSimple", "bdo", "dir"))
"""What only says something of the runs in it, and Mammoth passes over with them."""
_PRIVATE = 0xF000
"""Word moves the characters of a symbol font up by so much."""


@dataclass(slots=True)
class Tidied:
    """What became of marks."""

    signs: list[str] = field(default_factory=list)
    """Characters that the file names by a font and a number."""
    unknown: list[str] = field(default_factory=list)
    """Those of which nobody knows what they look like."""
    described: list[str] = field(default_factory=list)
    """Descriptions of drawings that are no picture."""
    readings: list[str] = field(default_factory=list)
    """How words are to be read, set beside them."""


def tidy(tree: Element) -> Tidied:
    """Bring a part into form."""
    tidied = Tidied()
    for wrapper in list(tree.iter(*_WRAPPERS)):
        _unwrap(wrapper, wrapper)
    _breaks(tree)
    _choose(tree)
    _signs(tree, tidied)
    _ruby(tree, tidied)
    _boxes(tree)
    for properties in tree.iter(f"{_WP}docPr"):
        drawing = properties.getparent()
        if drawing is not None and drawing.find(f".//{A}blip") is None:
            text = " ".join(properties.attrib.pop("descr", "").split())
            tidied.described += [text] if text else []
    return tidied


def _unwrap(element: Element, inside: Element | None) -> None:
    """Put what is inside in the place of an element."""
    parent = element.getparent()
    if parent is None:
        return
    at = parent.index(element)
    parent.remove(element)
    for child in reversed(list(inside) if inside is not None else []):
        parent.insert(at, child)


def _breaks(tree: Element) -> None:
    """Let a page or a column end a line as well: what follows is no part of the word before."""
    for break_ in list(tree.iter(f"{W}br", f"{W}cr")):
        break_.tag = f"{W}br"
        break_.attrib.pop(f"{W}type", None)


def _choose(tree: Element) -> None:
    """Of two forms of a drawing, take the newer when it has words or a picture."""
    for both in list(tree.iter(f"{_MC}AlternateContent")):
        choice = both.find(f"{_MC}Choice")
        if choice is not None and (
            choice.find(f".//{W}txbxContent") is not None or choice.find(f".//{A}blip") is not None
        ):
            _unwrap(both, choice)


def _signs(tree: Element, tidied: Tidied) -> None:
    for symbol in list(tree.iter(f"{W}sym")):
        font, number = symbol.get(f"{W}font", ""), symbol.get(f"{W}char", "")
        try:
            code = int(number, 16)
        except ValueError:
            code = 0
        meant = dingbats.get((font, code)) or dingbats.get((font, code - _PRIVATE))
        if meant is None:
            tidied.unknown.append(f"{number} of {font}")
            continue
        tidied.signs.append(chr(meant))
        text = etree.Element(f"{W}t")
        text.text = chr(meant)
        parent = symbol.getparent()
        assert parent is not None
        parent.replace(symbol, text)


def _ruby(tree: Element, tidied: Tidied) -> None:
    for ruby in list(tree.iter(f"{W}ruby")):
        reading = "".join(t.text or "" for t in ruby.iterfind(f"{W}rt//{W}t"))
        tidied.readings += [reading] if reading.strip() else []
        run = ruby.getparent()
        base = ruby.find(f"{W}rubyBase")
        if run is not None and run.tag == f"{W}r":
            _unwrap(ruby, None)
            _unwrap_after(run, base)


def _unwrap_after(run: Element, base: Element | None) -> None:
    """Put the runs of a base after the run that held it."""
    for child in reversed(list(base) if base is not None else []):
        run.addnext(child)


def _boxes(tree: Element) -> None:
    """Set the text of a box after the paragraph to which it is anchored."""
    last: dict[Element, Element] = {}
    for box in list(tree.iter(f"{W}txbxContent")):
        around = next(box.iterancestors(f"{W}p"), None)
        parent = box.getparent()
        if around is None or parent is None:
            continue
        parent.remove(box)
        for block in list(box):
            last.get(around, around).addnext(block)
            last[around] = block
