"""The parts of the documentation that are made from the code, so that they cannot be wrong."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from pathlib import Path
from textwrap import dedent

from pydantic import BaseModel

from letterbook import metadata
from letterbook.importers import htmlprofile, imported, registry, tei_profile
from letterbook.markup import vocabulary
from letterbook.provenance import labels, licences

_PART = re.compile(r"(<!-- generated: ([\w-]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def _table(rows: Mapping[str, str], first: str) -> str:
    lines = [f"| {first} | what it is |", "| --- | --- |"]
    lines += [f"| `{name}` | {meaning} |" for name, meaning in rows.items()]
    return "\n".join(lines)


def _meanings(model: type[BaseModel]) -> dict[str, str]:
    """What the line of prose under each field of a model says."""
    meanings: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if not issubclass(base, BaseModel) or base is BaseModel or not base.model_fields:
            continue
        body = ast.parse(dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        name = ""
        for statement in body.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
                name = statement.target.id
            elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                meanings[name] = " ".join(str(statement.value.value).replace("``", "`").split())
    return meanings


def _members(kinds: type[StrEnum]) -> Mapping[str, str]:
    """What the line of prose under each member of an enumeration says."""
    body = ast.parse(dedent(inspect.getsource(kinds))).body[0]
    assert isinstance(body, ast.ClassDef)
    texts = [
        str(statement.value.value)
        for statement in body.body[1:]
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    ]
    return dict(zip((kind.value for kind in kinds), texts, strict=True))


def _keys(model: type[BaseModel]) -> str:
    meanings = _meanings(model)
    rows = ["| key | what it is |", "| --- | --- |"]
    for name, field in model.model_fields.items():
        star = "*" if model is metadata.BookSettings and name in _INHERITED else ""
        needed = " **Required.**" if field.is_required() else ""
        rows.append(f"| `{field.alias}`{star} | {meanings.get(name, '')}{needed} |")
    return "\n".join(rows)


def _importers() -> str:
    rows = ["| `--from` | what it reads | `--profile` |", "| --- | --- | --- |"]
    for name, importer in registry.IMPORTERS.items():
        rows.append(f"| `{name}` | {importer.about} | {'yes' if importer.profiled else ''} |")
    return "\n".join(rows)


def _labels() -> str:
    rows = ["| key | the labels that mean it |", "| --- | --- |"]
    for key, forms in labels.data()["keys"].items():
        rows.append(f"| `{key}` | {', '.join(_text(form) for form in forms)} |")
    return "\n".join(rows)


def _classes() -> str:
    rows = ["| what it is | classes |", "| --- | --- |"]
    for meaning, names in labels.data()["classes"].items():
        rows.append(f"| {meaning} | {' '.join(f'`{name}`' for name in names)} |")
    return "\n".join(rows)


def _licences() -> str:
    rows = ["| licence | derivatives | commerce | credit | shared alike |", "| " + "--- | " * 5]
    for licence in licences.known():
        said = (licence.derivatives, licence.commercial)
        allowed = ["unsaid" if x is None else "yes" if x else "no" for x in said]
        asked = ["yes" if x else "" for x in (licence.attribution, licence.share_alike)]
        rows.append(f"| {' | '.join((licence.name, *allowed, *asked))} |")
    return "\n".join(rows)


def _tei_elements() -> str:
    made: dict[str, list[str]] = {}
    for element, meaning in tei_profile.shipped(tei_profile.PLAIN).elements.items():
        made.setdefault(meaning, []).append(element)
    rows = ["| what is made of it | elements of TEI |", "| --- | --- |"]
    for meaning, elements in sorted(made.items()):
        rows.append(f"| {meaning} | {' '.join(f'`{name}`' for name in sorted(elements))} |")
    return "\n".join(rows)


def _profiles() -> str:
    tei = {
        name: tei_profile.shipped(name).name for name in (tei_profile.PLAIN, *tei_profile.PROJECTS)
    }
    html = {
        name: htmlprofile.shipped(name).name for name in (htmlprofile.PLAIN, *htmlprofile.SHIPPED)
    }
    rows = [f"| `{name}.yaml` | {kind} |" for name, kind in (tei | html).items()]
    return "\n".join(["| file | the kind of sources |", "| --- | --- |", *rows])


def _text(words: str) -> str:
    return words.replace("|", "\\|").replace("*", "\\*")


_INHERITED = frozenset(metadata.Inherited.model_fields)

PARTS: Mapping[str, Callable[[], str]] = {
    "spans": lambda: _table(vocabulary.SPANS, "name"),
    "blocks": lambda: _table(vocabulary.BLOCKS, "name"),
    "elements": lambda: " ".join(f"`{name}`" for name in vocabulary.ELEMENTS),
    "person": lambda: _keys(metadata.Person),
    "indexes": lambda: _keys(metadata.IndexSettings),
    "dated": lambda: _keys(metadata.DateStatement),
    "citation": lambda: _keys(metadata.Citation),
    "document": lambda: _keys(metadata.DocumentMetadata),
    "book": lambda: _keys(metadata.BookSettings),
    "part": lambda: _keys(metadata.DivisionSettings),
    "lists": lambda: _table(_members(metadata.ListKind), "list"),
    "roles": lambda: " ".join(f"`{role}`" for role in metadata.MatterRole),
    "index": lambda: _keys(metadata.IndexEntry),
    "importers": _importers,
    "labels": _labels,
    "classes": _classes,
    "licences": _licences,
    "tei-elements": _tei_elements,
    "tei-profile": lambda: _keys(tei_profile.TeiProfile),
    "html-profile": lambda: _keys(htmlprofile.HtmlProfile),
    "profiles": _profiles,
    "reasons": lambda: "\n".join(f"- {reason.value}" for reason in imported.Reason),
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
