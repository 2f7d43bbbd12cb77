"""Word files made by hand, part by part: what is kept, what is told, what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from letterbook.account import take_account
from letterbook.conversion import Converted, Request, convert
from letterbook.importers.docx import import_, recognise
from letterbook.importers.imported import Options, Source

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels"'
    ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="png" ContentType="image/png"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}'
    "</Relationships>"
)
PNG = (Path(__file__).parent / "books").rglob("*.png")


def relation(name: str, target: str, outside: bool = False) -> str:
    mode = ' TargetMode="External"' if outside else ""
    return f'<Relationship Id="r-{name}" Type="{OFFICE}/{name}" Target="{target}"{mode}/>'


def paragraph(*runs: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}{''.join(runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def reference(kind: str, number: int) -> str:
    return f'<w:r><w:{kind}Reference w:id="{number}"/></w:r>'


def word(body: str, relations: str = "", **parts: str | bytes) -> bytes:
    """A Word file; ``parts`` are further ones, by name without folder and ending."""
    links = "".join(relation(name, f"{name}.xml") for name in parts if name != "image1")
    links += relation("image", "media/image1.png") if "image1" in parts else ""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        main = relation("officeDocument", "word/document.xml")
        archive.writestr("_rels/.rels", RELATIONS.format(main))
        archive.writestr(
            "word/document.xml", f"<w:document {NS}><w:body>{body}</w:body></w:document>"
        )
        archive.writestr("word/_rels/document.xml.rels", RELATIONS.format(links + relations))
        for name, content in parts.items():
            if isinstance(content, bytes):
                archive.writestr(f"word/media/{name}.png", content)
            else:
                archive.writestr(f"word/{name}.xml", content)
    return made.getvalue()


def notes(kind: str, *texts: str) -> str:
    items = "".join(
        f'<w:{kind} w:id="{n}">{paragraph(run(text))}</w:{kind}>' for n, text in enumerate(texts, 1)
    )
    return f"<w:{kind}s {NS}>{items}</w:{kind}s>"


def converted(data: bytes, folder: Path) -> Converted:
    path = folder / "letter.docx"
    path.write_bytes(data)
    return convert(Request(path, folder, True))


def codes(made: Converted) -> set[str]:
    return {diagnostic.code for diagnostic in made.diagnostics}


STYLES = (
    f"<w:styles {NS}>"
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name}"><w:name w:val="{name}"/></w:style>'
        for name in ("Title", "Date", "Salutation", "Closing", "Signature")
    )
    + "</w:styles>"
)


def test_a_letter_is_kept_whole(tmp_path: Path) -> None:
    body = (
        paragraph(run("To the Keeper"), style="Title")
        + paragraph(run("Kiel, 3 May 1921"), style="Date")
        + paragraph(run("Dear Anna,"), style="Salutation")
        + paragraph(
            run("The "), run("lamp", "<w:i/>"), run(" burns", "<w:smallCaps/>"),
            reference("footnote", 1),
            run(" at H"), run("2", '<w:vertAlign w:val="subscript"/>'), run("O."),
            reference("endnote", 1),
        )
        + "<w:tbl><w:tr><w:tc>" + paragraph(run("oil")) + "</w:tc><w:tc>" + paragraph(run("4"))
        + "</w:tc></w:tr><w:tr><w:tc>" + paragraph(run("wick")) + "</w:tc><w:tc>"
        + paragraph(run("2")) + "</w:tc></w:tr></w:tbl>"
        + paragraph(run("Yours,"), style="Closing")
        + paragraph(run("B."), style="Signature")
    )  # fmt: skip
    data = word(
        body,
        styles=STYLES,
        footnotes=notes("footnote", "A note at the foot."),
        endnotes=notes("endnote", "A note at the end."),
    )
    made = converted(data, tmp_path)
    assert made.diagnostics == ()
    assert made.account is not None
    (draft,) = made.drafts
    for words in (
        "title: To the Keeper", "kind: letter", "::: dateline\nKiel, 3 May 1921\n:::",
        "::: salutation\nDear Anna,\n:::", "*lamp*", "[burns]{.sc}", "[^1]", "<sub>2</sub>",
        "<td>wick</td>", "::: closing", "::: signature", "[^1]: A note at the foot.",
        "[^2]: A note at the end.",
    ):  # fmt: skip
        assert words in draft.text, words
    assert made.account.words["notes"] == 10


def test_what_word_has_besides_is_told(tmp_path: Path) -> None:
    body = paragraph(
        run("Kept "),
        f"<w:ins>{run('added ')}</w:ins>",
        "<w:del><w:r><w:delText>struck out</w:delText></w:r></w:del>",
        '<w:r><w:commentReference w:id="1"/></w:r>',
        "<m:oMath><m:r><m:t>E=mc</m:t></m:r></m:oMath>",
        run(" words."),
    )
    data = word(
        body,
        comments=f'<w:comments {NS}><w:comment w:id="1" w:author="Ed">'
        f"{paragraph(run('Is this so?'))}</w:comment></w:comments>",
        header1=f"<w:hdr {NS}>{paragraph(run('Running head'))}</w:hdr>",
    )
    made = converted(data, tmp_path)
    assert codes(made) == {
        "tracked-insertion", "tracked-deletion", "comment-left-out", "formula-left-out",
    }  # fmt: skip
    assert not made.failed
    assert made.account is not None
    assert {item.text for item in made.account.set_aside} == {
        "Is this so?", "Running head", "E=mc",
    }  # fmt: skip
    assert "Kept added words." in made.drafts[0].text
    assert any("struck out" in d.message for d in made.diagnostics)


def picture(relation_: str = "r-image", kind: str = "embed") -> str:
    return (
        '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A lamp"/><a:graphic>'
        f'<a:graphicData><pic:pic><pic:blipFill><a:blip r:{kind}="{relation_}"/></pic:blipFill>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )


def test_pictures_come_along_with_their_words(tmp_path: Path) -> None:
    png = next(iter(PNG)).read_bytes()
    made = converted(word(paragraph(run("See:")) + paragraph(picture()), image1=png), tmp_path)
    assert made.diagnostics == ()
    assert list(made.images.values()) == [png]
    assert '<img src="images/letter-picture-1.png" alt="A lamp">' in made.drafts[0].text


def test_what_is_outside_is_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"\x89PNG\r\n\x1a\nsecret")
    outside = relation("image", secret.as_uri(), outside=True)
    made = converted(word(paragraph(run("Words"), picture(kind="link")), outside), tmp_path)
    assert "external-relation" in codes(made)
    assert made.images == {}
    assert not any("secret" in draft.text for draft in made.drafts)


def bomb() -> bytes:
    return word(paragraph(run("a" * (48 * 2**20))))


def refused() -> dict[str, tuple[bytes, str]]:
    plain = word(paragraph(run("Words")))
    dtd = io.BytesIO()
    with zipfile.ZipFile(dtd, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
            f"<w:document {NS}><w:body>&b;</w:body></w:document>",
        )
    outside = io.BytesIO(plain)
    with zipfile.ZipFile(outside, "a") as archive:
        archive.writestr("../../outside.txt", "x")
    deep = "<w:sdt><w:sdtContent>" * 5000 + "</w:sdtContent></w:sdt>" * 5000
    return {
        "bomb": (bomb(), "file-too-large"),
        "entities": (dtd.getvalue(), "xml-entities"),
        "way out": (outside.getvalue(), "outside-book"),
        "cut off": (plain[: len(plain) // 2], "docx-unreadable"),
        "deep": (word(deep), "docx-unreadable"),
        "no words": (b"PK\x03\x04 word/document.xml", "docx-unreadable"),
    }


@pytest.mark.parametrize("name", refused())
def test_what_is_not_safe_is_refused(name: str, tmp_path: Path) -> None:
    data, code = refused()[name]
    made = converted(data, tmp_path)
    assert made.failed
    assert made.drafts == ()
    assert code in codes(made)


def test_other_archives_are_not_word_files() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
    assert recognise(Source("a.epub", made.getvalue())) == 0.0
    assert recognise(Source("a.docx", word(paragraph(run("Words"))))) == 1.0


def test_the_account_sees_a_lost_paragraph() -> None:
    source = Source("a.docx", word(paragraph(run("First.")) + paragraph(run("Second words."))))
    imported = import_(source, Options())
    account = take_account(
        source, "docx", [("a.md", "---\ntitle: First.\nkind: text\n---\n")],
        imported.set_aside, [()],
    )  # fmt: skip
    assert any("Second words." in d.message for d in account.diagnostics)


def test_characters_that_no_text_has_are_left_out_and_told(tmp_path: Path) -> None:
    made = converted(word(paragraph(run("The lamp\x7f is lit."))), tmp_path)
    assert not made.failed
    assert "The lamp is lit." in made.drafts[0].text
    assert "control-character" in {d.code for d in made.diagnostics}


MC = ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'


def box(text: str) -> str:
    return f"<w:txbxContent>{paragraph(run(text))}</w:txbxContent>"


BOTH_FORMS = (
    f'<w:r><mc:AlternateContent{MC}><mc:Choice><w:drawing><wp:anchor><wp:docPr id="1"'
    f' descr="A box"/>{box("In a box.")}</wp:anchor></w:drawing></mc:Choice><mc:Fallback>'
    f"<w:pict>{box('In a box.')}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
)
RUBY = (
    f"<w:r><w:ruby><w:rt>{run('read')}</w:rt><w:rubyBase>{run('base')}</w:rubyBase></w:ruby></w:r>"
)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (f"<w:r><w:pict>{box('In a box.')}</w:pict></w:r>", "Before after.\n\nIn a box."),
        (BOTH_FORMS, "Before after.\n\nIn a box."),
        (f'<w:fldSimple w:instr=" DATE ">{run("3 May")}</w:fldSimple>', "Before 3 May after."),
        (f'<w:bdo w:val="rtl">{run("here")}</w:bdo>', "Before here after."),
        (f"{run('one')}<w:r><w:cr/></w:r>{run('two')}", "Before one\\\ntwo after."),
        (
            f'{run("one")}<w:r><w:br w:type="page"/></w:r>{run("two")}',
            "Before one\\\ntwo after.",
        ),
        ('<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "Before α after."),
        (RUBY, "Before base after."),
        (f"<w:moveFrom>{run('gone')}</w:moveFrom>", "Before after."),
    ],
)
def test_no_word_of_a_paragraph_is_lost(runs: str, text: str, tmp_path: Path) -> None:
    made = converted(word(paragraph(run("Before "), runs, run(" after."))), tmp_path)
    assert not made.failed, made.diagnostics
    (draft,) = made.drafts
    assert draft.text.split("---\n")[2].strip() == text


def test_a_sign_that_nobody_knows_is_told(tmp_path: Path) -> None:
    sign = '<w:r><w:sym w:font="Nobody’s" w:char="F061"/></w:r>'
    made = converted(word(paragraph(run("Before"), sign)), tmp_path)
    assert not made.failed
    assert "symbol-left-out" in codes(made)


def test_names_of_parts_and_of_namespaces_are_the_files_own(tmp_path: Path) -> None:
    data = word(paragraph(run("Words "), run("here.")))
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as given,
        zipfile.ZipFile(made, "w") as archive,
    ):
        for name in given.namelist():
            text = given.read(name).decode()
            if name == "word/document.xml":
                text = (
                    text.replace("<w:", "<ns0:").replace("</w:", "</ns0:").replace(" w:", " ns0:")
                )
            text = text.replace("xmlns:w=", "xmlns:ns0=") if "document" in name else text
            text = text.replace("word/document.xml", "word/document2.xml")
            archive.writestr(name.replace("document.xml", "document2.xml"), text)
    converted_ = converted(made.getvalue(), tmp_path)
    assert not converted_.failed, converted_.diagnostics
    assert "Words here." in converted_.drafts[0].text
