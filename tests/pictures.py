"""``make pictures``: the pictures of the README, from books as they are built now."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

import pypdfium2
from PIL import Image, ImageOps

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
RECORD = PICTURES / "made-from.txt"
_FOUNDING, _VOLUME = ROOT / "book", ROOT / "tests" / "books" / "volume"
_SHOWN = {
    "title": (_FOUNDING, ("iii",)),
    "spread": (_FOUNDING, ("1", "2")),
    "index": (_FOUNDING, ("3",)),
    "volume-contents": (_VOLUME, ("v",)),
    "volume-letters": (_VOLUME, ("8", "9")),
    "volume-index": (_VOLUME, ("37",)),
}
"""Name of the picture to its book, and the labels of its pages, left to right."""


def sources() -> str:
    """A digest of all that the pages' look is made of: the books and the printed theme."""
    theme = ROOT / "styles" / "default"
    files = [
        *(path for book in (_FOUNDING, _VOLUME) for path in book.rglob("*") if path.is_file()),
        *(path for path in (theme / "templates").glob("*.html") if "screen" not in path.name),
        theme / "css" / "print.css",
        theme / "theme.yaml",
    ]
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.relative_to(ROOT).as_posix()}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def draw(book: Path, folder: Path) -> None:
    """Build a book in ``folder`` and draw those of its pages that are shown."""
    build = [sys.executable, "-m", "letterbook", "build", "--to", "pdf", "--quiet"]
    subprocess.run([*build, book, "--out", folder], check=True)
    (path,) = folder.glob("*.pdf")
    with pypdfium2.PdfDocument(path) as pdf:
        numbers = {pdf.get_page_label(number): number for number in range(len(pdf))}
    for name, (of, labels) in _SHOWN.items():
        if of == book:
            shown = [_page(path, numbers[label], folder) for label in labels]
            picture = Image.new("L", (sum(page.width for page in shown), shown[0].height), 255)
            left = 0
            for page in shown:
                picture.paste(page, (left, 0))
                left += page.width
            picture.quantize(16).save(PICTURES / f"{name}.png", optimize=True)


def _page(pdf: Path, number: int, folder: Path) -> Image.Image:
    """Draw a page, numbered from 0, with a thin line around it."""
    drawn = folder / f"page-{number}"
    only = ["-f", str(number + 1), "-l", str(number + 1), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", "110", "-gray", "-png", *only, pdf, drawn], check=True)
    return ImageOps.expand(Image.open(drawn.with_suffix(".png")), 1, fill=190)


def main() -> None:
    """Draw all pictures anew."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for book in (_FOUNDING, _VOLUME):
        with tempfile.TemporaryDirectory() as folder:
            draw(book, Path(folder))
    RECORD.write_text(f"{sources()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
