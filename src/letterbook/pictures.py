"""Pictures sized for a medium: all their dots in print, fewer where nobody could see them.

What enters is a picture of the book; what leaves is the same, or a smaller one of the same kind.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from PIL import Image as Pillow

from letterbook.drawings import MEDIA_TYPE as DRAWING
from letterbook.images import TYPES, encode
from letterbook.model import Image, Medium

LARGEST: Mapping[Medium, int] = {Medium.SCREEN: 2400, Medium.EPUB: 2000}
"""Dots of the longer side: twice what a window shows; what reading devices bear."""

DRAWN = 200 / 96
"""Dots of print, of which there are 200 to the inch, for one of a drawing’s."""

_KINDS = {media_type: kind for kind, media_type in TYPES.items()}


def sized(image: Image, medium: Medium) -> Image:
    """Give a picture as a medium has it."""
    largest = LARGEST.get(medium)
    longer = max(image.width, image.height)
    if image.media_type == DRAWING or largest is None or longer <= largest:
        return image
    width = max(round(image.width * largest / longer), 1)
    height = max(round(image.height * largest / longer), 1)
    # What is stored by a list of its colours, or in black and white, would lose its in-betweens.
    kind = "PNG" if image.media_type == "image/gif" else _KINDS[image.media_type]
    with Pillow.open(io.BytesIO(image.data)) as picture:
        # A JPEG can be read at half its size, or less, in a part of the time.
        picture.draft(None, (2 * width, 2 * height))
        made: Pillow.Image = picture
        if picture.mode in ("1", "P", "PA"):
            has_clear = picture.mode == "PA" or "transparency" in picture.info
            made = picture.convert("RGBA" if has_clear else "L" if picture.mode == "1" else "RGB")
        made = made.resize((width, height), Pillow.Resampling.LANCZOS, reducing_gap=3.0)
        return Image(image.path, TYPES[kind], encode(made, kind), width, height)


def dots_in_print(image: Image) -> tuple[int, int]:
    """Width and height in dots, of which print sets 200 to the inch at the most."""
    if image.media_type == DRAWING:
        return round(image.width * DRAWN), round(image.height * DRAWN)
    return image.width, image.height
