"""Files into a folder that is being made, and what a format says of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from letterbook.model import Pagination


@dataclass(frozen=True, slots=True)
class Made:
    """What a format has made."""

    names: tuple[str, ...]
    """Files and folders, in the folder that it was given."""
    pagination: Pagination | None = None
    """Where its pages begin, for the formats that are made after it."""


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, given by their paths relative to ``folder``; folders are made as needed."""
    for href, data in files.items():
        path = folder / href
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
