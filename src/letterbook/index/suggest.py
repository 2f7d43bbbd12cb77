"""Names in the text that no entry of the authority file covers, as entries ready to be pasted."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

from letterbook.diagnostics import place
from letterbook.index.marking import BLOCK
from letterbook.index.names import Name, Token, Vocabulary, names_in, tokens_of
from letterbook.index.terms import Terms, compile_terms
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
    return sorted(_grouped(sure), key=lambda found: (-found.count, found.heading))


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
        own = document.metadata.index
        known = terms.within(dict.fromkeys(own.forms, ("",))) if own else terms
        for tree in (document.body, *(note.body for note in document.notes)):
            for block in dict.fromkeys([tree, *tree.iter(*BLOCK)]):
                text = "".join(_words(block))
                if tokens := tokens_of(_uncovered(text, known)):
                    yield document, base, text, tokens


def _words(block: Element) -> Iterator[str]:
    """The words of a block; a wall for what is another block, or marked for the index."""
    yield block.text or ""
    for child in block:
        classes = child.get("class", "").split()
        if child.tag in BLOCK or child.tag == "br" or "index" in classes:
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


def _grouped(seen: dict[str, _Seen]) -> Iterator[Suggestion]:
    """Put a last name with the only full name that ends in it, and tell of several."""
    everything = seen
    loud = {text: small for text in seen if (small := _quieter(text, seen)) != text}
    seen = {text: found for text, found in seen.items() if text not in loud}
    full: dict[str, list[str]] = {}
    for text, found in seen.items():
        if len(found.words) > 1 or text != found.words[-1]:
            full.setdefault(found.words[-1], []).append(text)
    for text, found in seen.items():
        longer = [other for other in full.get(text, ()) if other != text]
        if len(longer) == 1:
            continue  # It goes with that.
        forms = [text]
        last = found.words[-1]
        if text != last and last in seen and full[last] == [text]:
            forms.append(last)
        forms += [text for text, small in loud.items() if small in forms]
        members = [everything[form] for form in forms]
        contexts = [context for member in members for context in member.contexts]
        yield Suggestion(
            text,
            tuple(forms),
            sum(member.count for member in members),
            len(set().union(*(member.documents for member in members))),
            tuple(_places(contexts[:_SHOWN], forms)),
            tuple(longer),
        )


def _quieter(text: str, seen: Mapping[str, _Seen]) -> str:
    """A name that is all in capitals as it stands elsewhere: BRANDT, Brandt."""
    quiet = text.title()
    return quiet if text.isupper() and len(text) > 1 and quiet in seen else text


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
        lines.append(f"- heading: {_scalar(found.heading)}")
        lines.append(f"  forms: [{', '.join(map(_scalar, found.forms))}]")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS and text == text.strip():
        return text
    return json.dumps(text, ensure_ascii=False)
