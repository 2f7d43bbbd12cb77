"""HTML as it really is, to a tree: lenient, bounded, without network.

What browsers forgive is forgiven here: two bodies, elements never closed, text after the end. The
tree is in no namespace, keeps the places of its elements (``sourceline``), and has no comments,
scripts or styles. It is not yet in our vocabulary; nothing of it may be passed on unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.importers.encoding import Decoded, decode, too_large
from letterbook.importers.htmlpieces import append

MAX_DEPTH = 250
"""Elements within elements; a person writes a dozen, a broken page some scores."""
MAX_ELEMENTS = 300_000
"""Elements of one page; the longest page of a book has some thousands."""
SILENT = frozenset(
    [
        "head",
        "script",
        "style",
        "template",
        "noscript",
        "title",
        "iframe",
    ]
)
"""Elements whose text is not shown."""

_OF_HEAD = SILENT | {"meta", "link", "base", "basefont", "bgsound", "isindex"}
"""Elements that may stand in a page’s head."""

_OF_TABLE = frozenset(["caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "td", "th"])

_TOKEN = re.compile(
    r"""(?P<comment><!--.*?(?:-->|\Z)) |
    (?P<raw><(?P<name>script|style|xmp|textarea)\b.*?(?:</(?P=name)\s*>|\Z)) |
    (?P<unseen>(?a:<noframes\b.*?(?:</noframes\s*>|\Z))) |
    (?P<inline><(?P<close>/?)(?P<letter>(?a:[biu]))(?=[\s/>])) |
    (?P<shell></?(?:html|body|head)\b[^>]{0,4000}>) |
    (?P<reference>&\#(?:(?P<decimal>\d{1,9})|[xX](?P<hex>[0-9A-Fa-f]{1,8}));?)
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)


_BLOCK_NEXT = re.compile(r"[^<>]{0,400}>\s{0,100}<(?:p|center)\b", re.IGNORECASE)
_LONGER = {"b": "strong", "i": "em", "u": "em"}
"""The parser ends the short ones where a paragraph begins, and browsers do not."""
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
"""Names that a tree takes anywhere; of a tag that went wrong, the parser makes others."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of HTML, read."""

    root: Element
    """``html``."""
    body: Element
    """The one body, with all that is shown."""
    decoded: Decoded | None
    """None when the text was given, not the bytes."""
    diagnostics: tuple[Diagnostic, ...]


