"""Texts as sets of numbers that can be compared: hashed pairs of neighbouring words, many rows at a time.

The resemblance of two texts is the share of shingles they have in common (Broder, 1997). A shingle is two words
in a row; in scripts written without blanks (Chinese, Japanese, Thai, ...) each character counts as a word. Case
and punctuation count for nothing. All of it is arithmetic on whole arrays, because a call for every word would
take minutes for a million rows.
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engine.data.text import MARKS

Hashes = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]

MAX_TEXT_CHARS = 400_000  # what is beyond is not compared
_CHUNK_CHARS = 400_000
_CHUNK_ROWS = 4096  # a row's number in a chunk takes 12 bits
_ROW_BITS = 12
_SPACE = 0x110000
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 2**64)
_NO_BLANKS = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF),
              (0xF900, 0xFAFF), (0x20000, 0x3FFFF))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shingled:
    """The shingles of some texts, one after the other: text ``i`` has ``hashes[starts[i]:starts[i + 1]]``, each once
    and ascending, of 52 bits. ``words`` [texts] counts the words of each."""

    hashes: Hashes
    starts: Places
    words: Places


def shingled(texts: Iterable[str]) -> Iterator[Shingled]:
    """The shingles of ``texts``, some thousand texts at a time, in order."""
    batch: list[str] = []
    chars = 0
    for text in texts:
        text = text[:MAX_TEXT_CHARS].lower()[:MAX_TEXT_CHARS]
        if batch and (chars + len(text) >= _CHUNK_CHARS or len(batch) == _CHUNK_ROWS):
            yield _shingles(batch)
            batch, chars = [], 0
        batch.append(text)
        chars += len(text) + 1
    if batch:
        yield _shingles(batch)


def _shingles(texts: Sequence[str]) -> Shingled:
    codes, ends = _codes(texts)
    words, rows = _word_hashes(codes, ends)
    counts = np.bincount(rows, minlength=len(texts))
    pair = rows[1:] == rows[:-1]
    alone = counts[rows] == 1
    hashes = np.concatenate([_mixed(words[:-1][pair] * np.uint64(_BASE) + words[1:][pair]), words[alone]])
    owners = np.concatenate([rows[:-1][pair], rows[alone]]).astype(np.uint64)
    keys = (owners << np.uint64(64 - _ROW_BITS)) | (hashes >> np.uint64(_ROW_BITS))
    keys.sort()
    if len(keys):
        keys = keys[np.concatenate([[True], keys[1:] != keys[:-1]])]
    sizes = np.bincount((keys >> np.uint64(64 - _ROW_BITS)).astype(np.int64), minlength=len(texts))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    return Shingled(keys & np.uint64(2 ** (64 - _ROW_BITS) - 1), starts, counts)


def _codes(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint32], Places]:
    """The characters of all texts with a blank after each, and where each text's blank stands."""
    joined = (" ".join(texts) + " ").encode("utf-32-le", "surrogatepass")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    return np.frombuffer(joined, dtype=np.uint32), np.cumsum(lengths + 1) - 1


def _word_hashes(codes: npt.NDArray[np.uint32], ends: Places) -> tuple[Hashes, Places]:
    """A number for each word, and the text it stands in: a polynomial over random numbers for the characters,
    taken as a difference of running sums."""
    kinds, values, powers, inverses = _tables()
    kind = kinds[codes]
    letter = kind > 0
    starts = letter.copy()
    starts[1:] &= (kind[1:] == 2) | (kind[:-1] != 1)
    last = letter.copy()
    last[:-1] &= (kind[:-1] == 2) | (kind[1:] != 1)
    first, after = np.flatnonzero(starts), np.flatnonzero(last) + 1
    sums = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum(values[codes] * powers[: len(codes)], out=sums[1:])
    return _mixed((sums[after] - sums[first]) * inverses[first]), np.searchsorted(ends, first)


def _mixed(hashes: Hashes) -> Hashes:
    """Every bit depends on every bit: the finalizer of MurmurHash3."""
    for factor in (0xFF51AFD7ED558CCD, 0xC4CEB9FE1A85EC53):
        hashes = (hashes ^ (hashes >> np.uint64(33))) * np.uint64(factor)
    return hashes ^ (hashes >> np.uint64(33))


@functools.cache
def _tables() -> tuple[npt.NDArray[np.uint8], Hashes, Hashes, Hashes]:
    """By code point: 0 for what separates words, 1 for what they are made of, 2 for what is a word alone, and a random
    number. By place: the powers of the base and of its inverse."""
    kinds = np.fromiter((chr(code).isalnum() for code in range(_SPACE)), dtype=np.uint8, count=_SPACE)
    kinds[[ord(mark) for mark in MARKS]] = 1
    for low, high in _NO_BLANKS:
        kinds[low : high + 1] *= 2
    values = np.random.default_rng(1997).integers(1, 2**64, size=_SPACE, dtype=np.uint64)
    places = _CHUNK_CHARS + _CHUNK_ROWS + 1
    powers = [np.full(places, base, dtype=np.uint64) for base in (_BASE, _INVERSE)]
    for table in powers:
        table[0] = 1
        np.cumprod(table, out=table)
    return kinds, values, powers[0], powers[1]
