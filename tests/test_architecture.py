"""CONTRIBUTING's list of modules is held against the modules and their imports."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "letterbook"
_ROW = re.compile(r"\| ((?:`[\w.*]+` ?)+)\|")


def layers() -> list[list[str]]:
    """The rows of CONTRIBUTING's table: names of modules, ``package.*`` for all of a package."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    part = text.split("### The modules")[1].split("\n### ")[0]
    return [re.findall(r"`([\w.*]+)`", row[1]) for row in _ROW.finditer(part)]


def layer_of(name: str) -> int:
    """The row on which a module stands; there must be one."""
    package = f"{name.rpartition('.')[0]}.*"
    found = [n for n, row in enumerate(layers()) if name in row or package in row]
    assert len(found) == 1, f"{name} stands on {len(found)} rows"
    return found[0]


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


def graph() -> dict[str, set[str]]:
    """Every module with those of ours that it imports."""
    found = modules()
    return {
        name: ({target.removeprefix("letterbook.") for target in imported(path)} & set(found))
        for name, path in found.items()
    }


def test_the_table_names_what_exists() -> None:
    found = modules()
    for name in (name for row in layers() for name in row):
        package = name.removesuffix("*")
        assert any(module == name or module.startswith(package) for module in found), name


def test_imports_lead_upwards() -> None:
    for name, targets in graph().items():
        for target in targets:
            assert layer_of(target) <= layer_of(name), f"{name} imports {target}"


def test_no_imports_run_in_a_circle() -> None:
    left = graph()
    while left:
        free = {name for name, targets in left.items() if not targets & set(left)}
        assert free, f"a circle: {left}"
        left = {name: targets for name, targets in left.items() if name not in free}


def test_no_module_is_long() -> None:
    """A module that needs a table of contents is two modules."""
    lengths = {
        name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in modules().items()
    }
    assert {name: length for name, length in lengths.items() if length > 500} == {}
