"""A theme: templates, styles, typefaces and the words that templates print.

A theme is a folder without Python::

    theme.yaml          its name and its typefaces
    labels/en.yaml      the words of the templates, a file for each language
    templates/          Jinja2
    css/                one stylesheet for each medium, and what they share
    citation.csl        how the edition is cited; without it, as in the default theme

Templates run in Jinja2's sandbox, since a theme may come from a stranger as a book may.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Annotated

from fontTools.ttLib import TTFont
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from letterbook.diagnostics import EnvironmentFault
from letterbook.yamlfile import read_yaml

DEFAULT = "default"
CITATION_STYLE = "citation.csl"
_HERE = Path(__file__).parent
_STYLES = (_HERE / "styles", _HERE.parent.parent / "styles")
"""Inside the installed package, or at the root of a checkout."""


class _FaceSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    file: str
    """A file of the theme, or ``package:file`` for one that a Python package carries."""
    style: str = "normal"
    weight: int = 400


class _ThemeSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    typeface: str
    """What the colophon calls it."""
    faces: Annotated[tuple[_FaceSettings, ...], Field(min_length=1)]


@dataclass(frozen=True)
class Face:
    """One font file of the theme."""

    family: str
    style: str
    weight: int
    path: Path

    @cached_property
    def data(self) -> bytes:
        """The whole file."""
        return self.path.read_bytes()

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that it has glyphs for."""
        with TTFont(io.BytesIO(self.data), lazy=True) as font:
            return frozenset(font.getBestCmap())


@dataclass(frozen=True)
class Theme:
    """A theme, read."""

    folder: Path
    name: str
    typeface: str
    faces: tuple[Face, ...]
    css: Mapping[str, str]
    """Stylesheets by name: ``screen``, ``epub``, ``print``, ``cover``."""
    labels: Mapping[str, Mapping[str, str]]
    """By language."""
    citation_style: bytes
    """How the edition is cited: a style of the Citation Style Language."""
    environment: ImmutableSandboxedEnvironment = field(repr=False)

    def labels_for(self, language: str) -> Mapping[str, str]:
        """The words of the templates in a language; those that it lacks, in English."""
        own = self.labels.get(language) or self.labels.get(language.partition("-")[0], {})
        return {**self.labels["en"], **own}

    @cached_property
    def characters(self) -> frozenset[int]:
        """The code points that any of the typefaces has a glyph for."""
        return frozenset().union(*(face.characters for face in self.faces))


def default_theme() -> Path:
    """The folder of the theme that comes with Letterbook."""
    return next(path / DEFAULT for path in _STYLES if (path / DEFAULT).is_dir())


def load_theme(folder: Path) -> Theme:
    """Read a theme; raises EnvironmentFault with the first thing that is wrong with it."""
    settings = _read_settings(folder)
    labels = {}
    for path in sorted((folder / "labels").glob("*.yaml")):
        data = read_yaml(path.read_text(encoding="utf-8"), str(path)).data
        labels[path.stem] = TypeAdapter(dict[str, str]).validate_python(data)
    if "en" not in labels:
        raise _fault(folder / "labels" / "en.yaml", "the theme has no English labels")
    css = {
        path.stem: _with_imports(path, folder / "css")
        for path in sorted((folder / "css").glob("*.css"))
    }
    style = folder / CITATION_STYLE
    if not style.is_file():
        style = default_theme() / CITATION_STYLE
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Theme(
        folder,
        settings.name,
        settings.typeface,
        tuple(_face(folder, face) for face in settings.faces),
        css,
        labels,
        style.read_bytes(),
        environment,
    )


def _fault(path: Path, message: str) -> EnvironmentFault:
    return EnvironmentFault(
        "theme-broken", message, "compare with the theme that comes with Letterbook", str(path)
    )


def _read_settings(folder: Path) -> _ThemeSettings:
    path = folder / "theme.yaml"
    try:
        value = read_yaml(path.read_text(encoding="utf-8"), str(path))
        if value.diagnostics:
            raise _fault(path, value.diagnostics[0].message)
        return _ThemeSettings.model_validate(value.data)
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(path, f"the theme has no readable theme.yaml: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise _fault(path, f"{where}: {first['msg']}") from error


def _face(folder: Path, face: _FaceSettings) -> Face:
    package, _, name = face.file.rpartition(":")
    if package:
        spec = importlib.util.find_spec(package) if package.isidentifier() else None
        if spec is None or not spec.submodule_search_locations:
            raise _fault(folder / "theme.yaml", f"there is no Python package “{package}”")
        root = Path(spec.submodule_search_locations[0])
    else:
        root = folder
    path = (root / name).resolve()
    if not path.is_relative_to(root.resolve()) or not path.is_file():
        raise _fault(folder / "theme.yaml", f"there is no font “{face.file}”")
    return Face(face.family, face.style, face.weight, path)


_IMPORT = re.compile(r'@import\s+"([\w-]+)\.css";\n?')


def _with_imports(path: Path, folder: Path) -> str:
    """A stylesheet with those of its own folder that it imports set in, one level deep."""

    def inline(match: re.Match[str]) -> str:
        return (folder / f"{match[1]}.css").read_text(encoding="utf-8")

    return _IMPORT.sub(inline, path.read_text(encoding="utf-8"))


def font_face_css(faces: Mapping[str, Face]) -> str:
    """Write the ``@font-face`` rules of some faces; the keys are their addresses."""
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; font-style: {face.style};'
        f' font-weight: {face.weight}; src: url("{href}") }}\n'
        for href, face in faces.items()
    )
