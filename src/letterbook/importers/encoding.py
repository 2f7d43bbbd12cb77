"""Bytes to text: what a file says of its encoding, what is true, and what had to be mended.

The order is that of the WHATWG's Encoding Standard (https://encoding.spec.whatwg.org) and of HTML's
sniffing: a byte order mark, then a declaration, then a guess. Two things are added, since pages
are kept here and not only shown: bytes that are UTF-8 beyond chance are read as UTF-8 whatever was
declared, and bytes that fit nothing are mended one by one. Each of these is said.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from letterbook.diagnostics import Diagnostic, Severity, Span, place

MAX_BYTES = 32 * 2**20
"""Of one source; a page of this size would fill ten thousand pages of print."""
_PRESCAN = 8192
"""Bytes in which a declaration is looked for; the standard's 1024 are too few for real heads."""
_NAMED = 5
"""How many faults of one kind are given with their offset; the others are counted."""
_MENDED = 10_000
"""How many bytes are mended one by one; a file with more of them is no text."""
_WINDOW = 2**16

_WINDOWS_1252 = "ansi_x3.4-1968 ascii cp1252 cp819 ibm819 iso-8859-1 iso-ir-100 iso8859-1 iso88591"
_WINDOWS_1252 += " iso_8859-1 l1 latin1 latin-1 us-ascii windows-1252 x-cp1252 cp-1252 iso 8859-1"
_CODECS = {
    **dict.fromkeys(_WINDOWS_1252.split(), "cp1252"),
    **dict.fromkeys(("utf-8", "utf8", "unicode-1-1-utf-8", "utf_8"), "utf-8"),
    # A page that could be read as far as this says it in ASCII: it is not UTF-16.
    **dict.fromkeys(("utf-16", "utf-16le", "utf-16be", "unicode"), "utf-8"),
    **{f"iso-8859-{n}": f"iso8859_{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)},
    **{f"windows-{n}": f"cp{n}" for n in range(1250, 1259) if n != 1252},
    **dict.fromkeys(("iso-8859-9", "latin5"), "cp1254"),
    **dict.fromkeys(("iso-8859-11", "tis-620", "windows-874"), "cp874"),
    **dict.fromkeys(("gb2312", "gbk", "gb18030", "x-gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis", "sjis", "x-sjis", "windows-31j"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987", "ksc5601"), "cp949"),
    **dict.fromkeys(("big5", "big5-hkscs"), "big5hkscs"),
    "koi8-r": "koi8_r",
    "koi8-u": "koi8_u",
    "euc-jp": "euc_jp",
    "iso-2022-jp": "iso2022_jp",
    "macintosh": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "ibm866": "cp866",
    "latin2": "iso8859_2",
    "x-cp1251": "cp1251",
    "cp1251": "cp1251",
    "cp1250": "cp1250",
}
"""Labels of the Encoding Standard to Python's codecs; Latin-1 is windows-1252, as it says."""

_NAMES = {"cp1252": "windows-1252", "cp1251": "windows-1251", "koi8_r": "koi8-r"}
_DECLARED = re.compile(
    rb"""<\?xml\s[^>]*?encoding\s*=\s*["']([^"'>]*)["'] |
    <meta\s(?:[^>]*?[\s;"'])?charset\s*=\s*["']?\s*([^"'>;\s/]*)""",
    re.IGNORECASE | re.VERBOSE,
)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff]")
_ENDS = dict.fromkeys((0x0C, 0x2028, 0x2029), " ")
"""Ends of pages, lines and paragraphs, which in markup are said by other means."""
_C1 = re.compile(r"[\x80-\x9f]")
_C1_TABLE = {
    number: bytes([number]).decode("cp1252", errors="ignore") or "\ufffd"
    for number in range(0x80, 0xA0)
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and how it came about."""

    text: str
    """Line ends are ``\\n``; control characters are gone."""
    declared: str | None
    """The label that the file gives, as it stands there."""
    used: str
    """The encoding that the text was read with."""
    diagnostics: tuple[Diagnostic, ...] = ()


def decode(data: bytes, file: str, markup: bool = True) -> Decoded | None:
    """Decode a file; None only when it is too large: see ``too_large``.

    With ``markup``, declarations of HTML and XML are heeded. What was wrong with the encoding is a
    diagnostic, as is each byte that fitted nothing (up to five are named, all are counted).
    """
    if len(data) > MAX_BYTES:
        return None
    return _Decoder(data, file, markup).decoded()


def too_large(data: bytes, file: str) -> Diagnostic:
    """Say that a file is larger than anything that is read here."""
    return Diagnostic(
        "file-too-large",
        f"the file has {len(data) / 2**20:.0f} MB; no more than {MAX_BYTES // 2**20} are read",
        "split it, and import the parts",
        Span(file),
    )


class _Decoder:
    def __init__(self, data: bytes, file: str, markup: bool) -> None:
        self.data = data
        self.file = file
        self.declared: str | None = None
        self.diagnostics: list[Diagnostic] = []
        if markup and (match := _DECLARED.search(_COMMENT.sub(b"", data[:_PRESCAN]))):
            self.declared = (match[1] or match[2] or b"").decode("ascii", "replace").strip()

    def report(self, code: str, message: str, hint: str, span: Span | None = None) -> None:
        self.diagnostics.append(
            Diagnostic(code, message, hint, span or Span(self.file), Severity.WARNING)
        )

    def decoded(self) -> Decoded:
        text, used = self.text()
        text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
        text = self.without_controls(text)
        return Decoded(
            text, self.declared, _NAMES.get(used, used.replace("_", "-")), tuple(self.diagnostics)
        )

    def text(self) -> tuple[str, str]:
        for bom, codec in _BOMS:
            if self.data.startswith(bom):
                return self.read(self.data[len(bom) :], codec), codec
        if self.data[:2] in (b"<\0", b"\0<"):
            codec = "utf-16-le" if self.data[:1] == b"<" else "utf-16-be"
            return self.read(self.data, codec), codec
        codec = self.codec()
        return self.read(self.data, codec), codec

    def codec(self) -> str:
        """Choose a codec by what is declared and what is there."""
        declared = _CODECS.get((self.declared or "").lower())
        if self.declared is not None and declared is None:
            self.report(
                "encoding-unknown",
                f"the file declares the encoding “{self.declared}”, which there is not",
                "nothing needs to be done; the encoding was found from the bytes",
            )
        if self.data.isascii():
            return declared or "utf-8"
        if _is_utf8(self.data):
            if declared not in (None, "utf-8"):
                self.report(
                    "encoding-mismatch",
                    f"the file declares “{self.declared}”, but its bytes are UTF-8",
                    "nothing needs to be done; it was read as UTF-8",
                )
            return "utf-8"
        if declared == "utf-8" and not _MULTIBYTE.search(self.data):
            used = _guess(self.data)
            self.report(
                "encoding-mismatch",
                f"the file declares “{self.declared}”, but its bytes are not;"
                f" they were read as {_NAMES[used]}",
                "look at the accented letters and the quotation marks",
            )
            return used
        if declared is None:
            used = "utf-8" if _MULTIBYTE.search(self.data) else _guess(self.data)
            if self.declared is None:
                self.report(
                    "encoding-guessed",
                    "the file declares no encoding;"
                    f" it was read as {_NAMES.get(used, used)}, by the look of its bytes",
                    "look at the accented letters and the quotation marks",
                )
            return used
        return declared

    def read(self, data: bytes, codec: str) -> str:
        """Decode, and mend what does not fit; each mend is kept to be told."""
        out: list[str] = []
        faults: list[tuple[int, int, bytes, str]] = []
        start, length = 0, 0
        # In windows, so that a fault costs a window's copy; bounded, so that noise ends.
        while start < len(data) and len(faults) < _MENDED:
            window = data[start : start + _WINDOW]
            try:
                out.append(window.decode(codec))
                start += len(window)
            except UnicodeDecodeError as error:
                out.append(window[: error.start].decode(codec))
                start += error.start
                cut = error.end == len(window) and len(window) == _WINDOW
                if not cut or not error.start:
                    bad = window[error.start : error.end]
                    out.append(_mend(bad, codec))
                    faults.append((start, length + len(out[-2]), bad, out[-1]))
                    start += len(bad)
                    length += len(out[-2])
            length += len(out[-1])
        out.append(data[start:].decode(codec, "replace"))
        text = "".join(out)
        self.tell(faults, text, _NAMES.get(codec, codec))
        return text

    def tell(self, faults: list[tuple[int, int, bytes, str]], text: str, name: str) -> None:
        for offset, position, bad, mended in faults[:_NAMED]:
            became = (
                "cannot be read, and became U+FFFD"
                if mended == "\ufffd"
                else f"was read as windows-1252: “{mended}”"
            )
            self.report(
                "bytes-repaired",
                f"0x{bad.hex().upper()} at byte {offset} is not {name}; it {became}",
                "compare the place with the original page",
                Span(self.file, *place(text, position)),
            )
        if len(faults) > _NAMED:
            self.report(
                "bytes-repaired",
                f"so it is at {len(faults) - _NAMED} more places",
                "compare the page with the original",
            )

    def without_controls(self, text: str) -> str:
        """Drop what cannot be seen; read C1 controls as the windows-1252 they were meant as."""
        controls = list(_CONTROL.finditer(text))
        for match in controls[:_NAMED]:
            self.report(
                "control-character",
                f"the character U+{ord(match[0]):04X} has no place in a text, and was left out",
                "compare the place with the original page",
                Span(self.file, *place(text, match.start())),
            )
        if len(controls) > _NAMED:
            self.report(
                "control-character",
                f"there are {len(controls) - _NAMED} more control characters; all were left out",
                "look at whether the file is a text at all",
            )
        text = _CONTROL.sub("", text)
        if c1 := _C1.search(text):
            self.report(
                "bytes-repaired",
                f"the character U+{ord(c1[0]):04X} is a control character;"
                " it and its like were read as windows-1252",
                "compare the place with the original page",
                Span(self.file, *place(text, c1.start())),
            )
            text = text.translate(_C1_TABLE)
        return text.translate(_ENDS)


_MULTIBYTE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe1-\xef][\x80-\xbf]{2}|\xe0[\xa0-\xbf][\x80-\xbf]"
    rb"|[\xf0-\xf4][\x80-\xbf]{3}"
)
"""A character of UTF-8 beyond ASCII; by chance, windows-1252 hardly ever looks so."""


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _mend(bad: bytes, codec: str) -> str:
    """Mend one fault: a lone byte in UTF-8 came from windows-1252, half a sequence from nowhere."""
    if codec == "utf-8" and len(bad) == 1:
        return bad.decode("cp1252", "replace")
    return "\ufffd"


_HIGH_WORD = re.compile(rb"[\x80-\xff]{3,}")


def _guess(data: bytes) -> str:
    """Guess among the single-byte encodings: Cyrillic has words without any ASCII in them."""
    high = sum(1 for byte in data if byte >= 0x80)
    in_words = sum(len(word) for word in _HIGH_WORD.findall(data))
    if in_words * 2 < high or in_words < 12:
        return "cp1252"
    # In windows-1251 small letters are the upper half; in KOI8-R, the lower.
    upper = sum(1 for byte in data if byte >= 0xE0)
    lower = sum(1 for byte in data if 0xC0 <= byte < 0xE0)
    return "cp1251" if upper >= lower else "koi8_r"
