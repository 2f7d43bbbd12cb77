"""Building: the authority file and what was found in the text become headings.

The vocabulary is the Chicago Manual's (17th edition, chapter 16): a heading, subentries, locators,
cross-references. A book has one index or several, each with the headings of certain kinds; a
cross-reference may lead from one to another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.index.sorting import Order, SortKey, filed_below, head_letter, sort_key
from letterbook.index.terms import Key, Terms, as_key, children, joined, plain_heading, show
from letterbook.metadata import BookSettings, IndexEntry, IndexSettings, Kind, Subsubentry
from letterbook.model import Authority, CrossReference, Group, Heading, Index, Locator

Path = tuple[str | int, ...]
"""Where something stands in a file of YAML."""

MANY = 6
"""So many places under one heading tell a reader apart no better than a search would (16.10)."""


@dataclass(slots=True)
class _Draft:
    """A heading or subheading that is being made."""

    key: Key
    text: str
    sort: str
    entry: Subsubentry | None = None
    """What the authority file says of it; None when a mark made it."""
    span: Span | None = None
    path: Path = ()
    """Where in the authority file."""
    home: int = 0
    """Which index has it."""
    id: str = ""
    locators: list[Locator] = field(default_factory=list)
    inner: dict[str, _Draft] = field(default_factory=dict)

    @property
    def is_told(self) -> bool:
        """Whether places of the text belong to it or to one of its subheadings."""
        return bool(self.locators) or any(draft.is_told for draft in self.inner.values())

    @property
    def refers(self) -> bool:
        """Whether it sends the reader elsewhere, or one of its subheadings does."""
        entry = self.entry
        return bool(
            entry and (entry.see or entry.see_also or entry.see_under or entry.see_also_under)
        ) or any(draft.refers for draft in self.inner.values())

    @property
    def only_refers(self) -> bool:
        return bool(self.entry and (self.entry.see or self.entry.see_under)) and not self.is_told


@dataclass(frozen=True, slots=True)
class Plan:
    """Which indexes a book has, and in what language they are sorted."""

    settings: Sequence[IndexSettings]
    language: str

    def home(self, kind: Kind) -> int | None:
        """Which index has the headings of a kind; None when none does."""
        named = [n for n, of in enumerate(self.settings) if kind in of.kinds]
        rest = [n for n, of in enumerate(self.settings) if not of.kinds]
        return next(iter([*named, *rest]), None)

    def key(self, draft: _Draft) -> tuple[SortKey, str]:
        """What a heading is sorted by in its index."""
        order: Order = self.settings[draft.home].order
        return sort_key(draft.sort, self.language, order), draft.text


def plan_of(
    settings: BookSettings, places: Mapping[tuple[str | int, ...], Span]
) -> tuple[Plan, list[Diagnostic]]:
    """Tell which indexes a book has; a kind that two of them claim is an error.

    ``places`` tells where each key of ``book.yaml`` stands.
    """
    diagnostics = []
    claimed: set[Kind] = set()
    for number, index in enumerate(settings.indexes):
        for kind in index.kinds:
            if kind in claimed:
                span = places.get(("indexes", number, "kinds"))
                diagnostics.append(
                    Diagnostic(
                        "index-kind-twice",
                        f"two indexes have headings of the kind “{kind}”",
                        "leave it to one of them",
                        span or places.get(("indexes",)) or Span("book.yaml"),
                    )
                )
            claimed.add(kind)
    return Plan(settings.indexes or (IndexSettings(),), settings.language), diagnostics


def build_indexes(
    authority: Authority, terms: Terms, plan: Plan, found: Iterable[tuple[Key, Locator]]
) -> tuple[tuple[Index, ...], list[Diagnostic]]:
    """Make the indexes of what was found; headings that lead nowhere are diagnostics.

    ``found`` is in the order of the text. A key that the authority file does not have (a mark)
    makes a heading of its own.
    """
    drafts, diagnostics = _drafts(authority, plan)
    for key, locator in found:
        _enter(drafts, plan, key, locator)
    diagnostics += _double(drafts, plan, terms)
    diagnostics += _unmatched(drafts)
    diagnostics += _crowded(drafts)
    homes: list[list[_Draft]] = [[] for _ in plan.settings]
    for draft in drafts.values():
        if draft.is_told or draft.refers:
            homes[draft.home].append(draft)
    for number, members in enumerate(homes, start=1):
        members.sort(key=plan.key)
        for position, draft in enumerate(members, start=1):
            _name(draft, f"index-{number}-{position}", plan)
    finish = _Finish(drafts, plan, terms, authority.places)
    indexes = tuple(
        Index(index_id(number), plan.settings[number], finish.groups(members))
        for number, members in enumerate(homes)
        if members
    )
    return indexes, diagnostics + finish.diagnostics


def index_id(number: int) -> str:
    """The id of an index, by its place among them: ``index``, then ``index-2``."""
    return f"index-{number + 1}" if number else "index"


def _drafts(authority: Authority, plan: Plan) -> tuple[dict[str, _Draft], list[Diagnostic]]:
    drafts: dict[str, _Draft] = {}
    diagnostics = []

    def draft(entry: Subsubentry, above: Key, path: Path, span: Span, home: int) -> _Draft:
        name = plain_heading(entry.heading)
        key = (*above, name)
        inner = {}
        for number, child in enumerate(children(entry)):
            below = (*path, "subentries", number)
            place = authority.places.get(below, span)
            inner[plain_heading(child.heading)] = draft(child, key, below, place, home)
        filed = entry.sort or (filed_below(name, plan.language) if above else name)
        return _Draft(key, entry.heading, filed, entry, span, path, home, inner=inner)

    for number, (entry, span) in enumerate(zip(authority.entries, authority.spans, strict=True)):
        home = plan.home(entry.kind)
        if home is None:
            diagnostics.append(_homeless(entry, span))
        made = draft(entry, (), (number,), span, home or 0)
        drafts[made.key[0]] = made
    return drafts, diagnostics


def _enter(drafts: dict[str, _Draft], plan: Plan, key: Key, locator: Locator) -> None:
    """Put a locator under its heading, which is made if there is none."""
    draft: _Draft | None = None
    level = drafts
    for depth, name in enumerate(key, start=1):
        home = draft.home if draft else plan.home(Kind.SUBJECT) or 0
        filed = filed_below(name, plan.language) if draft else name
        draft = level.setdefault(name, _Draft(key[:depth], name, filed, home=home))
        level = draft.inner
    assert draft is not None, "a key is not empty"
    draft.locators.append(locator)


def _all(drafts: Mapping[str, _Draft]) -> Iterator[_Draft]:
    for draft in drafts.values():
        yield draft
        yield from _all(draft.inner)


def _double(drafts: dict[str, _Draft], plan: Plan, terms: Terms) -> Iterator[Diagnostic]:
    """Enter the places of a heading under those that its ``also-under`` names."""
    for draft in list(_all(drafts)):
        for name in draft.entry.also_under if draft.entry else ():
            key = terms.key(name)
            if key is None or key == draft.key:
                assert draft.span is not None
                yield Diagnostic(
                    "also-under-nowhere",
                    f"“also-under: {name}” names no other heading of this index",
                    "write it exactly as that heading is written, or add the heading",
                    draft.span,
                )
                continue
            for locator in list(draft.locators):
                _enter(drafts, plan, key, locator)


def _name(draft: _Draft, id_: str, plan: Plan) -> None:
    """Give ids to a heading and, in their order, to its subheadings."""
    draft.id = id_
    for number, inner in enumerate(sorted(draft.inner.values(), key=plan.key), start=1):
        _name(inner, f"{id_}-{number}", plan)


# --------------------------------------------------------------------------- what is told


def _homeless(entry: IndexEntry, span: Span) -> Diagnostic:
    return Diagnostic(
        "index-kind",
        f"no index of this book has headings of the kind “{entry.kind}”",
        "add the kind to the “kinds” of an index in book.yaml, or an index without “kinds”, which"
        " has all others",
        span,
    )


def _unmatched(drafts: Mapping[str, _Draft]) -> Iterator[Diagnostic]:
    """Headings to which no words of the text belong, and which do not send elsewhere."""
    for draft in drafts.values():
        if draft.span is None or (draft.refers and not draft.is_told):
            continue
        missing = [draft]
        if draft.is_told:
            missing = [d for d in _all(draft.inner) if not d.is_told and not d.refers]
        for lost in missing:
            yield Diagnostic(
                "index-term-unmatched",
                f"no words of the text belong to “{show(lost.key)}”",
                "correct its forms, mark a place with [words]{.index}, or remove it",
                lost.span or draft.span,
                Severity.WARNING,
            )


def _crowded(drafts: Mapping[str, _Draft]) -> Iterator[Diagnostic]:
    """Headings with more places than somebody will look up.

    Pages are not known yet: a document counts once, or in a book of one document a paragraph.
    """
    several = len({found.document for draft in _all(drafts) for found in draft.locators}) > 1
    for draft in _all(drafts):
        plain = [found for found in draft.locators if not found.main and not found.illustration]
        places = {(f.document, f.note if several else (f.note, f.paragraph)) for f in plain}
        if len(places) > MANY and draft.span is not None:
            yield Diagnostic(
                "index-many-locators",
                f"“{show(draft.key)}” has {len(places)} places that nothing tells apart",
                "divide them among subentries, or mark the chief one with main=yes",
                draft.span,
                Severity.HINT,
            )


# --------------------------------------------------------------------------- headings


class _Finish:
    """Makes headings of drafts; what their cross-references are at fault is told."""

    def __init__(
        self,
        drafts: Mapping[str, _Draft],
        plan: Plan,
        terms: Terms,
        places: Mapping[Path, Span],
    ) -> None:
        self.drafts = {joined(draft.key): draft for draft in _all(drafts)}
        self.plan = plan
        self.terms = terms
        self.places = places
        self.diagnostics: list[Diagnostic] = []

    def groups(self, members: Iterable[_Draft]) -> tuple[Group, ...]:
        """The headings of an index, which are in order, under their letters."""
        groups: dict[str, list[Heading]] = {}
        for draft in members:
            letter = head_letter(draft.sort, self.plan.language)
            groups.setdefault(letter, []).append(self.heading(draft))
        return tuple(Group(letter, tuple(of)) for letter, of in groups.items())

    def heading(self, draft: _Draft) -> Heading:
        entry = draft.entry
        inner = sorted(draft.inner.values(), key=self.plan.key)
        if entry and (entry.see or entry.see_under) and draft.is_told:
            self.diagnostics.append(_both(draft))
        return Heading(
            draft.id,
            draft.text,
            getattr(entry, "gloss", None),
            tuple(dict.fromkeys(draft.locators)),
            tuple(self.heading(child) for child in inner if child.is_told or child.refers),
            self.references(draft, entry.see if entry else (), "see"),
            self.references(draft, entry.see_under if entry else (), "see under"),
            self.references(draft, entry.see_also if entry else (), "see also"),
            self.references(draft, entry.see_also_under if entry else (), "see also under"),
        )

    def references(
        self, draft: _Draft, names: Iterable[str], what: str
    ) -> tuple[CrossReference, ...]:
        made = []
        for number, name in enumerate(dict.fromkeys(names)):
            target = self.target(name)
            if target is None and _is_description(name):
                made.append(CrossReference(name, None))
                continue
            path = (*draft.path, what.replace(" ", "-"))
            span = self.places.get((*path, number)) or self.places.get(path) or draft.span
            assert span is not None
            fault = self.fault(draft, name, target, what, span)
            if fault is not None:
                self.diagnostics.append(fault)
            elif target is not None:
                other = index_id(target.home) if target.home != draft.home else None
                made.append(CrossReference(name, target.id, other))
        return tuple(sorted(made, key=lambda reference: self.filed(reference.text)))

    def filed(self, text: str) -> SortKey:
        return sort_key(plain_heading(text), self.plan.language)

    def target(self, name: str) -> _Draft | None:
        """The heading or subheading that a reference names."""
        key = self.terms.key(name) or as_key(name)
        return self.drafts.get(joined(key)) or self.drafts.get(joined((plain_heading(name),)))

    def fault(
        self, draft: _Draft, name: str, target: _Draft | None, what: str, span: Span
    ) -> Diagnostic | None:
        """What is wrong with a reference, if anything is."""
        if target is None:
            return Diagnostic(
                "see-nowhere",
                f"“{what} {name}” leads to no heading of this index",
                "write it exactly as that heading is written, or add the heading",
                span,
            )
        if target is draft:
            return Diagnostic(
                "see-nowhere",
                f"“{what} {name}” leads to itself",
                "name another heading",
                span,
            )
        if not target.is_told and not target.refers:
            return Diagnostic(
                "see-nowhere",
                f"“{what} {name}” leads to a heading to which no words of the text belong",
                "correct the forms of that heading, or remove the reference",
                span,
            )
        if target.only_refers:
            entry = target.entry
            assert entry is not None
            on = next(iter((*entry.see, *entry.see_under)))
            return Diagnostic(
                "see-again",
                f"“{what} {name}” leads to a heading that only says “see {on}”",
                "send the reader to the last heading at once",
                span,
            )
        return None


def _both(draft: _Draft) -> Diagnostic:
    """Tell of a heading that sends the reader elsewhere although the reader has arrived."""
    entry = draft.entry
    assert entry is not None
    assert draft.span is not None
    other = next(iter((*entry.see, *entry.see_under)))
    return Diagnostic(
        "see-with-places",
        f"“{show(draft.key)}” says “see {other}” and has places of its own",
        "give its forms to that heading, or write see-also",
        draft.span,
        Severity.WARNING,
    )


def _is_description(name: str) -> bool:
    """Whether a reference describes headings, ``*names of ships*``, and names none."""
    return len(name) > 2 and name[0] == name[-1] == "*" and "*" not in name[1:-1]
