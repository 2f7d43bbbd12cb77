"""Drawings in SVG: the shapes and colours, made anew; nothing else gets into a book.

A drawing comes from strangers, and every reading system has its own idea of what to do with a
script, a link or a typeface in it. So what leaves is built of a list of elements and attributes
(SVG 1.1, without text, which needs typefaces). What draws and is not on the list is an error; what
draws nothing, like an editor's own notes in the file, is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.model import Image

SVG = "http://www.w3.org/2000/svg"
MEDIA_TYPE = "image/svg+xml"
MAX_BYTES = 8 * 2**20
MAX_DEPTH = 40
MAX_SIDE = 10_000
"""Pixels of a side, as CSS counts them: over two metres."""

_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon"})
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_ELEMENTS = _SHAPES | _GRADIENTS | {"svg", "g", "defs", "clipPath", "stop"}
_SILENT = frozenset({"title", "desc", "metadata"})
"""Elements that draw nothing; what a picture shows is told where the book shows it."""

_GEOMETRY = frozenset(
    {
        *("d", "x", "y", "x1", "y1", "x2", "y2", "cx", "cy", "r", "rx", "ry", "fx", "fy"),
        *("width", "height", "points", "pathLength", "viewBox", "preserveAspectRatio"),
        *("transform", "gradientTransform", "gradientUnits", "spreadMethod", "offset"),
        "clipPathUnits",
    }
)
_PAINT = frozenset(
    {
        *("fill", "fill-opacity", "fill-rule", "clip-path", "clip-rule", "display", "visibility"),
        *("stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-linejoin"),
        *("stroke-miterlimit", "stroke-dasharray", "stroke-dashoffset"),
        *("opacity", "color", "stop-color", "stop-opacity"),
    }
)
_VALUE = re.compile(r"[\w\s#%.,()+-]*")
_PLACE = re.compile(r"url\(#[\w.-]+\)(?:\s+(?:none|#?\w+))?")
_REACHES_OUT = re.compile(r"url\s*\(|:\s*//|javascript:|@import|expression\s*\(", re.IGNORECASE)
_NAME = re.compile(r"[\w.-]+")
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*(px|pt|pc|mm|cm|in)?\s*")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_HINT = (
    "save it as plain SVG, with its text made paths, and without scripts, styles, filters, clones"
    " and pictures in it; or save it as PNG"
)


class _RefusedError(Exception):
    """What may not be in a drawing, and the line."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def is_drawing(data: bytes) -> bool:
    """Tell whether the bytes of a file are to be read as a drawing."""
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def read_drawing(path: str, data: bytes, span: Span) -> Image | Diagnostic:
    """Make a drawing anew; gives what is wrong when it cannot be used.

    ``span`` is where the book shows it.
    """
    if len(data) > MAX_BYTES:
        return Diagnostic(
            "image-too-large",
            f"“{path}” is a drawing of more than {MAX_BYTES // 2**20} MB",
            "simplify it, or save it as PNG",
            span,
        )
    try:
        root = _parse(data)
        width, height = _size(root)
        made = _made(root, None)
        _check_references(made)
    except etree.XMLSyntaxError as error:
        return Diagnostic(
            "not-an-image",
            f"“{path}” is no SVG drawing: {error.msg}",
            "open it in a drawing program and save it as plain SVG",
            span,
        )
    except _RefusedError as refused:
        return Diagnostic(
            "drawing-not-allowed",
            f"{refused} has no place in a drawing of a book",
            _HINT,
            Span(path, refused.line),
        )
    made.set("width", f"{width:g}")
    made.set("height", f"{height:g}")
    if made.get("viewBox") is None:
        made.set("viewBox", f"0 0 {width:g} {height:g}")
    return Image(
        path, MEDIA_TYPE, etree.tostring(made), max(round(width), 1), max(round(height), 1)
    )


def _parse(data: bytes) -> Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    root = etree.fromstring(data, parser)
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and any(True for _ in dtd.iterentities()):
        raise _RefusedError("an entity", 1)
    if root.tag != f"{{{SVG}}}svg":
        raise _RefusedError(f"<{etree.QName(root).localname}>", root.sourceline or 1)
    return root


