"""YAML values to the metadata models; what does not fit becomes a diagnostic with its place."""

from __future__ import annotations

import difflib
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from letterbook.diagnostics import Diagnostic, Span
from letterbook.metadata import BookSettings, DocumentMetadata, IndexEntry
from letterbook.yamlfile import Path, YamlValue, read_yaml

M = TypeVar("M", bound=BaseModel)


def read_book_settings(
    text: str, file: str
) -> tuple[BookSettings | None, list[Diagnostic], YamlValue]:
    """Read ``book.yaml``; None when it has errors, which the diagnostics tell."""
    value = read_yaml(text, file)
    settings, diagnostics = read_model(BookSettings, value)
    return settings, diagnostics, value


def read_document_metadata(
    text: str, file: str, first_line: int
) -> tuple[DocumentMetadata | None, list[Diagnostic], YamlValue]:
    """Read a document's front matter, which starts on ``first_line`` of its file."""
    value = read_yaml(text, file, first_line)
    metadata, diagnostics = read_model(DocumentMetadata, value)
    if metadata and not (metadata.title or metadata.addressee or metadata.role):
        metadata = None
        missing = "add “title: …”, or the “addressee”, of whom a title can be made"
        diagnostics.append(Diagnostic("missing-key", "“title” is missing", missing, value.span(())))
    return metadata, diagnostics, value


def read_index_entries(
    text: str, file: str
) -> tuple[tuple[IndexEntry, ...], list[Diagnostic], YamlValue]:
    """Read ``index.yaml``: a list of entries, each checked on its own."""
    value = read_yaml(text, file)
    diagnostics = list(value.diagnostics)
    if value.data is None or diagnostics:
        return (), diagnostics, value
    if not isinstance(value.data, list):
        diagnostics.append(
            Diagnostic(
                "wrong-type",
                "the index is not a list of entries",
                "start each entry with “- heading: …”",
                value.span(()),
            )
        )
        return (), diagnostics, value
    entries = []
    for position, item in enumerate(value.data):
        entry, found = _validate(IndexEntry, item, value, (position,))
        diagnostics += found
        if entry is not None:
            entries.append(entry)
    return tuple(entries), diagnostics, value


def read_model(model: type[M], value: YamlValue) -> tuple[M | None, list[Diagnostic]]:
    """Check what was read against a model; what does not fit is told with its place."""
    if value.diagnostics:
        return None, list(value.diagnostics)
    return _validate(model, {} if value.data is None else value.data, value, ())


def _validate(
    model: type[M], data: Any, value: YamlValue, base: Path
) -> tuple[M | None, list[Diagnostic]]:
    made: M | None = None
    faults: list[Any] = []
    try:
        # Empty values are as good as absent ones: “translator:” left open in a template.
        made = TypeAdapter(model).validate_python(_without_nothing(data))
    except ValidationError as error:
        faults += error.errors()
    faults += _unknown_without_value(model, data, {fault["loc"] for fault in faults})
    return None if faults else made, [_explain(model, fault, value, base) for fault in faults]


def _unknown_without_value(
    model: type[M], data: Any, known: set[tuple[str | int, ...]]
) -> Iterator[Any]:
    """Find keys that are none of ours and have no value: words after a comma, in braces."""
    if not _has_nothing(data):
        return
    try:
        TypeAdapter(model).validate_python(_with_empty(data))
    except ValidationError as error:
        for fault in error.errors():
            if fault["type"] == "extra_forbidden" and fault["loc"] not in known:
                yield fault


def _has_nothing(data: Any) -> bool:
    items = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return any(item is None or _has_nothing(item) for item in items)


def _with_empty(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _with_empty(item) for key, item in data.items()}
    if isinstance(data, list):
        return [_with_empty(item) for item in data]
    return "" if data is None else data


def _without_nothing(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_nothing(item) for key, item in data.items() if item is not None}
    if isinstance(data, list):
        return [_without_nothing(item) for item in data]
    return data


