"""The notes of a page of marxists.org: which marks there are, which texts, and whose they are.

A note is told by its links, not by their names: a mark is a link whose words are a mark and that
leads to an anchor at the start of a block. ``n1``/``f1``, ``fw``/``bk``, ``_ftnref``, ``_ednref``
and whatever will be invented are the same to this. Where there are no links, marks and texts are
told by their form, and only where each finds its other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.htmlblocks import HEADINGS, Block, words
from letterbook.importers.marxists_marks import MARK, START, marks_in, start_keys, started
from letterbook.metadata import Responsibility
from letterbook.provenance.labels import (
    classes_meaning,
    ending_responsibility,
    heading_responsibility,
    pattern,
)

_SECTIONS = frozenset({"h1", "h2", "h3", "h4"})
"""Headings; smaller ones are small print, too, in which notes may stand."""
_NO_WORDS = re.compile(r"[\[({<*\s\u00a0.]*")


@dataclass(slots=True)
class FoundNote:
    """A note's text."""

    mark: str
    """As it stands there, without brackets."""
    anchor: Element | None
    """The element that marks of it lead to; None when it was found by its form."""
    blocks: list[Block]
    heading: str = ""
    """The heading that it stands under."""
    label: str = ""
    responsibility: Responsibility | None = None
    in_note: bool = False
    """Whether its only marks stand in other notes."""


@dataclass(slots=True)
class Notes:
    """What was found on a page."""

    notes: list[FoundNote] = field(default_factory=list)
    marks: dict[Element, FoundNote] = field(default_factory=dict)
    """Links that are marks, each with its note."""
    texts: dict[str, list[FoundNote]] = field(default_factory=dict)
    """Marks in running text, as written with their brackets, each with the notes that they are
    of, in order; empty where links do the work."""
    headings: list[Block] = field(default_factory=list)
    """Headings above notes."""

    def blocks(self) -> set[int]:
        """The identities of all blocks that belong to notes."""
        return {id(block) for note in self.notes for block in note.blocks}


def linked_names(body: Element) -> frozenset[str]:
    """The names to which links with the words of a mark lead."""
    return frozenset(
        link.get("href", "")[1:]
        for link in body.iter("a")
        if link.get("href", "").startswith("#") and MARK.fullmatch(words(link))
    )


def find_notes(blocks: Sequence[Block]) -> Notes:
    """Find the notes of a page, by links first, else by form."""
    found = Notes()
    order = {element: i for i, block in enumerate(blocks) for element in block.element.iter()}
    starts = _linked_starts(blocks, order, found)
    if not starts:
        starts = _formed_starts(blocks, found)
    if not starts:
        return found
    _extend(blocks, starts, found)
    _drop_empty(found)
    _attribute(found)
    _label(found)
    return found


def part_notes(blocks: Sequence[Block]) -> list[Block]:
    """Part notes that stand in one paragraph, a line each, below a heading for notes."""
    made: list[Block] = []
    zone = False
    for block in blocks:
        if block.tag in HEADINGS or _is_heading(block):
            zone = bool(pattern("note-headings").match(block.text))
        made += _lines_of(block) if zone and block.tag == "p" else [block]
    return made


def _lines_of(block: Block) -> list[Block]:
    """The notes in a paragraph: each begins a line with its mark."""
    element = block.element
    edges = [
        br
        for br in element.iterchildren("br")
        if (match := START.match(_line_after(br))) and not match["star"]
    ]
    if not edges or not START.match(block.text):
        return [block]
    parts = [block]
    for br in reversed(edges):
        rest = etree.Element("p", dict(element.attrib))
        rest.text = (br.tail or "").lstrip()
        rest.extend(list(br.itersiblings()))
        element.remove(br)
        parts.insert(1, replace(block, element=rest, ids=frozenset(), text=words(rest)))
    parts[0] = replace(block, text=words(element))
    return parts


def _line_after(br: Element) -> str:
    """The words of a line, as far as its mark may go."""
    following = br.getnext()
    return (br.tail or "") + (words(following) if following is not None else "")


# --------------------------------------------------------------------------- by links


def _linked_starts(
    blocks: Sequence[Block], order: Mapping[Element, int], found: Notes
) -> dict[int, FoundNote]:
    """Give the blocks with which notes begin."""
    anchors = _anchors(blocks)
    used: dict[str, int] = {}
    starts: dict[int, FoundNote] = {}
    for element, index in order.items():
        href = element.get("href", "")
        if element.tag != "a" or not href.startswith("#") or not MARK.fullmatch(words(element)):
            continue
        target = _target(anchors.get(href[1:], ()), element, href, used)
        if target is None:
            continue
        at, anchor = target
        here = _leads(blocks[index].element, element)
        there = _leads(blocks[at].element, anchor)
        if not there or (here and at <= index) or at == index:
            continue
        if blocks[at].tag in _SECTIONS or (here and _is_entry(blocks[index], element, blocks[at])):
            continue
        note = starts.get(at)
        if note is None:
            mark = _mark_at(blocks[at], anchor) or _mark_of(element)
            note = starts[at] = FoundNote(mark, anchor, [blocks[at]])
        found.marks[element] = note
    return starts


