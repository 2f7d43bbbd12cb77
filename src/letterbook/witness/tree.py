"""The words of a tree: of the edition's own, or of XHTML as it was written to a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.witness.words import Break, Collector, Key, Keys, Kind, Word

_WITHIN_LINES = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd"}
    | {"label", "mark", "q", "ruby", "s", "samp", "small", "span", "strong", "sub", "sup", "time"}
    | {"u", "var", "wbr"}
)
"""Elements that do not end a word."""
_SILENT = frozenset({"head", "script", "style", "template"})
"""Elements whose text is not shown."""
_FOOT = "foot-note"
"""The class of a note that stands at the foot of the page, though its tree is beside its mark."""
GENERATED = frozenset({"mark", "noteref", "page", "crossref"})
"""Classes of what the edition adds to the words of the source, or takes for a label."""
RENDERED = frozenset({"crossref"})
"""Classes of what a medium adds to the words of the edition: “no. 12, p. 48” has pages in print."""


@dataclass(frozen=True, slots=True)
class Part:
    """Where words belong: to a document's text, to a note, or, with neither, around them."""

    document: str
    note: str | None = None
    around: bool = False


@dataclass(frozen=True, slots=True)
class Region:
    """The words of one part, by their positions."""

    part: Part
    start: int
    stop: int


@dataclass(slots=True)
class Reading:
    """What was read of a tree."""

    words: list[Word]
    regions: list[Region] = field(default_factory=list)
    """In the order in which they end: the inner before the outer. One part may have several: a
    note that runs on at the foot of the next page."""

    def part_at(self, position: int) -> tuple[Part, int] | None:
        """The innermost part that holds a word, and the word's position in it."""
        before: Counter[Part] = Counter()
        for region in self.regions:
            if region.start <= position < max(region.stop, region.start + 1):
                return region.part, before[region.part] + position - region.start
            before[region.part] += region.stop - region.start
        return None


def read_tree(
    root: Element,
    key: Key,
    parts: Mapping[Element, Part] | None = None,
    without: frozenset[str] = frozenset(),
) -> Reading:
    """Read a tree in its order; notes at the foot of the page after all else, in theirs.

    ``parts`` names the elements whose words are to be told apart, ``without`` the classes of those
    whose words are left out: without the GENERATED, the source's words remain.
    """
    collector = Collector(key)
    regions = _Reader(collector, parts or {}, without).read(root)
    return Reading(collector.words, regions)


def read_keys(
    root: Element,
    key: Key,
    parts: Mapping[Element, Part] | None = None,
    without: frozenset[str] = frozenset(),
) -> tuple[list[str], list[Region]]:
    """Read as ``read_tree`` does, and give the keys of the words alone."""
    collector = Keys(key)
    regions = _Reader(collector, parts or {}, without).read(root)
    return collector.words, regions


