"""The reading of trees: the edition's, and XHTML as written."""

import pytest
from lxml import etree

from letterbook.witness.tree import GENERATED, Part, parse, parts_of, read_tree
from letterbook.witness.words import Break, Kind, exact_key

EDITED = (
    '<div><p>[348]<span class="page" role="doc-pagebreak"/> giving <span class="supplied">'
    '<span class="mark">[</span>speedy<span class="mark">]</span></span> help.'
    '<a class="noteref" href="#n">1</a></p></div>'
)


def texts(xhtml: str, without: frozenset[str] = frozenset()) -> list[str]:
    root = etree.fromstring(xhtml)
    return [word.text for word in read_tree(root, exact_key, without=without).words]


def test_what_the_edition_adds_is_left_out_on_demand() -> None:
    assert texts(EDITED) == ["[348]", "giving", "[speedy]", "help.1"]
    assert texts(EDITED, GENERATED) == ["[348]", "giving", "speedy", "help."]


@pytest.mark.parametrize(
    ("xhtml", "words"),
    [
        ("<p>o<em>n</em>e<!-- x --> t<?x y?>wo</p>", "one two"),
        ("<div><p>one</p><p>two</p></div>", "one two"),
        ("<p>one<br/>two</p>", "one two"),
        ('<p>see <img alt="a seal"/>here</p>', "see a seal here"),
        ('<ol start="3"><li>x</li><li value="7">y</li><li>z</li></ol>', "3. x 7. y 8. z"),
        ("<ul><li>x<ol><li>y</li></ol></li><li>z</li></ul>", "x 1. y z"),
        ("<div>one<style>p {}</style><p hidden=''>two</p> three</div>", "one three"),
        ("<p><svg><title>a lamp</title><text>x</text></svg> lit</p>", "a lamp lit"),
        ("<p>co\u00adop\u200berate\u00a0it</p>", "co\u00adop\u200berate it"),
    ],
)
def test_words(xhtml: str, words: str) -> None:
    assert " ".join(texts(xhtml)) == words


def test_words_end_for_a_reason() -> None:
    read = read_tree(etree.fromstring("<div><p>one two</p><pre>three</pre></div>"), exact_key)
    assert [word.after for word in read.words] == [Break.SPACE, Break.EDGE, Break.EDGE]
    assert [word.kind for word in read.words] == [Kind.TEXT, Kind.TEXT, Kind.LITERAL]


def test_parts_are_told_apart() -> None:
    root = parse(
        b'<article id="baku"><h1>Baku</h1><div class="text"><p>help</p></div><ol><li>'
        b'<aside id="n1"><a>1</a><div class="note-text">On July</div></aside></ol></article>',
        is_xml=False,
    )
    read = read_tree(root, exact_key, parts_of(root, {"n1": "baku"}))
    at = {w.text: read.part_at(n) for n, w in enumerate(read.words)}
    assert at["Baku"] == (Part("baku", around=True), 0)
    assert at["help"] == (Part("baku"), 0)
    assert at["July"] == (Part("baku", "n1"), 1)


def test_no_entity_is_fetched() -> None:
    hostile = b'<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/hostname">]><p>a &x; b</p>'
    root = parse(hostile, is_xml=True)
    assert [w.text for w in read_tree(root, exact_key).words] == ["a", "&x;", "b"]
