"""The account finds every fault that an importer can make, and names the word."""

from __future__ import annotations

import re
import time
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from letterbook.account import Account, take_account
from letterbook.diagnostics import Severity
from letterbook.importers.encoding import decode
from letterbook.importers.imported import Reason, SetAside, Source

PAGE = """<html><head><title>Letters</title><style>p { color: red }</style></head>
<body bgcolor=white><p>Archive | <a href="../index.htm">Letters</a></p>
<h1>To Peter Finch</h1>
<p>Written: Tern Island, 4 March 1893</p>
<p>The lamp was lit again on Friday,<sup>[1]</sup> and burned until four.
<p>It smokes &amp; it hums&#8212;always<br>at night. <img src="a.gif" alt="a lamp"></p>
<hr><p>[1] A <i>Friday</i> in the spring of 1893.
<!-- nobody sees this --><p>Back to the top</body></html>"""

DOCUMENT = """---
title: To Peter Finch
kind: letter
written:
  date: 1893-03-04
  words: Tern Island, 4 March 1893
---

The lamp was lit again on Friday,[^1] and burned until four.

It smokes & it hums—always\\
at night. ![a lamp](images/a.gif)

[^1]: A *Friday* in the spring of 1893.
"""

ASIDE = (
    SetAside("Archive | Letters", Reason.NAVIGATION),
    SetAside("Written:", Reason.LABEL),
    SetAside("[1]", Reason.NOTE_MARK),
    SetAside("[1]", Reason.NOTE_MARK),
    SetAside("Back to the top", Reason.FOOTER),
)


def taken(
    document: str = DOCUMENT,
    aside: tuple[SetAside, ...] = ASIDE,
    page: str = PAGE,
    supplied: tuple[str, ...] = (),
    kind: str = "html",
) -> Account:
    return take_account(
        Source("page.htm", page.encode()), kind, [("letters/a.md", document)], aside, [supplied]
    )


def told(account: Account) -> list[tuple[str, str]]:
    return [
        (d.code, m[1] if (m := re.match("“(.*?)”", d.message)) else "") for d in account.diagnostics
    ]


def test_a_right_import_balances() -> None:
    account = taken()
    assert not account.diagnostics
    words = account.words
    assert words["source"] == sum(words[k] for k in ("text", "notes", "metadata", "set_aside"))
    assert words == {
        "source": 44, "text": 20, "notes": 7, "metadata": 8, "set_aside": 9, "supplied": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("lit again on", "lit on", [("word-unaccounted", "again")]),
        ("A *Friday* in", "A *Friday*", [("word-unaccounted", "in")]),
        ("burned", "burnt", [("word-invented", "burnt"), ("word-unaccounted", "burned")]),
        ("four.", "four", [("word-unaccounted", "four.")]),
        ("lit again on", "lit again again on", [("word-invented", "again")]),
        ("It smokes", "Alas It smokes", [("word-invented", "Alas")]),
        ("lit again", "litagain", [("words-fused", "lit again")]),
        ("smokes", "smo kes", [("word-split", "smokes")]),
        ("a lamp", "a lantern", [("word-invented", "lantern"), ("word-unaccounted", "lamp")]),
        ("title: To Peter Finch", "title: Letter", [("word-invented", "Letter")]),
        ("title: To Peter Finch", "title: To Finch", [("word-unaccounted", "Peter")]),
    ],
)
def test_a_word_that_is_lost_altered_or_invented_is_named(
    old: str, new: str, expected: list[tuple[str, str]]
) -> None:
    assert old in DOCUMENT
    found = told(taken(DOCUMENT.replace(old, new, 1)))
    assert set(expected) <= set(found)
    assert all(re.search(r"\w", word) for _, word in found)


def test_it_names_the_line_of_the_source() -> None:
    account = taken(DOCUMENT.replace("It smokes & it hums", "It smokes & it"))
    assert [d.span.line for d in account.diagnostics] == [6]


def test_sentences_out_of_order_are_named() -> None:
    one, other = "The lamp was lit again on Friday,[^1] and burned until four.", "It smokes & it"
    swapped = DOCUMENT.replace(one, "@").replace(other, one, 1).replace("@", other)
    assert "words-out-of-order" in {code for code, _ in told(taken(swapped))}


