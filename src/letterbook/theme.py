"""A theme: templates, styles, typefaces and the words that templates print.

A theme is a folder without Python::

    theme.yaml          its name, its typefaces, and what scripts they are for
    labels/en.yaml      the words of the templates, a file for each language
    templates/          Jinja2
    css/                one stylesheet for each medium, and what they share
    citation.csl        how the edition is cited; without it, as in the default theme

Templates run in Jinja2's sandbox, since a theme may come from a stranger as a book may.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from fontTools.unicodedata import script
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from letterbook.faces import AbsentFace, Face, FaceSettings, find_face, theme_fault
from letterbook.yamlfile import read_yaml

DEFAULT = "default"
CITATION_STYLE = "citation.csl"
_HERE = Path(__file__).parent
_STYLES = (_HERE / "styles", _HERE.parent.parent / "styles")
"""Inside the installed package, or at the root of a checkout."""


class _ThemeSettings(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    typeface: str
    """What the colophon calls it."""
    faces: Annotated[tuple[FaceSettings, ...], Field(min_length=1)]


class _Sandbox(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, which is asked once for what many objects of a type have.

    Its verdict depends on the type of an object, and templates ask hundreds of times for a letter.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._verdicts: dict[tuple[type, str], bool] = {}

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        asked = type(obj), attr
        if asked not in self._verdicts:
            self._verdicts[asked] = super().is_safe_attribute(obj, attr, value)
        return self._verdicts[asked]


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
    environment: _Sandbox = field(repr=False)
    absent: tuple[AbsentFace, ...] = ()

    def faces_for(self, characters: Set[int], languages: Set[str]) -> tuple[Face, ...]:
        """The faces that a text needs: those of the text, and those for the scripts it has.

        Of several faces for one script, those of the text's languages; for characters that these
        lack, the first that has them: many have letters of other scripts besides.
        """
        chosen = [face for face in self.faces if not face.scripts]
        needed = characters - frozenset().union(*(face.characters for face in chosen))
        for_scripts = [face for face in self.faces if face.scripts] if needed else []
        scripts = {script(chr(code)) for code in needed} if for_scripts else set()
        own = [f for f in for_scripts if not f.languages or f.languages & languages]
        own = [f for f in own if f.scripts & scripts and f.characters & needed]
        chosen += own
        needed -= frozenset().union(*(face.characters for face in own))
        for face in for_scripts:
            if face not in own and needed & face.characters:
                chosen.append(face)
                needed -= face.characters
        return tuple(face for face in self.faces if face in chosen)

    def labels_for(self, language: str) -> Mapping[str, str]:
        """The words of the templates in a language; those that it lacks, in English."""
        return {**self.labels["en"], **self._own_labels(language)}

    def labels_missing(self, language: str) -> tuple[str, ...]:
        """The names of the words that are not there in a language."""
        return tuple(self.labels["en"].keys() - self._own_labels(language).keys())

    def _own_labels(self, language: str) -> Mapping[str, str]:
        tag = language.lower()
        return self.labels.get(tag) or self.labels.get(tag.partition("-")[0], {})

    def without_glyph(self, characters: Set[int]) -> Set[int]:
        """Those characters that none of the typefaces has; not read are those it does not take."""
        for face in sorted(self.faces, key=lambda face: bool(face.scripts)):
            if not characters:
                break
            characters -= face.characters
        return characters


def default_theme() -> Path:
    """The folder of the theme that comes with Letterbook."""
    return next(path / DEFAULT for path in _STYLES if (path / DEFAULT).is_dir())


def load_theme(folder: Path) -> Theme:
    """Read a theme; raises EnvironmentFault with the first thing that is wrong with it."""
    settings = _read_settings(folder)
    labels = {}
    for path in sorted((folder / "labels").glob("*.yaml")):
        data = read_yaml(path.read_text(encoding="utf-8"), str(path)).data
        labels[path.stem.lower()] = TypeAdapter(dict[str, str]).validate_python(data)
    if "en" not in labels:
        raise theme_fault(folder / "labels" / "en.yaml", "the theme has no English labels")
    css = {
        path.stem: _with_imports(path, folder / "css")
        for path in sorted((folder / "css").glob("*.css"))
    }
    style = folder / CITATION_STYLE
    if not style.is_file():
        style = default_theme() / CITATION_STYLE
    environment = _Sandbox(
        loader=FileSystemLoader(folder / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    first = find_face(folder, settings.faces[0], None)
    like = first.path if first else None
    found = [(face, find_face(folder, face, like)) for face in settings.faces]
    if not any(face and not face.scripts for _, face in found):
        raise theme_fault(folder / "theme.yaml", "all its faces are for scripts, none for the text")
    return Theme(
        folder,
        settings.name,
        settings.typeface,
        tuple(face for _, face in found if face),
        css,
        labels,
        style.read_bytes(),
        environment,
        tuple(
            AbsentFace(wanted.family, frozenset(wanted.scripts), wanted.install)
            for wanted, face in found
            if face is None
        ),
    )


def _read_settings(folder: Path) -> _ThemeSettings:
    path = folder / "theme.yaml"
    try:
        value = read_yaml(path.read_text(encoding="utf-8"), str(path))
        if value.diagnostics:
            raise theme_fault(path, value.diagnostics[0].message)
        return _ThemeSettings.model_validate(value.data)
    except (OSError, UnicodeDecodeError) as error:
        raise theme_fault(path, f"the theme has no readable theme.yaml: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise theme_fault(path, f"{where}: {first['msg']}") from error


_IMPORT = re.compile(r'@import\s+"([\w-]+)\.css";\n?')


def _with_imports(path: Path, folder: Path) -> str:
    """A stylesheet with those of its own folder that it imports set in, one level deep."""

    def inline(match: re.Match[str]) -> str:
        return (folder / f"{match[1]}.css").read_text(encoding="utf-8")

    return _IMPORT.sub(inline, path.read_text(encoding="utf-8"))
