"""What stands within lines and is not left to Python-Markdown, found in the text with its place.

Our constructs, ``[^1]``, ``[@name]`` and ``[text]{.class key=value}``; links; and tags of HTML.
Each is taken out of the text before Python-Markdown reads it, and a token is left in its place:
its own inline machinery cannot nest a construct in itself, does not know where in the file it is,
and takes time that grows with the square of what it finds. ``Rewritten.release`` puts tags where
the tokens are. Tags are checked here, where their place is known; ``sanitize`` checks the tree
again, where nothing can hide.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from html import escape

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.markup.attributes import ATTRIBUTES, Attributes, parse_attributes
from letterbook.markup.figures import picture_tag
from letterbook.markup.links import ADDRESS, Target, is_allowed, literal, target_at
from letterbook.markup.pieces import Piece, not_a_reference, too_deep
from letterbook.markup.rewritten import Code, Rewritten
from letterbook.markup.vocabulary import (
    ELEMENTS,
    EVERYWHERE,
    INLINE,
    NOT_WRITTEN,
    RENAMED,
    SPAN_ATTRIBUTES,
    SPANS,
)

_TOKEN = re.compile(
    rf"""
    (?P<escape>\\[\\`*_{{}}\[\]()>\#+\-.!|]) |
    (?P<break>\\\n) |
    (?P<ticks>`++) |
    (?P<comment><!--) |
    (?P<blank>\n[ \t]*+(?=\n)) |
    \[\^(?P<note>[^\[\]\s]++)\] |
    \[@(?P<cross>(?:no\.[ ]?)?[^\[\]\s@]++)\] |
    (?P<open>!?\[) |
    (?P<close>\]) |
    <(?P<address>{ADDRESS})> |
    (?P<tag></?[A-Za-z](?:"[^"<>]*+"|'[^'<>]*+'|[^<>"'])*+>) |
    (?P<less><) |
    (?P<entity>&\#(?:[xX][0-9A-Fa-f]++|[0-9]++)?;?)
    """,
    re.VERBOSE,
)
_BRACES = re.compile(ATTRIBUTES)
_TAG = re.compile(r"</?([A-Za-z][^\s/<>\"']*)(.*)>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""([^\s=/"'<>]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'<>]+))?""")
_VOID = frozenset({"br", "hr", "img"})
_AS_CITED = re.compile(r"(?:see )?@\S", re.IGNORECASE)
"""How words in brackets begin that Pandoc reads as a citation."""
_CLOSED_BY_NEXT = frozenset({"p", "li", "dt", "dd", "tr", "th", "td", "thead", "tbody"})
"""Elements that HTML lets end where the next begins."""
MAX_TAGS_DEEP = 40
MAX_BRACKETS_DEEP = 20
"""Spans within spans; what is in more brackets is text in brackets."""


def rewrite(piece: Piece, links: Mapping[str, str]) -> Rewritten:
    """Take the inline constructs out of a plain piece.

    ``links`` are the link definitions of the whole document.
    """
    return _Rewriter(piece, links).rewrite()


@dataclass(frozen=True, slots=True)
class _Bracket:
    """A bracket that is open."""

    position: int
    """In ``out``."""
    start: int
    """In the text: where it stands."""
    end: int
    """In the text: where its words begin."""


class _Rewriter:
    """Takes the tokens of a piece in order; ``out`` is what they have become."""

    def __init__(self, piece: Piece, links: Mapping[str, str]) -> None:
        self.piece = piece
        self.text = piece.text
        self.links = links
        self.result = Rewritten()
        self.out: list[str] = []
        self.brackets: list[_Bracket] = []
        self.tags: list[tuple[str, Span]] = []
        """The elements that are open, and where they were opened."""
        self.blocks: list[str] = []
        """Those of them that make a block of HTML in the eyes of Markdown."""
        self.no_ticks: set[int] = set()
        """How many backticks in a row do not come again in this paragraph."""
        self.has_comments = True
        """Whether a comment may still end somewhere."""

    def rewrite(self) -> Rewritten:
        position = 0
        while match := _TOKEN.search(self.text, position):
            self.out.append(self.text[position : match.start()])
            position = self.take(match)
        self.out.append(self.text[position:])
        self.result.text = "".join(self.out)
        self.result.prose = "".join("`" if isinstance(p, Code) else p for p in self.out)
        for name, span in self.tags:
            self.never_closed(name, span)
        return self.result

    def take(self, match: re.Match[str]) -> int:
        """Take one token; gives the position after what was taken."""
        kind, end = match.lastgroup, match.end()
        if kind == "close":
            return self.close(end)
        if kind == "ticks":
            return self.code(match.start(), end)
        if kind == "comment":
            return self.comment(match.start(), end)
        self.out.append(self.replacement(kind, match))
        if kind == "blank":
            self.brackets.clear()
            self.no_ticks.clear()
        return end

    def replacement(self, kind: str | None, match: re.Match[str]) -> str:
        """What a token becomes that is not the end of anything."""
        whole = match[0]
        span = self.piece.span(match.start())
        match kind:
            case "note":
                html = f'<a class="noteref" data-note="{escape(match["note"])}"></a>'
                return self.result.hold(html, whole, (match["note"], span))
            case "cross":
                html = f'<a class="crossref" data-ref="{escape(match["cross"])}"></a>'
                return self.result.hold(html, whole)
            case "open":
                self.brackets.append(_Bracket(len(self.out), match.start(), match.end()))
                return self.result.hold(whole, whole)
            case "address":
                return self.address(match["address"], span)
            case "tag":
                return self.tag(match)
            case "less":
                return self.result.hold("&lt;", whole)
            case "entity":
                return self.entity(match)
            case "break":
                return "  \n"
            case _:
                return whole

    # ----------------------------------------------------------------------- brackets

    def close(self, end: int) -> int:
        """Make a span, a link or a picture of what a bracket closes, unless it is text."""
        bracket = self.brackets.pop() if self.brackets else None
        if bracket is None:
            self.out.append("]")
            return end
        span = self.piece.span(bracket.start)
        opening = self.text[bracket.start : bracket.end]
        braces = _BRACES.match(self.text, end)
        if len(self.brackets) >= MAX_BRACKETS_DEEP:
            if braces:
                self.result.diagnostics.append(too_deep(span))
            self.out.append("]")
            return end
        if braces and (attributes := self.attributes(braces[0], span)):
            html = span_tag(attributes, span, self.result.diagnostics)
            self.out[bracket.position] = self.result.hold(opening[:-1] + html, opening)
            self.out.append(self.result.hold("</span>", "]" + braces[0]))
            return braces.end()
        words = self.text[bracket.end : end - 1]
        target = None if braces else target_at(self.text, end, words, self.links)
        if target is None:
            if _AS_CITED.match(words):
                self.result.diagnostics.append(not_a_reference(words, span))
            self.out.append("]")
            return end
        self.result.targets.append((target.address, span))
        if opening == "![":
            return self.picture(bracket, words, target)
        source = self.text[end - 1 : target.end]
        self.link(target, span)
        html = f'<a href="{escape(target.address)}">'
        self.out[bracket.position] = self.result.hold(html, opening)
        self.out.append(self.result.hold("</a>", source))
        return target.end

    def attributes(self, braces: str, span: Span) -> Attributes | None:
        attributes = parse_attributes(braces[1:-1])
        if attributes is None:
            self.result.diagnostics.append(
                Diagnostic(
                    "attributes-syntax",
                    f"“{braces}” is not read as attributes and stays as text",
                    "write {.name}, with the dot, or put a backslash before the brace",
                    span,
                    Severity.WARNING,
                )
            )
        return attributes

    def picture(self, bracket: _Bracket, words: str, target: Target) -> int:
        """Take up a picture; what its brackets hold is no text: marks in it are as typed."""
        span = self.piece.span(bracket.start)
        braces = _BRACES.match(self.text, target.end)
        attributes = self.attributes(braces[0], span) if braces else None
        end = braces.end() if braces and attributes else target.end
        del self.out[bracket.position :]
        html = picture_tag(words, target, attributes or Attributes(), span, self.result.diagnostics)
        self.out.append(self.result.hold(html, self.text[bracket.start : end]))
        return end

    def link(self, target: Target, span: Span) -> None:
        if not is_allowed(target.address):
            self.result.diagnostics.append(link_not_allowed(target.address, span))
        if target.title is not None:
            self.result.diagnostics.append(not_allowed("title= in <a>", span))

    def address(self, address: str, span: Span) -> str:
        """A link that shows where it leads: ``<https://…>``."""
        words = re.sub(r"^(?i:mailto):", "", address)
        href = address if ":" in address else f"mailto:{address}"
        self.link(Target(href, 0), span)
        html = f'<a href="{escape(href)}">{escape(words)}</a>'
        return self.result.hold(html, f"<{address}>")

    # ----------------------------------------------------------------------- what hides

    def code(self, start: int, end: int) -> int:
        """Skip a span of code, which ends at as many backticks in the same paragraph."""
        count = end - start
        if count not in self.no_ticks:
            closing = re.compile(rf"(?<!`)`{{{count}}}(?!`)|\n[ \t]*\n").search(self.text, end)
            if closing and closing[0][0] == "`":
                self.out.append(Code(self.text[start : closing.end()]))
                return closing.end()
            self.no_ticks.add(count)
        self.out.append(self.text[start:end])
        return end

    def comment(self, start: int, end: int) -> int:
        """Leave a comment out. One that is never closed is text."""
        closing = self.text.find("-->", end) if self.has_comments else -1
        if closing < 0:
            self.has_comments = False
            self.out.append(self.result.hold("&lt;", "<"))
            return start + 1
        end = closing + 3
        neighbours = {self.text[start - 1 : start], self.text[end : end + 1]}
        alone = neighbours <= {"", "\n"}
        self.out.append("" if alone else self.result.hold("", self.text[start:end]))
        return end

    # ----------------------------------------------------------------------- HTML

    def tag(self, match: re.Match[str]) -> str:
        """Check a tag against the vocabulary; only those of blocks are left to Markdown."""
        whole = match[0]
        read = _TAG.fullmatch(whole)
        assert read is not None
        name = read[1].lower()
        span = self.piece.span(match.start())
        if whole[1] == "/":
            if not self.end(name, span):
                return self.result.hold("", whole)
        else:
            self.check_tag(whole, read, span)
        if name in INLINE or name not in ELEMENTS or not self.in_block(match, name):
            return self.result.hold(whole, whole)
        return whole

    def end(self, name: str, span: Span) -> bool:
        """Close an element; says so when there is none to close, or others in it are open."""
        name = RENAMED.get(name, name)
        if name in ELEMENTS and name not in (opened for opened, _ in self.tags):
            self.unbalanced(f"</{name}> closes nothing", span)
            return False
        while self.tags and name in ELEMENTS:
            opened, where = self.tags.pop()
            if opened == name:
                break
            self.never_closed(opened, where)
        return True

    def never_closed(self, name: str, span: Span) -> None:
        if name not in _CLOSED_BY_NEXT:
            self.unbalanced(f"<{name}> is never closed", span)

    def unbalanced(self, message: str, span: Span) -> None:
        hint = "close what is opened, in the same paragraph or block"
        self.result.diagnostics.append(Diagnostic("html-unbalanced", message, hint, span))

    def in_block(self, match: re.Match[str], name: str) -> bool:
        """Whether Markdown takes a tag for part of a block of HTML, which begins a line.

        It loses others when there is emphasis around them.
        """
        is_end = match[0][1] == "/"
        if is_end and name in self.blocks:
            while self.blocks.pop() != name:
                pass
            return True
        line = self.text[self.text.rfind("\n", 0, match.start()) + 1 : match.start()]
        begins = len(line) <= 3 and not line.strip(" ")
        if not is_end and name not in _VOID and (self.blocks or begins):
            self.blocks.append(name)
        return bool(self.blocks) or (begins and not is_end)

    def check_tag(self, whole: str, read: re.Match[str], span: Span) -> None:
        name = RENAMED.get(read[1].lower(), read[1].lower())
        if name not in ELEMENTS:
            self.result.diagnostics.append(not_allowed(f"<{read[1]}>", span))
        else:
            self.check_attributes(name, read, span)
            if name not in _VOID and not whole.endswith("/>"):
                self.tags.append((name, span))
                if len(self.tags) > MAX_TAGS_DEEP:
                    self.result.diagnostics.append(too_deep(span))
                    self.tags.clear()

    def check_attributes(self, name: str, read: re.Match[str], span: Span) -> None:
        allowed = (ELEMENTS[name] | EVERYWHERE) - NOT_WRITTEN.get(name, frozenset())
        for attribute, quoted in _ATTRIBUTE.findall(read[2].rstrip("/")):
            value = literal(quoted.strip("\"'"))
            if attribute.lower() not in allowed:
                self.result.diagnostics.append(not_allowed(f"{attribute}= in <{read[1]}>", span))
            elif attribute.lower() in ("href", "src"):
                self.result.targets.append((value, span))
                if name == "a" and not is_allowed(value):
                    self.result.diagnostics.append(link_not_allowed(value, span))

    def entity(self, match: re.Match[str]) -> str:
        """Check a character that is written by its number."""
        digits = match[0][2:].rstrip(";")
        if not digits:
            return self.result.hold("&amp;#", "&#") + match[0][2:]
        number = int(digits[1:], 16) if digits[0] in "xX" else int(digits[:9])
        if number in (9, 10, 13) or (0x20 <= number <= 0x10FFFF and not is_unusable(number)):
            return match[0]
        self.result.diagnostics.append(
            Diagnostic(
                "control-character",
                f"“{match[0]}” stands for a character that has no place in a text",
                "remove it, or write the character that is meant",
                self.piece.span(match.start()),
            )
        )
        return self.result.hold("", match[0])


def is_unusable(number: int) -> bool:
    """Whether a code point is one that XML, or a page, cannot hold."""
    return 0x7F <= number <= 0x9F or 0xD800 <= number <= 0xDFFF or number & 0xFFFE == 0xFFFE


def span_tag(attributes: Attributes, span: Span, diagnostics: list[Diagnostic]) -> str:
    """Write the start tag of a span, and say what in its attributes is not known."""
    parts = []
    unknown = [name for name in attributes.classes if name not in SPANS]
    diagnostics += (unknown_class(name, SPANS, "span", span) for name in unknown)
    if "page" in attributes.classes and len(attributes.classes) > 1:
        diagnostics.append(
            Diagnostic(
                "page-not-plain",
                "a page of the print source is nothing else besides",
                "write [348]{.page}, and other marks beside it",
                span,
            )
        )
    if attributes.classes:
        parts.append(f' class="{escape(" ".join(attributes.classes))}"')
    parts.append(html_attributes(attributes, SPAN_ATTRIBUTES, "span", span, diagnostics))
    return f"<span{''.join(parts)}>"


def html_attributes(
    attributes: Attributes,
    understood: Mapping[str, frozenset[str]],
    what: str,
    span: Span,
    diagnostics: list[Diagnostic],
) -> str:
    """Write keys and values as attributes of HTML, and say which keys the classes do not know."""
    keys = {"lang"}.union(*(understood.get(name, ()) for name in attributes.classes))
    parts = []
    for key, value in attributes.values.items():
        if key not in keys:
            diagnostics.append(
                Diagnostic(
                    "unknown-attribute",
                    f"“{key}” is not an attribute that this {what} understands",
                    f"known are: {', '.join(sorted(keys))}",
                    span,
                )
            )
        else:
            name = key if key == "lang" else f"data-{key}"
            parts.append(f' {name}="{escape(value)}"')
    return "".join(parts)


def unknown_class(name: str, known: Iterable[str], what: str, span: Span) -> Diagnostic:
    """Say that a class is not in the vocabulary, and which one is near it."""
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1) if len(name) < 100 else []
    return Diagnostic(
        "unknown-class",
        f"“{name}” is not a {what} that is known here",
        f"did you mean “{near[0]}”?" if near else f"known are: {', '.join(names)}",
        span,
    )


def not_allowed(what: str, span: Span) -> Diagnostic:
    """Say that something of HTML is not in the vocabulary."""
    return Diagnostic(
        "html-not-allowed",
        f"{what} is HTML that a document may not use",
        "remove it, or write &lt; for a bare “<”; there are *italic*, **bold**, [words]{.sc},"
        " ::: verse and the like instead",
        span,
    )


def link_not_allowed(href: str, span: Span) -> Diagnostic:
    """Say that a link leads where none may."""
    return Diagnostic(
        "link-not-allowed",
        f"a link may not lead to “{href}”",
        "link to http:, https:, mailto: or, with #, to a place in the book",
        span,
    )
