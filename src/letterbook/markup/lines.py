"""What stands within lines, written: words with what would be read as markup escaped, and marks."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

_LITERAL = re.compile(r"[\\`*{}\[\]]|(?<![^\W_])_|_(?![^\W_])|<|&(?=#?\w)|!(?=\[|$)")
_BRACKETS = re.compile(r"\[(?!@)(?P<inner>[^\[\]\\`*<>&^!]*)\](?![\[({:\\])")
_OTHER_SPACE = re.compile(r"[^\S ]")
_START = re.compile(
    r"(?P<number>\d+)(?P<point>[.)])(?=\s|$)|(?P<bullet>[-+])(?=\s|$)|(?P<mark>[#>|])"
    r"|(?P<entity>[:~=])|(?P<rule>-)(?=[-\s]*$|--)|(?P<definition>\[)(?=[^\]]*\]:)"
)
_SAFE_VALUE = re.compile(r"[^\"'\\`*_\[\]{}<>&\s]+(?: [^\"'\\`*_\[\]{}<>&\s]+)*")
_SAFE_ADDRESS = re.compile(r"[A-Za-z0-9:/?#=%.,~+@;-]+")
_SAFE_CODE = re.compile(r"[\w.,;:()/=+-]+(?: [\w.,;:()/=+-]+)*")
_NAME = re.compile(r"[A-Za-z][\w-]*")
_MARKS = {"em": "*", "strong": "**"}


def in_line(element: Element, one_line: bool = False, in_cell: bool = False) -> str:
    """Write what an element holds: its words, and the elements within lines.

    Lines end where a ``br`` stands; with ``one_line`` it is written as a tag.
    """
    return _margins(_Line(one_line, in_cell).content(element, False))


def start_of_line(line: str) -> str:
    """Escape what at the start of a line would begin a heading, a list, a quotation, a note."""
    match = _START.match(line)
    if not match:
        return line
    if match["number"]:
        return f"{match['number']}\\{line[match.end('number') :]}"
    if match["entity"]:
        return f"{_by_number(line[0])}{line[1:]}"
    return f"\\{line}"


def is_plain_list_number(line: str) -> bool:
    """Whether a line of a list within a list is read as one."""
    return bool(line.strip())


def escape_html(text: str) -> str:
    """Text among tags: nothing in it is read as Markdown, nor as an end of line."""
    return re.sub(r"[&<>\[\]\\`\n\r\t:{}!*_]|^ +| +$|  +", _numbers, text)


def attribute(value: str) -> str:
    """The value of a tag's attribute."""
    return re.sub(r"[^\w ./#?=%,;:()@+~–—’‘“”-]|^\s|\s$|\s\s+", _numbers, value)


def is_safe_value(value: str) -> bool:
    """Whether a value can stand among Pandoc’s attributes, and is read as it is written."""
    return _SAFE_VALUE.fullmatch(value) is not None


def key_and_value(key: str, value: str) -> str:
    """One of Pandoc’s attributes."""
    return f"{key}={value}" if _NAME.fullmatch(value) else f'{key}="{value}"'


def _numbers(match: re.Match[str]) -> str:
    return "".join(map(_by_number, match[0])) if match[0].strip(" ") else match[0]


def _by_number(character: str) -> str:
    return f"&#{ord(character)};"


def _margins(text: str) -> str:
    """Keep the white space at the ends of lines that Markdown would drop."""
    lines = []
    for line in text.split("\n"):
        core = line.strip()
        if core != line.strip(" "):
            start = line.index(core) if core else len(line)
            end = start + len(core)
            line = _entities(line[:start]) + core + _entities(line[end:])
        lines.append(line)
    return "\n".join(lines)


def _entities(space: str) -> str:
    return _OTHER_SPACE.sub(lambda match: _by_number(match[0]), space)


def mark(link: Element) -> str | None:
    """Write the mark of a note or a reference to a document; None of any other element."""
    if link.tag == "a" and link.get("class") == "noteref":
        return f"[^{link.get('data-note', '')}]"
    if link.tag == "a" and link.get("class") == "crossref":
        return f"[@{link.get('data-ref', '')}]"
    return None


