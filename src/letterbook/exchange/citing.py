"""Citations in words: CSL-JSON items through a style of the Citation Style Language.

What enters is a style, which a theme brings, and a language; what leaves is a function from an item
to a citation as it stands in a note. citeproc-py does the work. Where its release 0.11 leaves the
specification of CSL (1.0.2), what it is given is made so that the outcome is right; a test compares
it with Pandoc’s.
"""

from __future__ import annotations

import copy
import io
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import citeproc
from citeproc.source import VariableError
from citeproc.source.json import CiteProcJSON
from lxml import etree
from lxml.etree import _Element as Element
from markupsafe import Markup, escape

from letterbook.diagnostics import EnvironmentFault
from letterbook.exchange.items import Item
from letterbook.exchange.names import is_elided

_CSL = "{http://purl.org/net/xbiblio/csl}"
_ITALIC, _UPRIGHT = "\x0e", "\x0f"
"""What stands around italics until the end: control characters, which no source can have."""
_MARKED = re.compile(f"{_ITALIC}([^{_ITALIC}{_UPRIGHT}]*){_UPRIGHT}")
_LOCALE_TERMS = frozenset(
    {"and", "et-al", "page-range-delimiter", "ordinal"}
    | {f"{end}-{kind}" for end in ("open", "close") for kind in ("quote", "inner-quote")}
    | {f"month-{month:02}" for month in range(1, 13)}
)
"""The terms that a style uses without naming them."""
_AT_FAULT = (
    etree.LxmlError, AttributeError, LookupError, RecursionError, TypeError, ValueError,
    VariableError,
)  # fmt: skip
"""What the processor raises when a style is not what it takes it for."""

Cite = Callable[[Item], str]
"""From an item to its citation, italics between marks; ``in_html`` and ``in_text`` read them."""


def citer(style: bytes, language: str, file: Path) -> Cite:
    """Give the function that cites in a style and a language; ``file`` is where the style stands.

    Raises EnvironmentFault when the style is at fault, and so does the function.
    """
    try:
        schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
        if not schema.validate(etree.fromstring(style)):
            raise _fault(schema.error_log[0].message, file)
        processor = citeproc.CitationStylesStyle(io.BytesIO(style), locale=language, validate=False)
        processor.root.formatter = _FORMATTER
        _gather(processor.root)
        set_quotes = _quotes(processor.root)
    except _AT_FAULT as error:
        raise _fault(str(error), file) from error

    def cite(item: Item) -> str:
        try:
            return set_quotes(_cite(processor, item))
        except _AT_FAULT as error:
            raise _fault(f"{type(error).__name__}: {error}", file) from error

    return cite


def in_html(citation: str) -> Markup:
    """A citation for a page."""
    return Markup(_MARKED.sub(r"<cite>\1</cite>", str(escape(citation))))


def in_text(citation: str) -> str:
    """A citation for where there are no italics."""
    return citation.replace(_ITALIC, "").replace(_UPRIGHT, "")


def _cite(processor: Any, item: Item) -> str:
    source = CiteProcJSON([{key: _whole_names(value) for key, value in item.items()}])
    for reference in source.values():
        # Variables of people are filed under one spelling, and looked up under another.
        reference.update({key.replace("_", "-"): value for key, value in reference.items()})
    # A bibliography of its own for each: in one of all, every item is compared with every other.
    bibliography = citeproc.CitationStylesBibliography(processor, source, _FORMATTER)
    citation = citeproc.Citation([citeproc.CitationItem(item["id"])])
    bibliography.register(citation)
    return str(bibliography.cite(citation, str))


def _whole_names(value: Any) -> Any:
    """Names with an elided particle as part of the last: the processor sets a space after it."""
    if not (isinstance(value, list) and value and isinstance(value[0], dict)):
        return value
    return [_whole_name(person) for person in value]


def _whole_name(person: dict[str, str]) -> dict[str, str]:
    particle = person.get("dropping-particle", "")
    if not is_elided(particle):
        return person
    rest = {key: part for key, part in person.items() if key != "dropping-particle"}
    return rest | {"family": f"{particle}{person['family']}"}


def _quotes(style: Any) -> Callable[[str], str]:
    """Give the function that sets quotation marks as a locale wants them; the processor does not.

    Quotes within quotes get the inner marks. Where a full stop or a comma stands before the
    closing mark, as in American English, it is put there.
    """
    ends = [f"{end}-{kind}" for kind in ("quote", "inner-quote") for end in ("open", "close")]
    open_, close, open_inner, close_inner = (str(style.get_single_term(name=e)) for e in ends)
    is_joined = style.get_locale_option("punctuation-in-quote") == "true"
    mark = re.compile(f"{re.escape(open_)}|{re.escape(close)}")
    after = re.compile(f"({re.escape(close)}{_UPRIGHT}?)([,.])")

    def set_quotes(words: str) -> str:
        depth = 0

        def level(found: re.Match[str]) -> str:
            nonlocal depth
            if found[0] == open_:
                depth += 1
                return open_inner if depth == 2 else open_
            depth -= 1
            return close_inner if depth == 1 else close

        if open_.strip() != close.strip() and open_inner and close_inner:
            words = mark.sub(level, words)
        return after.sub(r"\2\1", words) if is_joined else words

    return set_quotes


def _gather(style: Element) -> None:
    """Put the terms that a style uses into the first of its locales, without all others.

    The processor looks for each term, each time, through all of them.
    """
    named = (element.get(key, "") for element in style.iter() for key in ("term", "variable"))
    used = _LOCALE_TERMS | {name for names in named for name in names.split()}
    locales = list(dict.fromkeys(style.locales))  # type: ignore[attr-defined]
    known: dict[tuple[str | None, str | None], Element] = {}
    for locale in locales:
        for term in locale.iterfind(f"{_CSL}terms/{_CSL}term"):
            if term.get("name") in used:
                known.setdefault((term.get("name"), term.get("form")), copy.deepcopy(term))
            if locale is not locales[0]:
                term.getparent().remove(term)
    terms = locales[0].find(f"{_CSL}terms")
    if terms is None:
        terms = etree.SubElement(locales[0], f"{_CSL}terms")
    terms[:] = known.values()
    style.locales = locales  # type: ignore[attr-defined]


def _italic(text: str) -> str:
    return f"{_ITALIC}{text}{_UPRIGHT}"


_FORMATTER = SimpleNamespace(
    preformat=str,
    Italic=_italic,
    Oblique=_italic,
    **dict.fromkeys(("Bold", "Light", "Underline", "Superscript", "Subscript", "SmallCaps"), str),
)
"""How the processor is to mark type; of the theme's typefaces, a citation uses two."""


def _fault(message: str, file: Path) -> EnvironmentFault:
    return EnvironmentFault(
        "theme-broken",
        f"the style of citations does not work: {message}",
        "compare with the theme that comes with Letterbook",
        str(file),
    )
