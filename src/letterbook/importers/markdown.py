"""Markdown as it is: our own documents, and those of Pandoc, Jekyll and their like.

What enters is a file with front matter or without; what leaves is one document. Text is read by
``markup.reader``, which is the reader of every book; here, only what others write otherwise is
brought into its form first: keys of their front matter, notes in the line (``^[…]``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span, has_errors, place
from letterbook.importers.encoding import decode, too_large
from letterbook.importers.htmlimages import Images
from letterbook.importers.imported import Draft, Imported, Options, Reason, SetAside, Source
from letterbook.importers.parts import is_letter, mark_parts, supplied_title
from letterbook.importers.treebuilder import remove_keeping_tail
from letterbook.markup.reader import read_markup
from letterbook.metadata import DocumentMetadata
from letterbook.provenance.dates import date_statement
from letterbook.settings import read_model
from letterbook.slugs import slugify
from letterbook.yamlfile import YamlValue, read_yaml

_FRONT = re.compile(r"---[ \t]*\n(.*?\n)?(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_NAMES = (".md", ".markdown", ".mdown", ".mkd")
_FOREIGN = {"authors": "author", "lang": "language", "license": "licence", "recipient": "addressee"}
"""Keys of others to ours that mean the same."""
_TECHNICAL = frozenset(["layout", "draft", "permalink", "toc", "css", "bibliography", "weight"])
"""Keys of others that tell a program what to do."""
_INLINE = re.compile(r"(?<!\\)\^\[")
_CODE = re.compile(r"(?<!`)(`++).*?(?<!`)\1(?!`)", re.DOTALL)
MAX_NOTES = 10_000


def recognise(source: Source) -> float:
    """Tell how surely a source is Markdown: by its name, since any text is."""
    if PurePosixPath(source.name).suffix.lower() not in _NAMES or b"\0" in source.data[:4096]:
        return 0.0
    return 0.9


def import_(source: Source, _options: Options) -> Imported:
    """Import one file."""
    decoded = decode(source.data, source.name, markup=False)
    if decoded is None:
        return Imported(diagnostics=(too_large(source.data, source.name),))
    found = list(decoded.diagnostics)
    front = _FRONT.match(decoded.text)
    value = read_yaml(front[1] or "", source.name, 2) if front else YamlValue({})
    found += value.diagnostics
    text = decoded.text[front.end() :] if front else decoded.text
    first_line = front[0].count("\n") + 1 if front else 1
    if has_errors(found):
        return Imported(diagnostics=tuple(found))
    text, marks, told = with_named_notes(text, source.name, first_line)
    found += told
    marked, told = read_markup(text, source.name, first_line)
    found += told
    if has_errors(found):
        return Imported(diagnostics=tuple(found))
    values, supplied = _values(value)
    title = _take_title(marked.body, values)
    metadata, told = read_model(
        DocumentMetadata, replace(value, data={"title": title or "[Untitled]", **values})
    )
    found += told
    if metadata is None:
        return Imported(diagnostics=tuple(found))
    if not front:
        mark_parts(marked.body)
    changes: dict[str, Any] = {}
    if not metadata.title or metadata.title == "[Untitled]":
        changes["title"] = supplied_title(marked.body)
        supplied.append(changes["title"])
    if "kind" not in values:
        letter = is_letter(marked.body, changes.get("title", metadata.title or ""))
        changes["kind"] = "letter" if letter else "text"
    metadata = metadata.model_copy(update=changes)
    images = _pictures(source, [marked.body, *(note.body for note in marked.notes)])
    slug = metadata.slug or slugify(source.stem)
    draft = Draft(slug, metadata, marked.body, marked.notes, (*supplied, *images.supplied))
    return Imported(
        (draft,),
        (*marks, *images.set_aside),
        images=images.taken,
        diagnostics=(*found, *images.diagnostics),
    )


# --------------------------------------------------------------------------- front matter


def _values(value: YamlValue) -> tuple[dict[str, Any], list[str]]:
    """Bring front matter into our keys; what none of them means is kept under ``other``.

    Gives also what was supplied.
    """
    data: Mapping[str, Any] = value.data if isinstance(value.data, dict) else {}
    known = {field.alias or name for name, field in DocumentMetadata.model_fields.items()}
    values: dict[str, Any] = {}
    supplied: list[str] = []
    for name, item in data.items():
        key = _FOREIGN.get(name, name)
        if key in known and key not in values:
            values[key] = item
        elif key == "date" and isinstance(item, str):
            values.setdefault("written", date_statement(item))
        elif item is not None and name in _TECHNICAL:
            # Not shown anywhere: only its name is told.
            continue
        elif isinstance(item, str) and item.strip():
            values.setdefault("other", {})[name] = item
        elif isinstance(item, list) and all(isinstance(i, str) for i in item):
            # One text of several; the commas are ours.
            values.setdefault("other", {})[name] = ", ".join(item)
            supplied.append(", ".join(item))
        elif item is not None:
            # Left where it is, so that the model says what is wrong with it, and where.
            values[name] = item
    return values, supplied


def _take_title(body: Element, values: Mapping[str, Any]) -> str | None:
    """Take the title from the first heading, where the front matter has none."""
    if values.get("title"):
        return None
    first = body[0] if len(body) else None
    if first is None or first.tag != "h2" or first.find(".//a[@data-note]") is not None:
        return None
    title = " ".join("".join(first.itertext()).split())
    if title:
        remove_keeping_tail(first)
    return re.sub(r"([\\*_`\[\]<])", r"\\\1", title) or None


# --------------------------------------------------------------------------- notes and pictures


def with_named_notes(
    text: str, file: str, first_line: int
) -> tuple[str, list[SetAside], list[Diagnostic]]:
    """Make notes with a name of those that stand in the line, as Pandoc has them: ``^[…]``."""
    if not _INLINE.search(text):
        return text, [], []
    code = [match.span() for match in _CODE.finditer(text)]
    parts: list[str] = []
    notes: list[str] = []
    aside: list[SetAside] = []
    position = 0
    taken = set(re.findall(r"\[\^([^\]\s]{1,40})\]", text))
    for match in _INLINE.finditer(text):
        if match.start() < position or any(a <= match.start() < b for a, b in code):
            continue
        end = _closing(text, match.end())
        if end < 0 or len(notes) >= MAX_NOTES:
            line, column = place(text, match.start())
            span = Span(file, line + first_line - 1, column)
            return (
                text,
                [],
                [
                    Diagnostic(
                        "note-not-closed",
                        "a note in the line begins here, and does not end in this paragraph",
                        "close it with a bracket, or put a backslash before ^[",
                        span,
                        Severity.ERROR,
                    )
                ],
            )
        label = f"inline-{len(notes) + 1}"
        while label in taken:
            label += "-a"
        parts += [text[position : match.start()], f"[^{label}]"]
        notes.append(f"[^{label}]: {' '.join(text[match.end() : end].split())}\n")
        aside += [SetAside("^[", Reason.NOTE_MARK), SetAside("]", Reason.NOTE_MARK)]
        position = end + 1
    parts.append(text[position:])
    return "".join(parts).rstrip("\n") + "\n\n" + "\n".join(notes), aside, []


def _closing(text: str, start: int) -> int:
    """Where the bracket closes that is open at a place; -1 when not in this paragraph."""
    depth = 1
    stop = text.find("\n\n", start)
    for match in re.compile(r"\\.|[\[\]]", re.DOTALL).finditer(
        text, start, len(text) if stop < 0 else stop
    ):
        depth += {"[": 1, "]": -1}.get(match[0], 0)
        if not depth:
            return match.start()
    return -1


def _pictures(source: Source, trees: list[Element]) -> Images:
    """Take along the pictures beside the file, and name them as the book does."""
    images = Images(source)
    for tree in trees:
        for image in list(tree.iter("img")):
            name = image.get("src", "")
            if name not in images.data and name.startswith("images/"):
                # Written for a book: from its folder, beside which the letters lie.
                image.set("src", f"../{name}" if f"../{name}" in images.data else name)
            made = images.image(image, 1)
            if made is None:
                remove_keeping_tail(image)
                continue
            image.set("src", made.get("src", ""))
            image.set("alt", made.get("alt", ""))
    return images
