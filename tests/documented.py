"""The parts of the documentation that are made from the code, so that they cannot be wrong."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from textwrap import dedent

from pydantic import BaseModel

from letterbook import metadata
from letterbook.markup import vocabulary

_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(rows: Mapping[str, str], first: str) -> str:
    lines = [f"| {first} | what it is |", "| --- | --- |"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in rows.items()]
    return "\n".join(lines)


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """What the line of prose under each field of a model says."""
    meanings: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not (issubclass(base, BaseModel) and base.__module__ == metadata.__name__):
            continue
        body = ast.parse(dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        name = ""
        for statement in body.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                meanings[name] = " ".join(str(statement.value.value).split())
    return meanings


def _keys(model: type[BaseModel]) -> str:
    meanings = _meanings(model)
    rows = ["| key | what it is |", "| --- | --- |"]
    for name, field in model.model_fields.items():
        star = "*" if model is metadata.BookSettings and name in _INHERITED else ""
        needed = " **Required.**" if field.is_required() else ""
        rows.append(f"| `{field.alias}`{star} | {meanings.get(name, '')}{needed} |")
    return "\n".join(rows)


_INHERITED = frozenset(metadata.Inherited.model_fields)

PARTS: Mapping[str, Callable[[], str]] = {
    "spans": lambda: _table(vocabulary.SPANS, "name"),
    "blocks": lambda: _table(vocabulary.BLOCKS, "name"),
    "elements": lambda: " ".join(f"`{name}`" for name in vocabulary.ELEMENTS),
    "person": lambda: _keys(metadata.Person),
    "dated": lambda: _keys(metadata.DateStatement),
    "citation": lambda: _keys(metadata.Citation),
    "document": lambda: _keys(metadata.DocumentMetadata),
    "book": lambda: _keys(metadata.BookSettings),
    "index": lambda: _keys(metadata.IndexEntry),
}
"""Name of the part to the function that writes it."""


def renewed(text: str) -> str:
    """Give a page with every generated part written anew."""

    def renew(match: re.Match[str]) -> str:
        return f"{match[1]}{PARTS[match[2]]()}\n{match[3]}"

    return _PART.sub(renew, text)


def pages(root: Path) -> Iterator[Path]:
    """The pages that have generated parts."""
    for path in [*sorted(root.glob("*.md")), *sorted((root / "docs").glob("*.md"))]:
        if "<!-- generated: " in path.read_text(encoding="utf-8"):
            yield path
