"""Files of kinds that are never imported, known by their first bytes, and what to do with them."""

from __future__ import annotations

_WORD = "open it in Word or LibreOffice, save it as .docx, and import that"
_UNPACK = "unpack it, and name the folder with its files"
_TEXT = "find the text as HTML, TEI, Word or Markdown; nothing is read out of pictures"
_ZIP = b"PK\x03\x04"
_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", "find the text as HTML, TEI, Word or Markdown; a PDF has lines, no text"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office file of the old form", _WORD),
    (b"{\\rtf", "a text in RTF", _WORD),
    (b"\x1f\x8b", "a packed file", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive", _UNPACK),
    (b"Rar!\x1a\x07", "an archive", _UNPACK),
    (b"\x89PNG\r\n\x1a\n", "a picture", _TEXT),
    (b"\xff\xd8\xff", "a picture", _TEXT),
    (b"GIF8", "a picture", _TEXT),
    (b"II*\0", "a picture", _TEXT),
    (b"MM\0*", "a picture", _TEXT),
    (b"AT&TFORM", "a book of pictures", _TEXT),
)


def is_archive(data: bytes) -> bool:
    """Whether a file is a ZIP archive, of which only Word's are imported."""
    return data.startswith(_ZIP)


def foreign(data: bytes) -> tuple[str, str] | None:
    """Say what a file is that cannot be imported, and what to do; None when nobody knows."""
    if not data.strip():
        return "an empty file", "see whether it was saved, or came over the net, as a whole"
    if is_archive(data):
        start = data[:200]
        if b"opendocument" in start:
            return "a file of LibreOffice’s own form", _WORD
        if b"epub+zip" in start:
            return "an EPUB", f"{_UNPACK}; its chapters are HTML"
        return "an archive", _UNPACK
    return next(((what, hint) for sign, what, hint in _KINDS if data.startswith(sign)), None)
