"""The parts of a letter in a tree that has only paragraphs: told where they are sure.

Works on trees in our vocabulary, in place, before they are handed on. A paragraph becomes a part
when its own words say so and it stands where such a part stands; every other stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree
from lxml.etree import _Element as Element

from letterbook.importers.header import is_name
from letterbook.provenance.dates import read_date
from letterbook.provenance.labels import data, pattern

OPENING = 8
"""Blocks at the head of a text among which a dateline and a salutation are looked for."""
MAX_LINES = 6
"""Lines of an address."""
CLOSING = 5
"""Blocks at its end among which closing, signature and postscript are looked for."""
_TITLE_WORDS = 7
_NAME_WORDS = 5
_INITIAL = 2
"""Letters of an initial with its point: such a name is many people’s."""
_PLACE = re.compile(r"[^\W\d_][\w\s.,’'()-]{0,60}")
_SIGNATURE = re.compile(r"(?:\([^)]{1,20}\)\s*)?[^\W\d_][^!?;:]{0,60}")


def is_letter(tree: Element, title: str) -> bool:
    """Tell whether a text is a letter, by its title or by having a salutation and a signature."""
    if pattern("letter-title").search(title):
        return True
    classes = {element.get("class") for element in tree.iter("div")}
    return "salutation" in classes and not classes.isdisjoint({"closing", "signature"})


def plain_title(text: str) -> str:
    """Make a title of words: what Markdown would take for a mark is escaped."""
    return re.sub(r"([\\*_`\[\]<])", r"\\\1", " ".join(text.split()))


def supplied_title(tree: Element) -> str:
    """Supply a title in square brackets: the first words of the text."""
    for element in tree.iter("p"):
        lines = _lines(element)
        words = " ".join(lines).split()
        if len(words) > 2:
            start = " ".join(words[:_TITLE_WORDS]).rstrip(" .,;:—–-")
            more = "…" if len(words) > _TITLE_WORDS else ""
            return f"[{plain_title(start)}{more}]"
    return "[Untitled]"


def mark_parts(tree: Element, authors: Sequence[str] = ()) -> None:
    """Mark datelines, salutation, closing, signature and postscript of a body, in place.

    A line at the end that is the name of one of the ``authors`` is the signature.
    """
    _opening(tree)
    _closing(tree)
    if not any(block.get("class") == "signature" for block in tree):
        _name_at_end(tree, authors)


def _opening(tree: Element) -> None:
    blocks = list(tree)[:OPENING]
    found = (block for block in blocks if block.tag == "p")
    salutation = next((s for block in found if (s := _salutation(tree, block)) is not None), None)
    for block in blocks:
        if block is salutation:
            break
        if block.tag == "p" and is_dateline(block):
            _wrap("dateline", block)
            break
    if salutation is not None:
        rest = _split_at_first_break(salutation)
        wrapper = _wrap("salutation", salutation)
        if rest is not None:
            tree.insert(tree.index(wrapper) + 1, rest)


def _salutation(tree: Element, block: Element) -> Element | None:
    """The paragraph that begins with a greeting: this one, or one made of its last line."""
    lines = _lines(block)
    if lines and _is_salutation(lines[0]):
        return block
    if 1 < len(lines) <= MAX_LINES and _is_salutation(lines[-1]):
        # An address whose last line is the greeting.
        salutation = _split_at(block, [child for child in block if child.tag == "br"][-1])
        if salutation is not None:
            tree.insert(tree.index(block) + 1, salutation)
        return salutation
    return None


def _closing(tree: Element) -> None:
    last = list(tree)[-CLOSING:]
    for number, block in enumerate(last):
        if block.tag != "p" or not _is_closing(_first_line(block)):
            continue
        rest = _close(tree, block)
        signature = rest if rest is not None else next(iter(last[number + 1 :]), None)
        if signature is not None and signature.tag == "p" and _is_signature(signature):
            _without_date(tree, signature)
            _wrap("signature", signature)
        break
    last = list(tree)[-CLOSING:]
    if len(tree) > len(last):
        for block in last:
            if block.tag == "p" and is_dateline(block):
                _wrap("dateline", block)
                break
    signed = False
    for block in list(tree)[-CLOSING - 2 :]:
        if block.get("class") == "signature":
            signed = True
        elif signed and block.tag == "p" and pattern("postscript").match(_text(block)):
            _wrap("postscript", block)


def _name_at_end(tree: Element, authors: Sequence[str]) -> None:
    """Mark the name at the end of a text that has no closing before it."""
    for block in reversed(list(tree)):
        if block.get("class") in ("dateline", "postscript"):
            continue
        if block.tag == "p" and len(tree) > 1 and _is_name_of(block, authors):
            _wrap("signature", block)
        break


def _is_name_of(block: Element, authors: Sequence[str]) -> bool:
    """Whether a paragraph is an author’s name, or a name that is made to stand out."""
    text = _text(block).strip(" .,–—-[]()")
    if len(text.split()) > _NAME_WORDS or not is_name(text):
        return False
    last = text.split()[-1].casefold()
    if any(last in name.casefold().split() and len(last) > _INITIAL for name in authors):
        return True
    inner = block[0] if len(block) == 1 and not (block.text or "").strip() else None
    return inner is not None and inner.tag in ("em", "strong") and not (inner.tail or "").strip()


def _close(tree: Element, block: Element) -> Element | None:
    """Make the closing of a paragraph's first lines; give what remains of it."""
    rest = _split_at_first_break(block)
    wrapper = _wrap("closing", block)
    while rest is not None and _is_closing(_first_line(rest)):
        line, rest = rest, _split_at_first_break(rest)
        wrapper.append(line)
    if rest is not None:
        tree.insert(tree.index(wrapper) + 1, rest)
    return rest