@pytest.mark.parametrize("number", range(5))
def test_what_is_not_set_aside_is_missed(number: int) -> None:
    aside = (*ASIDE[:number], *ASIDE[number + 1 :])
    codes = {code for code, _ in told(taken(aside=aside))}
    assert codes == {"word-unaccounted"}


def test_what_is_set_aside_must_be_in_the_source() -> None:
    account = taken(aside=(*ASIDE, SetAside("Nonsense", Reason.FOOTER)))
    assert told(account) == [("set-aside-unknown", "Nonsense")]


def test_what_is_supplied_must_be_said() -> None:
    document = DOCUMENT.replace("title: To Peter Finch", 'title: "[A Letter]"')
    document = document.replace("kind: letter", "kind: letter\naddressee: Peter Finch")
    aside = (*ASIDE, SetAside("To", Reason.REPEATED_TITLE))
    assert {code for code, _ in told(taken(document, aside))} == {"word-invented"}
    account = taken(document, aside, supplied=("[A Letter]",))
    assert not account.diagnostics
    assert account.words["supplied"] == 2


def test_a_word_within_a_word_is_not_enough() -> None:
    """“an” is in “and”, but not as a word of its own."""
    page = "<p>and then</p><p>an end</p>"
    document = "---\ntitle: t\n---\n\nand then\n\nend\n"
    found = told(taken(document, (), page, ("t",)))
    assert found == [("word-unaccounted", "an")]


def test_a_hyphen_at_the_end_of_a_line_of_tei_may_go() -> None:
    page = (
        '<TEI><teiHeader><title>T</title></teiHeader><text><body><p>the revo-\n<lb break="no"/>\n'
        "lution came</p></body></text></TEI>"
    )
    document = "---\ntitle: T\n---\n\nthe revolution came\n"
    account = taken(document, (), page, kind="xml")
    assert not account.diagnostics
    assert account.words["text"] == 3


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252", "windows-1251"])
def test_any_encoding_in_which_all_is_there_will_do(encoding: str) -> None:
    words = "Скала помнит" if encoding.endswith("1") else "“naïve” – café"
    data = f"<p>{words}</p>".encode(encoding)
    document = f"---\ntitle: t\n---\n\n{words}\n"
    account = take_account(Source("a.htm", data), "html", [("a.md", document)], (), [("t",)])
    assert not account.diagnostics


def test_typographic_marks_are_counted() -> None:
    document = "---\ntitle: t\n---\n\n“No” — it’s gone, 1914–18\n"
    source = Source("a.htm", b'<p>"No" -- it\'s gone, 1914--18</p>')
    account = take_account(source, "html", [("a.md", document)], (), [("t",)], typographic=True)
    assert not account.diagnostics
    assert account.typographic == 5
    plain = take_account(source, "html", [("a.md", document)], (), [("t",)])
    assert plain.diagnostics


@pytest.mark.parametrize(
    ("old", "new"),
    [("well-", "well–"), ("- or", "— or"), ("—no", "-no"), ("1-", "1–"), ("...", "…")],
)
def test_no_other_sign_becomes_typographic(old: str, new: str) -> None:
    source = Source("a.htm", "<p>a well-lit lamp - or two—no, 1-2 ... gone</p>".encode())
    document = "---\ntitle: t\n---\n\na well-lit lamp - or two—no, 1-2 ... gone\n"
    assert old in document
    for text, faults in ((document, False), (document.replace(old, new), True)):
        account = take_account(source, "html", [("a.md", text)], (), [("t",)], typographic=True)
        assert bool(account.diagnostics) is faults


@pytest.mark.parametrize("kind", ["xml", "docx"])
def test_what_cannot_be_counted_is_said(kind: str) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "ha">]><a>&b;</a>'
    assert told(taken(page=bomb, kind=kind))[0][0] == "account-unreadable"


# --------------------------------------------------------------------------- many words

