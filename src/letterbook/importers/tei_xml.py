"""The bytes of a TEI file to its tree, safely: nothing is fetched, expanded or unfolded.

Follows the XML 1.0 recommendation in what it refuses. libxml2 bounds depth and expansion; entity
declarations are refused outright, since a transcription has no use for them that characters do
not serve better.
"""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span

TEI = "http://www.tei-c.org/ns/1.0"
XML = "http://www.w3.org/XML/1998/namespace"
XML_ID, XML_LANG, XML_SPACE = (f"{{{XML}}}{name}" for name in ("id", "lang", "space"))

MAX_BYTES = 32 * 2**20
"""Of one file; the largest letter that we know has a quarter of one million."""
MAX_DEPTH = 64
"""Elements within elements, from the root; letters need about twenty."""

_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufff9-\ufffb]")
"""What XML allows and a text has no place for."""
_STEP = re.compile(r"[^/]+")
_SPACE = re.compile(r"[ \t\r\n\f]+")


def read_xml(data: bytes, file: str) -> tuple[Element | None, list[Diagnostic]]:
    """Read an XML file; None when it cannot or should not be read, which the diagnostics tell."""
    if len(data) > MAX_BYTES:
        return None, [
            Diagnostic(
                "file-too-large",
                f"this has more than {MAX_BYTES // 2**20} MB",
                "split it into a file for each letter",
                Span(file),
            )
        ]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        attribute_defaults=False, huge_tree=False, remove_blank_text=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        return None, [
            Diagnostic(
                "xml-syntax",
                f"this is not well-formed XML: {error.msg or 'it is empty'}",
                "correct it at this place; an XML editor shows it",
                Span(file, max(line or 1, 1), max(column or 1, 1)),
            )
        ]
    except (ValueError, LookupError) as error:
        return None, [
            Diagnostic(
                "xml-syntax",
                f"this cannot be read as XML: {error}",
                "save the file with the encoding UTF-8",
                Span(file),
            )
        ]
    faults = [*_doctype(root, file), *_entities(root, file), *_depth(root, file)]
    faults += _unseen(root, file)
    refused = any(fault.severity is Severity.ERROR for fault in faults)
    return None if refused else root, faults


def _doctype(root: Element, file: str) -> list[Diagnostic]:
    faults = []
    info = root.getroottree().docinfo
    declared = [e.name for e in info.internalDTD.iterentities()] if info.internalDTD else []
    if declared:
        faults.append(
            Diagnostic(
                "xml-entity",
                f"the file declares entities: {', '.join(str(name) for name in declared[:5])}",
                "write the characters themselves, and take the declarations away",
                Span(file),
            )
        )
    if info.system_url or info.public_id:
        faults.append(
            Diagnostic(
                "xml-doctype",
                f"the document type “{info.system_url or info.public_id}” is not read",
                "nothing to do, unless the text uses entities that it defines",
                Span(file),
                Severity.WARNING,
            )
        )
    return faults


def _entities(root: Element, file: str) -> list[Diagnostic]:
    return [
        Diagnostic(
            "xml-entity",
            f"the entity {entity.text} is not defined here",
            "write the character itself",
            Span(file, entity.sourceline or 1),
        )
        for entity in list(root.iter(etree.Entity))[:20]
    ]


def _unseen(root: Element, file: str) -> list[Diagnostic]:
    """Leave out characters that cannot be seen; where one ends a line, a space takes its place."""
    faults = []
    for element in root.iter(etree.Element):
        slots = [element.text or "", element.tail or "", *map(str, element.attrib.values())]
        for match in filter(None, map(_UNSEEN.search, slots)):
            faults.append(
                Diagnostic(
                    "control-character",
                    f"the character U+{ord(match[0]):04X} has no place in a text, and was left out",
                    "compare the place with the original",
                    Span(file, element.sourceline or 1),
                    Severity.WARNING,
                )
            )
            element.text, element.tail = seen(element.text), seen(element.tail)
            for name, value in element.attrib.items():
                element.set(name, seen(str(value)) or "")
    return faults[:20]


def seen(text: str | None) -> str | None:
    """A text without what XML allows and a text has no place for."""
    return _UNSEEN.sub(lambda m: " " if m[0] in "\x85\u2028\u2029" else "", text or "") or None


def _depth(root: Element, file: str) -> list[Diagnostic]:
    # Iterative: the depth is what is being checked.
    stack = [(root, 1)]
    while stack:
        element, depth = stack.pop()
        if depth > MAX_DEPTH:
            return [
                Diagnostic(
                    "nesting-too-deep",
                    "this is nested more deeply than a page can show",
                    "take out the inner quotations, lists or marks",
                    Span(file, element.sourceline or 1),
                )
            ]
        stack.extend((child, depth + 1) for child in element)
    return []


def name_of(element: Element) -> str:
    """The element’s name without its namespace; empty for comments and instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def find(element: Element | None, path: str) -> Element | None:
    """The first element at a path of local names: ``profileDesc/langUsage``, ``//correspDesc``."""
    return next(iter(find_all(element, path)), None)


def find_all(element: Element | None, path: str) -> list[Element]:
    """All elements at a path of local names, in document order."""
    if element is None:
        return []
    steps = _STEP.sub(r"{*}\g<0>", path)
    return element.findall(f".{steps}" if path.startswith("//") else f"./{steps}")


def fold(text: str) -> str:
    """Make each run of white space one space, and none at the ends; no-break spaces stay."""
    return _SPACE.sub(" ", text).strip(" ")


_PARTED = frozenset({"p", "ab", "licence", "item", "addrLine", "head", "l", "row", "cell"})
"""Elements of a header that stand apart, with white space around them or without."""
_NAME_PARTS = frozenset({
    "forename", "surname", "roleName", "addName", "genName", "nameLink", "settlement", "country",
    "region", "district", "bloc", "placeName", "geogName", "street", "postCode", "persName",
    "orgName", "name",
})  # fmt: skip
"""Those that do when one follows on the other at once."""


def words(element: Element | None) -> str:
    """The text of an element of the header, folded; a line break is a space."""
    return fold("".join(_runs(element))) if element is not None else ""


def _runs(element: Element) -> list[str]:
    runs = [element.text or ""]
    before = ""
    for child in element:
        name = name_of(child)
        follows = name in _NAME_PARTS and before in _NAME_PARTS and not runs[-1]
        if name == "lb" or name in _PARTED or follows:
            runs.append(" ")
        if name != "lb" and name:
            runs += _runs(child)
        if name in _PARTED:
            runs.append(" ")
        runs.append(child.tail or "")
        before = name
    return runs
