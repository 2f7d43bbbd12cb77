"""What stands in the lines of a TEI text: renditions, names, readings, pages, breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.imported import Reason
from letterbook.importers.tei_header_parts import is_url
from letterbook.importers.tei_notes import is_mark
from letterbook.importers.tei_reading import BLOCK_TREATMENTS, Reading
from letterbook.importers.tei_registers import KINDS, LISTS, escaped, keys_of
from letterbook.importers.tei_xml import find, find_all, fold, name_of, words
from letterbook.metadata import IndexEntry, Kind

_QUOTES = frozenset("\"'“”„‟«»‘’‚‛‹›")
_LADDER = re.compile(r"([\w-]+)\(([\w-]+)\)")
_SPANS = ("supplied", "unclear", "del", "add", "sic")
PLAIN_TAGS: Mapping[str, tuple[str, dict[str, str]]] = {
    "emphasis": ("em", {}),
    "strong": ("strong", {}),
    "sup": ("sup", {}),
    "sub": ("sub", {}),
    "code": ("code", {}),
    "small-capitals": ("span", {"class": "sc"}),
    "struck": ("del", {}),
    "inserted": ("ins", {}),
    **{name: ("span", {"class": name}) for name in _SPANS},
}
"""Treatments that are one inline element of the vocabulary."""


def rendition(reader: Reading, element: Element) -> None:
    """Something set otherwise: the profile says how."""
    with ExitStack() as stack:
        for treatment in renditions(reader, element):
            if treatment in PLAIN_TAGS:
                tag, attributes = PLAIN_TAGS[treatment]
                made = reader.in_line(element, attributes)
                stack.enter_context(reader.builder.inline(tag, made))
        reader.content(element)


def renditions(reader: Reading, element: Element) -> list[str]:
    """What the words of ``@rend``, ``@rendition`` and ``@style`` say, each once."""
    said = tokens(element)
    table = reader.profile.renditions
    if not said:
        return [table.get("", "none")]
    known: list[str] = []
    for token in said:
        meant = [table[name] for name in _meanings(reader, token) if name in table]
        known += meant
        if not meant:
            reader.unknown[f"{name_of(element)}@rend “{token}”"] += 1
    if not known:
        # Set otherwise, nobody knows how: emphasis is the least that it is.
        return ["emphasis"]
    return list(dict.fromkeys(known))


def _meanings(reader: Reading, token: str) -> list[str]:
    """What a word of ``@rend`` may be in the table: itself, its parts, or its CSS in the header."""
    if token in reader.profile.renditions:
        return [token]
    if declared := reader.styles.get(token):
        return declared
    if ladder := _LADDER.findall(token):
        # “slant(italic)align(center)”, as the Women Writers Project has it.
        return [part for name, value in ladder for part in (value, name)]
    # Of a declaration the value tells most (“simple:italic”), else the property.
    return list(reversed(token.split(":", 1))) if ":" in token else []


def css(text: str) -> list[str]:
    """The declarations of a style, as the table of renditions has them."""
    return [s.replace(" ", "").lower() for s in fold(text).split(";") if s.strip()]


def quote(reader: Reading, element: Element) -> None:
    """A quotation: a block when it stands as one or holds one, else words in a line."""
    has_blocks = any(reader.treatment_of(child) in BLOCK_TREATMENTS for child in element)
    alone = not reader.builder.in_line and reader.builder.at_line_start() and is_alone(element)
    alone = alone or reader.exact
    if name_of(element) in ("quote", "q", "said") and (has_blocks or alone):
        reader.quotation(element)
        return
    table = reader.profile.quotes
    said = [token for token in tokens(element) if token in table]
    before, after = table.get(said[0] if said else "", ("", ""))
    if _has_marks(element):
        before, after = "", ""
    reader.supply(before)
    reader.content(element)
    reader.supply(after)


def choice(reader: Reading, element: Element) -> None:
    """Several readings: one is kept, as the profile says, the others are set aside."""
    readings = [child for child in element if isinstance(child.tag, str)]
    kept = next(
        (r for name in reader.profile.keep for r in readings if name_of(r) == name),
        next((r for r in readings if name_of(r) != "note"), None),
    )
    for reading in readings:
        if reading is kept:
            correction = find(element, "corr") if name_of(reading) == "sic" else None
            if correction is None:
                reader.element(reading)
            else:
                corrected(reader, reading, correction)
        elif name_of(reading) == "note":
            reader.element(reading)
        elif not (kept is not None and (name_of(kept), name_of(reading)) == ("sic", "corr")):
            reader.set_aside(reading, Reason.BY_PROFILE, apart=name_of(reading) == "choice")


def corrected(reader: Reading, sic: Element, correction: Element) -> None:
    """Words as they stand, with what was meant."""
    meant = "".join(correction.itertext()) if reader.exact else words(correction)
    attributes = {"class": "sic", **({"data-corr": meant} if meant else {})}
    with reader.builder.inline("span", reader.in_line(sic, attributes)):
        reader.content(sic)
    reader.set_aside(correction, Reason.STRUCTURE)


def gap(reader: Reading, element: Element) -> None:
    """A place where words are lost; what ``desc`` says of it is its text."""
    span = etree.Element("span", reader.in_line(element, {"class": "gap"}))
    description = find(element, "desc")
    if description is None:
        reader.builder.mark(span, wait=False)
        return
    with reader.builder.inline("span", dict(span.attrib)):
        reader.content(description)


def unclear(reader: Reading, element: Element) -> None:
    """Words that are hard to read; where none could be read, a gap."""
    if reader.exact or len(element) or (element.text or "").strip():
        with reader.builder.inline("span", reader.in_line(element, {"class": "unclear"})):
            reader.content(element)
    else:
        gap(reader, element)


def parts_alone(reader: Reading, element: Element) -> None:
    """What can hold elements alone: the white space between them is of the file, not the text."""
    for child in element:
        reader.element(child)


def name(reader: Reading, element: Element) -> None:
    """A name: a mark for the index, when its key means something."""
    with ExitStack() as stack:
        if reader.exact:
            if element.get("type") == "index":
                mark = own_index(reader, element)
                stack.enter_context(reader.builder.inline("span", mark))
            reader.content(element)
            return
        for heading in dict.fromkeys(headings(reader, element)):
            made = {"class": "index", "data-term": heading}
            stack.enter_context(reader.builder.inline("span", made))
        reader.content(element)


def headings(reader: Reading, element: Element) -> Iterator[str]:
    """The headings that a name’s keys lead to."""
    kind = KINDS.get(element.get("type", "")) or KINDS.get(name_of(element))
    for key in keys_of(element):
        entry = reader.registers.find(key)
        if entry is None and reader.profile.keys == "filed" and element.get("key") and kind:
            entry = IndexEntry(heading=escaped(fold(key)), kind=kind)
        if entry is None:
            reader.keys[key] += 1
        else:
            yield reader.used.setdefault(entry.heading.casefold(), entry).heading


def own_index(reader: Reading, element: Element) -> dict[str, str]:
    """An index mark of our own files, and the heading that it names."""
    mark = find(element, "index")
    made = {"class": "index"} if mark is None else index_mark(mark, exact=True)
    if term := made.get("data-term", "").strip():
        kind = KINDS.get(element.get("subtype", ""), Kind.SUBJECT)
        reader.used.setdefault(term.casefold(), IndexEntry(heading=term, kind=kind))
    return reader.attributes(element, made)


def index(reader: Reading, element: Element) -> None:
    """A mark for the index that no words carry."""
    parent = element.getparent()
    if reader.exact and parent is not None and name_of(parent) == "rs":
        return
    if find(element, "term") is None:
        return
    reader.builder.mark(etree.Element("span", index_mark(element)))
    if not reader.exact:
        reader.set_aside(element, Reason.STRUCTURE)


def link(reader: Reading, element: Element) -> None:
    """A link to the web stays one; one within the edition is its words."""
    note = reader.plan.by_reference.get(element)
    if note is not None and is_mark(element):
        reader.set_aside(element, Reason.NOTE_MARK)
        reader.place_note(note)
        return
    if note is not None:
        # The words that the note is about, or words about the note: they stay.
        reader.content(element)
        reader.place_note(note, again=False)
        return
    if reader.exact and element.get("type") == "crossref":
        named = element.get("n", "")
        reader.builder.mark(etree.Element("a", {"class": "crossref", "data-ref": named}))
        return
    target = element.get("target", "")
    is_link = is_url(target.strip()) and bool(words(element) or len(element))
    if reader.in_link or not (is_link or reader.exact):
        reader.content(element)
        return
    reader.in_link = True
    target = target if reader.exact else target.strip()
    with reader.builder.inline("a", reader.in_line(element, {"href": target})):
        reader.content(element)
    reader.in_link = False


def seg(reader: Reading, element: Element) -> None:
    """A span of our own files that is several things at once."""
    if not (reader.exact and element.get("type") == "span"):
        reader.content(element)
        return
    attributes = reader.attributes(element)
    if classes := element.get("rend"):
        attributes["class"] = classes
    if meant := element.get("n"):
        attributes["data-corr"] = meant
    for mark in find_all(element, "index"):
        made = index_mark(mark, exact=True)
        attributes |= {key: value for key, value in made.items() if key != "class"}
    with reader.builder.inline("span", attributes):
        reader.builder.text(element.text)
        for child in element:
            if name_of(child) != "index":
                reader.element(child)
            reader.builder.text(child.tail)


def page(reader: Reading, element: Element) -> None:
    """A page of the source begins; one without a number, or with one again, is no mark."""
    goes_on = _word_goes_on(reader, element)
    if goes_on:
        reader.builder.glue()
    label = element.get("n", "") if reader.exact else fold(element.get("n", ""))
    if label and (label not in reader.pages or reader.exact):
        reader.pages.add(label)
        mark = etree.Element("span", {"class": "page"})
        mark.text = label
        reader.builder.mark(mark)
    if goes_on:
        reader.builder.glue()


def line_break(reader: Reading, element: Element) -> None:
    """The end of a line: of a word that goes on, of a line that stays one, or a space."""
    if _word_goes_on(reader, element):
        reader.builder.glue()
    elif reader.keeps_lines:
        reader.builder.line_break()
    else:
        reader.builder.text(" ")


_DIVIDES = "\xad¬⸗"
"""Signs that only the end of a line brings."""
_MAY_DIVIDE = "-‐="
"""Signs that may be the word’s own."""
_NEAR = 8
"""Among so many elements after a break the next word is looked for."""


def _word_goes_on(reader: Reading, element: Element) -> bool:
    """Whether a line or a page ends within a word; the sign that divides it is taken away."""
    said = element.get("break") == "no" or {*tokens(element)} & set(reader.profile.joining)
    if reader.exact:
        return bool(said)
    divided = reader.builder.undivide(_DIVIDES)
    if said and not divided and not reader.keeps_hyphens and not _next_sign(element).isupper():
        # “Mont-Saint” is not divided by the end of a line: the hyphen is its own.
        reader.builder.undivide(_MAY_DIVIDE)
    return bool(said) or divided


def _next_sign(element: Element) -> str:
    """The sign after a break, were it in another element that is near."""
    if text := (element.tail or "").strip():
        return text[0]
    for following in islice(element.itersiblings(), _NEAR):
        for slot in (*islice(following.itertext(), _NEAR), following.tail or ""):
            if text := slot.strip():
                return text[0]
    return ""


def space(reader: Reading, element: Element) -> None:
    """Room that was left: a space."""
    if element.get("dim") != "vertical":
        reader.builder.text(" ")
    reader.content(element)


def character(reader: Reading, element: Element) -> None:
    """A character: its text, or what the profile knows it for."""
    reader.content(element)
    if element.text or len(element):
        return
    for token in tokens(element):
        if character := reader.profile.characters.get(token):
            number = element.get("n", "1")
            count = int(number) if number.isascii() and number.isdigit() else 1
            reader.supply(character * min(count, 1000))
            return
    reader.unknown[f"<{name_of(element)}> without text"] += 1


def inclusion(reader: Reading, element: Element) -> None:
    """A part that is in another file: told, since it is not read."""
    reader.included[element.get("href", "")] = element.sourceline or 1
    for fallback in element:
        reader.content(fallback)


def milestone(reader: Reading, element: Element) -> None:
    """A mark of our own files: a rule."""
    if reader.exact and element.get("rend") == "rule":
        reader.builder.add(etree.Element("hr", reader.attributes(element)))
    else:
        reader.content(element)


def tokens(element: Element) -> list[str]:
    """The words of ``@rend``, ``@rendition`` and ``@style``, in lower case, without ``#``."""
    said = [*element.get("rend", "").split(), *element.get("rendition", "").split()]
    return [token.rpartition("#")[2].lower() for token in said] + css(element.get("style", ""))