class _Line:
    def __init__(self, one_line: bool, in_cell: bool) -> None:
        self.one_line = one_line
        self.in_cell = in_cell

    def content(self, element: Element, bracketed: bool) -> str:
        """Write what an element holds; ``bracketed``, when that stands in brackets of ours."""
        parts = [self.words(element.text or "", bracketed)]
        for child in element:
            before = parts[-1][-1:] if parts[-1] else "".join(parts)[-1:]
            after = (child.tail or "")[:1]
            following = child.getnext()
            if not after and following is not None:
                after = "x"
            parts.append(self.element(child, before, after, bracketed))
            tail = self.words(child.tail or "", bracketed)
            if parts[-1][-1:] in "]>" and tail[:1] in ("{", "(", "["):
                tail = f"\\{tail}"
            parts.append(tail)
        return "".join(parts)

    def words(self, text: str, bracketed: bool) -> str:
        if not text:
            return ""
        if self.in_cell:
            text = text.replace("|", "\x00")
        pieces = []
        position = 0
        matches = [] if bracketed else _BRACKETS.finditer(text)
        for match in matches:
            if match.end() == len(text):
                continue
            pieces.append(_escape(text[position : match.start()]))
            pieces.append(f"[{_escape(match['inner'])}]")
            position = match.end()
        pieces.append(_escape(text[position:]))
        return "".join(pieces).replace("\x00", "\\|")

    def element(self, element: Element, before: str, after: str, bracketed: bool) -> str:
        name = str(element.tag)
        if name == "br":
            is_last = element.getnext() is None and not (element.tail or "").strip(" ")
            next_ = element.getnext()
            doubled = not element.tail and next_ is not None and next_.tag == "br"
            first = not before or before == "\n"
            if self.one_line or bracketed or is_last or doubled or first or element.attrib:
                return self.tag(element, bracketed)
            return "\\\n"
        if name == "a":
            return mark(element) or self.link(element)
        if name == "img":
            return self.picture(element)
        if name == "span":
            return self.span(element)
        if name in _MARKS and not element.attrib:
            return self.emphasis(element, before, after, bracketed)
        if name == "code" and not element.attrib and not len(element):
            text = element.text or ""
            if _SAFE_CODE.fullmatch(text) and before != "`" and after != "`":
                return f"`{text}`"
        return self.tag(element, bracketed)

    def tag(self, element: Element, bracketed: bool) -> str:
        opening = "".join(
            [f"<{element.tag!s}"]
            + [f' {name}="{attribute(value)}"' for name, value in element.attrib.items()]
            + [">"]
        )
        if element.tag in ("br", "img"):
            return opening
        return f"{opening}{self.content(element, bracketed)}</{element.tag!s}>"

    def emphasis(self, element: Element, before: str, after: str, bracketed: bool) -> str:
        inner = self.content(element, bracketed)
        mark = _MARKS[str(element.tag)]
        alone = not any(e.tag in _MARKS for e in element.iterdescendants())
        in_other = any(e.tag in _MARKS for e in element.iterancestors())
        is_simple = (
            alone
            and not in_other
            and inner
            and inner == inner.strip()
            and "\n" not in inner
            and inner[0] not in "*_\\&"
            and inner[-1] not in "*_\\"
            and not (before.isalnum() or before in ("*", "_", "\\"))
            and not (after.isalnum() or after in ("*", "_"))
        )
        return f"{mark}{inner}{mark}" if is_simple else self.tag(element, bracketed)

    def span(self, element: Element) -> str:
        classes = (element.get("class") or "").split()
        parts = [f".{name}" for name in classes]
        for name, value in element.attrib.items():
            key = str(name).removeprefix("data-")
            if name == "class":
                if value != " ".join(classes) or not all(map(_NAME.fullmatch, classes)):
                    return self.tag(element, False)
            elif (name != "lang" and key == name) or not is_safe_value(value):
                return self.tag(element, False)
            else:
                parts.append(key_and_value(key, value))
        return f"[{self.content(element, True)}]{{{' '.join(parts)}}}"

    def link(self, element: Element) -> str:
        href = element.get("href")
        inner = self.content(element, True)
        if href is None or set(element.attrib) != {"href"} or not _SAFE_ADDRESS.fullmatch(href):
            return self.tag(element, False)
        return f"[{inner}]({href})"

    def picture(self, element: Element) -> str:
        source, alternative = element.get("src", ""), element.get("alt")
        if (
            set(element.attrib) != {"src", "alt"}
            or not _SAFE_ADDRESS.fullmatch(source)
            or not re.fullmatch(
                r"[^\\`*_\[\]{}<>&!|\s]+(?: [^\\`*_\[\]{}<>&!|\s]+)*", alternative or ""
            )
        ):
            return self.tag(element, False)
        return f"![{alternative}]({source})"


def _escape(text: str) -> str:
    def replace(match: re.Match[str]) -> str:
        character = match[0]
        if character == "<":
            return "&lt;"
        if character == "&":
            return "&amp;"
        return f"\\{character}"

    return _LITERAL.sub(replace, text)
