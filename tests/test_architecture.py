"""CONTRIBUTING's list of modules is held against the modules and their imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "letterbook"
_LIST = re.compile(r"<!-- modules -->\n(.*?)<!-- end -->", re.DOTALL)
_ROW = re.compile(r"- `([\w.]+)`: .+")


def listed() -> list[str]:
    """The modules in the order of CONTRIBUTING."""
    match = _LIST.search((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"))
    assert match
    return [row[1] for line in match[1].splitlines() if (row := _ROW.fullmatch(line))]


def modules() -> dict[str, Path]:
    """The modules as they are; a package's own file counts when there is code in it."""
    found = {}
    for path in PACKAGE.rglob("*.py"):
        name = ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
        if path.name != "__init__.py":
            found[name] = path
        else:
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert len(body) <= 1, f"{path}: a package's file says what it is, and no more"
    return found


def imported(path: Path) -> Iterator[str]:
    """The modules of ours that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("letterbook"):
            for alias in node.names:
                yield f"{node.module}.{alias.name}"
                yield str(node.module)
        elif isinstance(node, ast.Import):
            yield from (a.name for a in node.names if a.name.startswith("letterbook"))


def test_every_module_is_listed_once() -> None:
    names = listed()
    assert len(names) == len(set(names))
    assert set(names) == set(modules())


def test_imports_lead_upwards_only() -> None:
    names = listed()
    for name, path in modules().items():
        above = set(names[: names.index(name)])
        for target in imported(path):
            target = target.removeprefix("letterbook.")
            if target in names:
                assert target in above, f"{name} imports {target}, which does not stand above it"


def test_no_module_is_long() -> None:
    """A module that needs a table of contents is two modules."""
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()
    }
    assert {name: length for name, length in lengths.items() if length > 500} == {}
