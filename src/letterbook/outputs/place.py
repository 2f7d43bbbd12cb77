"""Outputs put in their place: whole or not at all, and never over somebody else's file.

What is made is made in a hidden folder beside its place, and takes that place by a rename. A
file is replaced by ``rename(2)``; a folder by exchanging it with the old one, which Linux and
macOS can do in one step. The manifest tells what in the folder is ours; it is written before
and after, so that it lists all of ours at every moment in which the build may be killed.
"""

from __future__ import annotations

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from letterbook.diagnostics import EnvironmentFault

MANIFEST = "manifest.json"
_STAGE = ".letterbook-"


@contextmanager
def staging(out: Path, option: str = "--out") -> Iterator[Path]:
    """Give a new, hidden folder in ``out``, which ``option`` names; it goes whatever happens.

    Raises EnvironmentFault when ``out`` is not a folder that can be written to.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        _sweep(out)
        stage = Path(tempfile.mkdtemp(prefix=f"{_STAGE}{os.getpid()}-", dir=out))
    except (FileExistsError, NotADirectoryError) as error:
        raise EnvironmentFault(
            "file-in-the-way",
            "this is a file, and the output needs a folder here",
            f"move it away, or name another folder with {option}",
            str(error.filename or out),
        ) from error
    except OSError as error:
        raise _not_writable(out, error, option) from error
    try:
        yield stage
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES):
            raise _not_writable(out, error, option) from error
        raise
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _not_writable(out: Path, error: OSError, option: str) -> EnvironmentFault:
    return EnvironmentFault(
        "output-not-writable",
        f"nothing can be written here: {error.strerror}",
        f"free some space, mend the permissions, or name another folder with {option}",
        str(out),
    )


def _sweep(out: Path) -> None:
    """Take away what a build that was killed has left."""
    for left in out.glob(f"{_STAGE}*"):
        owner = left.name.removeprefix(_STAGE).partition("-")[0]
        if owner.isdigit() and not _is_running(int(owner)):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def place(
    stage: Path, out: Path, names: Iterable[str], about: Mapping[str, Any]
) -> tuple[Path, ...]:
    """Move what stands in ``stage`` under ``names`` to ``out``, and write the manifest there.

    ``about`` is what the manifest says besides its ``outputs``. Returns what of ours stands there
    still and was made from another state of the book. Raises EnvironmentFault, before anything
    has changed, when a name is taken by something that Letterbook did not make.
    """
    names = list(names)
    old = _read_outputs(out)
    for name in names:
        _check_ours(out, name, old)
    new = {
        path: {"sha256": _digest(stage / path), "made-from": about["digest"]}
        for path in _files(stage, names)
    }
    # Killed between the two manifests, all of the old and the new is still known as ours.
    _write_manifest(stage, out, about, {**old, **new})
    for name in names:
        _replace(stage / name, out / name)
    kept = {path: entry for path, entry in old.items() if path not in new}
    still = {path: entry for path, entry in kept.items() if (out / path).is_file()}
    _write_manifest(stage, out, about, {**still, **new})
    older = (path for path, entry in still.items() if entry["made-from"] != about["digest"])
    return tuple(out / name for name in dict.fromkeys(path.split("/")[0] for path in older))


def _read_outputs(out: Path) -> dict[str, Any]:
    try:
        outputs = json.loads((out / MANIFEST).read_text(encoding="utf-8"))["outputs"]
        return dict(outputs)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise EnvironmentFault(
            "file-in-the-way",
            "this file is not a manifest of Letterbook’s",
            "move it away, or name another folder with --out",
            str(out / MANIFEST),
        ) from error


def _check_ours(out: Path, name: str, ours: Mapping[str, Any]) -> None:
    path = out / name
    if not path.exists() and not path.is_symlink():
        return
    found = _files(out, [name]) or ([name] if path.is_symlink() or path.is_file() else [])
    for file in found:
        if file not in ours:
            raise EnvironmentFault(
                "file-in-the-way",
                "this was not made by Letterbook, and would be replaced",
                "move it away, or name another folder with --out",
                str(out / file),
            )


def _files(root: Path, names: Iterable[str]) -> list[str]:
    """All files under some names, as paths relative to the root, in order."""
    found = []
    for name in names:
        path = root / name
        inner = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [p.relative_to(root).as_posix() for p in inner if p.is_file()]
    return found


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_manifest(
    stage: Path, out: Path, about: Mapping[str, Any], outputs: Mapping[str, Any]
) -> None:
    data = {**about, "outputs": dict(sorted(outputs.items()))}
    beside = stage / MANIFEST
    beside.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    beside.replace(out / MANIFEST)


def _replace(new: Path, old: Path) -> None:
    if not old.is_dir() or old.is_symlink():
        new.replace(old)
    elif not _exchange(new, old):
        # A system that cannot exchange: the old folder stands aside, whole, for a moment.
        aside = new.with_name(f"{new.name}.old")
        old.rename(aside)
        new.rename(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two names in one step; False where the system cannot."""
    libc = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin":
        swap = getattr(libc, "renamex_np", None)
        return swap is not None and swap(os.fsencode(one), os.fsencode(other), 2) == 0
    renameat2 = getattr(libc, "renameat2", None)
    if renameat2 is None:
        return False
    at_fdcwd, exchange = -100, 2
    return bool(renameat2(at_fdcwd, os.fsencode(one), at_fdcwd, os.fsencode(other), exchange) == 0)
