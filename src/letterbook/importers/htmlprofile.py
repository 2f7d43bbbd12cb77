"""How a kind of HTML pages marks up its letters: a profile of CSS selectors, as data.

The profiles that come along are in ``profiles/html-*.yaml``; a user’s has the same form. Selectors
are those of cssselect (CSS 3, and some of CSS 4); patterns are Python’s regular expressions.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from cssselect import HTMLTranslator, SelectorError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from letterbook.fields import Text
from letterbook.metadata import Inherited, schema_of
from letterbook.settings import read_model
from letterbook.yamlfile import read_yaml

PLAIN = "html-plain"
SHIPPED = ("html-letters-by-heading",)
"""The profiles that are recognised, in the order in which they are tried."""
_TRANSLATOR = HTMLTranslator()
_MAX = 1000
"""Characters of a selector or a pattern."""


def _one_or_many(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _selector(value: str) -> str:
    try:
        xpath(value)
    except (SelectorError, RecursionError, ValueError) as error:
        raise PydanticCustomError(
            "wrong_form", "“{value}” is not a selector: {why}",
            {"value": value[:80], "why": str(error)[:200]},
        ) from error  # fmt: skip
    return value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as error:
        raise PydanticCustomError(
            "wrong_form", "“{value}” is not a pattern: {why}",
            {"value": value[:80], "why": str(error)[:200]},
        ) from error  # fmt: skip
    return value


Selector = Annotated[str, Field(max_length=_MAX), AfterValidator(_selector)]
Selectors = Annotated[tuple[Selector, ...], BeforeValidator(_one_or_many)]
"""One selector, or a list of them."""
Pattern = Annotated[str, Field(max_length=_MAX), AfterValidator(_pattern)]
Patterns = Annotated[tuple[Pattern, ...], BeforeValidator(_one_or_many)]


class _Model(BaseModel):
    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )  # fmt: skip


class Value(_Model):
    """Where a value of the front matter stands; in YAML, the bare selector will do."""

    at: Selectors
    """The elements; the first that fits has the value."""
    pattern: Pattern | None = None
    """What of its words is the value: the group named ``value``, the first group, or the whole.
    An element whose words do not match has no value."""


class NoteText(_Model):
    """Where the texts of notes stand; in YAML, the bare selector will do."""

    at: Selectors
    """The elements, each with one note."""
    pattern: Pattern | None = None
    """What of its words is the note: the group ``text``; the group ``mark`` is its mark."""


def _at(value: Any) -> Any:
    return value if isinstance(value, (dict, BaseModel)) else {"at": value}


Found = Annotated[Value, BeforeValidator(_at)]


class HtmlProfile(_Model):
    """How to read one kind of HTML pages."""

    name: Text = "a page"
    """As a person would call the kind."""
    recognise: Patterns = ()
    """All of these are found in the text of a page of this kind, its tags included."""
    document: Found | None = None
    """Each begins a document: its heading, or the element around it; with a ``pattern``, only where
    its words match. Without, the page is one."""
    section: Selectors = ()
    """Headings between documents; a document ends there, and their words are set aside."""
    contents: Selectors = ()
    """Links of a table of contents; they name documents that have no title of their own."""
    kind: Text | None = None
    """What the documents are: letter, telegram, postcard. When nothing is said, letters are told
    by their words."""
    values: Inherited = Inherited()
    """Front matter that all documents have in common, as an editor knows it."""
    title: Found | None = None
    """The heading that begins the document, when nothing is said."""
    number: Found | None = None
    """The document’s number, as printed."""
    author: Found | None = None
    """Who wrote it."""
    addressee: Found | None = None
    """To whom."""
    same: Pattern | None = None
    """Words that mean the addressee of the document before: “the same”."""
    date: Found | None = None
    """When it was written; the place with it when ``place`` says so."""
    place: Found | None = None
    """Where it was written."""
    dateline: Selectors = ()
    """Place and date at the head or foot; these and all that follow stay in the text."""
    address: Selectors = ()
    """The address written on it."""
    salutation: Selectors = ()
    """The words of greeting."""
    closing: Selectors = ()
    """The words of farewell."""
    signature: Selectors = ()
    """The name signed."""
    postscript: Selectors = ()
    """What follows the signature."""
    verse: Selectors = ()
    """Lines that are kept as lines."""
    quotation: Selectors = ()
    """What is quoted."""
    small_capitals: Selectors = ()
    """Words in small capitals."""
    note: Annotated[NoteText, BeforeValidator(_at)] | None = None
    """The notes. Without, notes are told by their links."""
    note_reference: Selectors = ()
    """Their marks in the text: links to them, or the elements around the links. Without, all links
    that lead to them."""
    page: Found | None = None
    """Where a page of the print source begins."""
    set_aside: Selectors = ()
    """What belongs into no document."""
    typographic: bool = False
    """Whether ASCII quotes and dashes become typographic ones."""


TEXT_PARTS = (
    "dateline", "address", "salutation", "closing", "signature", "postscript", "verse",
    "quotation", "small-capitals",
)  # fmt: skip
"""Keys that say what a part of the text is, by the meanings of ``htmlbody``."""
VALUES = ("title", "number", "author", "addressee", "date", "place")
"""Keys that say where a value of the front matter stands."""


def xpath(selector: str) -> str:
    """Give the XPath expression of a selector, for what is in an element."""
    return _TRANSLATOR.css_to_xpath(selector, prefix="descendant::")


def json_schema() -> dict[str, Any]:
    """Give the JSON Schema of a profile, for editors’ completion."""
    return schema_of(HtmlProfile)


@cache
def shipped(name: str) -> HtmlProfile:
    """A profile that comes along."""
    text = files(__package__).joinpath("profiles", f"{name}.yaml").read_text("utf-8")
    profile, found = read_model(HtmlProfile, read_yaml(text, f"{name}.yaml"))
    assert profile is not None, found
    return profile


def recognised(text: str) -> HtmlProfile | None:
    """The profile of the kind that a page is of; None when it is of none that we know."""
    for name in SHIPPED:
        profile = shipped(name)
        if profile.recognise and all(re.search(sign, text) for sign in profile.recognise):
            return profile
    return None
