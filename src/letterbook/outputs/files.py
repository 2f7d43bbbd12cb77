"""Files into a folder that is being made."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files, given by their paths relative to ``folder``; folders are made as needed."""
    for href, data in files.items():
        path = folder / href
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
