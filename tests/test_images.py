"""Pictures: what is taken as it is, what is made anew, what is refused."""

from __future__ import annotations

import io

import pytest
from lxml import etree
from PIL import Image as Pillow
from PIL import ImageCms

from letterbook.diagnostics import Severity, Span
from letterbook.drawings import MAX_DEPTH, SVG, read_drawing
from letterbook.images import decode
from letterbook.model import Image

SPAN = Span("letters/1.md", 4)


def picture(
    kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **more: object
) -> bytes:
    out = io.BytesIO()
    Pillow.new(mode, size, more.pop("colour", None)).save(out, kind, **more)  # type: ignore[arg-type]
    return out.getvalue()


def opened(image: Image | None) -> Pillow.Image:
    assert image is not None
    return Pillow.open(io.BytesIO(image.data))


# --------------------------------------------------------------------------- of dots


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *((f"{mode}.png", picture("PNG", mode)) for mode in ("1", "L", "LA", "P", "RGB", "RGBA")),
        ("a.jpg", picture("JPEG")),
        ("a.jpeg", picture("JPEG", "L")),
        ("a.gif", picture("GIF", "P")),
    ],
)
def test_what_everybody_reads_alike_is_not_touched(name: str, data: bytes) -> None:
    image, found = decode(name, data, SPAN)
    assert image is not None
    assert image.data == data
    assert found == []


def test_thousands_of_greys_become_256() -> None:
    made = Pillow.new("I;16", (4, 1))
    for x, value in enumerate((0, 0x3FFF, 0x8000, 0xFFFF)):
        made.putpixel((x, 0), value)
    out = io.BytesIO()
    made.save(out, "PNG")
    image, found = decode("a.png", out.getvalue(), SPAN)
    assert found == []
    read = opened(image)
    assert read.mode == "L"
    assert [read.getpixel((x, 0)) for x in range(4)] == [0, 63, 128, 255]


def test_a_picture_is_turned_upright() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "A camera"
    image, found = decode("a.jpg", picture("JPEG", size=(40, 20), exif=exif), SPAN)
    assert image is not None
    assert (image.width, image.height) == (20, 40)
    assert found == []
    assert b"A camera" not in image.data


def test_other_colours_become_those_of_screens() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    same, _ = decode("a.png", picture("PNG", colour=(200, 30, 30), icc_profile=lab), SPAN)
    assert same is not None
    assert opened(same).getpixel((0, 0)) == (200, 30, 30)
    assert opened(same).info.get("icc_profile"), "sRGB is left as it is"


def test_a_profile_of_other_primaries_is_followed() -> None:
    profile = swapped_profile()
    image, _ = decode("a.png", picture("PNG", colour=(200, 30, 30), icc_profile=profile), SPAN)
    read = opened(image)
    red, _, blue = read.getpixel((0, 0))  # type: ignore[misc]
    assert blue > red, "its red is the blue of screens"
    assert "icc_profile" not in read.info


def swapped_profile() -> bytes:
    """A profile in which red and blue have changed places: sRGB’s, with its tags renamed."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(data[128:132], "big")
    for at in range(132, 132 + 12 * count, 12):
        name = bytes(data[at : at + 4])
        data[at : at + 4] = {b"rXYZ": b"bXYZ", b"bXYZ": b"rXYZ"}.get(name, name)
    return bytes(data).replace(b"s\0R\0G\0B", b"O\0t\0h\0r").replace(b"sRGB", b"Othr")


@pytest.mark.parametrize("kind", ["GIF", "PNG"])
def test_what_moves_stands_still_and_that_is_said(kind: str) -> None:
    frames = [Pillow.new("RGB", (8, 8), colour) for colour in ("black", "white")]
    out = io.BytesIO()
    frames[0].save(out, kind, save_all=True, append_images=frames[1:], duration=100)
    image, found = decode(f"a.{kind.lower()}", out.getvalue(), SPAN)
    assert [(d.code, d.severity, d.span) for d in found] == [
        ("image-moves", Severity.WARNING, SPAN)
    ]
    read = opened(image)
    assert getattr(read, "n_frames", 1) == 1
    assert read.convert("RGB").getpixel((4, 4)) == (0, 0, 0)


def test_what_is_made_anew_is_the_same_bytes() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 3
    data = picture("JPEG", exif=exif)
    assert decode("a.jpg", data, SPAN) == decode("a.jpg", data, SPAN)


# --------------------------------------------------------------------------- of lines


def drawing(content: str, attributes: str = 'width="40mm" height="20mm"') -> bytes:
    return f'<svg xmlns="{SVG}" {attributes}>{content}</svg>'.encode()


def test_a_drawing_is_made_of_its_shapes() -> None:
    image = read_drawing(
        "a.svg",
        b"""<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x.dtd">