def _is_entry(block: Block, link: Element, target: Block) -> bool:
    """Whether a mark at the start of a line numbers a table of contents, and leads to a section.

    A note’s text begins with the mark, and a mark alone in its line is no entry.
    """
    mark = _mark_of(link)
    start = START.match(target.text)
    has_words = block.text.strip(" .[]()*") != mark.strip(" .[]()*")
    return has_words and not (start and started(start) == mark)


def _target(
    targets: Sequence[tuple[int, Element]], link: Element, href: str, used: dict[str, int]
) -> tuple[int, Element] | None:
    """Choose where a link leads to: of several with one name, each mark takes the next."""
    turn = used.get(href, 0)
    if turn < len(targets) and targets[turn][1] is link:
        turn += 1
    if len(targets) > 1:
        used[href] = turn + 1
    number = min(turn, len(targets) - 1)
    return targets[number] if targets and targets[number][1] is not link else None


def _anchors(blocks: Sequence[Block]) -> dict[str, list[tuple[int, Element]]]:
    anchors: dict[str, list[tuple[int, Element]]] = {}
    for index, block in enumerate(blocks):
        for name in block.ids:
            anchors.setdefault(name, []).append((index, block.element))
        for element in block.element.iter():
            for key in {element.get("name", ""), element.get("id", "")} - {""}:
                anchors.setdefault(key, []).append((index, element))
    return anchors


def _leads(block: Element, element: Element) -> bool:
    """Whether nothing but a mark stands before an element in its block."""
    if element is block:
        return True
    before: list[str] = []
    for item in block.iter():
        if item is element:
            break
        before.append(item.text or "")
    inside = set(element.iterancestors())
    tails = [e.tail or "" for e in _before(block, element) if e not in inside]
    text = "".join([*before, *tails])
    return bool(_NO_WORDS.fullmatch(text) or MARK.fullmatch(text))


def _before(block: Element, element: Element) -> Iterable[Element]:
    for item in block.iter():
        if item is element:
            return
        if item is not block:
            yield item


def _mark_of(link: Element) -> str:
    match = MARK.fullmatch(words(link))
    return match["mark"] if match else words(link)


def own_mark(block: Block, shown: str) -> str:
    """The mark that a link shows, when a note's text begins with it, too; else none.

    A number with neither a sign nor an element around it may be the first word of the note.
    """
    match = MARK.fullmatch(shown)
    if match is None:
        return ""
    mark = re.escape(match["mark"])
    signed = rf"[\s\u00a0]*(?:[\[({{<]+\s*{mark}(?![\w*])|{mark}\s*[\])}}>.:(])"
    if re.match(signed, block.text, re.IGNORECASE):
        return match["mark"]
    for element in block.element.iterdescendants():
        if text := words(element):
            alone = MARK.fullmatch(text) and _leads(block.element, element)
            return match["mark"] if alone and match["mark"] in text else ""
    return ""


def _mark_at(block: Block, anchor: Element) -> str:
    """The mark with which a note's text begins."""
    if anchor.tag == "a" and (match := MARK.fullmatch(words(anchor))):
        return match["mark"]
    match = START.match(block.text)
    return started(match) if match else ""


# --------------------------------------------------------------------------- by form


def _formed_starts(blocks: Sequence[Block], found: Notes) -> dict[int, FoundNote]:
    """Give the blocks that have the form of a note and a mark in the text before them."""
    kinds = classes_meaning()
    zone = False
    starts: dict[int, FoundNote] = {}
    waiting: dict[str, int] = {}
    for index, block in enumerate(blocks):
        if block.tag in HEADINGS or _is_heading(block):
            zone = bool(pattern("note-headings").match(block.text))
        elif block.tag == "hr":
            following = blocks[index + 1] if index + 1 < len(blocks) else None
            zone = following is not None and any(waiting.get(k) for k in start_keys(following))
        is_note = zone or any(kinds.get(name) == "note" for name in block.classes)
        keys = (key for key in start_keys(block) if waiting.get(key))
        # In round brackets there are points, too: a mark stands there once.
        key = next((key for key in keys if key[0] != "(" or waiting[key] == 1), "")
        if key and (is_note or key.startswith("*")):
            waiting[key] -= 1
            note = FoundNote(key.strip("()"), None, [block])
            starts[index] = note
            found.texts.setdefault(key, []).append(note)
            continue
        if not is_note:
            for name in marks_in(block.element):
                waiting[name] = waiting.get(name, 0) + 1
    return starts


# --------------------------------------------------------------------------- extent


