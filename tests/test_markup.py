"""What Markdown becomes: the cases in tests/cases/markup, and what no case can say."""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import has_errors
from letterbook.markup.inline import inline
from letterbook.markup.reader import read_markup
from letterbook.markup.vocabulary import CLASSES, ELEMENTS, EVERYWHERE
from tests.growth import is_linear
from tests.textcases import Case, cases

MARKS = [
    *(
        "[",
        "]",
        "(",
        ")",
        "{",
        "}",
        "{.sc}",
        "{.index",
        "[^1]",
        "\n[^1]: ",
        "![",
        "](",
        "[a]: b.de\n",
    ),
    *("*", "**", "_", "`", "``", "\\", "\\\n", "<", ">", "<em>", "</em>", "<div>", "</div>", "<p>"),
    *("<td>", "</table>", "<script>", "<!--", "-->", "<?", "<![CDATA[", "&", "&#", "&#0;", "&amp;"),
    *(
        "\n",
        "\n\n",
        "    ",
        "\t",
        "- ",
        "1. ",
        "# ",
        "> ",
        "::: verse\n",
        "\n:::\n",
        "|",
        "a|b\n-|-\n",
    ),
    *(
        "\n: ",
        "---",
        "===",
        "~",
        '"',
        "'",
        "=",
        "^",
        "é",
        "e\u0301",
        "\u00a0",
        "😀",
        "я",
        "a",
        " b ",
    ),
]
"""What means something to Markdown, to HTML or to us, and a few words."""


def drawn(tree: Element) -> str:
    """Draw a tree for people: each block of the body on a line of its own."""
    blocks = [tree.text or ""] + [
        etree.tostring(child, encoding="unicode", with_tail=True) for child in tree
    ]
    return "\n".join(block for block in blocks if block)


@cases("markup")
def test_case(case: Case, rewrite_cases: bool) -> None:
    marked, found = read_markup(case.given, "letter.md", 1)
    lines = [drawn(marked.body)]
    for note in marked.notes:
        whose = f" by the {note.responsibility}" if note.responsibility else ""
        lines += [f"[{note.label}]{whose}", drawn(note.body)]
    lines += [f"{d.span.line}:{d.span.column} {d.code}" for d in found]
    case.check("\n".join(line for line in lines if line), rewrite_cases)


def outside(tree: Element) -> list[str]:
    """What of a tree is not in the vocabulary."""
    found = []
    for element in tree.iter():
        if element is tree:
            continue
        name = str(element.tag)
        known = ELEMENTS.get(name, frozenset()) | EVERYWHERE
        classes = set(element.get("class", "").split())
        if (
            name not in ELEMENTS
            or not known.issuperset(element.attrib)
            or not classes <= CLASSES.get(name, frozenset())
        ):
            found.append(etree.tostring(element, encoding="unicode"))
    return found


@settings(max_examples=400, deadline=5000, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(MARKS) | st.text(max_size=3).filter(str.isprintable), max_size=40))
def test_whatever_is_written_gives_the_vocabulary_or_an_error(written: list[str]) -> None:
    text = "".join(written)
    marked, found = read_markup(text, "letter.md", 1)
    trees = [marked.body, *(note.body for note in marked.notes)]
    words = "".join(etree.tostring(tree, encoding="unicode") for tree in trees)
    assert not set("\x02\x03\x0e\x0f") & set(words)
    if not has_errors(found):
        assert [outside(tree) for tree in trees] == [[] for _ in trees]
    for diagnostic in found:
        assert 1 <= diagnostic.span.line <= text.count("\n") + 1


@pytest.mark.parametrize(
    "piece",
    [
        *(
            "[",
            "![",
            "[a](",
            "[a][",
            "[^",
            "[a](<",
            '[a](b "',
            "]",
            "[a]{",
            "<a ",
            '<a "',
            "<",
            "</",
        ),
        *("<![CDATA[", "<?", "<!--", "<!--\n\n", "<em>a</em> ", "<p>x</p>\n\n", "<p>x\n\n", "*a* "),
        *(
            "**a *b ",
            "`a ",
            "&#",
            "a  \n",
            "# a\n",
            "a\n=\n",
            "a\n=\n\n",
            "- a\n\n",
            "> ",
            "> a\n\n",
        ),
        *("1. ", "* * * ", "|a", "|a\n", "a\n: b\n\n", "[a]: http://b\n", "::: verse\n", ":::\n"),
        *("[^1]: ", "a[^1] ", "<a@", "<b@c.d>", "\\*", "[a](http://b/c's) ", "\n", "    a\n\n"),
    ],
)
def test_no_text_takes_long(piece: str) -> None:
    """Some thousands of anything; it was minutes for some of them."""
    start = time.process_time()
    read_markup(piece * 6_000, "letter.md", 1)
    read_markup("words " + " ".join([piece] * 1_000), "letter.md", 1)
    assert time.process_time() - start < 20


def test_time_grows_with_the_length() -> None:
    def work(paragraphs: int) -> None:
        text = (
            "Some *words* of a letter[^1] that goes on for a while, [really]{.sc}.\n\n" * paragraphs
        )
        read_markup(text + "[^1]: A note.", "letter.md", 1)

    assert is_linear(work, 400)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*Turkmen* (ship)", "<span><em>Turkmen</em> (ship)</span>"),
        ("_Pravda_, snake_case, 5 * 6 * 7", "<span><em>Pravda</em>, snake_case, 5 * 6 * 7</span>"),
        ("1. To Lenin", "<span>1. To Lenin</span>"),
        ("# 5 <b> &amp; `x` [1]", "<span># 5 &lt;b&gt; &amp;amp; `x` [1]</span>"),
        ("\\*not so\\* **", "<span>*not so* **</span>"),
        ("", "<span/>"),
    ],
)
def test_inline_reads_italics_and_nothing_else(text: str, expected: str) -> None:
    tree = inline(text)
    if not tree.text:
        tree.text = None
    assert etree.tostring(tree, encoding="unicode") == expected
