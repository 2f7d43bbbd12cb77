"""The pictures of a book: what EPUB, PDF/A and every browser can show, and nothing else."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.drawings import is_drawing, read_drawing
from letterbook.model import Image

TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "GIF": "image/gif"}
ENDINGS = {"PNG": (".png",), "JPEG": (".jpg", ".jpeg"), "GIF": (".gif",)}
MAX_PIXELS = 100_000_000
"""Pixels of one image; more would need gigabytes to lay out."""
QUALITY = 92
"""Of a JPEG that has to be written anew."""
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
"""How pictures are stored that everybody reads alike."""
_ORIENTATION = 0x0112
"""Exif’s tag."""
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


def decode(path: str, data: bytes, span: Span) -> tuple[Image | None, list[Diagnostic]]:
    """Check an image of the book, the whole of it, and make it one that is seen alike everywhere.

    ``span`` is where the book shows it. There is no image when it cannot be used.
    """
    if is_drawing(data) or path.lower().endswith(".svg"):
        drawing = read_drawing(path, data, span)
        return (None, [drawing]) if isinstance(drawing, Diagnostic) else (drawing, [])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Pillow.DecompressionBombWarning)
            with Pillow.open(io.BytesIO(data), formats=tuple(TYPES)) as picture:
                # The checksums, which loading does not look at; a picture can be read but once.
                picture.verify()
            with Pillow.open(io.BytesIO(data), formats=tuple(TYPES)) as picture:
                if picture.width * picture.height > MAX_PIXELS:
                    return None, [_too_large(path, span)]
                picture.load()
                kind, mode = picture.format or "", picture.mode
                moves = getattr(picture, "n_frames", 1) > 1
                made = None if mode == "CMYK" else _made_alike(picture, moves)
                width, height = (made or picture).size
    except (Pillow.DecompressionBombWarning, Pillow.DecompressionBombError):
        return None, [_too_large(path, span)]
    except _BROKEN:
        return None, [
            Diagnostic(
                "not-an-image",
                f"“{path}” is not a whole PNG, JPEG, GIF or SVG image",
                "open it in a picture program and save it as PNG or JPEG",
                span,
            )
        ]
    if not path.lower().endswith(ENDINGS[kind]):
        return None, [
            Diagnostic(
                "image-misnamed",
                f"“{path}” is a {kind} image, but its name does not say so",
                f"rename it, to end in {ENDINGS[kind][0]}",
                span,
            )
        ]
    if mode == "CMYK":
        return None, [
            Diagnostic(
                "image-cmyk",
                f"“{path}” is in the colours of a printing press",
                "save it as RGB, or in greys",
                span,
            )
        ]
    image = Image(path, TYPES[kind], encode(made, kind) if made else data, width, height)
    return image, [_moving(path, span)] if moves else []


def _made_alike(picture: Pillow.Image, moves: bool) -> Pillow.Image | None:
    """Make a picture anew that would be seen one way here and another there; None when it is not.

    Turned upright, where a camera only said which side is up; in the colours of screens (sRGB),
    where it came with others; in 256 greys, where it had thousands; standing, where it moved.
    """
    made: Pillow.Image | None = None
    if moves:
        picture.seek(0)
        made = picture.copy()
    if picture.mode.startswith("I") or picture.mode == "F":
        made = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif picture.mode not in _MODES:
        made = picture.convert("RGB")
    if picture.getexif().get(_ORIENTATION, 1) != 1:
        made = ImageOps.exif_transpose(made or picture)
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA") and not _is_srgb(profile):
        made = _in_srgb(made or picture, profile)
    return made


def _is_srgb(profile: bytes) -> bool:
    try:
        named = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, OSError):
        return True  # It says nothing that anybody could act upon.
    return "srgb" in named.lower()


def _in_srgb(picture: Pillow.Image, profile: bytes) -> Pillow.Image:
    try:
        of_picture = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        screen = ImageCms.createProfile("sRGB")
        made = ImageCms.profileToProfile(picture, of_picture, screen, outputMode=picture.mode)
    except (ImageCms.PyCMSError, OSError):
        return picture
    return made or picture


def encode(picture: Pillow.Image, kind: str) -> bytes:
    """Write a picture; the same one gives the same bytes. Nothing but the picture is in them."""
    out = io.BytesIO()
    if kind == "JPEG":
        bare = picture if picture.mode in ("L", "RGB") else picture.convert("RGB")
        bare.save(out, "JPEG", quality=QUALITY, optimize=True, exif=b"", icc_profile=None)
    elif kind == "GIF":
        picture.save(out, "GIF", save_all=False)
    else:
        picture.save(out, "PNG", optimize=True, exif=b"", icc_profile=None)
    return out.getvalue()


def _moving(path: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "image-moves",
        f"“{path}” moves, which no page of paper does: its first picture stands for it",
        "save the one that is to be seen",
        span,
        Severity.WARNING,
    )


def _too_large(path: str, span: Span) -> Diagnostic:
    return Diagnostic(
        "image-too-large",
        f"“{path}” has too many pixels to be laid out",
        f"save it with fewer than {MAX_PIXELS // 1_000_000} million",
        span,
    )
