"""The files that a search loads: few of them, however long the book is.

A page opened from a disk may not read other files, but it may run scripts that lie beside it; so
each file is a call with its data:

- ``search/text-<n>.js``: the passages of some pages that follow each other, and what these are;
- ``search/words-<n>.js``: some of the words, each with the pages and the places in which it stands;
- ``search/about-0.js``: in how many files the words are, and with which pages those of texts begin.

A word is in the file that its first two letters decide, so that whoever searches for it, or for
its beginning, loads that file, and then the texts of the pages that are shown.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from letterbook.search.folding import words_of
from letterbook.search.passages import Passage

FOLDER = "search"
_SCRIPT = Path(__file__).with_name("search.js")
_WORDS, _TEXTS = 1 << 16, 1 << 15
"""About how many characters a file has; a frequent word or a long text may need more by itself."""


@dataclass(frozen=True, slots=True)
class SearchedPage:
    """A page that is searched."""

    href: str
    title: str
    number: str
    date: str
    passages: tuple[Passage, ...]


def search_files(pages: Sequence[SearchedPage]) -> Mapping[str, bytes]:
    """Make the files of the search in some pages, which are in the order of the book."""
    places: dict[str, list[str]] = {}
    texts: list[list[dict[str, object]]] = []
    first: list[int] = []
    size = _TEXTS
    split: dict[str, tuple[str, ...]] = {}
    for number, page in enumerate(pages):
        found, starts = _places(page.passages, split)
        for word, positions in found.items():
            places.setdefault(word, []).append(f"{number}:{_steps(positions)}")
        rows = [
            [passage.id, start, passage.text]
            for passage, start in zip(page.passages, starts, strict=True)
        ]
        about = {"href": page.href, "title": page.title, "number": page.number, "date": page.date}
        if size >= _TEXTS:
            texts.append([])
            first.append(number)
            size = 0
        texts[-1].append({**about, "passages": rows})
        size += sum(len(passage.text) for passage in page.passages)
    lines = {word: ",".join(found) for word, found in sorted(places.items())}
    shards = 1 + sum(len(word) + len(line) for word, line in lines.items()) // _WORDS
    words: list[dict[str, str]] = [{} for _ in range(shards)]
    for word, line in lines.items():
        words[shard_of(word, shards)][word] = line
    files = {"about-0": _call("about", 0, {"shards": shards, "texts": first})}
    files |= {f"words-{n}": _call("words", n, shard) for n, shard in enumerate(words)}
    files |= {f"text-{n}": _call("text", n, text) for n, text in enumerate(texts)}
    named = {f"{FOLDER}/{name}.js": data for name, data in files.items()}
    return {f"{FOLDER}/search.js": _SCRIPT.read_bytes(), **named}


def shard_of(word: str, shards: int) -> int:
    """In which of the files a word stands: all words with the same first two letters in one."""
    first, second = (*map(ord, word[:2]), 0)[:2]
    return (first * 31 + second) % shards


def _places(
    passages: Sequence[Passage], split: dict[str, tuple[str, ...]]
) -> tuple[dict[str, list[int]], list[int]]:
    """Number the words of a page: the numbers of each word, and of the first of each passage.

    ``split`` remembers what has been folded before: a book has few words, many times.
    """
    found: dict[str, list[int]] = {}
    starts: list[int] = []
    position = 0
    for passage in passages:
        starts.append(position)
        for piece in passage.text.split():
            words = split.get(piece)
            if words is None:
                words = split[piece] = words_of(piece)
            for word in words:
                found.setdefault(word, []).append(position)
                position += 1
        position += 1  # No phrase goes on in the next passage.
    return found, starts


def _steps(positions: Sequence[int]) -> str:
    """Write rising numbers, each as its distance from the one before."""
    before = (0, *positions)
    return ".".join(str(n - m) for m, n in zip(before, positions, strict=False))


def _call(kind: str, number: int, data: object) -> bytes:
    written = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"letterbook({json.dumps(kind)},{number},{written})\n".encode()
