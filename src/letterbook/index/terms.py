"""What the index looks for: the forms of the authority file, compiled, and found in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from letterbook.diagnostics import Diagnostic
from letterbook.markup.inline import inline
from letterbook.metadata import Subsubentry
from letterbook.model import Authority
from letterbook.typography import plain

Key = tuple[str, ...]
"""A heading, its subheading and the one below that, as plain text; as many as there are."""

DEPTH = 3
"""A heading, and subentries two deep."""

_LIKE = {"'": "['’]", "-": "[-\u2010\u2011]"}
_WORD = "[\\w\u0300-\u036f]"
"""A character of a word; combining accents belong to it."""
_FIRST = re.compile(rf"{_WORD}+|\S")
"""What a form can begin with: a word, or a mark that is none."""
_UNSEEN = re.compile("[\u00ad\u200b\u2060]")
"""Where a word may be broken, or may not: a soft hyphen, and spaces without width."""
_PATH = re.compile(r":\s+")


def plain_heading(text: str) -> str:
    """A heading without its italics, for comparing and sorting."""
    return plain("".join(inline(text).itertext())).strip()


def children(entry: Subsubentry) -> tuple[Subsubentry, ...]:
    """The subentries of a heading or of a subentry."""
    return getattr(entry, "subentries", ())


def walk(entry: Subsubentry, above: Key = ()) -> Iterator[tuple[Key, Subsubentry]]:
    """Give an entry and all its subentries, each with its key."""
    key = (*above, plain_heading(entry.heading))
    yield key, entry
    for inner in children(entry):
        yield from walk(inner, key)


@dataclass(frozen=True, slots=True)
class Match:
    """A form that stands in a text."""

    start: int
    end: int
    form: str
    """Folded."""
    keys: tuple[Key, ...]
    """The headings that claim it; more than one when the form alone does not tell."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What to look for, compiled from the authority file."""

    patterns: Mapping[str, list[tuple[str, re.Pattern[str]]]]
    """From the first word of forms, folded, to these forms and their patterns, longest first."""
    keys: Mapping[str, tuple[Key, ...]]
    """From a form, folded, to the headings that it may belong to."""
    headings: Mapping[str, Key]
    """From a key, case-folded and joined, to the key as written."""

    def find(self, text: str) -> Iterator[Match]:
        """Find the forms in a text.

        Where several begin at the same place the longest is found; none overlap. Hyphens that
        nobody sees are no part of a word.
        """
        if _UNSEEN.search(text) is None:
            yield from self._find(text)
            return
        seen = [at for at, character in enumerate(text) if not _UNSEEN.match(character)]
        for match in self._find(without_unseen(text)):
            yield replace(match, start=seen[match.start], end=seen[match.end - 1] + 1)

    def _find(self, text: str) -> Iterator[Match]:
        patterns = self.patterns
        position = 0
        for token in _FIRST.finditer(text):
            if token.start() < position:
                continue
            word = token[0]
            candidates = patterns.get(word if word.isascii() else folded(word))
            for form, pattern in candidates or ():
                if match := pattern.match(text, token.start()):
                    position = match.end()
                    yield Match(match.start(), match.end(), form, self.keys[form])
                    break

    def key(self, name: str) -> Key | None:
        """The key of a heading as somebody has written it: ``Heading``, ``Heading: subentry``.

        None when the authority file has no such heading.
        """
        return self.headings.get(joined((plain_heading(name),)))

    def within(self, forms: Mapping[str, Key]) -> Terms:
        """These terms where some forms belong to one heading each."""
        if not forms:
            return self
        keys = {**self.keys, **{folded(form): (key,) for form, key in forms.items()}}
        patterns = dict(self.patterns)
        for form in map(folded, forms):
            if form not in self.keys:
                first = _first(form)
                patterns[first] = _longest_first([*patterns.get(first, ()), _pattern(form)])
        return Terms(patterns, keys, self.headings)


def compile_terms(authority: Authority) -> tuple[Terms, list[Diagnostic]]:
    """Compile the forms of all entries; a heading that stands there twice is an error."""
    diagnostics: list[Diagnostic] = []
    keys: dict[str, dict[Key, None]] = {}
    headings: dict[str, Key] = {}
    for entry, span in zip(authority.entries, authority.spans, strict=True):
        for key, inner in walk(entry):
            if joined(key) in headings:
                diagnostics.append(
                    Diagnostic(
                        "duplicate-heading",
                        f"the heading “{show(key)}” stands here a second time",
                        "put the forms and subentries of both under one",
                        span,
                    )
                )
            headings[joined(key)] = key
            for form in inner.forms:
                keys.setdefault(folded(form), {})[key] = None
    patterns: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    for form in keys:
        patterns.setdefault(_first(form), []).append(_pattern(form))
    compiled = {first: _longest_first(of) for first, of in patterns.items()}
    return Terms(compiled, {form: tuple(of) for form, of in keys.items()}, headings), diagnostics


def _longest_first(
    patterns: list[tuple[str, re.Pattern[str]]],
) -> list[tuple[str, re.Pattern[str]]]:
    return sorted(patterns, key=lambda pattern: (-len(pattern[0]), pattern[0]))


def _first(form: str) -> str:
    first = _FIRST.search(form)
    assert first is not None, "a form is not empty"
    return first[0]


def joined(key: Key) -> str:
    """What two spellings of a key share: it is joined as an editor joins it, without case."""
    return show(key).casefold()


def show(key: Key) -> str:
    """A key as an editor reads it: ``Baku: fall``."""
    return ": ".join(key)


def as_key(name: str) -> Key:
    """The key that a name makes of which the authority file knows nothing."""
    return tuple(part for part in _PATH.split(plain_heading(name), DEPTH - 1) if part)


def without_unseen(text: str) -> str:
    """A text without the hyphens and spaces that nobody sees."""
    return _UNSEEN.sub("", text)


def folded(form: str) -> str:
    """What is the same in two spellings of a form: its spaces, apostrophes and hyphens."""
    if form.isalnum() and form.isascii():
        return form
    form = without_unseen(form)
    form = unicodedata.normalize("NFC", plain(form).strip())
    return form.replace("’", "'").replace("\u2010", "-").replace("\u2011", "-")


def _pattern(form: str) -> tuple[str, re.Pattern[str]]:
    """A folded form and its pattern, as whole words; accents composed or not."""
    spellings = dict.fromkeys(unicodedata.normalize(how, form) for how in ("NFC", "NFD"))
    alternatives = (
        "".join(r"\s+" if c == " " else _LIKE.get(c, re.escape(c)) for c in spelling)
        for spelling in spellings
    )
    return form, re.compile(rf"(?:{'|'.join(alternatives)})(?!{_WORD})")
