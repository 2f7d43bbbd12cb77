"""``make pictures``: the pictures of the README, from the founding edition as it is built now."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
RECORD = PICTURES / "made-from.txt"
_SHOWN = {"title": ("iii",), "spread": ("1", "2"), "index": ("3",)}
"""Name of the picture to the labels of its pages, left to right."""


def sources() -> str:
    """A digest of all that the pages' look is made of: the book and the printed theme."""
    theme = ROOT / "styles" / "default"
    files = [
        *(path for path in (ROOT / "book").rglob("*") if path.is_file()),
        *(path for path in (theme / "templates").glob("*.html") if "screen" not in path.name),
        theme / "css" / "print.css",
        theme / "theme.yaml",
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def draw(folder: Path) -> None:
    """Build the founding edition in ``folder`` and draw the pages that are shown."""
    build = [sys.executable, "-m", "letterbook", "build", "--to", "pdf", "--quiet"]
    subprocess.run([*build, ROOT / "book", "--out", folder], check=True)
    (pdf,) = folder.glob("*.pdf")
    subprocess.run(["pdftoppm", "-r", "110", "-gray", "-png", pdf, folder / "page"], check=True)
    pages = [Image.open(path) for path in sorted(folder.glob("page-*.png"))]
    front = 6  # i to vi; the body begins on a right-hand page.
    for name, labels in _SHOWN.items():
        numbers = [front + int(x) - 1 if x.isdigit() else 2 for x in labels]
        shown = [ImageOps.expand(pages[number], 1, fill=190) for number in numbers]
        width = sum(page.width for page in shown)
        picture = Image.new("L", (width, shown[0].height), 255)
        left = 0
        for page in shown:
            picture.paste(page, (left, 0))
            left += page.width
        picture.quantize(16).save(PICTURES / f"{name}.png", optimize=True)
    RECORD.write_text(f"{sources()}\n", encoding="utf-8")


def main() -> None:
    """Draw all pictures anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        draw(Path(folder))


if __name__ == "__main__":
    main()
