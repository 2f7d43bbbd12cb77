"""What the index looks for: the forms of the authority file, compiled, and found in a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from letterbook.diagnostics import Diagnostic
from letterbook.markup.inline import inline
from letterbook.metadata import IndexEntry
from letterbook.model import Authority
from letterbook.typography import plain

Key = tuple[str, str]
"""A heading and a subheading, both as plain text; the second is empty for the heading itself."""

_LIKE = {"'": "['’]", "-": "[-\u2010\u2011]"}
_WORD = "[\\w\u0300-\u036f]"
"""A character of a word; combining accents belong to it."""
_FIRST = re.compile(rf"{_WORD}+|\S")
"""What a form can begin with: a word, or a mark that is none."""


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
                        f"“{form}” is a form of “{show(key)}” and of “{show(other)}”",
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


def show(key: Key) -> str:
    """A key as an editor reads it: ``Baku: fall``."""
    return ": ".join(part for part in key if part)
