"""Where a note’s mark goes, when the note does not stand at its mark.

A note may stand where it is meant, or in a list at the end, in ``standOff``, in a ``noteGrp``.
Then either the note points to its place (``@target``, ``@corresp``), or the place to the note
(``ref`` or ``ptr`` with ``@target``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.importers.tei_profile import TeiProfile
from letterbook.importers.tei_xml import XML_ID, name_of
from letterbook.metadata import Responsibility

_APART = frozenset({"div", "body", "back", "front", "text", "noteGrp", "listAnnotation", "standOff",
                    "annotation", "TEI", "closer", "opener"})  # fmt: skip
"""What a note stands in directly when it does not stand in a line."""


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
    notes = [n for part in texts for n in part.iter("{*}note") if _stands_apart(n)]
    named = {n.get(XML_ID): n for n in notes if n.get(XML_ID)}
    by_reference: dict[Element, Element] = {}
    for part in texts:
        for reference in part.iter("{*}ref", "{*}ptr"):
            target = reference.get("target", "")
            note = named.get(target[1:]) if target.startswith("#") else None
            if note is not None and not any(a is note for a in reference.iterancestors()):
                by_reference[reference] = note
    # Our own files repeat a note’s mark with a pointer to a note that stands at its first mark.
    own = {n.get(XML_ID): n for part in texts for n in part.iter("{*}note") if n.get(XML_ID)}
    for part in texts:
        for reference in part.iter("{*}ptr"):
            note = own.get(reference.get("target", "")[1:])
            if reference.get("type") == "noteref" and note is not None:
                by_reference[reference] = note
    referred = {note for note in by_reference.values() if _stands_apart(note)}
    at: dict[str, list[Element]] = {}
    elsewhere = set(referred)
    for note in notes:
        if note in referred:
            continue
        pointers = f"{note.get('target', '')} {note.get('corresp', '')}".split()
        places = [p[1:] if p.startswith("#") else p for p in pointers]
        # The last place is where the passage ends that the note is about.
        place = next((p for p in reversed(places) if p in ids and not _holds(note, ids[p])), None)
        if place is not None:
            at.setdefault(place, []).append(note)
            elsewhere.add(note)
    return NotePlan(frozenset(elsewhere), at, by_reference)


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