def _size(root: Element) -> tuple[float, float]:
    """Width and height in the pixels of CSS."""
    box = re.split(r"[\s,]+", (root.get("viewBox") or "").strip())
    sides = []
    for name, at in (("width", 2), ("height", 3)):
        match = _LENGTH.fullmatch(root.get(name) or "")
        if match:
            sides.append(float(match[1]) * _PIXELS[match[2] or "px"])
        else:
            try:
                sides.append(float(box[at]))
            except (IndexError, ValueError):
                raise _RefusedError("a size that is not told", root.sourceline or 1) from None
    if not all(0 < side <= MAX_SIDE for side in sides):
        raise _RefusedError(f"a side of {max(sides):g} pixels", root.sourceline or 1)
    return sides[0], sides[1]


# --------------------------------------------------------------------------- what is made


def _made(source: Element, parent: Element | None, depth: int = 1) -> Element:
    """Make an element anew, with all in it that draws."""
    line = source.sourceline or 1
    if depth > MAX_DEPTH:
        raise _RefusedError(f"<{_local(source)}> in {MAX_DEPTH} others", line)
    attributes = dict(_attributes(source))
    if parent is None:
        made = etree.Element(f"{{{SVG}}}svg", attributes, nsmap={None: SVG})
    else:
        made = etree.SubElement(parent, str(source.tag), attributes)
    for child in source:
        if not isinstance(child.tag, str):
            if isinstance(child, etree._Entity):
                raise _RefusedError("an entity", child.sourceline or line)
            continue
        if etree.QName(child).namespace != SVG or _local(child) in _SILENT:
            continue
        if _local(child) not in _ELEMENTS or (_local(child) == "svg"):
            raise _RefusedError(f"<{_local(child)}>", child.sourceline or line)
        _made(child, made, depth + 1)
    return made


def _attributes(source: Element) -> Iterator[tuple[str, str]]:
    """The attributes of an element that draw; styles are made attributes of their own."""
    line = source.sourceline or 1
    # A style comes before an attribute of the same name.
    told = {str(name): str(value).strip() for name, value in source.attrib.items()}
    told |= _styled(told.pop("style", ""))
    for name, value in told.items():
        if name.rpartition("}")[2] == "href":
            yield "href", _local_reference(source, value)
        elif name in _PAINT or name in _GEOMETRY:
            yield name, _checked(name, value, line)
        elif name == "id" and _NAME.fullmatch(value):
            yield name, value
        else:
            _check_silent(name, value, line)


def _styled(style: str) -> dict[str, str]:
    """The declarations of a style."""
    parts = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip().lower(): value.strip() for name, _, value in parts if name.strip()}


def _local_reference(source: Element, value: str) -> str:
    """What a gradient takes its colours from; nothing else refers to anything."""
    if _local(source) not in _GRADIENTS or not re.fullmatch(r"#[\w.-]+", value):
        raise _RefusedError(f"a link to “{value[:60]}”", source.sourceline or 1)
    return value


def _checked(name: str, value: str, line: int) -> str:
    if _PLACE.fullmatch(value) or (_VALUE.fullmatch(value) and not _REACHES_OUT.search(value)):
        return value
    raise _RefusedError(f"{name}=“{value[:60]}”", line)


def _check_silent(name: str, value: str, line: int) -> None:
    """Refuse what would act, draw or reach out, though it is not listed; let go of the rest."""
    if name.lower().startswith("on"):
        raise _RefusedError(f"{name}=", line)
    if name in ("filter", "mask", "marker", "marker-start", "marker-mid", "marker-end"):
        if value != "none":
            raise _RefusedError(f"{name}=", line)
    elif not name.startswith("{") and _REACHES_OUT.search(value):
        raise _RefusedError(f"{name}=“{value[:60]}”", line)


def _check_references(root: Element) -> None:
    """Refuse references to nothing, and those that may lead round in a circle."""
    by_id = {element.get("id"): element for element in root.iter() if element.get("id")}
    for element in root.iter():
        if href := element.get("href"):
            target = by_id.get(href[1:])
            if target is None or _local(target) not in _GRADIENTS or target.get("href"):
                raise _RefusedError(f"a link to “{href}”", 1)
        if element.get("clip-path", "none") != "none" and (
            _local(element) == "clipPath"
            or any(_local(around) == "clipPath" for around in element.iterancestors())
        ):
            raise _RefusedError("a clip-path in a clip-path", 1)


def _local(element: Element) -> str:
    return etree.QName(element).localname
