"""The visible words of a source as it came, read without the importers.

Each kind of source is read in the simplest way there is: HTML by its tags alone, in the manner of
the HTML Standard's tokenizer; XML by expat's events; Word's files by the text elements of their
parts. No tree is made, nothing is understood. So this reading and the importers' can each find the
other wrong.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from letterbook.witness.decoding import decodings
from letterbook.witness.inline import GONE
from letterbook.witness.source import read_source
from letterbook.witness.stream import Builder, Stream, clean
from letterbook.witness.words import Kind
from letterbook.witness.xmlorigin import Unreadable, parse, parser_of, xml_words

Read = Callable[[bytes, bool], Iterator[Stream]]
"""Gives the words, for each way in which the bytes may be meant, the likeliest first."""

# --------------------------------------------------------------------------- text


def _text(data: bytes, typographic: bool) -> Iterator[Stream]:
    for text in decodings(data):
        builder = Builder(typographic)
        builder.text(text, 1)
        yield builder.done()


_NOTE_IN_LINE = re.compile(r"(?<!`)(`++)[^`]*+\1(?!`)|\\.|\^\[")
"""Where a note in the line begins; what is code, or escaped, is passed over."""


def _markdown(data: bytes, typographic: bool) -> Iterator[Stream]:
    for text in decodings(data):
        builder = Builder(typographic)
        front = re.match(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", text, re.DOTALL)
        start = front.end() if front else 0
        if front:
            builder.know(front[1])
            builder.stream.front = "".join(clean(w, typographic) for w in (front[1] or "").split())
            builder.know(re.sub(r"""["']""", " ", front[1] or ""))
            builder.know(re.sub(r"[^\w\s-]", " ", front[1] or ""))
        # Pandoc's notes in the line stand apart from the word before.
        text = _NOTE_IN_LINE.sub(lambda m: " ^[ " if m[0] == "^[" else m[0], text)
        account = read_source(text, start)
        for words in (account.body, *account.notes.values()):
            for word in words:
                if word.key == GONE:
                    continue
                builder.edge()
                # A rule is a word only where it stands as it was typed.
                optional = word.kind is Kind.OPTIONAL
                builder.text(f" {word.text} ", text.count("\n", 0, word.place) + 1, optional)
        yield builder.done()


# --------------------------------------------------------------------------- HTML

_TAG = re.compile(
    r"""<(?P<end>/)?(?P<name>[A-Za-z][^\s/>]*+)
    (?P<attributes>(?:[\s/]++|=?[^\s/>=]++(?:\s*+=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z)|[^\s"'>][^\s>]*+|(?=>)))?+)*+)
    >""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>=]++)(?:\s*+=\s*+(?:"(?P<double>[^"]*+)"|'(?P<single>[^']*+)'"""
    r"""|(?P<bare>[^\s"'>][^\s>]*+)))?+"""
)
_SILENT = frozenset(["script", "style", "template", "iframe", "noembed", "noframes"])
_RAW = frozenset(["script", "style", "iframe", "noembed", "noframes", "xmp", "title", "textarea"])
_OPTIONAL = frozenset(["noscript", "option", "textarea", "object"])
"""Elements whose text is shown in some places, or none."""
_WITHIN_LINES = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "basefont",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "o:p",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "st1:place",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
    ]
)


def _html(data: bytes, typographic: bool) -> Iterator[Stream]:
    for text in decodings(data):
        yield _Html(text, typographic).read()


class _Html:
    def __init__(self, text: str, typographic: bool) -> None:
        self.page = text
        self.builder = Builder(typographic)
        self.line = 1
        self.counted = 0
        self.optional = ""
        """The element of _OPTIONAL in which we are."""

    def read(self) -> Stream:
        page, position = self.page, 0
        while position < len(page):
            start = page.find("<", position)
            if start < 0:
                start = len(page)
            self.data(position, start)
            if start == len(page):
                break
            position = self.markup(start)
        return self.builder.done()

    def data(self, start: int, end: int) -> None:
        if end > start:
            self.builder.text(
                html.unescape(self.page[start:end]), self.at(start), bool(self.optional)
            )

    def at(self, position: int) -> int:
        self.line += self.page.count("\n", self.counted, position)
        self.counted = position
        return self.line

    def markup(self, start: int) -> int:
        """Take what begins with ``<``; gives where it ends."""
        page = self.page
        after = page[start + 1 : start + 2]
        if page.startswith("<!--", start):
            return _after(page, "-->", start + 2)
        if after in ("!", "?") or (after == "/" and not _is_letter(page[start + 2 : start + 3])):
            if page.startswith("</", start) and start + 2 == len(page):
                self.builder.text("</", self.at(start), bool(self.optional))
            return _after(page, ">", start)
        if not _is_letter(after) and after != "/":
            self.builder.text("<", self.at(start), bool(self.optional))
            return start + 1
        tag = _TAG.match(page, start)
        if tag is None:
            # The page ends within a tag: what is left is none of its text.
            return len(page)
        return self.tag(tag)

    def tag(self, tag: re.Match[str]) -> int:
        name, end = tag["name"].lower(), tag.end()
        if name not in _WITHIN_LINES:
            self.builder.edge()
        self.builder.seam()
        if tag["end"]:
            if name == self.optional:
                self.optional = ""
            return end
        self.attributes(name, tag)
        if name in _OPTIONAL and not self.optional:
            self.optional = name
        if name in _RAW or name in _SILENT:
            closing = re.compile(rf"</{re.escape(name)}(?=[\s/>])", re.IGNORECASE).search(
                self.page, end
            )
            until = closing.start() if closing else len(self.page)
            if name == "title":
                # Shown around the page, not in it: no word of it must go anywhere.
                self.builder.know(html.unescape(self.page[end:until]))
            elif name not in _SILENT:
                self.data(end, until)
            return until
        return end

    def attributes(self, name: str, tag: re.Match[str]) -> None:
        if "=" not in tag["attributes"]:
            return
        seen: set[str] = set()
        for match in _ATTRIBUTE.finditer(tag["attributes"]):
            # Of attributes with one name, the first is the one.
            if match["name"].lower() in seen:
                continue
            seen.add(match["name"].lower())
            value = match["double"] or match["single"] or match["bare"]
            if not value:
                continue
            value = html.unescape(value)
            if name == "img" and match["name"].lower() == "alt":
                self.builder.text(value, self.at(tag.start()), bool(self.optional))
                self.builder.edge()
            else:
                self.builder.know(value)


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _after(page: str, what: str, start: int) -> int:
    end = page.find(what, start)
    return len(page) if end < 0 else end + len(what)


