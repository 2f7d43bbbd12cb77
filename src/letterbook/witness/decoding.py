"""The bytes of a source as text, in each way in which they may be meant.

Read without the importers, who decide for one of them: the account takes the one that fits.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]+)""", re.IGNORECASE)
_LATIN = frozenset({"iso8859-1", "ascii", "latin-1", "iso-8859-1", "us-ascii"})


def decodings(data: bytes) -> Iterator[str]:
    """Decode in every way that makes sense; a way that gives the same text again is left out."""
    seen: set[str] = set()
    for decode in _DECODERS:
        decoded = decode(data)
        if decoded is None:
            continue
        for table in (None, _CONTROLS, _CONTROLS_AS_NOTHING):
            text = decoded.translate(table) if table else decoded
            if text not in seen:
                seen.add(text)
                yield text.replace("\r\n", "\n").replace("\r", "\n")


def _by_mark(data: bytes) -> str | None:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[:2] in (b"<\0", b"\0<"):
        return data.decode("utf-16-le" if data[:1] == b"<" else "utf-16-be", "replace")
    return None


def _strictly(data: bytes) -> str | None:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def _as_declared(data: bytes) -> str | None:
    match = _DECLARED.search(data, 0, 4096)
    try:
        name = codecs.lookup(match[1].decode("ascii")).name if match else "utf-8"
    except LookupError:
        return None
    return _windows_1252(data) if name in _LATIN else data.decode(name, "replace")


def _mixed(data: bytes) -> str | None:
    """UTF-8, in which single bytes are of windows-1252, and halves of characters are nothing."""

    def one(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        bad = error.object[error.start : error.end]
        return bad.decode("windows-1252", "replace") if len(bad) == 1 else "\ufffd", error.end

    codecs.register_error("letterbook-mixed", one)
    return data.decode("utf-8", "letterbook-mixed")


def _mixed_throughout(data: bytes) -> str | None:
    """The same, but every byte that does not fit is of windows-1252."""

    def all_(error: UnicodeError) -> tuple[str, int]:
        assert isinstance(error, UnicodeDecodeError)
        return _windows_1252(error.object[error.start : error.end]), error.end

    codecs.register_error("letterbook-mixed-throughout", all_)
    return data.decode("utf-8", "letterbook-mixed-throughout")


def _windows_1252(data: bytes) -> str:
    # The five bytes that windows-1252 leaves open are control characters to the web.
    return "".join(map(_WINDOWS_1252.__getitem__, data))


def _windows_1251(data: bytes) -> str:
    return data.decode("windows-1251", "replace")


_DECODERS = (
    _by_mark, _strictly, _as_declared, _mixed, _mixed_throughout, _windows_1252, _windows_1251,
)  # fmt: skip

_WINDOWS_1252 = [bytes([b]).decode("windows-1252", "ignore") or chr(b) for b in range(256)]
_CONTROLS = {number: _WINDOWS_1252[number] for number in range(0x80, 0xA0)}
"""Control characters that were once bytes of windows-1252."""
_CONTROLS_AS_NOTHING = {n: c if ord(c) > 0x9F else "\ufffd" for n, c in _CONTROLS.items()}
"""The same, where what is none of its characters was said to be unreadable."""
