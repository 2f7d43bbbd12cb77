"""The visible words of XML as it came, by expat’s events: no tree is made.

What of TEI stands in a line and what is apart is all that is known here; everything else is text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.parsers import expat

from letterbook.witness.stream import Builder, Stream


class Unreadable(Exception):
    """This is not of the kind that it was taken for."""


_TEI_WITHIN_LINES = frozenset(
    [
        "add",
        "addName",
        "am",
        "anchor",
        "c",
        "damage",
        "date",
        "del",
        "distinct",
        "emph",
        "ex",
        "foreign",
        "forename",
        "g",
        "gap",
        "gloss",
        "handShift",
        "hi",
        "mentioned",
        "metamark",
        "milestone",
        "name",
        "nameLink",
        "num",
        "orgName",
        "pc",
        "persName",
        "placeName",
        "ptr",
        "q",
        "ref",
        "retrace",
        "roleName",
        "rs",
        "said",
        "seg",
        "soCalled",
        "space",
        "subst",
        "supplied",
        "surname",
        "surplus",
        "term",
        "title",
        "unclear",
        "w",
    ]
)
_BREAKS = frozenset({"lb", "pb", "cb", "gb", "milestone"})
_TEI_DATA = frozenset(
    {"teiHeader", "listPerson", "listPlace", "listOrg", "listBibl", "listEvent", "listObject"}
)
"""Where elements stand apart without a space between them: a surname, a forename."""


_READINGS = frozenset({"choice", "app", "rdgGrp"})
"""What holds readings, each of which stands for itself."""
_ELEMENTS_ALONE = frozenset({"subst"})
"""Elements in which TEI has no text: white space there is of the file."""
_BROKEN = ("\xad", "¬", "⸗")
"""Signs at the end of a line which only say that a word goes on."""


def xml_words(data: bytes, typographic: bool) -> Iterator[Stream]:
    """Give the words of a file, in the one way in which it can be read."""
    events = _Events(typographic)
    parse(events.parser, data)
    yield events.builder.done()


class _Events:
    """The events of a TEI file."""

    def __init__(self, typographic: bool) -> None:
        self.builder = Builder(typographic)
        self.builder.stream.is_parted = True
        self.data_depth = 0
        self.note_ended_at = -1
        self.header_began_at = 0
        self.in_text = False
        self.latest = ""
        self.around: list[str] = []
        self.parser = parser_of()
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.text

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        builder = self.builder
        if self.around and self.around[-1] in _READINGS:
            builder.edge()
        self.around.append(name)
        self.data_depth += name in _TEI_DATA
        self.in_text = self.in_text or name == "text"
        if name == "teiHeader":
            self.header_began_at = builder.length
        for value in attributes.values():
            builder.know(value)
        is_broken = _is_within_word(attributes) or self.latest.rstrip().endswith(_BROKEN)
        if name in _BREAKS and is_broken:
            builder.join(self.note_ended_at == builder.length)
        elif name == "space":
            builder.text(" ", self.parser.CurrentLineNumber)
        elif (self.data_depth or name not in _TEI_WITHIN_LINES) and not builder.joining:
            builder.edge()

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        builder = self.builder
        self.around.pop()
        if name == "note":
            self.note_ended_at = builder.length
        if (self.data_depth or name not in _TEI_WITHIN_LINES) and name not in _BREAKS:
            builder.edge()
        self.data_depth -= name in _TEI_DATA
        if name == "teiHeader":
            builder.stream.headers.append((self.header_began_at, builder.length))
            if not self.in_text:
                builder.stream.header = builder.length

    def text(self, text: str) -> None:
        self.latest = text
        if self.around[-1] in _ELEMENTS_ALONE and not text.strip():
            return
        self.builder.text(text, self.parser.CurrentLineNumber)


def _is_within_word(attributes: Mapping[str, str]) -> bool:
    """Whether a line ends in a word: TEI has ``break`` for it, projects have their renditions."""
    rendition = attributes.get("rendition", "") + attributes.get("rend", "")
    return attributes.get("break") == "no" or "hyphen" in rendition


def parser_of(namespaces: bool = False) -> expat.XMLParserType:
    """Make a parser that refuses entities; with ``namespaces``, ``}`` ends that of a name."""
    parser = expat.ParserCreate(None, "}") if namespaces else expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 65536
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)

    def refuse(*_: object) -> None:
        raise Unreadable("it declares entities")

    parser.EntityDeclHandler = refuse
    return parser


def parse(parser: expat.XMLParserType, data: bytes) -> None:
    """Let a parser read all; raises Unreadable when this is no XML."""
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise Unreadable(str(error)) from error