def _explain(model: type[BaseModel], fault: Any, value: YamlValue, base: Path) -> Diagnostic:
    # Pydantic adds its own steps (union branches) to a path; ours are those in the file.
    path = base
    for step in fault["loc"]:
        if (*path, step) in value.places:
            path = (*path, step)
    span: Span = value.span(path)
    name = next((str(step) for step in reversed(fault["loc"]) if isinstance(step, str)), "")
    match fault["type"]:
        case "extra_forbidden":
            known = _known_keys(model)
            near = difflib.get_close_matches(name, known, n=1) if len(name) < 100 else []
            # Of what is in a key, the model does not tell; then all keys are told.
            here = [f.alias or "" for f in model.model_fields.values()]
            here = here if len(fault["loc"]) == 1 else known
            return Diagnostic(
                "unknown-key",
                f"“{name}” is not a key that is known here",
                f"did you mean “{near[0]}”?"
                if near
                else f"known are: {', '.join(sorted(here))}{_other(model)}",
                span,
            )
        case "missing":
            return Diagnostic("missing-key", f"“{name}” is missing", f"add “{name}: …”", span)
        case "impossible_date":
            return Diagnostic(
                "impossible-date",
                fault["msg"],
                "write it as EDTF: 1918-08-09, 1918-08, 1918~ (about), 1918-08-09/1918-08-12;"
                " the source’s own words go into “words”",
                span,
            )
        case "model_type" if model is IndexEntry and isinstance(fault["input"], str):
            words = fault["input"]
            return Diagnostic(
                "wrong-type", f"“{words}” is no entry", f"write “- heading: {words}”", span
            )
        case "wrong_form":
            return Diagnostic("wrong-form", fault["msg"], f"correct the value of “{name}”", span)
        case _:
            return _wrong_type(name, fault, span)


def _wrong_type(name: str, fault: Any, span: Span) -> Diagnostic:
    kind = _kind_of(fault["input"])
    message = f"“{name}” cannot be {kind}"
    hint = _WRITE.get(fault["type"], "write text")
    if not name:
        message = f"keys and their values belong here, not {kind}"
        hint = "write each key on a line of its own: “key: words”, with a colon and a space"
    elif fault["type"] in ("enum", "literal_error"):
        hint = f"write one of these: {fault['ctx']['expected']}"
    elif isinstance(fault["input"], list):
        hint = "put quotes around text that stands in square brackets"
    elif isinstance(fault["input"], dict):
        hint = "write text; if it begins with a brace, put quotes around it"
    return Diagnostic("wrong-type", message, hint, span)


_WRITE = {
    "bool_parsing": "write true or false",
    "dict_type": "write each label on a line of its own, indented: “label: words”",
    "tuple_type": "write a list: each of its items on a line of its own, after “- ”",
    "model_type": "write each key on a line of its own, indented: “key: words”",
}
"""What to do about some of Pydantic's errors."""


def _other(model: type[BaseModel]) -> str:
    if model in (BookSettings, DocumentMetadata):
        return "; a label of the source that none of them means goes under “other” of its document"
    return ""


def _kind_of(value: Any) -> str:
    if isinstance(value, dict):
        return "keys with values"
    if isinstance(value, list):
        return "a list"
    return f"“{value}”"


def _known_keys(model: type[BaseModel]) -> list[str]:
    """The keys of a model and of the models in it: a misspelt key is near one of them."""
    keys: dict[str, None] = {}
    models = [model]
    # The list grows on the way; a part has parts.
    for known in models:
        for field in known.model_fields.values():
            keys[field.alias or ""] = None
            models += [m for m in _models_in(field.annotation) if m not in models]
    return list(keys)


def _models_in(annotation: Any) -> Iterable[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    origin = typing.get_origin(annotation)
    if origin is not None or isinstance(annotation, types.UnionType):
        for argument in typing.get_args(annotation):
            yield from _models_in(argument)
