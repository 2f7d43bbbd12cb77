"""The index: terms matched in the text, explicit marks, and what is made of both.

The vocabulary is the Chicago Manual's (17th edition, chapter 16): a heading, subentries, locators,
*see* and *see also* references. Sorting is word by word with the Unicode Collation Algorithm
(pyuca carries its default table); nothing is sorted by code points.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache

from lxml import etree
from lxml.etree import _Element as Element
from pyuca import Collator

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.markup.inline import inline
from letterbook.metadata import IndexEntry
from letterbook.model import Authority, CrossReference, Group, Heading, Locator
from letterbook.typography import plain

Key = tuple[str, str]
"""A heading and a subheading, both as plain text; the second is empty for the heading itself."""

Locate = Callable[[Element, Key], None]
"""Takes note of an element that has just been put around the words of a heading."""

_BLOCK = (
    "p", "li", "dt", "dd", "td", "th", "caption", "figcaption", "h2", "h3", "h4", "pre", "div"
)  # fmt: skip
_LIKE = {"'": "['’]", "-": "[-\u2010\u2011]"}
_WORD = "[\\w\u0300-\u036f]"
"""A character of a word; combining accents belong to it."""
_FIRST = re.compile(rf"{_WORD}+|\S")
"""What a form can begin with: a word, or a mark that is none."""
_WALL = "\0"
"""Stands for a block within a text; no form has it, for it is no space either."""
_BEFORE = re.compile(r"\A[\W_]+")
_LATIN = re.compile(r"LATIN (?:CAPITAL|SMALL) (?:LETTER|LIGATURE) ([A-Z])E?(?: WITH .*)?$")
DIGITS = "0–9"


def plain_heading(text: str) -> str:
    """A heading without its italics, for comparing and sorting."""
    return plain("".join(inline(text).itertext())).strip()


@dataclass(slots=True)
class Terms:
    """What to look for, compiled from the authority file."""

    patterns: Mapping[str, list[re.Pattern[str]]]
    """From the first word of forms, folded, to the patterns of these forms, the longest first."""
    keys: Mapping[str, Key]
    """From a form, folded, to the heading that it belongs to."""
    headings: Mapping[str, str]
    """From a plain heading, case-folded, to the heading as written."""

    def find(self, text: str) -> Iterator[tuple[int, int, Key]]:
        """Find the forms in a text: where each begins and ends, and its heading.

        Where several begin at the same place the longest is found; none overlap.
        """
        position = 0
        while token := _FIRST.search(text, position):
            position = token.end()
            for pattern in self.patterns.get(folded(token[0]), ()):
                if match := pattern.match(text, token.start()):
                    position = max(match.end(), position)
                    yield match.start(), match.end(), self.keys[folded(match[0])]
                    break


def compile_terms(authority: Authority) -> tuple[Terms, list[Diagnostic]]:
    """Compile the forms of all entries; a form that two headings claim is an error."""
    diagnostics: list[Diagnostic] = []
    keys: dict[str, Key] = {}
    headings: dict[str, str] = {}
    for entry, span in zip(authority.entries, authority.spans, strict=True):
        name = plain_heading(entry.heading)
        if name.casefold() in headings:
            diagnostics.append(
                Diagnostic(
                    "duplicate-heading",
                    f"the heading “{name}” stands here a second time",
                    "put the forms and subentries of both under one",
                    span,
                )
            )
        headings[name.casefold()] = entry.heading
        for form, key in _forms(entry, name):
            other = keys.setdefault(folded(form), key)
            if other != key:
                diagnostics.append(
                    Diagnostic(
                        "ambiguous-form",
                        f"“{form}” is a form of “{_show(key)}” and of “{_show(other)}”",
                        "keep it under one, and mark the other places in the text:"
                        f' [{form}]{{.index term="{key[0]}"}}',
                        span,
                    )
                )
    patterns: dict[str, list[re.Pattern[str]]] = {}
    for form in sorted(keys, key=lambda form: (-len(form), form)):
        first = _FIRST.search(form)
        assert first is not None, "a form is not empty"
        patterns.setdefault(first[0], []).append(_form_pattern(form))
    return Terms(patterns, keys, headings), diagnostics


def _forms(entry: IndexEntry, name: str) -> Iterator[tuple[str, Key]]:
    for form in entry.forms:
        yield form, (name, "")
    for subentry in entry.subentries:
        for form in subentry.forms:
            yield form, (name, plain_heading(subentry.heading))


def folded(form: str) -> str:
    """What is the same in two spellings of a form: its spaces, apostrophes and hyphens."""
    if form.isalnum() and form.isascii():
        return form
    form = unicodedata.normalize("NFC", plain(form).strip())
    return form.replace("’", "'").replace("\u2010", "-").replace("\u2011", "-")


def _form_pattern(form: str) -> re.Pattern[str]:
    """The pattern of a folded form, as whole words; accents composed or not."""
    spellings = dict.fromkeys(unicodedata.normalize(how, form) for how in ("NFC", "NFD"))
    alternatives = (
        "".join(r"\s+" if c == " " else _LIKE.get(c, re.escape(c)) for c in spelling)
        for spelling in spellings
    )
    return re.compile(rf"(?:{'|'.join(alternatives)})(?!{_WORD})")


def _show(key: Key) -> str:
    return ": ".join(part for part in key if part)


# --------------------------------------------------------------------------- marking


def mark_terms(root: Element, terms: Terms, locate: Locate) -> None:
    """Put a ``span.ix`` around every form in a tree, in place, and hand each to ``locate``.

    A match may run on through inline elements, but not out of its block. The span stands around
    the match's first run of text: its id is where a link lands.
    """
    if not terms.patterns:
        return
    for block in dict.fromkeys([root, *root.iter(*_BLOCK)]):
        runs = list(_runs(block))
        text = "".join(run.text for run in runs)
        spans: list[tuple[Element, Key]] = []
        # From the end, so that the offsets before stay right.
        for start, end, key in reversed(list(terms.find(text))):
            span = _wrap(runs, start, end)
            if span is not None:
                spans.append((span, key))
        for span, key in reversed(spans):
            locate(span, key)


@dataclass(slots=True)
class _Run:
    element: Element
    tail: bool
    start: int
    text: str
    open: bool
    """Whether a mark may be set in it."""


def _runs(block: Element) -> Iterator[_Run]:
    """The runs of text of a block, without those of the blocks in it."""
    position = 0

    def run(element: Element, tail: bool, text: str | None, is_open: bool) -> Iterator[_Run]:
        nonlocal position
        if text:
            yield _Run(element, tail, position, text, is_open)
            position += len(text)

    def walk(element: Element, is_open: bool) -> Iterator[_Run]:
        yield from run(element, False, element.text, is_open)
        for child in element:
            if child.tag in _BLOCK:
                # A wall that no match can pass.
                yield from run(child, True, f"{_WALL}{child.tail or ''}", False)
                continue
            classes = child.get("class", "").split()
            if not {"mark", "noteref", "page"} & set(classes):
                yield from walk(child, is_open and "index" not in classes)
            yield from run(child, True, child.tail, is_open)

    yield from walk(block, True)


def _wrap(runs: list[_Run], start: int, end: int) -> Element | None:
    run = runs[bisect_right(runs, start, key=lambda r: r.start) - 1]
    if not run.open:
        return None
    first, last = start - run.start, min(end - run.start, len(run.text))
    span = etree.Element("span")
    span.text, span.tail = run.text[first:last], run.text[last:]
    if run.tail:
        run.element.tail = run.text[:first]
        run.element.addnext(span)
        # lxml moves the tail of the element before along; it belongs to the new one only.
    else:
        run.element.text = run.text[:first]
        run.element.insert(0, span)
    run.text = run.text[:first]
    return span


# --------------------------------------------------------------------------- building


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
                f"no words of the text belong to “{_show((name, sub))}”",
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


def head_letter(sort: str) -> str:
    """The letter under which a heading is grouped: its first, without accent, as a capital."""
    for character in unicodedata.normalize("NFD", sort):
        if character.isdigit():
            return DIGITS
        if character.isalpha():
            # Ø and Æ are sorted with O and A, but have no decomposition.
            latin = _LATIN.match(unicodedata.name(character, ""))
            return latin[1] if latin else character.upper()[0]
    return "·"


@cache
def _collator() -> Collator:
    return Collator()


@lru_cache(maxsize=100_000)
def sort_key(text: str) -> tuple[object, ...]:
    """The key by which headings are sorted: word by word, by the Unicode Collation Algorithm.

    Marks before the first letter do not count, and a comma ends a word before any other space:
    “Lenin, V. I.” stands before “Lenin Prospekt” (Chicago 16.59).
    """
    text = _BEFORE.sub("", plain(text)) or text
    return tuple(tuple(_collator().sort_key(part.strip())) for part in text.split(","))


# --------------------------------------------------------------------------- locators as printed


@dataclass(frozen=True, slots=True)
class Reference:
    """A locator as the reader sees it."""

    label: str
    target: str
    """The id to which it links."""


def by_page(locators: Iterable[Locator], folios: Mapping[str, int]) -> tuple[Reference, ...]:
    """Locators as page numbers: ``3``, ``12–14``, ``3n1``, ``3nn1–2``, ``3n4``.

    ``folios`` gives the page of each id. Pages that follow one another become a range with an en
    dash; a place in a note says so, with ``n`` and the note's number, and is not drawn into one.
    """
    text: dict[int, str] = {}
    notes: dict[int, dict[str, str]] = {}
    for locator in locators:
        page = folios[locator.target]
        if locator.note is None:
            text.setdefault(page, locator.target)
        else:
            notes.setdefault(page, {}).setdefault(locator.note, locator.target)
    made: list[tuple[tuple[int, int], Reference]] = []
    for run in _consecutive(sorted(text)):
        label = str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}"
        made.append(((run[0], 0), Reference(label, text[run[0]])))
    for page, numbers in notes.items():
        for position, (note, label) in enumerate(_note_labels(list(numbers))):
            made.append(((page, 1 + position), Reference(f"{page}{label}", numbers[note])))
    return tuple(reference for _, reference in sorted(made, key=lambda item: item[0]))


def _note_labels(numbers: list[str]) -> Iterator[tuple[str, str]]:
    """For each run of a page's notes, its first and its label: ``nn1–2``, then ``n4``."""
    for run in _consecutive(sorted(int(number) for number in numbers if number.isdigit())):
        yield str(run[0]), f"n{run[0]}" if len(run) == 1 else f"nn{run[0]}–{run[-1]}"
    yield from ((number, f"n{number}") for number in numbers if not number.isdigit())


def _consecutive(numbers: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


def by_paragraph(
    locators: Iterable[Locator], names: Mapping[str, str], labels: Mapping[str, str]
) -> tuple[Reference, ...]:
    """Locators for a medium that has no pages: ``para. 4``, ``note 1, para. 2``.

    ``names`` gives the name of each document, empty when there is only one; ``labels`` the words
    for ``paragraph`` and ``note``. Places in one paragraph make one locator.
    """
    made: dict[tuple[str, str | None, int], Reference] = {}
    for locator in locators:
        parts = [
            names[locator.document],
            f"{labels['note']} {locator.note}" if locator.note else "",
            f"{labels['paragraph']} {locator.paragraph}",
        ]
        made.setdefault(
            (locator.document, locator.note, locator.paragraph),
            Reference(", ".join(part for part in parts if part), locator.target),
        )
    return tuple(made.values())
