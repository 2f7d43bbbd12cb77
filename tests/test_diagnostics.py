"""Every diagnostic has a case of its own: a small book, and what ``letterbook check`` says of it.

A case is a text file named by its code. It begins with a sentence; then come the files of the
book, each under a line ``==== path``, and at the end what is said, under ``==== expected``.
What a case does not give is as in BASE. ``==== path: maker`` stands for what text cannot say, made
by one of MAKERS; ``==== path: none`` takes a file away.
"""

from __future__ import annotations

import ast
import io
import os
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image

from letterbook.cli import main
from tests.textcases import CASES

FOLDER = CASES / "diagnostics"
PACKAGE = Path(__file__).resolve().parent.parent / "src" / "letterbook"
_FILE = re.compile(r"^==== (.+)\n", re.MULTILINE)

BASE = {
    "book.yaml": "title: Letters\ndate: 2026-01-31\nlanguage: en\n",
    "letters/01.md": "---\ntitle: A Letter\n---\nDear comrade.\n",
}
"""A book with which nothing is wrong."""


def picture(path: Path, kind: str = "PNG", mode: str = "RGB", side: str = "8") -> None:
    Image.new(mode, (int(side), int(side))).save(path, kind)


def moving(path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("black", "white")]
    frames[0].save(path, save_all=True, append_images=frames[1:])


def broken(path: Path) -> None:
    data = io.BytesIO()
    Image.new("RGB", (64, 64)).save(data, "PNG")
    path.write_bytes(data.getvalue()[:-30])


def typed(text: str) -> str:
    return text.replace("\\n", "\n")


MAKERS: dict[str, Callable[..., None]] = {
    "picture": picture,
    "moving-picture": moving,
    "broken-picture": broken,
    "bytes": lambda path, *codes: path.write_bytes(bytes.fromhex("".join(codes))),
    "repeat": lambda path, count, text: path.write_text(typed(text) * int(count)),
    "letter": lambda path, count, text: path.write_text(
        BASE["letters/01.md"] + typed(text) * int(count)
    ),
    "named": lambda path, name: path.with_name(typed(name)).write_text("words"),
    "link": lambda path, target: path.symlink_to(target),
    "folder": lambda path: path.mkdir(),
    "pipe": os.mkfifo,
}

ELSEWHERE = frozenset(
    {
        "account-unreadable",
        *("document-lost", "output-unreadable", "file-in-the-way", "output-not-writable"),
        *("theme-broken", "theme-complaint", "pango-missing", "internal-error", "port-in-use"),
        *("output-older", "pages-unknown", "cmif-incomplete", "no-correspondence"),
    }
)
"""Codes that checking a book cannot give; other tests show them. Those of importers have cases in
tests/cases/import."""
UNSHOWN = frozenset({"port-refused"})
"""Codes that no test shows yet."""
_IMPORTING = (
    "importers/",
    "importing.py",
    "importshow.py",
    "conversion.py",
    "writing.py",
    "markup/writer.py",
)


def codes() -> dict[str, set[str]]:
    """Every code in the package, with the modules that give it."""
    found: dict[str, set[str]] = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name in ("Diagnostic", "EnvironmentFault", "report", "fault"):
                for constant in ast.walk(node.args[0]):
                    if isinstance(constant, ast.Constant) and isinstance(constant.value, str):
                        module = path.relative_to(PACKAGE).as_posix()
                        found.setdefault(constant.value, set()).add(module)
    return found


def files(case: str) -> Iterator[tuple[str, str]]:
    """Give each head and its text, of a case."""
    parts = _FILE.split(case)
    yield from zip(parts[1::2], parts[2::2], strict=True)


def make(folder: Path, case: str) -> None:
    """Make the book of a case."""
    given = dict(files(case))
    for head, text in {**BASE, **given}.items():
        name, made, how = head.partition(": ")
        if head == "expected" or how == "none" or (not made and f"{name}: none" in given):
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if made:
            path.unlink(missing_ok=True)
            maker, *arguments = shlex.split(how)
            MAKERS[maker](path, *arguments)
        else:
            path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_case(
    path: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    rewrite_cases: bool,
) -> None:
    case = path.read_text(encoding="utf-8")
    make(tmp_path / "book", case)
    monkeypatch.chdir(tmp_path)
    main(["check", "book"])
    shown = capsys.readouterr()
    said = (shown.out + shown.err).replace(str(tmp_path), "…")
    before, _, expected = case.partition("==== expected\n")
    if rewrite_cases and said != expected:
        path.write_text(f"{before}==== expected\n{said}", encoding="utf-8")
    else:
        assert said == expected
    code = path.stem.partition(".")[0]
    assert code == "several" or f"[{code}]" in said


def test_every_code_has_a_case() -> None:
    cases = {path.stem.partition(".")[0] for path in FOLDER.glob("*.txt")} - {"several"}
    given = codes()
    checked = {
        code
        for code, modules in given.items()
        if code not in ELSEWHERE | UNSHOWN and not all(m.startswith(_IMPORTING) for m in modules)
    }
    assert cases == checked, "a code without a case, or a case whose code is no more"


def test_codes_that_have_no_case_are_shown_by_another_test() -> None:
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    own = Path(__file__).read_text(encoding="utf-8")
    shown = {c for c in ELSEWHERE | UNSHOWN if any(c in test for test in tests if test != own)}
    assert shown == ELSEWHERE
    assert shown | UNSHOWN <= set(codes())
