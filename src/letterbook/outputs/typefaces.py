"""The typefaces that an EPUB carries: those that its pages use, cut down to their characters.

Pages and the theme's stylesheet enter; font files leave. A face that is not the upright regular
one is used when a rule that asks for its style or weight meets an element of the book.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import cssselect2
import tinycss2
from lxml.etree import _Element as Element

from letterbook.faces import Face
from letterbook.fonts import subset_face

_SET_BY_READERS = "-\u2010\u2026"
"""The hyphens that a reading system sets where a line ends, and the ellipsis where it cuts one."""

_NAMED_WEIGHTS = {"normal": "400", "bold": "700"}


def embedded(faces: Iterable[Face], css: str, trees: Iterable[Element]) -> Mapping[Face, bytes]:
    """Cut the faces that the pages use down to the characters that stand in them.

    ``css`` is the stylesheet of the pages and ``trees`` their roots.
    """
    trees = list(trees)
    texts = (text for tree in trees for text in tree.itertext())
    characters = {ord(character) for character in set(_SET_BY_READERS).union(*texts)}
    faces = list(faces)
    offered = {difference for face in faces for difference in _differences(face)}
    wanted = _wanted(css, trees, offered)
    return {
        face: subset_face(face, faces, characters & face.characters)
        for face in faces
        if _differences(face) <= wanted
    }


def _differences(face: Face) -> set[tuple[str, str]]:
    """What a stylesheet has to ask for to get this face."""
    regular = {("font-style", "normal"), ("font-weight", "400")}
    return {("font-style", face.style), ("font-weight", str(face.weight))} - regular


def _wanted(
    css: str, trees: Iterable[Element], offered: set[tuple[str, str]]
) -> set[tuple[str, str]]:
    """Those of the styles and weights offered that rules ask for on elements that there are."""
    matcher = cssselect2.Matcher()
    handles: list[tuple[str | None, set[tuple[str, str]]]] = []
    missing: set[tuple[str, str]] = set()
    for selectors, asked in _rules(css):
        asked &= offered
        missing |= asked
        for selector in cssselect2.compile_selector_list(selectors) if asked else ():
            matcher.add_selector(selector, asked)
            handles.append((selector.class_name or selector.local_name, asked))
    wanted: set[tuple[str, str]] = set()
    for tree in trees:
        # To match rules with elements takes long; most trees have nothing that is still missing.
        names = {str(element.tag).rpartition("}")[2] for element in tree.iter()}
        names |= {name for e in tree.iter() for name in e.get("class", "").split()}
        if not any(asked - wanted and (not h or h in names) for h, asked in handles):
            continue
        for element in cssselect2.ElementWrapper.from_html_root(tree).iter_subtree():
            for *_, asked in matcher.match(element):
                wanted |= asked
            if wanted == missing:
                return wanted
    return wanted


def _rules(css: str) -> Iterator[tuple[list[object], set[tuple[str, str]]]]:
    """The selectors and what they ask for of the rules that ask for a style or a weight."""
    for rule in tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True):
        if rule.type != "qualified-rule":
            continue
        asked = set()
        for declaration in tinycss2.parse_blocks_contents(rule.content):
            if declaration.type == "declaration" and declaration.name in (
                "font-style",
                "font-weight",
            ):
                value = tinycss2.serialize(declaration.value).strip()
                asked.add((declaration.name, _NAMED_WEIGHTS.get(value, value)))
        if asked:
            yield rule.prelude, asked
