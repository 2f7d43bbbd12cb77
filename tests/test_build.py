"""The whole program: the same bytes everywhere, nothing strange read, no half work."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOUNDING = ROOT / "book"
TWO_LETTERS = ROOT / "tests" / "books" / "two-letters"


def letterbook(
    *arguments: str | Path, cwd: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "letterbook", *(str(a) for a in arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("book", [FOUNDING, TWO_LETTERS], ids=lambda book: book.name)
def test_the_same_bytes_everywhere(book: Path, tmp_path: Path) -> None:
    made = []
    for name, zone, seed in (("one", "Asia/Baku", "1"), ("another/folder", "US/Hawaii", "4711")):
        here = tmp_path / name
        here.mkdir(parents=True)
        run = letterbook("build", book, cwd=here, TZ=zone, PYTHONHASHSEED=seed, LC_ALL="C")
        assert run.returncode == 0, run.stderr
        made.append(digests(here / "build"))
        time.sleep(1.1)  # No second, and no even second of a zip, is the same.
    assert made[0] == made[1]
    assert any(name.endswith(".pdf") for name in made[0])
    assert any(name.endswith(".epub") for name in made[0])


def test_the_manifest_is_true(tmp_path: Path) -> None:
    run = letterbook("build", FOUNDING, "--quiet", cwd=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")
    manifest = json.loads((tmp_path / "build" / "manifest.json").read_text())
    made = digests(tmp_path / "build")
    del made["manifest.json"]
    assert {name: entry["sha256"] for name, entry in manifest["outputs"].items()} == made
    assert manifest["inputs"] == digests(FOUNDING)


def test_one_format_alone(tmp_path: Path) -> None:
    run = letterbook("build", FOUNDING, "--to", "epub", "--out", "here", cwd=tmp_path)
    assert run.returncode == 0
    assert run.stdout.split() == ["here/lenin-baku-1918.epub"]
    assert {path.name for path in (tmp_path / "here").iterdir()} == {
        "lenin-baku-1918.epub",
        "manifest.json",
    }


_AUDITED = """
import sys
log = open(sys.argv.pop(1), "w")

def heard(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)):
        log.write(f"open {arguments[1]} {arguments[0]}\\n")
    elif event.startswith(("socket.", "urllib.")):
        log.write(f"{event} {arguments}\\n")

sys.addaudithook(heard)
from letterbook.cli import main
code = main(sys.argv[1:])
log.flush()
sys.exit(code)
"""


def test_reads_nothing_else(tmp_path: Path) -> None:
    """Every file that Python opens is the book's, the program's own, or being made."""
    log = tmp_path / "log"
    out = tmp_path / "out"
    arguments = ["build", str(TWO_LETTERS), "--out", str(out), "--quiet"]
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    subprocess.run(
        [sys.executable, "-c", _AUDITED, log, *arguments],
        check=True,
        cwd=tmp_path,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    lines = log.read_text().splitlines()
    program = (sys.prefix, sys.base_prefix, ROOT / "src", ROOT / "styles")
    allowed = tuple(str(path) for path in (*program, TWO_LETTERS, out, scratch))
    system = (
        "/usr/share/mime",
        "/etc/mime.types",
        "/usr/share/zoneinfo",
        "/usr/lib",
        "/etc/apache",
    )
    opened = [line.split(" ", 2)[2] for line in lines if line.startswith("open ")]
    strange = {
        path
        for path in opened
        if path.startswith("/") and not path.startswith((*allowed, *system, "/proc", "/dev"))
    }
    assert not strange
    others = [line for line in lines if not line.startswith("open ")]
    assert not [line for line in others if not line.startswith("urllib.Request ('file:///")]
    assert sum(str(TWO_LETTERS) in path for path in opened) >= 4


def test_killed_at_any_moment_what_was_there_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    build = [sys.executable, "-m", "letterbook", "build", str(FOUNDING), "--quiet"]
    build += ["--out", str(out)]
    start = time.perf_counter()
    subprocess.run(build, check=True)
    took = time.perf_counter() - start
    before = digests(out)
    for moment in range(8):
        process = subprocess.Popen(build)
        time.sleep(took * (moment + 1) / 8)
        process.send_signal(signal.SIGKILL)
        process.wait()
        now = {name: d for name, d in digests(out).items() if not name.startswith(".")}
        assert now == before
    subprocess.run(build, check=True)
    assert digests(out) == before


def test_a_fault_leaves_everything_as_it_was(tmp_path: Path) -> None:
    book = tmp_path / "book"
    assert letterbook("new", book, cwd=tmp_path).returncode == 0
    assert letterbook("build", cwd=tmp_path).returncode == 0
    before = digests(tmp_path / "build")
    letter = book / "letters" / "01-arrival.md"
    letter.write_text(letter.read_text() + "\n[^nowhere]\n")
    run = letterbook("build", cwd=tmp_path)
    assert run.returncode == 1
    assert "letters/01-arrival.md:38:1: error:" in run.stderr
    assert "note-undefined" in run.stderr
    assert digests(tmp_path / "build") == before


def test_what_was_not_made_again_is_told(tmp_path: Path) -> None:
    book = tmp_path / "book"
    letterbook("new", book, cwd=tmp_path)
    first = letterbook("build", "--to", "html,epub", cwd=tmp_path)
    assert "[output-older]" not in first.stderr
    (book / "book.yaml").write_text((book / "book.yaml").read_text() + "publisher: Mine\n")
    run = letterbook("build", "--to", "epub", cwd=tmp_path)
    assert run.returncode == 0
    assert f"{tmp_path}/build/html:1:1: hint: this was made from an earlier state" in run.stderr
    assert "[output-older]" in run.stderr


def test_a_slip_in_a_theme_is_told_with_its_file(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "styles" / "default", tmp_path / "mine")
    css = tmp_path / "mine" / "css" / "print.css"
    css.write_text(css.read_text() + "\n.title-page { colour: red }\n")
    run = letterbook("build", FOUNDING, "--to", "pdf", "--theme", "mine", cwd=tmp_path)
    assert run.returncode == 0
    assert f"{css}:1:1: warning: the layout does not understand the theme" in run.stderr
    assert "colour" in run.stderr
    assert "[theme-complaint]" in run.stderr


def test_the_wheel_works_in_an_empty_folder(tmp_path: Path) -> None:
    """What is installed from the wheel carries the theme and the starter with it."""
    wheels, site, here = (tmp_path / name for name in ("wheels", "site", "here"))
    here.mkdir()
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(wheels)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    (wheel,) = wheels.glob("*.whl")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(site)]
    subprocess.run([*pip, str(wheel)], check=True)
    where = "import letterbook.theme as t; print(t.__file__, t.default_theme())"
    told = subprocess.run(
        [sys.executable, "-c", where],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(path.startswith(str(site)) for path in told.stdout.split()), told.stdout
    for command in (("new", "mine"), ("build", "mine")):
        run = letterbook(*command, cwd=here, PYTHONPATH=str(site))
        assert run.returncode == 0, run.stderr
    assert (here / "build" / "html" / "index.html").is_file()
