"""The pictures of a book: what EPUB, PDF/A and every browser can show, and nothing else."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image as Pillow
from PIL import UnidentifiedImageError

from letterbook.diagnostics import Diagnostic, Span
from letterbook.model import Image

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
ENDINGS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "GIF": (".gif",)}
MAX_PIXELS = 100_000_000
"""Pixels of one image; more would need gigabytes to lay out."""
_BROKEN = (
    UnidentifiedImageError,
    OSError,
    EOFError,
    ArithmeticError,
    LookupError,
    MemoryError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises over images that are damaged."""


def decode(path: str, data: bytes, span: Span) -> Image | Diagnostic:
    """Check an image of the book, the whole of it; gives what is wrong when it cannot be used.

    ``span`` is where the book shows it.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data), formats=tuple(TYPES)) as picture:
                # The checksums, which loading does not look at; a picture can be read but once.
                picture.verify()
            with Pillow.open(io.BytesIO(data), formats=tuple(TYPES)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return _too_large(path, span)
                picture.load()
                kind, mode, width, height = picture.format or "", picture.mode, *picture.size
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError):
        return _too_large(path, span)
    except _BROKEN:
        return Diagnostic(
            "not-an-image",
            f"“{path}” is not a whole PNG, JPEG or GIF image",
            "open it in a picture program and save it as PNG or JPEG",
            span,
        )
    if not path.lower().endswith(ENDINGS[kind]):
        return Diagnostic(
            "image-misnamed",
            f"“{path}” is a {kind} image, but its name does not say so",
            f"rename it, to end in {ENDINGS[kind][0]}",
            span,
        )
    if mode == "CMYK":
        return Diagnostic(
            "image-cmyk",
            f"“{path}” is in the colours of a printing press",
            "save it as RGB, or in greys",
            span,
        )
    return Image(path, TYPES[kind], data, width, height)


def _too_large(path: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "image-too-large",
        f"“{path}” has too many pixels to be laid out",
        f"save it with fewer than {MAX_PIXELS // 1_000_000} million",
        span,
    )
