"""The closed vocabulary: what can be written, what is let through, what the templates place.

One list serves the reader of Markdown, the sanitizer and the documentation. The elements are
those of XHTML; the classes are the letter's parts and the editor's marks, with the names that
TEI P5 gives them where it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EVERYWHERE = frozenset({"lang", "dir"})
"""Attributes that any element may carry."""

ELEMENTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "p": frozenset(),
        "h2": frozenset(),
        "h3": frozenset(),
        "h4": frozenset(),
        "blockquote": frozenset(),
        "ul": frozenset(),
        "ol": frozenset({"start"}),
        "li": frozenset(),
        "dl": frozenset(),
        "dt": frozenset(),
        "dd": frozenset(),
        "div": frozenset({"class", "data-term", "data-sub", "data-main"}),
        "pre": frozenset(),
        "hr": frozenset(),
        "table": frozenset(),
        "caption": frozenset(),
        "thead": frozenset(),
        "tbody": frozenset(),
        "tr": frozenset(),
        "th": frozenset({"colspan", "rowspan", "scope", "class"}),
        "td": frozenset({"colspan", "rowspan", "class"}),
        "figure": frozenset(),
        "figcaption": frozenset(),
        "img": frozenset({"src", "alt", "data-caption", "data-credit"}),
        "a": frozenset({"href", "class", "data-note", "data-ref"}),
        "span": frozenset(
            {"class", "data-term", "data-sub", "data-main", "data-range", "data-corr"}
        ),
        "em": frozenset(),
        "strong": frozenset(),
        "code": frozenset(),
        "sub": frozenset(),
        "sup": frozenset(),
        "del": frozenset(),
        "ins": frozenset(),
        "br": frozenset(),
    }
)
"""Element to the attributes it may have besides those of EVERYWHERE."""

INLINE = frozenset(
    {
        *("a", "span", "em", "strong", "code", "sub", "sup", "del", "ins", "br", "img"),
        *("i", "b", "s"),
    }
)
"""Elements that stand within lines, and the other names that some of them may be written with."""

CHILDREN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "ul": frozenset({"li"}),
        "ol": frozenset({"li"}),
        "dl": frozenset({"dt", "dd"}),
        "table": frozenset({"caption", "thead", "tbody", "tr"}),
        "thead": frozenset({"tr"}),
        "tbody": frozenset({"tr"}),
        "tr": frozenset({"th", "td"}),
    }
)
"""Elements that hold nothing but certain others, and no text."""

HOLDERS = frozenset({"div", "blockquote", "li", "dd", "th", "td", "figure", "figcaption"})
"""Elements that can hold blocks; all others hold what stands within lines."""

VALUES: Mapping[str, str] = MappingProxyType(
    {
        "lang": r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*",
        "dir": "ltr|rtl|auto",
        "colspan": r"[1-9]\d{0,2}",
        "rowspan": r"[1-9]\d{0,2}",
        "start": r"-?\d{1,9}",
        "scope": "row|col|rowgroup|colgroup",
        "data-main": "yes",
        "data-range": "begin|end",
    }
)
"""Patterns of the values of attributes."""

NOT_WRITTEN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "a": frozenset({"class", "data-note", "data-ref"}),
        "img": frozenset({"data-caption", "data-credit"}),
        "th": frozenset({"class"}),
        "td": frozenset({"class"}),
    }
)
"""Attributes that we set, but that nobody may write: a note's mark is ``[^1]`` and nothing else, a
reference to a document ``[@name]``."""

BLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "dateline": "place and date at the head or foot of a letter",
        "address": "the address written on a letter; its lines are kept",
        "salutation": "the words of greeting",
        "closing": "the words of farewell",
        "signature": "the name signed",
        "postscript": "what follows the signature",
        "endorsement": "what another hand noted on the document",
        "verse": "lines that are kept as lines",
        "index": "a passage for the index; term= and sub= name the heading, main=yes is for the"
        " chief place",
    }
)
"""Classes of ``::: name`` blocks, each with what it is."""

KEEPS_LINES = frozenset({"verse", "address"})
"""The blocks in which every line of the source is a line."""

SPANS: Mapping[str, str] = MappingProxyType(
    {
        "index": "a mark for the index; term= and sub= name the heading, main=yes is for the"
        " chief place, range=begin and range=end for the ends of a passage",
        "supplied": "words that the editor supplies",
        "unclear": "words read with doubt",
        "gap": "a place where words are lost; the text says what",
        "del": "words struck out in the original",
        "add": "words added in the original",
        "sic": "so in the original; corr= gives what was meant",
        "sc": "small capitals",
        "page": "here the named page of the print source begins",
        "credit": "whose a picture is, at the end of its caption",
    }
)
"""Classes of ``[text]{.name}`` spans, each with what it is."""

SPAN_ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"index": frozenset({"term", "sub", "main", "range"}), "sic": frozenset({"corr"})}
)
"""The keys that a span's class understands, besides ``lang``."""

BLOCK_ATTRIBUTES: Mapping[str, frozenset[str]] = MappingProxyType(
    {"index": frozenset({"term", "sub", "main"})}
)
"""The keys that a block's class understands, besides ``lang``."""

CLASSES: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "div": frozenset(BLOCKS),
        "span": frozenset(SPANS),
        "a": frozenset({"noteref", "crossref"}),
        "th": frozenset({"left", "center", "right"}),
        "td": frozenset({"left", "center", "right"}),
    }
)
"""The classes that each element may have; those of a table's cells say how they are set."""

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
"""What a link may lead to, besides a place in the book."""

RENAMED: Mapping[str, str] = MappingProxyType(
    {"i": "em", "b": "strong", "h1": "h2", "h5": "h4", "h6": "h4", "s": "del"}
)
"""Elements that are written and taken for another: the document's title is its only h1."""
