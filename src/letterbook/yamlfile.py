"""YAML to plain values, each with its place in the file.

ruamel.yaml parses; we stop at its node graph, because only nodes know where they stand, and
because letting YAML guess types would change words: ``no`` is not false here, ``1918`` is a year
as it was written and ``0123`` keeps its nought. This is YAML's failsafe schema, plus null for
nothing. Aliases are refused: a few lines of them can unfold into gigabytes.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from letterbook.diagnostics import Diagnostic, Span

Path = tuple[str | int, ...]
"""The way to a value: keys and positions, from the root."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

MAX_DEPTH = 24
"""Deeper than any key of ours; a bound on recursion for what strangers send."""


@dataclass(frozen=True, slots=True)
class YamlValue:
    """A YAML document, read."""

    data: Any
    """``str``, ``None``, ``list`` and ``dict`` of these."""
    places: dict[Path, Span] = field(default_factory=dict)
    """Where each value stands; the place of a value in a mapping is its key's."""
    diagnostics: tuple[Diagnostic, ...] = ()

    def span(self, path: Path) -> Span:
        """Give the place of the value at ``path``, or of the nearest thing around it."""
        while path not in self.places and path:
            path = path[:-1]
        return self.places[path]


def read_yaml(text: str, file: str, first_line: int = 1) -> YamlValue:
    """Read one YAML document.

    ``file`` and ``first_line`` (the line of ``file`` on which ``text`` starts) only name places.
    A fault in the syntax gives ``data`` of None and a diagnostic; nothing is raised.
    """
    reader = _Reader(file, first_line)
    try:
        node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = reader.at(mark) if mark else Span(file, first_line)
        found = Diagnostic(
            "yaml-syntax",
            f"this is not YAML: {error.problem or error.context}",
            "look for a missing quote, a tab, or an indent that differs from its neighbours’;"
            " text that contains “: ” or starts with a bracket needs quotes",
            span,
        )
        return YamlValue(None, {(): span}, (found,))
    except (YAMLError, RecursionError, ValueError) as error:
        span = Span(file, first_line)
        found = Diagnostic(
            "yaml-syntax",
            f"this is not YAML: {str(error).splitlines()[0]}",
            "keep to plain keys, lists and quoted text",
            span,
        )
        return YamlValue(None, {(): span}, (found,))
    reader.places[()] = Span(file, first_line)
    data = reader.value(node, ()) if node is not None else None
    return YamlValue(data, reader.places, tuple(reader.diagnostics))


class _Reader:
    def __init__(self, file: str, first_line: int) -> None:
        self.file = file
        self.first_line = first_line
        self.places: dict[Path, Span] = {}
        self.diagnostics: list[Diagnostic] = []
        self.seen: set[int] = set()

    def at(self, mark: Any) -> Span:
        return Span(self.file, mark.line + self.first_line, mark.column + 1)

    def fault(self, code: str, message: str, hint: str, node: Node) -> None:
        self.diagnostics.append(Diagnostic(code, message, hint, self.at(node.start_mark)))

    def value(self, node: Node, path: Path) -> Any:
        self.places.setdefault(path, self.at(node.start_mark))
        if id(node) in self.seen or node.anchor:
            self.fault(
                "yaml-alias",
                "anchors and aliases (& and *) are not used here",
                "write the value out, or quote the text if it starts with & or *",
                node,
            )
            return None
        self.seen.add(id(node))
        if len(path) > MAX_DEPTH:
            self.fault(
                "yaml-depth",
                "this is nested more deeply than any key of a book",
                "take the extra indents or brackets away",
                node,
            )
            return None
        if isinstance(node, ScalarNode):
            return self.scalar(node)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        assert isinstance(node, MappingNode)
        return self.mapping(node, path)

    def scalar(self, node: ScalarNode) -> str | None:
        value = str(node.value)
        if _CONTROL.search(value):
            self.fault(
                "control-character",
                "this text has a control character in it",
                "take out the escape (backslash and what follows) that writes it",
                node,
            )
            return None
        is_plain = not node.style
        return None if is_plain and value in ("", "~", "null") else value

    def mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, ScalarNode):
                self.fault("wrong-type", "a key must be a word", "put the text in quotes", key_node)
                continue
            key = str(key_node.value)
            if key in result:
                self.fault(
                    "duplicate-key",
                    f"the key “{key}” stands here a second time",
                    "keep one of the two; use a list for several values",
                    key_node,
                )
                continue
            self.places[(*path, key)] = self.at(key_node.start_mark)
            result[key] = self.value(value_node, (*path, key))
        return result
