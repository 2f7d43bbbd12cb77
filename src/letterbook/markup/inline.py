"""One line with italics and nothing else: titles, and headings of the index."""

from __future__ import annotations

import re

from lxml import etree
from lxml.etree import _Element as Element

_EMPHASIS = re.compile(
    r"""
    \\(?P<escaped>[\\*_]) |
    \*(?=\S)(?P<stars>[^*]++)(?<=\S)\* |
    (?<!\w)_(?=\S)(?P<lines>[^_]++)(?<=\S)_(?!\w)
    """,
    re.VERBOSE,
)


def inline(text: str) -> Element:
    """Read ``*words*`` or ``_words_`` as italics, into a ``span``; all else is as it stands."""
    root = etree.Element("span")
    root.text = ""
    last: Element | None = None
    position = 0

    def add(words: str) -> None:
        if last is None:
            root.text = (root.text or "") + words
        else:
            last.tail = (last.tail or "") + words

    for match in _EMPHASIS.finditer(text):
        add(text[position : match.start()])
        position = match.end()
        if match["escaped"]:
            add(match["escaped"])
        else:
            last = etree.SubElement(root, "em")
            last.text = match["stars"] or match["lines"]
    add(text[position:])
    return root
