"""What an importer found, as the text of files: a document, ``index.yaml``, ``book.yaml``.

What is written reads back the same; that is looked at here, before anything leaves. The keys stand
in the order in which an editor reads them, and only those that say something.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from letterbook.diagnostics import Diagnostic, SourceError, Span
from letterbook.importers.imported import Draft
from letterbook.markup.writer import write_markup
from letterbook.metadata import BookSettings, DocumentMetadata, IndexEntry
from letterbook.settings import read_book_settings, read_document_metadata, read_index_entries

DOCUMENT_KEYS = (
    "title", "role", "kind", "number", "slug", "author", "addressee", "written", "delivered",
    "published", "enclosure", "facsimile", "copy-text", "source", "repository", "translator",
    "transcriber", "proofreader", "rights", "licence", "credit", "language", "notes", "index",
    "other",
)  # fmt: skip
"""Every key of a document, in the order in which it is written."""
BOOK_KEYS = (
    "title", "subtitle", "slug", "author", "editor", "translator", "transcriber", "proofreader",
    "publisher", "identifier", "url", "date", "language", "copy-text", "source", "repository",
    "rights", "licence", "credit", "notes", "description", "subject", "order", "parts",
    "notes-at", "note-numbering", "note-marks", "lists", "indexes", "embed-fonts",
)  # fmt: skip

_WIDTH = 96
_PEOPLE = ("author", "addressee", "translator", "transcriber", "proofreader", "editor")
_SHORTHAND = {
    **dict.fromkeys(_PEOPLE, "name"),
    **dict.fromkeys(("written", "delivered", "published"), "date"),
    "source": "words",
}
"""Of a key whose value may be a bare text: what that text is, in the mapping that it stands for."""
_LISTS = frozenset({"subentries", "parts", "indexes"})
"""Keys whose values are lists of mappings."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PLAIN = re.compile(r"[^\W\d_](?:[^\x00-\x1f:#\x7f-\xa0\u2028\u2029\ufeff]|:(?! |$)|(?<! )#)*")
_GUESSED = re.compile(r"(?i)true|false|null|yes|no|on|off|y|n|nan|inf")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_LONG_KEY = 100


# --------------------------------------------------------------------------- documents


def write_document(draft: Draft, file: str) -> str:
    """Write a document, which is to become ``file`` of a book.

    Raises SourceError when the document cannot be written so that it reads back the same.
    """
    front = write_mapping(metadata_values(draft.metadata), DOCUMENT_KEYS)
    read, found, _ = read_document_metadata(front, file, 2)
    if read != draft.metadata:
        raise SourceError(found or [_not_the_same(file, "front matter")])
    return f"---\n{front}---\n\n{write_markup(draft.body, draft.notes, file)}"


def metadata_values(metadata: BaseModel) -> dict[str, Any]:
    """Give what is set, by the names of YAML, in the shortest form that means it."""
    values = metadata.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(metadata, DocumentMetadata):
        values["kind"] = metadata.kind
    return {key: _short(key, value) for key, value in values.items()}


def _short(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        made = {inner: item for inner, item in value.items() if item is not None}
        return made[_SHORTHAND[key]] if list(made) == [_SHORTHAND.get(key)] else made
    if isinstance(value, (list, tuple)):
        items = [_short(key, item) for item in value]
        # A subentry alone is still a list; a name or a form alone need not be one.
        return items[0] if len(items) == 1 and key not in _LISTS else items
    return value


# --------------------------------------------------------------------------- the book


def write_book(settings: BookSettings) -> str:
    """Write ``book.yaml``."""
    text = write_mapping(metadata_values(settings), BOOK_KEYS)
    read, found, _ = read_book_settings(text, "book.yaml")
    if read != settings:
        raise SourceError(found or [_not_the_same("book.yaml", "book")])
    return text


def merge_index(text: str, entries: Iterable[IndexEntry], file: str = "index.yaml") -> str:
    """Append to an index the headings that it has not got; what it has stays as it is typed.

    Raises SourceError when the index cannot be read, or not be added to.
    """
    had, found, value = read_index_entries(text, file)
    if found:
        raise SourceError(found)
    known = {entry.heading for entry in had}
    new: dict[str, IndexEntry] = {}
    for entry in entries:
        if entry.heading not in known:
            new[entry.heading] = (
                _joined(new[entry.heading], entry) if (entry.heading in new) else entry
            )
    if not new:
        return text
    indent = value.places[(0,)].column - 3 if had else 0
    parts = [text if not text or text.endswith("\n") else f"{text}\n"]
    for entry in new.values():
        lines = write_mapping(metadata_values(entry), tuple(_keys(IndexEntry))).split("\n")[:-1]
        marked = [f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines)]
        parts.append("\n".join(f"{' ' * indent}{line}" for line in marked) + "\n")
    merged = "\n".join(parts) if parts[0] else "\n".join(parts[1:])
    read, found, _ = read_index_entries(merged, file)
    if read != (*had, *new.values()):
        raise SourceError(
            [
                Diagnostic(
                    "index-not-extended",
                    "new headings cannot be added at the end of this index",
                    "write it as a list of entries that start with “- heading:”, and import again",
                    Span(file),
                )
            ]
        )
    return merged


def _joined(one: IndexEntry, other: IndexEntry) -> IndexEntry:
    """One heading of two sources: with the forms of both."""
    forms = tuple(dict.fromkeys((*one.forms, *other.forms)))
    return one.model_copy(update={"forms": forms, "gloss": one.gloss or other.gloss})


def _keys(model: type[BaseModel]) -> Iterable[str]:
    return (field.alias or name for name, field in model.model_fields.items())


def _not_the_same(file: str, what: str) -> Diagnostic:
    return Diagnostic(
        "cannot-be-written",
        f"the {what} would not read back as it is",
        "please report this, with the source if you can",
        Span(file),
    )


# --------------------------------------------------------------------------- YAML


def write_mapping(values: Mapping[str, Any], order: Iterable[str] = (), indent: int = 0) -> str:
    """Write a mapping of texts, lists and mappings as YAML; keys in ``order`` come first."""
    keys = [key for key in order if key in values]
    keys += [key for key in values if key not in keys]
    return "".join(_entry(key, values[key], indent) for key in keys)


def _entry(key: str, value: Any, indent: int) -> str:
    margin = " " * indent
    name = _scalar(key)
    # A plain key ends at the first colon and may not be long.
    start = f"{margin}{name}:" if len(name) <= _LONG_KEY else f"{margin}? {name}\n{margin}:"
    if isinstance(value, bool):
        return f"{start} {str(value).lower()}\n"
    if isinstance(value, Mapping):
        inner = write_mapping(value, (), indent + 2)
        if len(name) > _LONG_KEY:
            return f"{margin}? {name}\n{margin}:\n{inner}"
        return f"{start}\n{inner}" if inner else ""
    if isinstance(value, (list, tuple)):
        return f"{start}\n{''.join(_item(item, indent + 2) for item in value)}" if value else ""
    return f"{start} {_text(str(value), indent + 2)}\n"


def _item(value: Any, indent: int) -> str:
    margin = " " * indent
    if isinstance(value, Mapping):
        lines = write_mapping(value, (), indent + 2)
        return f"{margin}- {lines[indent + 2 :]}"
    return f"{margin}- {_text(str(value), indent + 2)}\n"


def _text(value: str, indent: int) -> str:
    """A value: folded over lines when it is long, else on one."""
    if len(value) + indent > _WIDTH and not _UNPRINTABLE.search(value):
        lines = _fold(value, _WIDTH - indent)
        if lines:
            margin = " " * indent
            return ">-\n" + "\n".join(f"{margin}{line}" for line in lines)
    return _scalar(value)


def _fold(value: str, width: int) -> list[str]:
    """Cut a text at single spaces; nothing when it cannot be folded without a change."""
    if value != value.strip() or "\n" in value:
        return []
    lines = [""]
    for word in re.split(r"(?<! ) (?! )", value):
        if lines[-1] and len(lines[-1]) + 1 + len(word) > width:
            lines.append(word)
        else:
            lines[-1] += f" {word}" if lines[-1] else word
    # A line that starts with white space would be kept apart from the others.
    return [] if any(line[:1].isspace() or line[-1:].isspace() for line in lines) else lines


def _scalar(value: str) -> str:
    """A value on one line: bare where every reader of YAML takes it for the same text."""
    if _DAY.fullmatch(value):
        return value
    if _PLAIN.fullmatch(value) and value == value.strip() and not _GUESSED.fullmatch(value):
        return value
    return '"' + _UNPRINTABLE.sub(_escape, value.replace("\\", "\\\\").replace('"', '\\"')) + '"'


def _escape(match: re.Match[str]) -> str:
    named = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
    code = ord(match[0])
    return named.get(match[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