def _extend(blocks: Sequence[Block], starts: Mapping[int, FoundNote], found: Notes) -> None:
    """Give each note the blocks that go on with it, and the heading that it stands under."""
    last_mark = max(
        (i for i, block in enumerate(blocks) if i not in starts and _has_mark(block, found)),
        default=-1,
    )
    heading: Block | None = None
    note: FoundNote | None = None
    zone = False
    for index, block in enumerate(blocks):
        if index in starts:
            previous = blocks[index - 1] if index else None
            under = heading is not None and (note is not None or previous is heading)
            zone = under or zone or (previous is not None and previous.tag == "hr")
            note = starts[index]
            note.heading = heading.text if heading is not None and zone else ""
            found.notes.append(note)
        elif block.tag in HEADINGS or _is_heading(block):
            is_heading = bool(pattern("note-headings").match(block.text))
            heading = block if is_heading and _leads_to(blocks, starts, index) else None
            if heading is not None:
                found.headings.append(block)
            note, zone = None, heading is not None
        elif block.tag == "hr":
            note, zone = None, False
        elif note is not None and _is_another(block, note):
            note = None
        elif note is not None and _goes_on(block, note, zone and index > last_mark):
            note.blocks.append(block)
        elif note is not None:
            note, zone = None, False


def _drop_empty(found: Notes) -> None:
    """Leave out what is a mark and no more: it is no note."""
    for note in found.notes:
        text = " ".join(block.text for block in note.blocks)
        match = re.match(rf"[\W_]*{re.escape(note.mark)}[\W_]*", text, re.IGNORECASE)
        if not (text[match.end() :] if match else text).strip():
            note.blocks = []
    found.notes = [note for note in found.notes if note.blocks]
    found.marks = {link: note for link, note in found.marks.items() if note.blocks}
    for mark, notes in found.texts.items():
        found.texts[mark] = [note for note in notes if note.blocks]


def _has_mark(block: Block, found: Notes) -> bool:
    return any(element in found.marks for element in block.element.iter())


def _is_heading(block: Block) -> bool:
    """A heading above notes that is only a paragraph."""
    return len(block.text.split()) <= 6 and bool(pattern("note-headings").match(block.text))


def _leads_to(blocks: Sequence[Block], starts: Mapping[int, FoundNote], index: int) -> bool:
    """Whether the next block with words is a note."""
    for number in range(index + 1, len(blocks)):
        if blocks[number].tag != "hr":
            return number in starts
    return False


def _is_another(block: Block, note: FoundNote) -> bool:
    """Whether a block is a further note, which no mark leads to: it begins as this one does."""
    mine, other = START.match(note.blocks[0].text), START.match(block.text)
    return bool(mine and other and mine.lastgroup == other.lastgroup)


def _goes_on(block: Block, note: FoundNote, tail: bool) -> bool:
    first = note.blocks[0]
    kinds = classes_meaning()
    is_note = any(kinds.get(name) == "note" for name in block.classes)
    if is_note and block.classes == first.classes:
        return True
    if tail:
        return True
    in_wrapper = bool(first.around or first.ids) and block.container == first.container
    return in_wrapper and is_note


# --------------------------------------------------------------------------- whose


def _attribute(found: Notes) -> None:
    """Say whose each note is: by its end, its heading, its class; two series are two people's."""
    stars = [note for note in found.notes if _is_star(note.mark)]
    kinds = classes_meaning()
    labels = {"author-note": Responsibility.AUTHOR, "editor-note": Responsibility.EDITOR}
    marks: dict[int, list[Element]] = {}
    for link, of in found.marks.items():
        marks.setdefault(id(of), []).append(link)
    for note in found.notes:
        ending = " ".join(block.text for block in note.blocks)[-80:]
        by_class = {labels.get(kinds.get(f"{name} whose", "")) for name in note.blocks[0].classes}
        by_class |= {
            labels.get(kinds.get(f"{name} whose", ""))
            for link in marks.get(id(note), ())
            for item in (*link.iterancestors("sup"), *link.iter("sup"))
            for name in item.get("class", "").split()
        }
        by_class.discard(None)
        note.responsibility = (
            ending_responsibility(ending)
            or (heading_responsibility(note.heading) if note.heading else None)
            or (next(iter(by_class)) if len(by_class) == 1 else None)
        )
    headed = {note.responsibility for note in found.notes if note.heading and note.responsibility}
    for note in stars:
        # Under a bare “Notes” beside the author's own footnotes, stars are another's.
        if note.responsibility is None and Responsibility.AUTHOR not in headed:
            note.responsibility = Responsibility.AUTHOR


def _is_star(mark: str) -> bool:
    return bool(re.search(r"[*†‡]", mark))


def _label(found: Notes) -> None:
    """Give each note a label that is unique: its mark, a star spelt out."""
    seen: set[str] = set()
    for note in found.notes:
        number = re.sub(r"[^\w]", "", note.mark)
        stars = len(re.findall(r"[*†‡§¶]", note.mark))
        base = number if not stars else f"{number or stars}-star" if number or stars > 1 else "star"
        label, turn = base or "note", 1
        while label in seen:
            turn += 1
            label = f"{base or 'note'}-{turn}"
        seen.add(label)
        note.label = label