lines = st.lists(
    st.text("abcdefgh ,.", min_size=1, max_size=40).filter(lambda t: any(c.isalpha() for c in t)),
    min_size=4,
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(lines, st.data())
def test_a_word_left_out_is_never_missed(paragraphs: list[str], data: st.DataObject) -> None:
    page = "".join(f"<p>{p}</p>" for p in paragraphs)
    words = [(n, w) for n, p in enumerate(paragraphs) for w in range(len(p.split()))]
    number, at = data.draw(st.sampled_from(words))
    kept = list(paragraphs)
    left = kept[number].split()
    gone = left.pop(at)
    kept[number] = " ".join(left)
    text = "\n\n".join(line.replace(".", "\\.") for line in kept if line.strip())
    head = "---\ntitle: T\n---\n\n"
    whole = "\n\n".join(line.replace(".", "\\.") for line in paragraphs)
    assert not taken(head + whole, (), page, ("T",)).diagnostics
    found = taken(head + text, (), page, ("T",))
    assert found.diagnostics or not gone.strip(",.")


def book(letters: int) -> tuple[str, list[tuple[str, str]], list[SetAside]]:
    page, documents, aside = [], [], []
    for n in range(letters):
        body = " ".join(f"word{n * 7 + i} and the {i % 9} of it" for i in range(60))
        page.append(
            f"<h3>{n}. To the Same</h3><p>{body}[1]</p><p>[1] A note of {n}, at length.</p>"
        )
        head = f"---\ntitle: {n}. To the Same\n---\n\n"
        documents.append(
            (f"letters/{n}.md", f"{head}{body}[^1]\n\n[^1]: A note of {n}, at length.\n")
        )
        aside += [SetAside("[1]", Reason.NOTE_MARK)] * 2
    return "<hr>".join(page), documents, aside


def test_its_time_does_not_grow_with_the_square() -> None:
    def seconds(letters: int) -> float:
        page, documents, aside = book(letters)
        start = time.process_time()
        account = take_account(
            Source("a.htm", page.encode()), "html", documents, aside, [() for _ in documents]
        )
        assert not account.diagnostics
        return time.process_time() - start

    small = min(seconds(50) for _ in range(3))
    assert seconds(400) < small * 8 * 4


@pytest.mark.parametrize("piece", ["<", "<!--", "<a b='", "&", "</", "<p>x", "[1] ", "\x00"])
def test_hostile_pages_take_no_longer(piece: str) -> None:
    start = time.process_time()
    taken("---\ntitle: T\n---\n\nx y z\n", (), piece * 100_000, ("T",))
    assert time.process_time() - start < 20


# --------------------------------------------------------------------------- few words

_SHORT = "a I on no 1 2 One two The of lamp oil 4 May it so con coal an ant to too lit; “no” etc. —"


def letter(chance: Random, inline: bool) -> tuple[str, str, list[SetAside]]:
    """A very small page or TEI file, its document, and what of it is set aside."""

    def words(most: int) -> str:
        return " ".join(chance.choices(_SHORT.split(), k=chance.randint(1, most)))

    title = words(3)
    page: list[str] = []
    text: list[str] = []
    notes: list[str] = []
    for _ in range(chance.randint(1, 3)):
        shown, written = "", ""
        for word in words(6).split():
            shown, written = f"{shown} {word}", f"{written} {word}"
            if chance.random() < 0.25 and len(notes) < 3:
                notes.append(words(5))
                shown += f"<note>{notes[-1]}</note>" if inline else f"<sup>{len(notes)}</sup>"
                written += f"[^{len(notes)}]"
        page.append(f"<p>{shown}</p>")
        text.append(written.strip())
    text += [f"[^{n}]: {note}" for n, note in enumerate(notes, 1)]
    document = f"---\ntitle: '{title}'\n---\n\n" + "\n\n".join(text) + "\n"
    if inline:
        body = f"<text><body>{''.join(page)}</body></text>"
        head = f"<teiHeader><title>{title}</title></teiHeader>"
        return f"<TEI>{head}{body}</TEI>", document, []
    aside = [SetAside(f"{n}", Reason.NOTE_MARK) for n in range(1, len(notes) + 1)]
    aside += [SetAside(f"{n}.", Reason.NOTE_MARK) for n in range(1, len(notes) + 1)]
    page += [f"<p>{n}. {note}</p>" for n, note in enumerate(notes, 1)]
    return f"<h1>{title}</h1>{''.join(page)}", document, aside


def wrong(document: str, chance: Random) -> str | None:
    """The document with one word left out, altered, doubled or exchanged; None if that fails."""
    start = document.index("\n---\n") + len("\n---\n")
    words = list(re.finditer(r"(?<![^\s“])[A-Za-z]+(?![^\s”\[])", document[start:]))
    if not words:
        return None
    word = chance.choice(words)
    one, other = word.start() + start, word.end() + start
    before, after = document[:one], document[other:]
    match chance.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + "zeppelin" + after
        case 2:
            return f"{before}{word[0]} {word[0]}{after}"
    following = re.match(r" ([A-Za-z]+)(?=\s)", after)
    if following is None or following[1] == word[0]:
        return None
    return f"{before}{following[1]} {word[0]}{after[following.end() :]}"


@pytest.mark.parametrize("inline", [True, False])
def test_few_words_are_enough(inline: bool) -> None:
    """A right import is never refused for being short, and a wrong one is, as any other."""
    chance = Random(3)
    kind = "xml" if inline else "html"
    faults = 0
    for _ in range(150):
        page, document, aside = letter(chance, inline)
        account = taken(document, tuple(aside), page, kind=kind)
        assert not account.diagnostics, (page, document)
        if (fault := wrong(document, chance)) is not None:
            faults += 1
            assert taken(fault, tuple(aside), page, kind=kind).diagnostics, (page, fault)
    assert faults > 75


def test_the_first_words_of_a_note_stand_close_before_the_rest_of_it() -> None:
    """A mark in the text that looks like the first of them is none of them."""
    page = "<p>The 2 lamps<a>2</a> are lit.</p><p>2 (<a>back</a>) [ Both of them burn.]</p>"
    text = "The 2 lamps[^1] are lit.\n\n[^1]: 2 \\[ Both of them burn.\\]\n"
    aside = (SetAside("2", Reason.NOTE_MARK), SetAside("(back)", Reason.NAVIGATION))
    assert told(taken(f"---\ntitle: Lamps\n---\n\n{text}", aside, page, ("Lamps",))) == []


BROKEN = [
    "ランプが".encode()[:-2], "ランプが".encode()[1:], b"\xff\xe3\x81", b"\x93lit\x94 \x81",
    b"\xed\xa0\x80", b"\xc3", b"\xf0\x9f\x92", "ланп".encode()[:-1], b"\x80\xc2\x9d",
]  # fmt: skip


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("around", ["山田太郎様、{} ランプ", "The lamp {} is lit", "{}"])
def test_what_is_left_of_broken_characters_is_read_as_the_importers_do(
    broken: bytes, around: str
) -> None:
    data = broken.join(part.encode() for part in around.split("{}"))
    read = decode(data, "a.txt")
    assert read is not None
    text = read.text.replace("<", "\\<")
    source = Source("a.txt", data)
    account = take_account(source, "text", [("a.md", f"---\ntitle: A\n---\n\n{text}\n")], (), ["A"])
    assert not account.diagnostics


def test_a_page_is_read_by_the_rules_of_html() -> None:
    """What ends no element is a comment; of two attributes with one name the first counts."""
    page = "<p>The lamp</\u0130 unseen> is <img alt='a light' alt='a night'>lit.</p>"
    document = "---\ntitle: Lamp\n---\n\nThe lamp is ![a light](images/a.gif) lit.\n"
    assert told(taken(document, (), page, ("Lamp",))) == []


TWO = "<p>The lamp[1] is lit[2]. Come.</p><p>[1] The old one.</p><p>[2] By Anna.</p>"
OF_TWO = "---\ntitle: Lamps\n---\n\nThe lamp[^{}] is lit[^{}]. Come.\n\n[^1]: {}\n\n[^2]: {}\n"
TWO_IN_PLACE = (
    "<TEI><text><p>The lamp<note>The old one.</note> is lit<note>By Anna.</note>. Come.</p>"
    "</text></TEI>"
)


@pytest.mark.parametrize("kind", ["html", "xml"])
@pytest.mark.parametrize(
    ("parts", "number"),
    [
        (("1", "2", "The old one.", "By Anna."), 0),
        (("2", "1", "The old one.", "By Anna."), 2),
        (("1", "2", "By Anna.", "The old one."), 2),
    ],
)
def test_a_note_that_is_at_anothers_mark_is_told(
    kind: str, parts: tuple[str, ...], number: int
) -> None:
    """It is a warning: a page may itself have a wrong number."""
    marks = tuple(SetAside(f"[{n}]", Reason.NOTE_MARK) for n in (1, 2, 1, 2))
    account = (
        taken(OF_TWO.format(*parts), marks, TWO, ("Lamps",))
        if kind == "html"
        else taken(OF_TWO.format(*parts), (), TWO_IN_PLACE, ("Lamps",), "xml")
    )
    found = [d for d in account.diagnostics if d.code == "note-of-another-mark"]
    assert len(found) == number
    assert {d.severity for d in found} <= {Severity.WARNING}