class _Reader:
    def __init__(
        self, collector: Collector | Keys, parts: Mapping[Element, Part], without: frozenset[str]
    ) -> None:
        self.collector = collector
        self.parts = parts
        self.without = without
        self.starts: list[int] = []
        self.regions: list[Region] = []
        self.counters: list[int] = []
        """Of each ordered list that is open, the number of its next item."""
        self.literal = 0
        """How many ``pre`` are open."""
        self.texts = 0
        """How many parts that are text, not around it, are open."""
        self.feet: list[Element] = []
        """Notes at the foot of the page that were met."""

    def read(self, root: Element) -> list[Region]:
        self.walk(root)
        for foot in self.feet:
            self.walk(foot)
        return self.regions

    def walk(self, root: Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            name = _name(element)
            if name == "object" and element is not root and _FOOT in element.get("class", ""):
                if event == "start":
                    self.feet.append(element)
                    walk.skip_subtree()
            elif event == "start":
                if self.is_skipped(element, name):
                    self.instead(element, name)
                    walk.skip_subtree()
                else:
                    self.begin(element, name)
            elif event == "end" and not self.is_skipped(element, name):
                self.finish(element, name)
            if event != "start" and element is not root and element.tail:
                self.text(element.tail, element.getparent())
        self.collector.end(Break.EDGE)

    def is_skipped(self, element: Element, name: str) -> bool:
        if name in _SILENT or name == "svg" or "hidden" in element.attrib:
            return True
        # What has no name, such as an entity, has no class either.
        return bool(name) and not self.without.isdisjoint(element.get("class", "").split())

    def instead(self, element: Element, name: str) -> None:
        """What is read for an element whose content is not text: a drawing's title."""
        if name == "svg":
            titles = (child.text for child in element if _name(child) == "title")
            self.picture(next(titles, None) or "")

    def picture(self, alternative: str) -> None:
        self.collector.end(Break.EDGE)
        self.collector.text(alternative)
        self.collector.end(Break.EDGE)

    def begin(self, element: Element, name: str) -> None:
        if name not in _WITHIN_LINES:
            self.collector.end(Break.EDGE)
        if part := self.parts.get(element):
            self.collector.end(Break.EDGE)
            self.starts.append(len(self.collector.words))
            self.texts += not part.around
        if name == "ol":
            self.counters.append(_integer(element.get("start"), 1))
        elif name == "li" and self.counters and _name(element.getparent()) == "ol":
            number = _integer(element.get("value"), self.counters[-1])
            self.counters[-1] = number + 1
            # Outside of the documents, themes do as they like with lists.
            kind = Kind.NUMBER if self.texts or not self.parts else Kind.OPTIONAL
            self.collector.text(f"{number}. ", kind)
        elif name == "img":
            self.picture(element.get("alt", ""))
        self.literal += name == "pre"
        if element.text:
            self.text(element.text, element)

    def finish(self, element: Element, name: str) -> None:
        if name not in _WITHIN_LINES:
            self.collector.end(Break.EDGE)
        if part := self.parts.get(element):
            self.collector.end(Break.EDGE)
            self.regions.append(Region(part, self.starts.pop(), len(self.collector.words)))
            self.texts -= not part.around
        if name == "ol":
            self.counters.pop()
        self.literal -= name == "pre"

    def text(self, text: str, holder: Element | None) -> None:
        label = holder is not None and holder.get("role") == "doc-pagebreak"
        kind = Kind.OPTIONAL if label else Kind.LITERAL if self.literal else Kind.TEXT
        self.collector.text(text, kind)


def _name(element: Element | None) -> str:
    if element is None or not isinstance(element.tag, str):
        return ""
    return element.tag.rpartition("}")[2].lower()


def _integer(text: str | None, otherwise: int) -> int:
    try:
        return int(text or "")
    except ValueError:
        return otherwise


def parse(data: bytes, is_xml: bool) -> Element:
    """Parse a file as it stands; raises ``etree.XMLSyntaxError`` when it cannot be read.

    Nothing is fetched and no entity is expanded, whatever the file asks for.
    """
    if is_xml:
        parser = etree.XMLParser(
            resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True
        )
        return etree.fromstring(data, parser)
    return etree.fromstring(
        data, etree.HTMLParser(no_network=True, huge_tree=True, encoding="utf-8")
    )


def _is_document(element: Element) -> bool:
    name = _name(element)
    return name == "article" or (
        name == "section" and "document" in element.get("class", "").split()
    )


def parts_of(root: Element, notes: Mapping[str, str]) -> dict[Element, Part]:
    """Find the elements that hold the documents' words, by what every theme's templates keep to.

    A document is ``article#<id>``, or ``section.document#<id>``, with its text in one
    ``div.text``; a note is the element with its id, or pieces that name it in ``data-note``, with
    its text in one ``div.note-text`` each. ``notes`` gives the document of every note's id.
    """
    parts: dict[Element, Part] = {}
    for article in (e for e in root.iter("*") if e.get("id") and _is_document(e)):
        document = article.get("id", "")
        parts[article] = Part(document, around=True)
        for element in article.iter("*"):
            if "text" in element.get("class", "").split() and _name(element) == "div":
                parts[element] = Part(document)
    for element in root.iter("*"):
        note = element.get("data-note") or element.get("id")
        if note and note in notes:
            for inner in element.iter("*"):
                if "note-text" in inner.get("class", "").split() and _name(inner) == "div":
                    parts[inner] = Part(notes[note], note)
    return parts
