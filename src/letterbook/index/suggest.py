"""Names in the text that no entry of the authority file covers, as entries ready to be pasted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from lxml.etree import _Element as Element

from letterbook.diagnostics import place
from letterbook.index.marking import BLOCK
from letterbook.index.names import Name, Token, Vocabulary, names_in, tokens_of, told_by_words
from letterbook.index.terms import Terms, compile_terms, without_unseen
from letterbook.model import Book, Document

_AROUND = 36
"""So many characters of context on either side."""
_SHOWN = 3
"""So many places are shown of each name."""
_PLAIN = re.compile(r"[^\W\d_][\w .’-]*")
_YAML_WORDS = frozenset({"yes", "no", "true", "false", "null", "on", "off", "y", "n"})
_BRACES = re.compile(r"\{[^{}\n]*\}")

_ABOUT = """\
# Names that no entry covers. Paste into index.yaml what belongs there, write each heading as it is
# filed (Brandt, Otto), and say its kind: person, place, organisation, work, event, object, subject.
"""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name, with the forms in which it stands in the text."""

    heading: str
    forms: tuple[str, ...]
    count: int
    """How often it stands in the text."""
    documents: int
    """In how many documents."""
    places: tuple[str, ...]
    """Some of these places, with the words around."""
    shared: tuple[str, ...] = ()
    """Other names that end in the same word, so that the word alone does not tell."""
    stands: bool = False
    """Whether the authority file has this heading, but not these forms."""


@dataclass(slots=True)
class _Seen:
    """A form that was met."""

    words: tuple[str, ...]
    count: int = 0
    sure: int = 0
    documents: set[str] = field(default_factory=set)
    contexts: list[tuple[Document, str]] = field(default_factory=list)


def suggest(book: Book) -> list[Suggestion]:
    """Find names that no form and no mark of the book covers, the most frequent first."""
    terms, _ = compile_terms(book.authority)
    texts = list(_texts(book, terms))
    vocabulary = Vocabulary()
    for _, language, _, tokens in texts:
        vocabulary.learn(tokens, language)
    seen: dict[str, _Seen] = {}
    languages: dict[str, str] = {}
    for document, language, text, tokens in texts:
        for name in names_in(text, tokens, vocabulary, language):
            _note(seen, name, document, text)
            languages.setdefault(name.text, language)
    sure = {text: of for text, of in seen.items() if _is_sure(of, languages[text])}
    variants = _variants(seen, sure, languages)
    found = _grouped({t: of for t, of in sure.items() if t not in variants}, seen, variants)
    told = (replace(of, stands=terms.key(of.heading) is not None) for of in found)
    return sorted(told, key=lambda found: (-found.count, found.heading))


def _is_sure(seen: _Seen, language: str) -> bool:
    """Whether a form stood at least once where it can be nothing but a name."""
    if language == "de" and len(seen.words) == 1:
        return seen.sure > 1
    return seen.sure > 0 or len(seen.words) > 1


def _note(seen: dict[str, _Seen], name: Name, document: Document, text: str) -> None:
    found = seen.setdefault(name.text, _Seen(name.words))
    found.count += 1
    found.sure += name.sure
    found.documents.add(document.slug)
    if len(found.contexts) < _SHOWN:
        before = text[max(name.start - _AROUND, 0) : name.start]
        after = text[name.start : name.start + len(name.text) + _AROUND]
        around = " ".join(f"{before}{after}".replace("\0", " ").split())
        found.contexts.append((document, around))


# --------------------------------------------------------------------------- the texts


def _texts(book: Book, terms: Terms) -> Iterator[tuple[Document, str, str, list[Token]]]:
    """Each block of the book with its words, without those that the index has already."""
    for document in book.documents:
        language = document.metadata.language or book.settings.language
        base = language.partition("-")[0].lower()
        if base in ("und", "mul", ""):
            base = told_by_words(text for text in document.body.itertext())
        own = document.metadata.index
        known = terms.within(dict.fromkeys(own.forms, ("",))) if own else terms
        for tree in (document.body, *(note.body for note in document.notes)):
            for block in dict.fromkeys([tree, *tree.iter(*BLOCK)]):
                text = without_unseen("".join(_words(block)))
                if tokens := tokens_of(_uncovered(text, known)):
                    yield document, base, text, tokens


def _words(block: Element) -> Iterator[str]:
    """The words of a block; a wall for what is another block, or marked for the index."""
    yield block.text or ""
    for child in block:
        classes = child.get("class", "").split()
        if child.tag in BLOCK or child.tag == "br" or {"index", "credit"} & set(classes):
            yield "\0"
        elif not {"noteref", "page"} & set(classes):
            yield from _words(child)
        yield child.tail or ""


def _uncovered(text: str, terms: Terms) -> str:
    for match in reversed(list(terms.find(text))):
        # A sentence goes on after a name that is known.
        text = f"{text[: match.start]}{'_' * (match.end - match.start)}{text[match.end :]}"
    return text


# --------------------------------------------------------------------------- putting together