def _without_date(tree: Element, signature: Element) -> None:
    """Cut the line with place and date off that stands below a name."""
    lines = _lines(signature)
    breaks = signature.findall("br")
    if len(lines) > 1 and breaks and _is_date(lines[-1]):
        date = _split_at(signature, breaks[-1])
        if date is not None:
            tree.insert(tree.index(signature) + 1, date)


def is_dateline(block: Element) -> bool:
    """Tell whether a paragraph is only a place and a date, on one line or several."""
    lines = _lines(block)
    if not 1 <= len(lines) <= 4 or len(_text(block).split()) > 16:
        return False
    if len(lines) > 1 and _is_closing(lines[0]):
        return False
    dated = 0
    for line in lines:
        if _is_date(line):
            dated += 1
        elif not _PLACE.fullmatch(line) or not line[:1].isupper():
            return False
    return dated == 1


def _is_date(line: str) -> bool:
    return placed_date(line) is not None


def placed_date(line: str) -> str | None:
    """Give the date of a line that is one, perhaps with a place: “Moscow, June 15, 1922.”."""
    if not re.search(r"\d{4}", line):
        return None
    pieces = re.split(r",\s*|\s+[—–]\s+", line)
    for start in range(min(len(pieces), 4)):
        before = ", ".join(pieces[:start])
        date = ", ".join(pieces[start:])
        read = read_date(date) or ""
        if len(read) >= len("1918-08") and (not before or _PLACE.fullmatch(before)):
            return read
    return None


def _is_salutation(line: str) -> bool:
    if len(line.split()) > int(data()["salutation-words"]):
        return False
    return bool(pattern("salutation").match(line))


def _is_closing(line: str) -> bool:
    if len(line.split()) > int(data()["closing-words"]):
        return False
    return bool(pattern("closing").match(line))


def _is_signature(block: Element) -> bool:
    text = _text(block)
    return len(text.split()) <= 10 and bool(_SIGNATURE.fullmatch(text))


def _text(block: Element) -> str:
    return " ".join("".join(block.itertext()).split())


def _lines(block: Element) -> list[str]:
    """The lines of a paragraph that has breaks directly in it."""
    lines = [block.text or ""]
    for child in block:
        if child.tag == "br":
            lines.append(child.tail or "")
        else:
            lines[-1] += "".join(child.itertext()) + (child.tail or "")
    return [text for line in lines if (text := " ".join(line.split()))]


def _first_line(block: Element) -> str:
    return next(iter(_lines(block)), "")


def _split_at_first_break(block: Element) -> Element | None:
    """Cut a paragraph at its first break; None when it has none."""
    broken = next((child for child in block if child.tag == "br"), None)
    return None if broken is None else _split_at(block, broken)


def _split_at(block: Element, broken: Element) -> Element | None:
    """Cut a paragraph at a break; the break goes, the rest is a paragraph of its own."""
    rest = etree.Element("p")
    rest.text = (broken.tail or "").lstrip()
    following = list(broken.itersiblings())
    block.remove(broken)
    rest.extend(following)
    if not _text(rest):
        return None
    # The space before the break was the line's end.
    if len(block):
        block[-1].tail = (block[-1].tail or "").rstrip(" ")
    elif block.text:
        block.text = block.text.rstrip(" ")
    return rest


def _wrap(name: str, block: Element) -> Element:
    """Put a paragraph into a block of a class; give that."""
    parent = block.getparent()
    assert parent is not None
    wrapper = etree.Element("div")
    wrapper.set("class", name)
    parent.replace(block, wrapper)
    wrapper.append(block)
    return wrapper
