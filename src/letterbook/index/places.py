"""Places: what one document has for the index, found in its trees.

Forms that stand in the text, marks, passages that are fenced or marked at both ends, and what the
front matter says of the whole. Each gets an id that a link can lead to; a form that may belong to
several headings gets none, and is told with its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span, place
from letterbook.index.marking import BLOCK, mark_terms, words_of
from letterbook.index.terms import (
    DEPTH,
    Key,
    Match,
    Terms,
    as_key,
    folded,
    joined,
    plain_heading,
    show,
)
from letterbook.metadata import DocumentMetadata
from letterbook.model import Document, Locator
from letterbook.typography import plain

Found = tuple[Key, Locator]

_BRACES = re.compile(r"\{[^{}\n]*\}")
_NAMES_NOTHING = re.compile(
    r"(?:^:::+[ ]*(?=index\b|\{\.index)|\[\s*\](?=\{\.index))(?![^\n}]*\bterm=)", re.MULTILINE
)
"""A fence or a mark around no words that has no term."""
_LEAF = (*BLOCK, "figcaption")


@dataclass(slots=True)
class _Mark:
    """A place before it is known where in the document it is."""

    key: Key
    target: Element | None
    """The document itself when there is none."""
    end: Element | None = None
    main: bool = False


@dataclass(frozen=True, slots=True)
class _Where:
    """Where an element is."""

    number: int
    """Among the elements of its tree."""
    paragraph: int
    page: str | None
    """Of the print source."""


class Places:
    """Takes the trees of one document, in place; ``found`` and ``diagnostics`` are what comes out.

    ``id`` is the document's; the marks' ids begin with it.
    """

    def __init__(
        self, source: Document, id_: str, metadata: DocumentMetadata, terms: Terms, strict: bool
    ) -> None:
        self.source = source
        self.id = id_
        self.all_terms = terms
        self.strict = strict
        """Whether there is an authority file, so that a heading which it does not have is told."""
        self.found: list[Found] = []
        self.diagnostics: list[Diagnostic] = []
        self.ids = 0
        self.met: set[str] = set()
        """The forms that stand in the document, folded."""
        self.said = metadata.index
        self.terms = terms.within(self.forms())
        self.first_page = _first_page(metadata)
        self.pages: dict[str, str | None] = {}
        """The page of the print source on which each mark of a note stands, by its id."""

    def forms(self) -> dict[str, Key]:
        """What words mean in this document, as its front matter says."""
        forms = self.said.forms if self.said else {}
        keys = {form: self.key(forms[form], ("index", "forms", form)) for form in forms}
        return {form: key for form, key in keys.items() if key}

    # ----------------------------------------------------------------------- trees

    def take_body(self, root: Element) -> None:
        """Mark the text of the document."""
        marks = self.marks(root, self.source.body_line)
        if self.said and self.said.about:
            end = _end_of(root)
            if end is not None:
                self.name(end)
            for number, name in enumerate(self.said.about):
                marks.append(_Mark(self.key(name, ("index", "about", number)), None, end))
        self.settle(root, marks, None, self.first_page)

    def take_note(self, root: Element, number: str, line: int, reference: str) -> None:
        """Mark a note, which has its number, whose definition is on a line of the file.

        ``reference`` is the id of its first mark in the text.
        """
        marks = self.marks(root, line)
        self.settle(root, marks, number, self.pages.get(reference))

    def marks(self, root: Element, line: int) -> list[_Mark]:
        """Put ids around all that is for the index in one tree."""
        marks: list[_Mark] = []
        doubts: list[tuple[Match, int]] = []
        counts: dict[str, int] = {}

        def locate(element: Element, match: Match) -> None:
            marks.append(_Mark(match.keys[0], element))
            self.met.add(match.form)

        def doubt(match: Match, is_open: bool) -> None:
            if is_open:
                doubts.append((match, counts.get(match.form, 0)))
            counts[match.form] = counts.get(match.form, 0) + 1

        # Forms first: they are matched in the words as written.
        mark_terms(root, self.terms, locate, doubt)
        if doubts:
            self.diagnostics += self.doubtful(doubts, line)
        marks += self.passages(root)
        for block in root.xpath(".//div[contains(concat(' ', @class, ' '), ' index ')]"):
            marks += self.fenced(block)
        for target in (mark.target for mark in marks if mark.target is not None):
            self.name(target)
            target.set("class", " ".join(dict.fromkeys(["ix", *_classes(target)])))
        return marks

    def name(self, element: Element) -> None:
        """Give an element an id, if it has none."""
        if element.get("id") is None:
            self.ids += 1
            element.set("id", f"{self.id}-ix-{self.ids}")

    def settle(self, root: Element, marks: list[_Mark], note: str | None, page: str | None) -> None:
        """Make locators of the marks of a tree, in its order, with the paragraph and the page."""
        where: dict[str | None, _Where] = {None: _Where(-1, 1, page)}
        paragraph = 0
        for number, element in enumerate(root.iter()):
            # What stands outside a paragraph, as in a table, is found by the last that began.
            paragraph += element.tag == "p"
            if "page" in _classes(element):
                page = plain("".join(element.itertext())).strip()
            if id_ := element.get("id"):
                # A block that holds paragraphs begins with the first of them.
                holds = element.tag != "p" and element.find(".//p") is not None
                where[id_] = _Where(number, max(paragraph + holds, 1), page)
                self.pages[id_] = page
        decided = [mark for mark in marks if mark.key]
        for mark in sorted(decided, key=lambda mark: where[_id(mark.target)].number):
            last = mark.target if mark.end is None else mark.end
            begin, end = where[_id(mark.target)], where[_id(last)]
            locator = Locator(
                _id(mark.target) or self.id,
                self.id,
                begin.paragraph,
                note,
                _id(mark.end),
                end.paragraph,
                mark.main,
                _in_figure(mark.target) and _in_figure(last),
                begin.page,
                end.page,
            )
            self.found.append((mark.key, locator))

    # ----------------------------------------------------------------------- marks

    def passages(self, root: Element) -> Iterator[_Mark]:
        """Take up ``[words]{.index …}``, and those that begin and end a passage."""
        opened: dict[Key, _Mark] = {}
        for span in list(root.iter("span")):
            if "index" not in _classes(span):
                continue
            mark = self.mark(span, plain(words_of(span)))
            match span.attrib.pop("data-range", None):
                case "begin":
                    if mark.key in opened:
                        self.say_range(mark.key, "begins a second time before it has ended")
                    opened[mark.key] = mark
                case "end":
                    begun = opened.pop(mark.key, None)
                    if begun is None:
                        self.say_range(mark.key, "ends and has not begun")
                    else:
                        self.name(span)
                        begun.end = span
                        yield begun
                case _:
                    yield mark
        for key in opened:
            self.say_range(key, "begins and does not end")

    def fenced(self, block: Element) -> Iterator[_Mark]:
        """Take up ``::: {.index …}``: the fence goes, and what it held is a passage."""
        mark = self.mark(block, "")
        end = _end_of(block)
        first = next(iter(block), None)
        if first is not None and end is not None:
            mark.target = first
            mark.end = end
            self.name(end)
            yield mark
        elif first is not None:
            mark.target = first
            yield mark
        _unwrap(block)

    def mark(self, element: Element, words: str) -> _Mark:
        """Read the attributes of a mark; they leave the element."""
        term = plain_heading(element.attrib.pop("data-term", words))
        sub = element.attrib.pop("data-sub", None)
        main = element.attrib.pop("data-main", None) is not None
        classes = [name for name in _classes(element) if name != "index"]
        element.attrib.pop("class", None)
        if classes:
            element.set("class", " ".join(classes))
        key = self.key(term, None)
        if sub and key:
            whole = (*key, *as_key(sub))
            key = self.all_terms.headings.get(joined(whole), whole)
        if len(key) > DEPTH:
            self.say_depth(key)
        return _Mark(key[:DEPTH], element, main=main)

    def key(self, name: str, path: tuple[str | int, ...] | None) -> Key:
        """The key of a heading that somebody names, by its words or by one of its forms.

        It is empty when that form may belong to several.

        ``path`` is where in the front matter; None when it is a mark in the text.
        """
        if key := self.all_terms.key(name):
            return key
        claimed = self.all_terms.keys.get(folded(name), ())
        if len(claimed) == 1:
            return claimed[0]
        span = self.span(name) if path is None else self.said_at(path)
        if claimed:
            self.diagnostics.append(_ambiguous(name, claimed, span))
            return ()
        parts = as_key(name) or ("",)
        for count in range(len(parts) - 1, 0, -1):
            if known := self.all_terms.headings.get(joined(parts[:count])):
                return (*known, *parts[count:])
        if self.strict or not parts[0]:
            self.diagnostics.append(_unknown(parts, span))
        return parts

    # ----------------------------------------------------------------------- what is told

    def doubtful(self, doubts: list[tuple[Match, int]], line: int) -> Iterator[Diagnostic]:
        """Tell where words stand that may belong to several headings.

        The place in the file is that of the form's so-manieth occurrence from a line on.
        """
        text = _BRACES.sub(lambda braces: " " * len(braces[0]), self.source.file.text)
        start = sum(len(part) + 1 for part in text.split("\n")[: line - 1])
        offsets: dict[str, list[int]] = {}
        for match in self.terms.find(text[start:]):
            offsets.setdefault(match.form, []).append(start + match.start)
        for match, number in doubts:
            there = offsets.get(match.form, [start])
            offset = there[min(number, len(there) - 1)]
            span = Span(self.source.file.path, *place(text, offset))
            yield _ambiguous(match.form, match.keys, span)

    def unmet(self) -> Iterator[Diagnostic]:
        """Tell of words to which the front matter gives a meaning, and which do not stand here."""
        for form in self.said.forms if self.said else ():
            if folded(form) not in self.met:
                yield Diagnostic(
                    "index-form-unmatched",
                    f"“{form}” does not stand by itself in this document",
                    "write it as the text has it, or remove it",
                    self.said_at(("index", "forms", form)),
                    Severity.HINT,
                )

    def say_range(self, key: Key, what: str) -> None:
        """Tell what is wrong with the ends of a passage."""
        self.diagnostics.append(
            Diagnostic(
                "index-range",
                f"the passage for “{show(key)}” {what}",
                "mark both ends in the same text: […]{.index term=… range=begin} and range=end",
                self.span(key[-1]),
            )
        )

    def say_depth(self, key: Key) -> None:
        """Tell that a mark goes deeper than an index does."""
        self.diagnostics.append(
            Diagnostic(
                "index-too-deep",
                f"“{show(key)}” is more than a heading and subentries two deep",
                "name a heading, a subentry and one below it at most",
                self.span(key[-1]),
            )
        )

    def span(self, words: str) -> Span:
        """The place of a mark that names some words, or of the words, in the text of the file.

        It is the first line of the text when they are not in it; without words, the first mark
        that names nothing.
        """
        text = self.source.file.text
        start = sum(len(line) + 1 for line in text.split("\n")[: self.source.body_line - 1])
        if not words and (match := _NAMES_NOTHING.search(text, start)):
            return Span(self.source.file.path, *place(text, match.start()))
        for sought in (f'="{words}"', f"='{words}'", f"={words}", words):
            offset = text.find(sought, start)
            if offset >= 0:
                offset += len(sought.rstrip("\"'")) - len(words)
                return Span(self.source.file.path, *place(text, offset))
        return Span(self.source.file.path, self.source.body_line)

    def said_at(self, path: tuple[str | int, ...]) -> Span:
        """The place of something in the front matter."""
        places = self.source.places
        return places.get(path) or places.get(path[:1]) or Span(self.source.file.path)


def _ambiguous(words: str, keys: tuple[Key, ...], span: Span) -> Diagnostic:
    names = [f"“{show(key)}”" for key in keys]
    return Diagnostic(
        "ambiguous-form",
        f"“{words}” may be {', '.join(names[:-1])} or {names[-1]}; it is not in the index",
        f'mark it, [{words}]{{.index term="{show(keys[0])}"}}, or say in the front matter what it'
        f" means in this document: “index: {{forms: {{{words}: …}}}}”",
        span,
        Severity.WARNING,
    )


def _unknown(parts: Key, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-term-unknown",
        f"“{show(parts)}” is not a heading of index.yaml" if parts[0] else "the mark names nothing",
        "add it there, or correct the mark; it makes a heading of its own"
        if parts[0]
        else "name the heading: […]{.index term=…}",
        span,
        Severity.WARNING if parts[0] else Severity.ERROR,
    )


def _first_page(metadata: DocumentMetadata) -> str | None:
    """The page of the print source on which a document begins: ``348`` of ``348–352``."""
    page = metadata.source.page if metadata.source else None
    return re.split(r"[-–,\s]", page.strip())[0] if page else None


def _end_of(block: Element) -> Element | None:
    """Make an empty element at the end of the last words of a block; None when it has no words."""
    leaf = next((e for e in reversed([block, *block.iter(*_LEAF)]) if _holds_text(e)), None)
    return None if leaf is None else etree.SubElement(leaf, "span")


def _holds_text(element: Element) -> bool:
    own = [element.text, *(child.tail for child in element)]
    inline = any(child.tag not in BLOCK and "".join(child.itertext()) for child in element)
    return inline or any(text and text.strip() for text in own)


def _unwrap(block: Element) -> None:
    """Put what a block holds in its place."""
    parent = block.getparent()
    assert parent is not None
    at = parent.index(block)
    for child in reversed(block):
        parent.insert(at, child)
    parent.remove(block)


def _classes(element: Element) -> list[str]:
    return element.get("class", "").split()


def _id(element: Element | None) -> str | None:
    return None if element is None else element.get("id")


def _in_figure(element: Element | None) -> bool:
    if element is None:
        return False
    return element.tag == "figure" or next(element.iterancestors("figure"), None) is not None
