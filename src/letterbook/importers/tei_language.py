"""The languages of a TEI file as BCP 47 has them, and where they change."""

from __future__ import annotations

from collections.abc import Mapping

from babel.core import get_global
from lxml.etree import _Element as Element
from pydantic import TypeAdapter, ValidationError

from letterbook.fields import Language
from letterbook.importers.tei_xml import XML_LANG

_LANGUAGE: TypeAdapter[str] = TypeAdapter(Language)
_DIRECTION = "direction:"


def language_of(value: str | None) -> str | None:
    """A language tag as BCP 47 has it: ``deu`` is ``de``; None for what is none."""
    if not value:
        return None
    head, dash, rest = value.strip().replace("_", "-").partition("-")
    aliases: dict[str, str] = dict(get_global("language_aliases"))
    # Only the codes of three letters: in BCP 47, a language has the shortest that there is.
    short = aliases.get(head.lower(), head) if len(head) == 3 else head
    tag = short.lower().replace("_", "-") + dash + rest
    try:
        return _LANGUAGE.validate_python(tag) if tag not in ("und", "zxx", "mul") else None
    except ValidationError:
        return None


def attributes_of(
    element: Element, more: Mapping[str, str], document_language: str | None, exact: bool
) -> dict[str, str]:
    """Attributes for what an element becomes: its language, when that is another than around."""
    made = dict(more)
    if exact:
        if language := element.get(XML_LANG):
            made["lang"] = language
        if (style := element.get("style", "")).startswith(_DIRECTION):
            made["dir"] = style.removeprefix(_DIRECTION)
        return made
    parent = element.getparent()
    around = None
    while parent is not None and around is None:
        around, parent = language_of(parent.get(XML_LANG)), parent.getparent()
    language = language_of(element.get(XML_LANG))
    if language and language != (around or document_language):
        made["lang"] = language
    return made
