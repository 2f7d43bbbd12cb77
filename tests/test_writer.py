"""What is written is read back as it was, whatever the words look like."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from lxml.etree import _Element as Element

from letterbook.diagnostics import Severity, Span
from letterbook.markup.canonical import canonical, same
from letterbook.markup.reader import read_markup
from letterbook.markup.vocabulary import BLOCKS, SPANS
from letterbook.markup.writer import Unwritable, write_markup
from letterbook.metadata import Responsibility
from letterbook.model import Note

SPAN = Span("letters/x.md")


def div(xml: str) -> Element:
    return etree.fromstring(f"<div>{xml}</div>")


def round_trip(body: Element, notes: tuple[Note, ...] = ()) -> str:
    text = write_markup(body, notes)
    marked, found = read_markup(text, "x.md", 1)
    assert not [d for d in found if d.severity is Severity.ERROR]
    assert same(canonical(marked.body), canonical(body)), text
    assert [n.label for n in marked.notes] == [n.label for n in notes]
    for read, note in zip(marked.notes, notes, strict=True):
        assert read.responsibility == note.responsibility
        assert same(canonical(read.body), canonical(note.body)), text
    return text


# --------------------------------------------------------------------------- as it looks


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<p>Who is in power?</p>", "Who is in power?\n"),
        ("<p>1918. A year</p>", "1918\\. A year\n"),
        ("<p>[1976], Moscow</p>", "[1976], Moscow\n"),
        ("<p>a &lt; b &amp; c</p>", "a &lt; b & c\n"),
        ("<p># no heading</p>", "\\# no heading\n"),
        ("<p>- no list</p>", "\\- no list\n"),
        ("<p>::: verse</p>", "&#58;:: verse\n"),
        ("<p>– a dash, not a list</p>", "– a dash, not a list\n"),
        ("<p>one<br/>two</p>", "one\\\ntwo\n"),
        ("<p>a <em>Petrel</em>, a <strong>ship</strong></p>", "a *Petrel*, a **ship**\n"),
        ("<p>a<em>b</em>c</p>", "a<em>b</em>c\n"),
        ("<h3>The lamp</h3><p>It burns.</p>", "### The lamp\n\nIt burns.\n"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b\n"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b\n"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b\n"),
        ("<hr/>", "* * *\n"),
        (
            '<div class="dateline"><p>Tern Island, 4 March</p></div>',
            "::: dateline\nTern Island, 4 March\n:::\n",
        ),
        (
            '<div class="verse"><p>one<br/>two</p></div>',
            "::: verse\none\ntwo\n:::\n",
        ),
        (
            '<p><span class="page">348</span>It <span class="supplied">was</span></p>',
            "[348]{.page}It [was]{.supplied}\n",
        ),
        ('<p><a href="https://a.example/b">c</a></p>', "[c](https://a.example/b)\n"),
        ('<p><img src="images/a.png" alt="a seal"/></p>', "![a seal](images/a.png)\n"),
        (
            "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>c|d</td></tr></tbody></table>",
            "| a |\n|---|\n| c\\|d |\n",
        ),
    ],
)
def test_it_looks_as_somebody_would_have_written_it(xml: str, text: str) -> None:
    assert round_trip(div(xml)) == text


def test_notes_stand_after_the_text_and_say_whose_they_are() -> None:
    body = div('<p>help.<a class="noteref" data-note="1"/></p>')
    note = Note("1", Responsibility.AUTHOR, div("<p>One.</p><p>Two.</p>"), SPAN)
    text = round_trip(body, (note,))
    assert text == "help.[^1]\n\n[^1]: []{.author} One.\n\n    Two.\n"


def test_what_markdown_cannot_say_is_written_with_tags() -> None:
    xml = (
        '<table><tbody><tr><td colspan="2"><p>a [b] *c*</p><p>d</p></td></tr></tbody></table>'
        '<blockquote><div class="verse"><p>one<br/>two</p></div></blockquote>'
        '<p lang="de">Brief</p><figure><img src="images/a.png" alt="x"/>'
        "<figcaption>y</figcaption></figure><dl><dt>a</dt><dd>b</dd></dl>"
        "<pre>one\n  two\n\n::: three</pre>"
    )
    text = round_trip(div(xml))
    assert text.count("<table>") == text.count("<pre>") == text.count("<figure>") == 1


def test_two_lists_stay_two() -> None:
    round_trip(div("<ul><li>a</li></ul><ul><li>b</li></ul><blockquote><p>c</p></blockquote>" * 2))


def test_words_without_a_paragraph_get_one() -> None:
    assert round_trip(div("one <em>two</em><hr/>three")) == "one *two*\n\n* * *\n\nthree\n"


@pytest.mark.parametrize(
    "xml",
    [
        '<p><a href="https://a.example">a<a href="https://b.example">b</a></a></p>',
        "<p>a<hr/>b</p>",
        "<nonsense>a</nonsense>",
        '<p><span class="nobody">a</span></p>',
        '<p><a href="javascript:alert(1)">a</a></p>',
        "<div>" * 80 + "<p>x</p>" + "</div>" * 80,
    ],
)
def test_what_cannot_be_written_is_refused_and_not_lost(xml: str) -> None:
    with pytest.raises(Unwritable) as refused:
        write_markup(div(xml), (), "letters/x.md")
    assert refused.value.diagnostics[0].span.file == "letters/x.md"


# --------------------------------------------------------------------------- whatever it is

NASTY = [
    *"abcé1 .,;:!?-–—'\"’“”()[]{}<>&*_`\\#+|=~^$%@/\u00a0\u2003\u200b я漢",
    "1918. ", "1) ", "- ", "+ ", "* ", "> ", "# ", "::: verse", ":::", "[^1]", "[^1]: ", "```",
    "~~~", "    ", "---", "===", "* * *", "| a | b |", "|---|", ": a", "&amp;", "&#42;", "&copy",
    "<em>", "</p>", "<!--", "-->", "http://a.example/_b_", "<http://a.example>", "[a](b)",
    "![a](b)", "[a]{.sc}", "[a]: http://b.example", "{.sc}", "(c)", "\\", "a_b", "__", "**", "\n",
]  # fmt: skip
texts = st.lists(st.sampled_from(NASTY), max_size=8).map("".join)
words = st.one_of(
    texts,
    st.text(
        st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn", "Zl", "Zp"]),
        max_size=12,
    ),
)
values = words.filter(lambda value: bool(value.strip()))


def made(tag: str, children: Sequence[Element | str], **attributes: str) -> Element:
    element = etree.Element(tag, {k.replace("_", "-"): v for k, v in attributes.items()})
    for child in children:
        if not isinstance(child, str):
            element.append(child)
        elif len(element):
            element[-1].tail = (element[-1].tail or "") + child
        else:
            element.text = (element.text or "") + child
    return element


def spans(inside: st.SearchStrategy[list[Element | str]]) -> st.SearchStrategy[Element]:
    def span(name: str, children: list[Element | str], value: str) -> Element:
        more = {"index": {"data_term": value}, "sic": {"data_corr": value}}.get(name, {})
        return made("span", children, **{"class": name, **more})

    return st.builds(span, st.sampled_from(sorted(SPANS)), inside, values)


def inlines(depth: int, link: bool = True) -> st.SearchStrategy[list[Element | str]]:
    atoms: list[st.SearchStrategy[Element | str]] = [words, words]
    atoms.append(st.builds(lambda: made("br", [])))
    atoms.append(st.builds(lambda a: made("img", [], src="images/a_b.png", alt=a), values))
    if depth:
        inside = inlines(depth - 1, link)
        tags = ["em", "strong", "code", "sub", "sup", "del", "ins"]
        atoms.append(st.builds(made, st.sampled_from(tags), inside))
        atoms.append(st.builds(lambda c: made("em", c, lang="ru"), inside))
        atoms.append(st.builds(lambda c: made("span", c, lang="grc"), inside))
        atoms.append(spans(inside))
        if link:
            target = st.sampled_from(["https://a.example/b?c=d&e=f", "#x", "mailto:a@b.example"])
            within = inlines(depth - 1, False)
            atoms.append(st.builds(lambda c, h: made("a", c, href=h), within, target))
    return st.lists(st.one_of(atoms), max_size=4)


def blocks(depth: int) -> st.SearchStrategy[list[Element | str]]:
    line = inlines(2)
    atoms: list[st.SearchStrategy[Element | str]] = [
        st.builds(lambda c: made("p", c), line),
        st.builds(lambda c: made("p", c), line),
        st.builds(made, st.sampled_from(["h2", "h3", "h4"]), line),
        st.builds(lambda: made("hr", [])),
        st.builds(lambda t: made("pre", [made("code", [t])]), words),
        st.builds(lambda c: made("pre", c), line),
        st.builds(table, st.lists(st.lists(line, min_size=1, max_size=3), min_size=1, max_size=3)),
        st.builds(
            lambda c: made(
                "figure", [made("img", [], src="a.png", alt="x"), made("figcaption", c)]
            ),
            line,
        ),
        st.builds(lambda a, b: made("dl", [made("dt", a), made("dd", b)]), line, line),
    ]
    if depth:
        inside = blocks(depth - 1)
        item = st.one_of(
            st.builds(lambda c: made("li", c), inside),
            st.builds(lambda c: made("li", c), line),
            st.builds(lambda c, d: made("li", c + d), line, inside),
        )
        items = st.lists(item, min_size=1, max_size=3)
        atoms += [
            st.builds(lambda c: made("blockquote", c), inside),
            st.builds(made, st.sampled_from(["ul", "ol"]), items),
            st.builds(lambda c, n: made("ol", c, start=str(n)), items, st.integers(2, 2000)),
            st.builds(
                lambda n, c: made("div", c, **{"class": n}), st.sampled_from(sorted(BLOCKS)), inside
            ),
            st.builds(lambda c: made("div", c, lang="de"), inside),
        ]
    return st.lists(st.one_of(atoms), min_size=1, max_size=3)


def table(rows: list[list[list[Element | str]]]) -> Element:
    head = made("thead", [made("tr", [made("th", c) for c in rows[0]])])
    rest = made("tbody", [made("tr", [made("td", c) for c in row]) for row in rows[1:]])
    return made("table", [head, rest] if len(rows) > 1 else [rest, head][1:])


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(words, min_size=1, max_size=5))
def test_any_words_are_read_back(lines: list[str]) -> None:
    body = made("div", [made("p", [line]) for line in lines])
    text = round_trip(body)
    assert "<p>" not in text, "words need no tags"


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(inlines(3))
def test_any_line_is_read_back(children: list[Element | str]) -> None:
    round_trip(made("div", [made("p", children)]))


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(blocks(2), st.lists(blocks(1), max_size=2))
def test_any_tree_is_read_back(
    children: list[Element | str], notes: list[list[Element | str]]
) -> None:
    body = made("div", children)
    found = []
    for number, note in enumerate(notes, start=1):
        tree = made("div", [made("p", ["x"]), *note])
        found.append(Note(f"{number}*", list(Responsibility)[number % 4], tree, SPAN))
        body.append(
            made("p", ["y", made("a", [], **{"class": "noteref", "data-note": f"{number}*"})])
        )
    round_trip(body, tuple(found))


@pytest.mark.parametrize("name", ["01-lamp.md", "02-answer.md"])
def test_a_letter_is_read_back(name: str) -> None:
    path = Path(__file__).parent / "books/two-letters/letters" / name
    text = path.read_text(encoding="utf-8").split("---\n", 2)[2]
    marked, _ = read_markup(text, name, 1)
    written = round_trip(marked.body, marked.notes)
    assert "<p>" not in written
    assert "<div" not in written