<!-- Made by hand. -->
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:tool="http://tool.example/" tool:window="9" width="2in" height="96" viewBox="0 0 20 10">
<metadata><tool:who>Me</tool:who></metadata><title>Not this</title>
<defs><linearGradient id="a">
<stop offset="0" style="stop-color:#f00;stop-opacity:1"/></linearGradient>
<radialGradient id="b" xlink:href="#a" r="5"/>
<clipPath id="c"><rect width="5" height="5"/></clipPath></defs>
<tool:guide x="1"/>
<g id="g" class="k" style="fill:url(#b); -tool-x: 1; stroke: rgb(1, 2, 3)" font-size="3">
<path d="M0,0 L10,10z" data-x="1" clip-path="url(#c)" fill="red" style="fill:blue"/></g>
</svg>""",
        SPAN,
    )
    assert isinstance(image, Image)
    assert (image.width, image.height, image.media_type) == (192, 96, "image/svg+xml")
    # A line of text for each element, as it is left.
    shown = image.data.decode().replace("><", ">\n<").replace("\n\n", "\n").split("\n")
    assert [line for line in shown if line.strip()] == [
        '<svg xmlns="http://www.w3.org/2000/svg" width="192" height="96" viewBox="0 0 20 10">',
        "<defs>",
        '<linearGradient id="a">',
        '<stop offset="0" stop-color="#f00" stop-opacity="1"/>',
        "</linearGradient>",
        '<radialGradient id="b" href="#a" r="5"/>',
        '<clipPath id="c">',
        '<rect width="5" height="5"/>',
        "</clipPath>",
        "</defs>",
        '<g id="g" fill="url(#b)" stroke="rgb(1, 2, 3)">',
        '<path d="M0,0 L10,10z" clip-path="url(#c)" fill="blue"/>',
        "</g>",
        "</svg>",
    ]


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ('<rect onclick="x()"/>', "onclick="),
        ('<rect ONLOAD="x()"/>', "ONLOAD="),
        ("<foreignObject/>", "<foreignObject>"),
        ('<image href="http://x.example/a.png"/>', "<image>"),
        ('<use href="#a"/>', "<use>"),
        ("<text>Words</text>", "<text>"),
        ("<style>rect { fill: url(http://x.example) }</style>", "<style>"),
        ("<animate/>", "<animate>"),
        ("<svg/>", "<svg>"),
        ('<a href="javascript:x()"><rect/></a>', "<a>"),
        ('<rect fill="url(http://x.example/a#b)"/>', "fill=“url(http://x.example/a#b)”"),
        ('<rect style="fill:url(//x.example/a)"/>', "fill=“url(//x.example/a)”"),
        ('<rect style="background:url(x.png)"/>', "background=“url(x.png)”"),
        ('<rect fill="u\\72l(x)"/>', "fill=“u\\72l(x)”"),
        ('<rect filter="url(#f)"/>', "filter="),
        ('<linearGradient href="other.svg#a"/>', "a link to “other.svg#a”"),
        ('<linearGradient id="a" href="#a"/>', "a link to “#a”"),
        ('<linearGradient id="a" href="#b"/>', "a link to “#b”"),
        (
            '<clipPath id="a"><rect clip-path="url(#a)"/></clipPath>',
            "a clip-path in a clip-path",
        ),
        ("<g>" * (MAX_DEPTH + 1) + "</g>" * (MAX_DEPTH + 1), f"<g> in {MAX_DEPTH} others"),
    ],
)
def test_what_a_drawing_may_not_have(content: str, what: str) -> None:
    found = read_drawing("a.svg", drawing(content), SPAN)
    assert not isinstance(found, Image), found
    assert found.code == "drawing-not-allowed"
    assert found.message.startswith(f"{what} has no place")
    assert found.span.file == "a.svg"


@pytest.mark.parametrize(
    "data",
    [
        b'<!DOCTYPE svg [<!ENTITY a "b">]>' + drawing('<rect fill="&a;"/>'),
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + drawing("&a;"),
        drawing("", 'width="100%"'),
        drawing("", 'width="1e9" height="1"'),
        drawing("", 'width="0" height="1"'),
        b'<svg width="1" height="1"/>',
        b"<html/>",
    ],
)
def test_what_is_refused_as_a_whole(data: bytes) -> None:
    found = read_drawing("a.svg", data, SPAN)
    assert not isinstance(found, Image)
    assert found.code == "drawing-not-allowed"


@pytest.mark.parametrize("data", [b"", b"<svg", b"\x1f\x8b\x08", b"PNG", b"<svg>&x;</svg>"])
def test_what_is_no_drawing(data: bytes) -> None:
    image, found = decode("a.svg", data, SPAN)
    assert image is None
    assert [d.code for d in found] == ["not-an-image"]


def test_entities_are_not_expanded_to_death() -> None:
    lines = ['<!ENTITY a0 "ha">']
    lines += [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    data = f"<!DOCTYPE svg [{''.join(lines)}]>".encode() + drawing('<rect fill="&a11;"/>')
    assert not isinstance(read_drawing("a.svg", data, SPAN), Image)


def test_a_drawing_that_was_made_is_taken_again() -> None:
    first = read_drawing("a.svg", drawing('<circle r="3" style="fill:none"/>'), SPAN)
    assert isinstance(first, Image)
    again = read_drawing("a.svg", first.data, SPAN)
    assert again == first
    etree.fromstring(first.data)
