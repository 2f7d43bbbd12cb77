"""Where a note’s mark goes, when the note does not stand at its mark.

A note may stand where it is meant, or in a list at the end, in ``standOff``, in a ``noteGrp``.
Then either the note points to its place (``@target``, ``@corresp``), or the place to the note
(``ref`` or ``ptr`` with ``@target``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_xml import XML_ID, name_of
from letterbook.metadata import Responsibility

_APART = frozenset({"div", "body", "back", "front", "text", "noteGrp", "listAnnotation", "standOff",
                    "annotation", "TEI", "closer", "opener"})  # fmt: skip
"""What a note stands in directly when it does not stand in a line."""


_FEW = 16
"""So many marks and notes may stand before one that is still at the head of a block."""


@dataclass(slots=True)
class NotePlan:
    """The notes that are marked elsewhere."""

    elsewhere: frozenset[Element] = frozenset()
    at: Mapping[str, Sequence[Element]] = field(default_factory=dict)
    """By xml:id, the notes that point to it."""
    by_reference: Mapping[Element, Element] = field(default_factory=dict)
    """The note that a ``ref`` or ``ptr`` marks."""


def plan_notes(tei: Element) -> NotePlan:
    """Find the notes of a ``TEI`` element that stand apart from their marks."""
    texts = [part for part in tei if name_of(part) not in ("", "teiHeader", "TEI")]
    ids = {e.get(XML_ID): e for part in texts for e in part.iter() if e.get(XML_ID)}
    all_ = [note for part in texts for note in part.iter("{*}note")]
    apart = [note for note in all_ if _stands_apart(note)]
    references = [r for part in texts for r in part.iter("{*}ref", "{*}ptr")]
    by_reference = _marked(references, {n.get(XML_ID): n for n in apart if n.get(XML_ID)})
    stands_apart = set(apart)
    beside = {
        mark: note
        for note in all_
        if note not in stands_apart and (mark := _mark_beside(note)) is not None
    }
    elsewhere = {*by_reference.values(), *beside.values()}
    # Our own files repeat a note’s mark with a pointer to a note that stands at its first mark.
    own = {n.get(XML_ID): n for n in all_ if n.get(XML_ID)}
    repeated = {
        r: own[id_]
        for r in references
        if name_of(r) == "ptr" and r.get("type") == "noteref"
        and (id_ := r.get("target", "")[1:]) in own
    }  # fmt: skip
    at: dict[str, list[Element]] = {}
    for note in apart:
        if note in elsewhere:
            continue
        pointers = f"{note.get('target', '')} {note.get('corresp', '')}".split()
        places = [p[1:] if p.startswith("#") else p for p in pointers]
        # The last place is where the passage ends that the note is about.
        place = next((p for p in reversed(places) if p in ids and not _holds(note, ids[p])), None)
        if place is not None:
            at.setdefault(place, []).append(note)
            elsewhere.add(note)
    return NotePlan(frozenset(elsewhere), at, by_reference | repeated | beside)


def _marked(
    references: Iterable[Element], named: Mapping[str | None, Element]
) -> dict[Element, Element]:
    """The references that mark notes which stand apart."""
    found = {}
    for reference in references:
        target = reference.get("target", "")
        note = named.get(target[1:]) if target.startswith("#") else None
        # A note has no notes: what it says of another is words.
        if note is not None and not any(name_of(a) == "note" for a in reference.iterancestors()):
            found[reference] = note
    return found


_MARK = re.compile(
    r"[\[(]?\s*(?:\d{1,4}[a-z]?|[a-z]{1,2}|[ivxlc]{1,6}|[*†‡§¶#]{1,4})\s*[\])]?[.,:]?"
)
"""What a note’s mark looks like, and not the words that it is about."""


def is_mark(reference: Element) -> bool:
    """Tell whether the words of a reference to a note are no more than its mark."""
    text = "".join(reference.itertext()).strip()
    return not text or _MARK.fullmatch(text.lower()) is not None


def begins(element: Element) -> bool:
    """Tell whether an element is the first that there is in its parent."""
    parent = element.getparent()
    if parent is None or (parent.text or "").strip():
        return False
    before = element.itersiblings(preceding=True)
    return all(
        name_of(e) in ("pb", "lb", "note", "") and not (e.tail or "").strip() for e in before
    )


def _mark_beside(note: Element) -> Element | None:
    """The reference to a note that stands just before or after it."""
    before, after = note.getprevious(), note.getnext()
    beside = [
        other
        for other, between in ((before, before), (after, note))
        if other is not None and between is not None and not (between.tail or "").strip()
    ]
    for other in beside:
        points = other.get("target", "") == f"#{note.get(XML_ID)}"
        if name_of(other) in ("ref", "ptr") and points and is_mark(other):
            return other
    return None


def _stands_apart(note: Element) -> bool:
    parent = note.getparent()
    if parent is None:
        return False
    if name_of(parent) in ("p", "ab", "item", "list"):
        # A paragraph or an item that only holds notes is a list of them.
        texts = [parent.text, *(child.tail for child in parent)]
        others = [c for c in parent if name_of(c) not in ("note", "lb", "pb", "label", "")]
        return not others and not any((text or "").strip() for text in texts)
    return name_of(parent) in _APART


def _holds(note: Element, element: Element) -> bool:
    return element is note or any(a is note for a in element.iterancestors())


def responsibility(
    element: Element,
    profile: TeiProfile,
    roles: Mapping[str, Responsibility],
    unknown: Counter[str],
) -> Responsibility | None:
    """Whose a note is, by its type or by whom it points to; None when it does not say."""
    type_ = element.get("type", "")
    kind = profile.notes.get(type_)
    if kind in list(Responsibility):
        return Responsibility(kind)
    for pointer in (element.get("resp") or "").split():
        name = pointer.rpartition("#")[2]
        if name in roles:
            return roles[name]
        if profile.notes.get(name) in list(Responsibility):
            return Responsibility(profile.notes[name])
    if type_ and kind is None:
        unknown[f"note@type “{type_}”"] += 1
    return None
