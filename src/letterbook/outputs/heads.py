"""The running heads over the notes of a volume: to which pages of the text those below belong.

Which notes stand on a page only their layout shows; what is said of them takes no room in it. So
the notes are laid out, their heads made, and the notes laid out again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from letterbook.model import Page
from letterbook.outputs.engine import Document
from letterbook.outputs.feet import parse_section, serialize_section
from letterbook.wording import Wording


def with_heads(page: Page, document: Document, belonging: Mapping[str, str], word: Wording) -> Page:
    """Say in every note what the head of its page is to be.

    ``document`` is the layout of the page; ``belonging`` gives the page of the text to which each
    note belongs, by the note's id.
    """
    tree = parse_section(page.content)
    notes = {id_: e for e in tree.iter() if (id_ := e.get("id")) in belonging and id_}
    for sheet in document.pages:
        present = [id_ for id_ in notes if id_ in sheet.anchors]
        for id_ in present:
            # What runs over pages would set its string on each; the number of a note does not.
            number = next(e for e in notes[id_].iter("a") if e.get("role") == "doc-backlink")
            if not number.get("data-head"):
                number.set("data-head", _head([belonging[note] for note in present], word))
    return replace(page, content=serialize_section(tree))


def _head(pages: list[str], word: Wording) -> str:
    first, last = pages[0], pages[-1]
    if first == last:
        return word["notes-to-page"].format(first)
    return word["notes-to-pages"].format(f"{first}–{last}")