def _variants(
    seen: Mapping[str, _Seen], sure: Mapping[str, _Seen], languages: Mapping[str, str]
) -> dict[str, tuple[str, str]]:
    """Find what is another name as it is spelt or inflected: BRANDT, von Brandt, Brandts Brief.

    Each is given with that name and with the form in which it has it.
    """
    lasts = Counter(found.words[-1] for text, found in sure.items() if len(found.words) > 1)
    begins = {found.words[0] for found in sure.values() if len(found.words) > 1}
    known = {*sure, *(last for last, count in lasts.items() if count == 1 and last not in begins)}
    variants: dict[str, tuple[str, str]] = {}
    for text, found in seen.items():
        first, *others = found.words
        genitive = text[:-1] if languages[text] == "de" and text.endswith("s") else ""
        quiet = text.title() if text.isupper() and len(text) > 1 else ""
        led = _led_by(text, first, languages[text]) if others else ""
        # An initial tells more than a particle.
        is_bare = not others and text != first and (text[0].islower() or text.isupper())
        if quiet in sure:
            variants[text] = quiet, text
        elif genitive in known:
            variants[text] = genitive, text
        elif is_bare and first in sure:
            variants[text] = first, text
        elif led in known and (found.count == 1 or languages[text] == "de"):
            variants[text] = led, first
    return {text: (_last_of(name, variants), form) for text, (name, form) in variants.items()}


def _last_of(name: str, variants: Mapping[str, tuple[str, str]]) -> str:
    """The name that is no variant: Brandt for von BRANDT, by BRANDT."""
    while name in variants:
        name, _ = variants[name]
    return name


def _led_by(text: str, first: str, language: str) -> str:
    """Whose something is, in German or with an apostrophe: Brandts Brief, Brandt’s letter."""
    if text[len(first) :].startswith(("'s ", "’s ")):
        return first
    return first[:-1] if language == "de" and first.endswith("s") else ""


def _grouped(
    seen: Mapping[str, _Seen],
    everything: Mapping[str, _Seen],
    variants: Mapping[str, tuple[str, str]],
) -> Iterator[Suggestion]:
    """Put a last name with the only full name that ends in it, and tell of several."""
    full: dict[str, list[str]] = {}
    for text, found in seen.items():
        if len(found.words) > 1 or text != found.words[-1]:
            full.setdefault(found.words[-1], []).append(text)
    begins = {found.words[0] for found in seen.values() if len(found.words) > 1}
    for text, found in seen.items():
        longer = [other for other in full.get(text, ()) if other != text]
        # A word with which other names begin is a first name.
        if len(longer) == 1 and text not in begins:
            continue  # It goes with that.
        last = found.words[-1]
        is_only = text != last and full[last] == [text] and last not in begins
        names = [text, last] if is_only else [text]
        forms = [name for name in names if name in seen]
        others = {other: form for other, (name, form) in variants.items() if name in names}
        members = [everything[name] for name in (*forms, *others)]
        contexts = [context for member in members for context in member.contexts]
        forms = list(dict.fromkeys([*forms, *(form for form in others.values())]))
        yield Suggestion(
            text,
            tuple(forms),
            sum(member.count for member in members),
            len(set().union(*(member.documents for member in members))),
            tuple(_places(contexts[:_SHOWN], forms)),
            tuple(longer),
        )


def _places(contexts: Sequence[tuple[Document, str]], forms: Sequence[str]) -> Iterator[str]:
    """Each context with the file and the line where its name stands."""
    used: Counter[str] = Counter()
    pattern = re.compile("|".join(r"\s+".join(map(re.escape, form.split())) for form in forms))
    for document, around in contexts:
        text = _BRACES.sub(lambda braces: " " * len(braces[0]), document.file.text)
        start = sum(len(line) + 1 for line in text.split("\n")[: document.body_line - 1])
        offsets = [match.start() for match in pattern.finditer(text, start)] or [start]
        offset = offsets[min(used[document.slug], len(offsets) - 1)]
        used[document.slug] += 1
        line, _ = place(text, offset)
        yield f"{document.file.path}:{line}: … {around} …"


def as_yaml(suggestions: Sequence[Suggestion]) -> str:
    """Entries of an authority file; what is known of each stands above it as a comment."""
    if not suggestions:
        return "# There is no name that no entry covers.\n"
    parts = [_ABOUT]
    for found in suggestions:
        times = f"{found.count} place{'s' if found.count > 1 else ''}"
        within = f"{found.documents} document{'s' if found.documents > 1 else ''}"
        lines = [f"# {times} in {within}", *(f"#   {where}" for where in found.places)]
        if found.shared:
            lines.append(f"#   it may also be short for {', '.join(found.shared)}")
        forms = f"[{', '.join(map(_scalar, found.forms))}]"
        if found.stands:
            lines.append(
                f"#   add to the forms of “{found.heading}”, which index.yaml has: {forms}"
            )
        else:
            lines += [f"- heading: {_scalar(found.heading)}", f"  forms: {forms}"]
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)