def index_mark(element: Element, exact: bool = False) -> dict[str, str]:
    """The attributes of an index mark, from ``index`` with its ``term``."""
    made = {"class": "index"}
    for path, name in (("term", "data-term"), ("index/term", "data-sub")):
        if (term := find(element, path)) is not None:
            made[name] = "".join(term.itertext()) if exact else words(term)
    for token in element.get("rend", "").split() if exact else ():
        made |= {"data-main": "yes"} if token == "main" else {"data-range": token}
    return made


def _has_marks(element: Element) -> bool:
    """Whether a quotation has its marks in the text, within or around it."""
    text = "".join(element.itertext()).strip()
    following = (element.tail or "").lstrip()
    if text[-1:] in _QUOTES or following[:1] in _QUOTES:
        return bool(text) or bool(following)
    previous, parent = element.getprevious(), element.getparent()
    before = (parent.text if parent is not None else "") if previous is None else previous.tail
    return text[:1] in _QUOTES or (before or "").rstrip()[-1:] in _QUOTES


def is_alone(element: Element) -> bool:
    """Tell whether nothing but white space stands beside an element in its parent."""
    previous = element.getprevious()
    parent = element.getparent()
    before = parent.text if previous is None and parent is not None else (
        previous.tail if previous is not None else "")  # fmt: skip
    return not (before or "").strip() and not (element.tail or "").strip()


def index_note(reader: Reading, element: Element) -> None:
    """A note that only names who or what is meant: marks for the index, without words."""
    for entry in element.iter():
        parent = entry.getparent()
        if parent is None or name_of(parent) not in LISTS:
            continue
        for key in reader.registers.take(entry) if name_of(entry) else ():
            found = reader.registers.find(key)
            if found is not None:
                term = reader.used.setdefault(found.heading.casefold(), found).heading
                mark = etree.Element("span", {"class": "index", "data-term": term})
                reader.builder.mark(mark)
                break
    reader.set_aside(element, Reason.STRUCTURE)


def is_register_note(element: Element) -> bool:
    """Tell whether a note holds registers and nothing else."""
    children = [child for child in element if isinstance(child.tag, str)]
    bare = not (element.text or "").strip() and not any((c.tail or "").strip() for c in children)
    return bool(children) and bare and all(name_of(child) in LISTS for child in children)
