"""Typefaces of a theme: what a theme names, found on this machine and read.

What enters is a face as ``theme.yaml`` names it; what leaves is the file, or that it is missing,
which a face may be that serves a script which not every book has.
"""

from __future__ import annotations

import importlib.util
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath
from typing import Annotated

import uharfbuzz
from fontTools.ttLib import TTFont, TTLibError
from fontTools.ttLib.sfnt import calcChecksum
from pydantic import BaseModel, ConfigDict, Field

from letterbook.diagnostics import EnvironmentFault

Script = Annotated[str, Field(pattern="^[A-Z][a-z]{3}$")]


class FaceSettings(BaseModel):
    """A face as ``theme.yaml`` names it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    file: str
    """A file of the theme; ``package:file`` for one that a Python package carries; ``system:file``
    for one that lies in a folder of this machine's fonts."""
    style: str = "normal"
    weight: int = 400
    scripts: tuple[Script, ...] = ()
    """For a face that serves some scripts only (ISO 15924: ``Hebr``, ``Hani``): it is used, and
    has to be there, where a book has such characters."""
    languages: tuple[str, ...] = ()
    """Whose forms it has, where languages write one script in several, as they do Chinese signs."""
    install: str = ""
    """The command that brings it, for a face that may be missing."""


@dataclass(frozen=True)
class Face:
    """One font file of the theme."""

    family: str
    style: str
    weight: int
    path: Path
    scripts: frozenset[str] = frozenset()
    """Those that it is for; empty for a face of the text."""
    languages: frozenset[str] = frozenset()
    like: Path | None = None
    """The file of the face whose lines it shares; None for that itself."""

    @cached_property
    def data(self) -> bytes:
        """The whole file; of a variable font, the one face of this weight."""
        data = fixed(self.path.read_bytes(), self.weight)
        return levelled(data, self.like) if self.like else data

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that it has glyphs for."""
        return frozenset(uharfbuzz.Face(self.path.read_bytes()).unicodes)

    @property
    def file_name(self) -> str:
        """A name for the file that can stand in an address: without the axes of a variable font."""
        return re.sub(r"[^\w.-]+", "-", re.sub(r"\[[^]]*\]", "", self.path.name))


@dataclass(frozen=True, slots=True)
class AbsentFace:
    """A face for some scripts that is not on this machine."""

    family: str
    scripts: frozenset[str]
    install: str


def fixed(data: bytes, weight: int) -> bytes:
    """Make the face of one weight of a variable font; any other font is given back as it is."""
    face = uharfbuzz.Face(data)
    axes = {axis.tag: axis for axis in face.axis_infos}
    if not axes:
        return data
    chosen = uharfbuzz.SubsetInput()
    chosen.keep_everything()
    chosen.pin_all_axes_to_default(face)
    if axis := axes.get("wght"):
        chosen.pin_axis_location(face, "wght", min(max(weight, axis.min_value), axis.max_value))
    return bytes(uharfbuzz.subset(face, chosen).blob.data)


def levelled(data: bytes, like: Path) -> bytes:
    """Give a font the height and depth of another.

    Lines are as high as the faces in them ask for, whatever is drawn; those that mix several
    faces would stand off the lines of the facing page.
    """
    model = like.read_bytes()
    font, places, of_model = bytearray(data), _tables(data), _tables(model)
    em, em_of_model = (_number(d, t["head"] + 18) for d, t in ((data, places), (model, of_model)))
    for table, offsets in _HEIGHTS.items():
        for offset in offsets:
            height = _number(model, of_model[table] + offset) * em / em_of_model
            struct.pack_into(">h", font, places[table] + offset, round(height))
    selection = _number(data, places["OS/2"] + _SELECTION) & ~_USE_TYPOGRAPHIC
    selection |= _number(model, of_model["OS/2"] + _SELECTION) & _USE_TYPOGRAPHIC
    struct.pack_into(">h", font, places["OS/2"] + _SELECTION, selection)
    return data if font == data else _summed(font, places)


_HEIGHTS = {"hhea": (4, 6, 8), "OS/2": (68, 70, 72, 74, 76)}
"""Where tables have ascender, descender and gap (OpenType 1.9, hhea and OS/2)."""
_SELECTION = 62
"""Where OS/2 has ``fsSelection``."""
_USE_TYPOGRAPHIC = 1 << 7
"""In ``fsSelection``: which of the heights count."""
_DIRECTORY, _RECORD = 12, 16


def _tables(data: bytes) -> dict[str, int]:
    """Where each table of a font begins."""
    (count,) = struct.unpack_from(">H", data, 4)
    records = (
        struct.unpack_from(">4sII", data, _DIRECTORY + _RECORD * number) for number in range(count)
    )
    return {tag.decode("latin-1"): offset for tag, _, offset in records}


def _number(data: bytes, offset: int) -> int:
    (number,) = struct.unpack_from(">h", data, offset)
    return int(number)


def _summed(font: bytearray, places: Mapping[str, int]) -> bytes:
    """Set the checksums of the tables that were changed, and that of the whole."""
    struct.pack_into(">I", font, places["head"] + 8, 0)
    for number in range(len(places)):
        record = _DIRECTORY + _RECORD * number
        tag, _, offset, length = struct.unpack_from(">4sIII", font, record)
        if tag in (b"hhea", b"OS/2", b"head"):
            struct.pack_into(">I", font, record + 4, calcChecksum(font[offset : offset + length]))
    whole = (0xB1B0AFBA - calcChecksum(font)) & 0xFFFFFFFF
    struct.pack_into(">I", font, places["head"] + 8, whole)
    return bytes(font)


def theme_fault(path: Path, message: str) -> EnvironmentFault:
    """Something is wrong with a theme."""
    return EnvironmentFault(
        "theme-broken", message, "compare with the theme that comes with Letterbook", str(path)
    )


_SYSTEM = "system"
_FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/System/Library/Fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)
_COLLECTION = b"ttcf"
_KINDS = frozenset({b"OTTO", b"\x00\x01\x00\x00", b"true"})
_TABLES = frozenset({"OS/2", "cmap", "head", "hhea", "hmtx"})


def find_face(folder: Path, face: FaceSettings, like: Path | None) -> Face | None:
    """Find the file of a face; None when it is not there and need not be.

    ``like`` is the file of the theme’s first face.
    """
    place, _, name = face.file.rpartition(":")
    if place == _SYSTEM:
        path = _system_font(name)
    else:
        root = _package(place) if place else folder
        path = (root / name).resolve() if root else None
        if path and root and not path.is_relative_to(root.resolve()):
            raise theme_fault(folder / "theme.yaml", f"“{face.file}” leads out of its folder")
    if path is None or not path.is_file():
        if face.scripts and place:
            return None
        raise theme_fault(folder / "theme.yaml", f"there is no font “{face.file}”")
    _check_font(path)
    return Face(
        face.family,
        face.style,
        face.weight,
        path,
        frozenset(face.scripts),
        frozenset(face.languages),
        like if like != path else None,
    )


def _package(name: str) -> Path | None:
    spec = importlib.util.find_spec(name) if name.isidentifier() else None
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


def _system_font(name: str) -> Path | None:
    """Find a file of this name in the folders where this machine keeps its fonts."""
    if PurePath(name).name != name or set(name) & set("*?["):
        return None
    folders = (Path(folder).expanduser() for folder in _FONT_FOLDERS)
    found = (path for folder in folders if folder.is_dir() for path in folder.rglob(name))
    return min(found, default=None)


def _check_font(path: Path) -> None:
    """Raise EnvironmentFault for a file that is no OpenType font, or several."""
    with path.open("rb") as file:
        kind = file.read(4)
        if kind == _COLLECTION:
            raise theme_fault(path, "this is a collection of fonts; take the one out that is meant")
        file.seek(0)
        try:
            with TTFont(file, lazy=True) as font:
                lacking = _TABLES - set(font.keys())
        except (TTLibError, OSError) as error:
            raise theme_fault(path, f"this is not a font: {error}") from error
    if kind not in _KINDS or lacking:
        raise theme_fault(path, "this is not a whole OpenType font (.otf, .ttf)")


def font_face_css(faces: Mapping[str, Face]) -> str:
    """Write the ``@font-face`` rules of some faces; the keys are their addresses."""
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-style: {face.style};'
        f' font-weight: {face.weight}; src: url("{href}") }}\n'
        for href, face in faces.items()
    )
