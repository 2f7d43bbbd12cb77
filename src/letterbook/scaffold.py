"""``letterbook new``: a small book that builds clean, to be written over."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from importlib.resources import as_file, files
from pathlib import Path

from letterbook.diagnostics import EnvironmentFault
from letterbook.source import SETTINGS

_DATE = "date: 2026-01-01"
"""The line of the starter's settings that becomes the day on which the book is made."""


def make_book(folder: Path, today: datetime.date) -> list[Path]:
    """Make the starter book in ``folder``, whole or not at all; returns the files made.

    Raises EnvironmentFault when the folder holds anything, or cannot be written.
    """
    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise EnvironmentFault(
                "file-in-the-way",
                "there is something here already",
                "name a folder that is empty or does not exist",
                str(folder),
            )
        folder.parent.mkdir(parents=True, exist_ok=True)
        is_there = folder.is_dir()
        where = folder if is_there else folder.parent
        with tempfile.TemporaryDirectory(prefix=".letterbook-", dir=where) as beside:
            made = Path(beside) / "book"
            with as_file(files("letterbook") / "starter") as starter:
                shutil.copytree(starter, made)
            settings = made / SETTINGS
            text = settings.read_text(encoding="utf-8")
            settings.write_text(text.replace(_DATE, f"date: {today}"), encoding="utf-8")
            # A folder that is there stays the same one: somebody may be in it.
            for part in made.iterdir() if is_there else ():
                part.rename(folder / part.name)
            if not is_there:
                made.rename(folder)
    except OSError as error:
        raise EnvironmentFault(
            "output-not-writable",
            f"no book can be made here: {error.strerror}",
            "mend the permissions, or name another folder",
            str(folder),
        ) from error
    return sorted(path for path in folder.rglob("*") if path.is_file())
