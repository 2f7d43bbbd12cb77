"""Building: the authority file and what was found in the text become headings.

The vocabulary is the Chicago Manual's (17th edition, chapter 16): a heading, subentries, locators,
*see* and *see also* references.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.index.sorting import head_letter, sort_key
from letterbook.index.terms import Key, plain_heading, show
from letterbook.model import Authority, CrossReference, Group, Heading, Locator


@dataclass(slots=True)
class _Draft:
    text: str
    sort: str
    gloss: str | None = None
    locators: list[Locator] = field(default_factory=list)
    children: dict[str, _Draft] = field(default_factory=dict)
    see: list[str] = field(default_factory=list)
    see_also: list[str] = field(default_factory=list)
    span: Span | None = None


def build_index(
    authority: Authority, found: Iterable[tuple[Key, Locator]]
) -> tuple[tuple[Group, ...], list[Diagnostic]]:
    """Make the index of what was found; headings that lead nowhere are diagnostics.

    ``found`` is in the order of the text. A key whose heading the authority file does not have
    (an explicit mark) makes a heading of its own.
    """
    drafts: dict[str, _Draft] = {}
    for entry, span in zip(authority.entries, authority.spans, strict=True):
        draft = _Draft(
            entry.heading,
            entry.sort or plain_heading(entry.heading),
            entry.gloss,
            see=list(entry.see),
            see_also=list(entry.see_also),
            span=span,
        )
        for sub in entry.subentries:
            name = plain_heading(sub.heading)
            draft.children[name] = _Draft(sub.heading, sub.sort or name, span=span)
        drafts[plain_heading(entry.heading)] = draft
    for (heading, subheading), locator in found:
        draft = drafts.setdefault(heading, _Draft(heading, heading))
        if subheading:
            draft = draft.children.setdefault(subheading, _Draft(subheading, subheading))
        draft.locators.append(locator)
    diagnostics = list(_unmatched(drafts))
    ids = {name: f"index-{number}" for number, name in enumerate(_in_order(drafts), start=1)}
    headings = []
    for name in _in_order(drafts):
        heading_, faults = _finish(drafts[name], ids[name], drafts, ids)
        diagnostics += faults
        if heading_.locators or heading_.subheadings or heading_.see or heading_.see_also:
            headings.append(heading_)
    return _group(headings, drafts, ids), diagnostics


def _unmatched(drafts: Mapping[str, _Draft]) -> Iterator[Diagnostic]:
    for name, draft in drafts.items():
        if draft.span is None or draft.see:
            continue
        whole = _has_locators(draft)
        missing = [""] if not whole and not draft.see_also else []
        if whole:
            missing = [sub for sub, child in draft.children.items() if not child.locators]
        for sub in missing:
            yield Diagnostic(
                "index-term-unmatched",
                f"no words of the text belong to “{show((name, sub))}”",
                "correct its forms, mark a place with [words]{.index}, or remove it",
                draft.span,
                Severity.WARNING,
            )


def _finish(
    draft: _Draft, id_: str, drafts: Mapping[str, _Draft], ids: Mapping[str, str]
) -> tuple[Heading, list[Diagnostic]]:
    diagnostics: list[Diagnostic] = []

    def references(names: Iterable[str]) -> tuple[CrossReference, ...]:
        made = []
        for name in names:
            target = _target(plain_heading(name), drafts)
            if target is None or target is draft or (target.see and not _has_locators(target)):
                assert draft.span is not None
                named = drafts.get(plain_heading(name))
                diagnostics.append(
                    _astray(
                        name,
                        draft.span,
                        target,
                        is_itself=target is draft,
                        is_there=named is not None,
                    )
                )
            else:
                made.append(CrossReference(name, ids[plain_heading(target.text)]))
        return tuple(sorted(made, key=lambda made_: sort_key(plain_heading(made_.text))))

    children = sorted(draft.children.items(), key=lambda item: sort_key(item[1].sort))
    heading = Heading(
        id_,
        draft.text,
        sort_key(draft.sort),
        draft.gloss,
        tuple(draft.locators),
        tuple(
            Heading(f"{id_}-{n}", child.text, sort_key(child.sort), None, tuple(child.locators))
            for n, (_, child) in enumerate(children, start=1)
            if child.locators
        ),
        references(draft.see),
        references(draft.see_also),
    )
    return heading, diagnostics


def _target(name: str, drafts: Mapping[str, _Draft]) -> _Draft | None:
    """The heading that will be printed; ``Heading: subentry`` leads to its heading."""
    for candidate in (name, name.partition(": ")[0]):
        draft = drafts.get(candidate)
        if draft and (_has_locators(draft) or draft.see or draft.see_also):
            return draft
    return None


def _has_locators(draft: _Draft) -> bool:
    return bool(draft.locators) or any(child.locators for child in draft.children.values())


def _astray(
    name: str, span: Span, target: _Draft | None, *, is_itself: bool, is_there: bool
) -> Diagnostic:
    if target is None and is_there:
        return Diagnostic(
            "see-nowhere",
            f"“see {name}” leads to a heading to which no words of the text belong",
            "correct the forms of that heading, or remove the reference",
            span,
        )
    if target is None:
        return Diagnostic(
            "see-nowhere",
            f"“see {name}” leads to no heading of this index",
            "write it exactly as that heading is written, or add the heading",
            span,
        )
    if is_itself:
        return Diagnostic(
            "see-nowhere", f"“see {name}” leads to itself", "name another heading", span
        )
    return Diagnostic(
        "see-again",
        f"“see {name}” leads to a heading that only says “see {target.see[0]}”",
        "send the reader to the last heading at once",
        span,
    )


def _in_order(drafts: Mapping[str, _Draft]) -> list[str]:
    return sorted(drafts, key=lambda name: (sort_key(drafts[name].sort), name))


def _group(
    headings: Iterable[Heading], drafts: Mapping[str, _Draft], ids: Mapping[str, str]
) -> tuple[Group, ...]:
    sorts = {ids[name]: draft.sort for name, draft in drafts.items()}
    groups: dict[str, list[Heading]] = {}
    for heading in headings:
        groups.setdefault(head_letter(sorts[heading.id]), []).append(heading)
    return tuple(Group(letter, tuple(members)) for letter, members in groups.items())