def read_html(data: bytes | str, file: str) -> tuple[Page | None, tuple[Diagnostic, ...]]:
    """Read a page; None, with an error among the diagnostics, when it cannot be."""
    decoded = None
    if isinstance(data, bytes):
        decoded = decode(data, file)
        if decoded is None:
            return None, (too_large(data, file),)
        data = decoded.text
    found = decoded.diagnostics if decoded else ()
    parser = etree.HTMLParser(
        no_network=True, huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    text = _tidy(data)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace") or b" ", parser)
    except etree.XMLSyntaxError:
        root = None
    if root is None:
        return None, (*found, _no_page(file))
    if fault := _too_much(root, file):
        return None, (*found, fault)
    root = _named(root)
    for element in list(root.iter(*SILENT - {"head", "title"})):
        _drop(element)
    body = _body(root)
    for table in list(body.iter("table")):
        _foster(table)
    for items in body.iter("ol", "ul"):
        _itemise(items)
    for title in list(body.iter("title")):
        _drop(title)
    page = Page(root, body, decoded, found)
    return page, found


def place_of(element: Element, file: str) -> Span:
    """Give the place of an element in its file, as near as it is known."""
    line = next((e.sourceline for e in (element, *element.iterancestors()) if e.sourceline), 1)
    return Span(file, line)


def _tidy(text: str) -> str:
    """Take out what would make the parser lose text: the page's second end and its like.

    What is taken out leaves its line ends, so that places stay true. Character references to C1
    controls become what HTML says that they mean.
    """
    return _TOKEN.sub(_Tidier(text).replaced, text)


class _Tidier:
    """Goes through the tokens of a page in their order."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.seen: set[str] = set()
        """Which of ``html``, ``head`` and ``body`` have begun."""
        self.around: dict[str, list[bool]] = {letter: [] for letter in _LONGER}
        """Of the short elements that are open, whether each is around paragraphs."""

    def replaced(self, match: re.Match[str]) -> str:
        """Give what stands for a token."""
        if match["inline"]:
            return self.inline(match)
        if match["shell"]:
            return self.shell(match)
        if match["reference"]:
            return _character(match)
        if match["comment"] or match["unseen"]:
            # It ends no word, but its lines count.
            return "\n" * match[0].count("\n")
        return match[0]

    def inline(self, match: re.Match[str]) -> str:
        """Give a short element around paragraphs the longer name."""
        letter = match["letter"].lower()
        stack = self.around[letter]
        if not match["close"]:
            stack.append(_BLOCK_NEXT.match(self.text, match.end()) is not None)
        elif not stack:
            return match[0]
        changes = stack.pop() if match["close"] else stack[-1]
        return f"<{match['close']}{_LONGER[letter]}" if changes else match[0]

    def shell(self, match: re.Match[str]) -> str:
        """Keep the first of each tag of the page’s shell."""
        tag = match["shell"].lower()
        name = tag.strip("</>").split()[0].rstrip("/")
        first = not tag.startswith("</") and name not in self.seen
        self.seen.add(name)
        head_end = tag.startswith("</head")
        return match[0] if first or head_end else " " + "\n" * match[0].count("\n")


def _character(match: re.Match[str]) -> str:
    """Give what a reference to a character by its number means."""
    number = int(match["decimal"] or "0") or int(match["hex"] or "0", 16)
    if 0x80 <= number < 0xA0:
        return bytes([number]).decode("cp1252", "replace")
    if number in (0x2028, 0x2029):
        return " "
    if number == 0xFEFF or 0xFFF9 <= number <= 0xFFFB:
        return ""
    if number == 0 or 0xD800 <= number < 0xE000 or number > 0x10FFFF:
        return "\ufffd"
    is_text = number in (9, 10, 13) or number >= 0x20
    return match[0] if is_text and (number & 0xFFFE) != 0xFFFE else ""


def _body(root: Element) -> Element:
    """Find the body; what stands beside it is moved into it, in the order of the page."""
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    # A page without a body tag may begin with an element that the parser takes for its head’s.
    for head in root.findall("head"):
        for stray in [c for c in head if c.tag not in _OF_HEAD]:
            first = next(i for i, c in enumerate(root) if c is body)
            root.insert(first, stray)
    position = root.index(body)
    strays = [c for c in root if c is not body and c.tag != "head"]
    before = [c for c in strays if root.index(c) < position]
    for stray in [c for c in strays if c not in before]:
        body.append(stray)
    for offset, stray in enumerate(before):
        if offset == 0:
            stray.tail = (stray.tail or "") + (body.text or "")
            body.text = None
        body.insert(offset, stray)
    return body


def _foster(table: Element) -> None:
    """Move what stands in a table and in none of its cells out of it: a browser shows it, too.

    What comes before the first row is put before the table, the rest behind it.
    """
    before, behind = etree.Element("div"), etree.Element("div")
    has_rows = False
    parts = table.iter("thead", "tbody", "tfoot", "tr", "colgroup")
    for part in [table, *(p for p in parts if next(p.iterancestors("table")) is table)]:
        has_rows = has_rows or part.tag == "tr"
        stray = behind if has_rows else before
        if (part.text or "").strip():
            append(stray, part.text or "")
            part.text = None
        for child in list(part):
            if child.tag in _OF_TABLE:
                has_rows = has_rows or child.tag not in ("caption", "col", "colgroup")
                stray = behind if has_rows else before
            elif child.tag not in SILENT:
                tail, child.tail = child.tail, None
                stray.append(child)
                child.tail = tail
                continue
            if (child.tail or "").strip():
                append(stray, child.tail or "")
                child.tail = None
    for stray in (before, behind):
        if len(stray) or stray.text:
            (table.addprevious if stray is before else table.addnext)(stray)


def _itemise(items: Element) -> None:
    """Put text that stands in a list and in none of its items into one."""
    if (items.text or "").strip():
        first = etree.Element("li")
        first.text, items.text = items.text, None
        items.insert(0, first)
    for child in list(items):
        if not (child.tail or "").strip():
            continue
        tail, child.tail = child.tail or "", None
        if child.tag == "li":
            append(child, tail)
        else:
            made = etree.Element("li")
            made.text = tail
            child.addnext(made)


def _too_much(root: Element, file: str) -> Diagnostic | None:
    """Say that elements stand too deep in others, or are too many; None when neither is so."""
    depth = count = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            return _deep(file, element.sourceline or 1)
        if count > MAX_ELEMENTS:
            return Diagnostic(
                "too-many-elements",
                f"the page has more than {MAX_ELEMENTS:,} elements",
                "split it, and import the parts",
                Span(file, element.sourceline or 1),
            )
    return None


def _named(root: Element) -> Element:
    """Give all elements and attributes names that can be used again; gives the root.

    What the parser makes of a tag gone wrong can have names with which lxml itself cannot deal:
    such an element is made anew.
    """
    for element in list(root.iter(etree.Element)):
        is_name = _NAME.fullmatch(str(element.tag))
        names = element.keys()
        if is_name and all(map(_NAME.fullmatch, names)):
            continue
        attributes = dict(zip(map(str, names), map(str, element.values()), strict=True))
        if language := attributes.get("xml:lang"):
            attributes.setdefault("lang", language)
        # A browser shows what it does not know as if it were not there, Word’s <o:p> for one.
        made = etree.Element(
            str(element.tag) if is_name else "span",
            {name: value for name, value in attributes.items() if _NAME.fullmatch(name)},
        )
        made.sourceline = element.sourceline  # type: ignore[misc]  # It can be set.
        made.text, made.tail = element.text, element.tail
        made.extend(list(element))
        parent = element.getparent()
        if parent is None:
            root = made
        else:
            parent.replace(element, made)
    return root


def _drop(element: Element) -> None:
    """Remove an element, and keep what follows it."""
    parent = element.getparent()
    if parent is None:
        return
    previous = element.getprevious()
    if previous is not None:
        previous.tail = (previous.tail or "") + (element.tail or "")
    else:
        parent.text = (parent.text or "") + (element.tail or "")
    parent.remove(element)


def _no_page(file: str) -> Diagnostic:
    return Diagnostic(
        "no-page", "there is no HTML in this file", "look at what the file is", Span(file)
    )


def _deep(file: str, line: int) -> Diagnostic:
    return Diagnostic(
        "too-deep",
        f"elements stand more than {MAX_DEPTH} deep in one another",
        "simplify the page; probably one element is never closed",
        Span(file, line),
    )
