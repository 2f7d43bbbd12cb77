"""What a book asks of every document, whatever it was imported from.

What enters are an importer's documents, what leaves are the same ones, without what “letterbook
check” would refuse and nobody would miss: levels of headings that were skipped. What an editor has
to see to is told.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from lxml.etree import _Element as Element

from letterbook.diagnostics import Diagnostic, Severity, Span
from letterbook.importers.imported import Draft, Imported

_HEADINGS = ("h2", "h3", "h4")


def settle(imported: Imported, file: str) -> Imported:
    """Settle the documents of one source, whose trees are changed."""
    changed = sum(
        _close_levels(tree, above)
        for draft in imported.documents
        for tree, above in ((draft.body, 1), *((note.body, 2) for note in draft.notes))
    )
    found = list(imported.diagnostics)
    if changed:
        found.append(
            Diagnostic(
                "heading-level-changed",
                f"headings moved up, since there was none of the level above them: {changed}",
                "nothing to do, unless the page means its headings otherwise",
                Span(file),
                Severity.HINT,
            )
        )
    found += _empty(imported.documents, file)
    return replace(imported, diagnostics=tuple(found))


def _close_levels(tree: Element, above: int) -> int:
    """Move headings up that stand below none of the level above; tells how many."""
    headings = list(tree.iter(*_HEADINGS))
    levels = [above, *(int(str(heading.tag)[1]) for heading in headings)]
    if all(level <= before + 1 for before, level in pairwise(levels)):
        return 0
    open_: list[int] = []
    changed = 0
    for heading, level in zip(headings, levels[1:], strict=True):
        while open_ and open_[-1] >= level:
            open_.pop()
        open_.append(level)
        tag = f"h{len(open_) + 1}"
        changed += heading.tag != tag
        heading.tag = tag
    return changed


def _empty(drafts: tuple[Draft, ...], file: str) -> list[Diagnostic]:
    """Say which documents have no text; when none has, there is nothing to import."""
    empty = [draft for draft in drafts if not has_text(draft.body)]
    severity = Severity.ERROR if len(empty) == len(drafts) else Severity.WARNING
    return [
        Diagnostic(
            "empty-document",
            f"there is no text under the title “{draft.metadata.title}”",
            "see whether the text is somewhere else; a document without text cannot be printed",
            Span(file),
            severity,
        )
        for draft in empty[:20]
    ]


def has_text(body: Element) -> bool:
    """Whether a document has anything to print."""
    return any(text.strip() for text in body.itertext()) or body.find(".//img") is not None
