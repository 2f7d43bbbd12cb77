"""The editorial rules: every code has a case in tests/cases/check."""

from __future__ import annotations

from pathlib import Path

from letterbook.build import read
from letterbook.check import RULES
from tests.textcases import CASES, Case, cases

BOOK = "title: A Book\ndate: 2026-11-22\nlanguage: en\n"


@cases("check")
def test_rules(case: Case, rewrite_cases: bool, tmp_path: Path) -> None:
    (tmp_path / "book.yaml").write_text(BOOK, encoding="utf-8")
    letters = tmp_path / "letters"
    letters.mkdir()
    for number, front in enumerate(case.given.split("\n---\n"), start=1):
        text = f"---\ntitle: Letter {number}\n{front}\n---\n\nA text.\n"
        (letters / f"{number}.md").write_text(text, encoding="utf-8")
    found = [
        f"{d.span.file}:{d.span.line}: {d.severity}: {d.message} [{d.code}]"
        for d in read(tmp_path).diagnostics
    ]
    case.check("\n".join(found) or "nothing to report", rewrite_cases)


def test_every_rule_has_a_case() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in (CASES / "check").glob("*.txt"))
    for code in RULES:
        # What takes pictures to show has a case among the diagnostics.
        assert f"[{code}]" in text or (CASES / "diagnostics" / f"{code}.txt").exists(), code
