"""Pictures with a caption and a credit: ``![what it shows](seal.png "caption"){credit="whose"}``.

A picture that has either stands in a paragraph of its own, which becomes a figure. What is between
the brackets is for those who do not see it; caption and credit are for everybody.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Span
from letterbook.markup.attributes import Attributes
from letterbook.markup.inline import inline
from letterbook.markup.links import Target, literal

CREDIT = "credit"
"""The key of a picture, and the class of the words in its caption."""


def picture_tag(
    words: str,
    target: Target,
    attributes: Attributes,
    span: Span,
    diagnostics: list[Diagnostic],
) -> str:
    """Write the tag of a picture, and say what in its attributes is not known."""
    unknown = [f".{name}" for name in attributes.classes]
    unknown += [key for key in attributes.values if key != CREDIT]
    diagnostics += [
        Diagnostic(
            "unknown-attribute",
            f"“{name}” is not an attribute that a picture understands",
            f"known is: {CREDIT}",
            span,
        )
        for name in unknown
    ]
    parts = {"src": target.address, "alt": literal(" ".join(words.split()))}
    told = {"data-caption": target.title, "data-credit": attributes.values.get(CREDIT)}
    parts |= {name: literal(" ".join(text.split())) for name, text in told.items() if text}
    written = "".join(f' {name}="{escape(value)}"' for name, value in parts.items())
    return f"<img{written}>"


def make_figures(root: Element, place: Callable[[str], Span]) -> list[Diagnostic]:
    """Make figures of the pictures that have a caption or a credit, in place."""
    found = []
    for image in list(root.iter("img")):
        caption = image.attrib.pop("data-caption", "")
        credit = image.attrib.pop("data-credit", "")
        if not caption and not credit:
            continue
        parent = image.getparent()
        assert parent is not None
        words = f"{parent.text or ''}{image.tail or ''}".strip()
        if parent.tag != "p" or len(parent) > 1 or words:
            found.append(
                Diagnostic(
                    "caption-in-line",
                    "a picture among words has a caption or a credit",
                    "give the picture a paragraph of its own, or leave its caption away",
                    place(image.get("src", "")),
                )
            )
            continue
        parent.tag, image.tail = "figure", None
        parent.append(_caption(caption, credit))
    return found


def _caption(caption: str, credit: str) -> Element:
    made = inline(caption)
    made.tag = "figcaption"
    if credit:
        if len(made):
            made[-1].tail = f"{made[-1].tail or ''} "
        elif made.text:
            made.text += " "
        words = etree.SubElement(made, "span", {"class": CREDIT})
        words.text = credit
    return made