# --------------------------------------------------------------------------- Word

_PARTS = re.compile(r"word/(?:document|footnotes|endnotes)\d*\.xml")
_AROUND = re.compile(r"word/(?:header|footer|comments)\d*\.xml")
MAX_PART = 128 * 2**20


def _docx(data: bytes, typographic: bool) -> Iterator[Stream]:
    builder = Builder(typographic)
    builder.stream.is_parted = True
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [i.filename for i in archive.infolist() if i.file_size <= MAX_PART]
            for pattern, optional in ((_PARTS, False), (_AROUND, True)):
                for name in sorted(filter(pattern.fullmatch, names)):
                    _part(archive.read(name), builder, optional)
                    builder.edge()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError) as error:
        raise Unreadable(str(error)) from error
    yield builder.done()


_WORD = MappingProxyType(
    {
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "w",
        "http://purl.oclc.org/ooxml/wordprocessingml/main": "w",
        "http://schemas.openxmlformats.org/officeDocument/2006/math": "m",
        "http://purl.oclc.org/ooxml/officeDocument/math": "m",
        "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
        "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp",
        "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc",
    }
)
"""Namespaces, and what they are called here; files call them as they like."""


class _Part:
    """The events of one part of a Word file."""

    def __init__(self, builder: Builder, optional: bool) -> None:
        self.builder = builder
        self.optional = optional
        self.silent = 0
        self.shown = 0
        self.paragraph = 0
        self.boxes = 0
        self.in_boxes: list[str | None] = []
        """The words of boxes, which stand after the paragraph of their anchor; None is an edge."""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = _prefixed(name)
        if name in ("mc:Fallback", "w:moveFrom") or self.silent:
            self.silent += 1
        elif name in ("w:t", "m:t"):
            self.shown += 1
        elif name in ("w:tab", "w:br", "w:cr"):
            self.put(" ")
        elif name == "w:noBreakHyphen":
            self.put("\u2011")
        elif name == "w:txbxContent":
            self.boxes += 1
        elif name in ("w:p", "w:tc", "w:rt"):
            self.paragraph += name == "w:p"
            self.put(None)
        elif name == "wp:docPr":
            self.put(None)
            self.put(attributes.get("descr", ""))
            self.put(None)
            self.builder.know(attributes.get("title"))

    def end(self, name: str) -> None:
        name = _prefixed(name)
        if self.silent:
            self.silent -= 1
        elif name in ("w:t", "m:t"):
            self.shown -= 1
        elif name == "w:txbxContent":
            self.boxes -= 1
        elif name == "w:rt":
            self.put(None)
        elif name == "w:p":
            self.put(None)
            if not self.boxes:
                words, self.in_boxes = self.in_boxes, []
                for word in words:
                    self.put(word)

    def text(self, text: str) -> None:
        if self.shown and not self.silent:
            self.put(text)

    def put(self, text: str | None) -> None:
        """Take words, or an edge, where they will stand."""
        if self.boxes:
            self.in_boxes.append(text)
        elif text is None:
            self.builder.edge()
        else:
            self.builder.text(text, self.paragraph, self.optional)


def _prefixed(name: str) -> str:
    uri, _, local = name.rpartition("}")
    return f"{_WORD.get(uri, '')}:{local}"


def _part(data: bytes, builder: Builder, optional: bool) -> None:
    part, parser = _Part(builder, optional), parser_of(True)
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    parse(parser, data)


ORIGINS: Mapping[str, Read] = MappingProxyType(
    {"text": _text, "html": _html, "xml": xml_words, "docx": _docx, "markdown": _markdown}
)
"""By what a row of IMPORTERS names."""
