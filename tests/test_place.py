"""Outputs take their place whole or not at all, and never somebody else's."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from letterbook.diagnostics import EnvironmentFault
from letterbook.outputs.place import MANIFEST, place, staging

NAMES = ("html", "book.epub")


def make(stage: Path, edition: str, pages: int = 3) -> None:
    """Write an edition whose every file says which edition it is of."""
    (stage / "html").mkdir()
    for number in range(pages):
        (stage / "html" / f"{number}.html").write_text(edition)
    (stage / "book.epub").write_text(edition)


def put(out: Path, edition: str, pages: int = 3) -> None:
    with staging(out) as stage:
        make(stage, edition, pages)
        place(stage, out, NAMES, {"digest": edition})


def editions(out: Path) -> set[str]:
    return {path.read_text() for path in (out / "html").iterdir()}


def test_replaces_its_own(tmp_path: Path) -> None:
    put(tmp_path, "first", pages=5)
    put(tmp_path, "second", pages=2)
    assert editions(tmp_path) == {"second"}
    assert len(list((tmp_path / "html").iterdir())) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["book.epub", "html", MANIFEST]


def test_manifest_tells_what_is_there(tmp_path: Path) -> None:
    put(tmp_path, "first")
    outputs = json.loads((tmp_path / MANIFEST).read_text())["outputs"]
    assert sorted(outputs) == ["book.epub", "html/0.html", "html/1.html", "html/2.html"]
    assert {entry["made-from"] for entry in outputs.values()} == {"first"}


def test_keeps_count_of_formats_that_were_not_made_again(tmp_path: Path) -> None:
    put(tmp_path, "first")
    with staging(tmp_path) as stage:
        (stage / "book.epub").write_text("second")
        place(stage, tmp_path, ["book.epub"], {"digest": "second"})
    outputs = json.loads((tmp_path / MANIFEST).read_text())["outputs"]
    assert outputs["html/0.html"]["made-from"] == "first"
    assert outputs["book.epub"]["made-from"] == "second"
    put(tmp_path, "third")
    assert editions(tmp_path) == {"third"}


@pytest.mark.parametrize("theirs", ["book.epub", "html", "html/notes.txt", "html/deep/notes.txt"])
def test_leaves_what_is_not_ours(tmp_path: Path, theirs: str) -> None:
    path = tmp_path / theirs
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    with pytest.raises(EnvironmentFault) as caught:
        put(tmp_path, "first")
    assert caught.value.diagnostic.code == "file-in-the-way"
    assert caught.value.diagnostic.span.file.endswith(theirs)
    assert path.read_text() == "mine"
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == [path]


def test_leaves_what_was_added_to_ours(tmp_path: Path) -> None:
    put(tmp_path, "first")
    (tmp_path / "html" / "CNAME").write_text("example.org")
    with pytest.raises(EnvironmentFault):
        put(tmp_path, "second")
    assert editions(tmp_path) == {"first", "example.org"}


def test_does_not_follow_a_link_out(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "0.html").write_text("mine")
    out = tmp_path / "out"
    out.mkdir()
    (out / "html").symlink_to(elsewhere)
    with pytest.raises(EnvironmentFault):
        put(out, "first")
    assert (elsewhere / "0.html").read_text() == "mine"


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.write_text("mine")
    with pytest.raises(EnvironmentFault) as caught, staging(out / "deeper"):
        pass
    assert caught.value.diagnostic.code == "file-in-the-way"
    assert out.read_text() == "mine"


def test_a_folder_that_cannot_be_written() -> None:
    with pytest.raises(EnvironmentFault) as caught, staging(Path("/proc/letterbook")):
        pass
    assert caught.value.diagnostic.code == "output-not-writable"


def test_sweeps_up_after_the_dead_only(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    dead = tmp_path / f".letterbook-{process.pid}-x"
    alive = tmp_path / f".letterbook-{os.getpid()}-x"
    dead.mkdir()
    alive.mkdir()
    with staging(tmp_path):
        assert not dead.exists()
        assert alive.exists()


_KEEP_PUTTING = """
import sys
from pathlib import Path
from tests.test_place import put
out = Path(sys.argv[1])
for number in range(1, 100000):
    put(out, f"edition {number}", pages=20)
    print(number, flush=True)
"""


def test_killed_at_any_moment_all_is_whole(tmp_path: Path) -> None:
    out = tmp_path / "out"
    put(out, "edition 0", pages=20)
    for kill in range(25):
        process = subprocess.Popen(
            [sys.executable, "-c", _KEEP_PUTTING, out], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        # Somewhere in the middle of the second or the third time.
        time.sleep(kill * 0.0007)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert len(editions(out)) == 1, "pages of two editions are mixed"
        assert len(list((out / "html").iterdir())) == 20
        assert (out / "book.epub").read_text().startswith("edition ")
        json.loads((out / MANIFEST).read_text())
    put(out, "after", pages=1)
    assert editions(out) == {"after"}
    assert not [path for path in out.iterdir() if path.name.startswith(".")]
