"""YAML to plain values, each with its place in the file.

ruamel.yaml parses; we stop at its node graph, because only nodes know where they stand, and
because letting YAML guess types would change words: ``no`` is not false here, ``1918`` is a year
as it was written and ``0123`` keeps its nought. This is YAML's failsafe schema, plus null for
nothing. Aliases are refused: a few lines of them can unfold into gigabytes.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from letterbook.diagnostics import Diagnostic, Span, place
from letterbook.yamlfaults import explain
from letterbook.yamlplain import read_plain

Path = tuple[str | int, ...]
"""The way to a value: keys and positions, from the root."""

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_BRACKET = re.compile(r"[\[\]{}]")
_TAG = re.compile(r"tag:yaml\.org,2002:(?:str|int|float|bool|null|timestamp|seq|map|merge|value)")

MAX_LENGTH = 2 * 2**20
"""Characters; the parser takes some twenty seconds for as many, which are ten thousand entries."""
MAX_BRACKETS = 200
"""Brackets that are open at once; the parser's time grows with their square."""
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
    plain = read_plain(text, first_line) if len(text) <= MAX_LENGTH else None
    if plain:
        data, places = plain
        spans = {path: Span(file, *at) for path, at in places.items()}
        return YamlValue(data, {**spans, (): Span(file, first_line)})
    return read_any_yaml(text, file, first_line)


def read_any_yaml(text: str, file: str, first_line: int = 1) -> YamlValue:
    """Do what ``read_yaml`` does, with the full parser whatever the text is."""
    reader = _Reader(file, first_line)
    if found := _too_much(text, file, first_line):
        return YamlValue(None, {(): found.span}, (found,))
    try:
        with warnings.catch_warnings():
            # It warns of anchors; we refuse them.
            warnings.simplefilter("ignore")
            node = YAML(typ="safe", pure=True).compose(io.StringIO(text))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if "end of stream" in str(error.problem) and error.context_mark:
            # Not where the file ends, but where it was opened what never closes.
            mark = error.context_mark
        told = explain(
            text,
            str(error.problem or error.context),
            mark.line if mark else 0,
            mark.column if mark else 0,
        )
        span = Span(file, told.line + first_line, told.column + 1)
        found = Diagnostic("yaml-syntax", told.message, told.hint, span)
        return YamlValue(None, {(): span}, (found,))
    except RecursionError:
        found = _too_deep(Span(file, first_line))
        return YamlValue(None, {(): found.span}, (found,))
    except (YAMLError, ValueError) as error:
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


def _too_much(text: str, file: str, first_line: int) -> Diagnostic | None:
    """Say what would take the parser more time than anybody has."""
    if len(text) > MAX_LENGTH:
        return Diagnostic(
            "yaml-length",
            f"this has more than {MAX_LENGTH:,} characters",
            "take out what is not needed; words belong into the documents",
            Span(file, first_line),
        )
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > MAX_BRACKETS:
            line, column = place(text, bracket.start())
            return _too_deep(Span(file, line + first_line - 1, column))
    return None


def _too_deep(span: Span) -> Diagnostic:
    return Diagnostic(
        "yaml-depth",
        "this is nested more deeply than any key of a book",
        "take the extra indents or brackets away",
        span,
    )


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
            self.diagnostics.append(_too_deep(self.at(node.start_mark)))
            return None
        if not _TAG.fullmatch(str(node.tag)):
            self.fault(
                "yaml-tag",
                f"“{node.tag}” is read as a tag of YAML, not as a word",
                "put quotes around the text, or take the exclamation mark away",
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
