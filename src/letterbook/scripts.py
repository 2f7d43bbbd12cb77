"""What other scripts than the theme's own ask for: done in place, after templates are filled.

No word is changed. What enters is a section of XHTML; what leaves is the same with marks for the
styles.
"""

from __future__ import annotations

from fontTools.unicodedata import script
from lxml.etree import _Element as Element

from letterbook.theme import Theme

_ITALIC = ("em", "i", "cite")
_JOINED = frozenset({"Arab", "Syrc", "Mong", "Nkoo", "Deva", "Beng"})
"""Scripts whose letters hang together, so that they cannot be spaced."""


def mark_stress(tree: Element, theme: Theme) -> None:
    """Mark italics in a script that the italic has no letters of: roman would show no emphasis."""
    italic = frozenset[int]().union(
        *(face.characters for face in theme.faces if face.style == "italic")
    )
    for element in tree.iter(*_ITALIC):
        letters = [c for c in "".join(element.itertext()) if c.isalpha()]
        if letters and italic and italic.isdisjoint(map(ord, letters)):
            if element.tag != "em" and letters[0].upper() == letters[0].lower():
                continue  # Titles are not marked so where there are neither capitals nor italics.
            name = "overlined" if script(letters[0]) in _JOINED else "spaced"
            element.set("class", " ".join([*element.get("class", "").split(), name]))
