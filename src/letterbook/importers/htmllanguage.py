"""The language that a page says it is in: what enters is its tree, what leaves a tag of BCP 47."""

from __future__ import annotations

import re

from lxml.etree import _Element as Element

_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_NAMED = frozenset({"content-language", "language", "dc.language", "dcterms.language"})
"""Names of a ``meta`` that tells a language."""
_NONE = frozenset({"und", "zxx", "mul"})


def language_of(root: Element) -> str | None:
    """Give the language of a whole page: ``lang`` goes before what its head says."""
    bodies = root.iter("body")
    said = [root.get("lang"), root.get("xml:lang"), *(body.get("lang") for body in bodies)]
    for meta in root.iter("meta"):
        name = meta.get("http-equiv") or meta.get("name") or meta.get("property") or ""
        if name.lower() in _NAMED:
            said.append(meta.get("content"))
    tags = (tag_of(value or "") for value in said)
    return next((tag for tag in tags if tag and tag not in _NONE), None)


def tag_of(value: str) -> str | None:
    """Give a tag of BCP 47 in the case in which it is written; None when it is no tag.

    Word writes EN-GB.
    """
    value = value.strip().replace("_", "-")
    if not _TAG.fullmatch(value):
        return None
    first, *rest = value.lower().split("-")
    cases = {2: str.upper, 4: str.title}
    return "-".join([first, *(cases.get(len(part), str)(part) for part in rest)])
