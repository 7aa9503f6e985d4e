"""Finds the encoding of a text file by reading it once, and opens it so that a bad byte costs one row only."""

import codecs
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TextIO

import numpy as np

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BELIEVABLE = ("big5", "shift_jis", "euc_jp", "euc_kr", "cp1252", "cp1250", "cp1251", "koi8_r")
_EVERYDAY = (
    (" ", "~"),
    ("\u00a0", "\u024f"),  # Latin
    ("\u0370", "\u05ff"),  # Greek, Cyrillic, Armenian, Hebrew
    ("\u0600", "\u06ff"),  # Arabic
    ("\u2010", "\u203a"),  # quotation marks, dashes
    ("\u3000", "\u30ff"),  # Chinese and Japanese signs, kana
    ("\u4e00", "\u9fff"),
    ("\uac00", "\ud7a3"),  # Korean
    ("\uff00", "\uffef"),
)
_GUESSED = 1 << 18
_CHUNK = 1 << 20
_SAMPLE = 4 << 20


def detect_encoding(path: Path) -> str:
    """``utf-8``, or by their mark or by how they look: ``utf-8-sig``, ``utf-16`` (``-le``, ``-be``), ``utf-32``,
    ``gb18030``, ``big5``, ``shift_jis``, ``euc_kr``, ``cp1252`` and a few of their kind.

    A file of which no encoding is believable is called ``utf-8``: its bad rows are rejected one by one when they
    are read.
    """
    with path.open("rb") as file:
        marked = _marked(file.read(_SAMPLE))
        if marked is not None:
            return marked
        file.seek(0)
        fault = _fault(file, "utf-8")
    return "utf-8" if fault is None else encoding_at_fault(path, fault)


def head_encoding(head: bytes, *, complete: bool) -> str:
    """The encoding that the beginning of a file promises; ``complete``: it is the whole file."""
    marked = _marked(head)
    if marked is not None:
        return marked
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head, final=complete)
    except UnicodeDecodeError:
        return _second_choice_of(head, lambda encoding: _whole(head, encoding, complete=complete))
    return "utf-8"


def _marked(head: bytes) -> str | None:
    """By its mark, or by the zero bytes that UTF-16 has in every Latin letter."""
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    sample = head[: 1 << 16]
    sample = sample[: len(sample) // 2 * 2]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 4 or not even + odd:
        return None
    if odd >= 0.25 * half and even <= 0.01 * half:
        return "utf-16-le"
    if even >= 0.25 * half and odd <= 0.01 * half:
        return "utf-16-be"
    if (even and odd) or sample.isascii() or _whole(sample, "utf-8", complete=False):
        return None
    likely = (
        "utf-16-le" if odd else "utf-16-be"
    )  # few Latin letters: line ends and commas between other scripts
    return likely if _is_everyday(sample, likely) else None


def _is_everyday(sample: bytes, encoding: str) -> bool:
    """Whether ``sample`` is then a text of the usual characters."""
    try:
        text = codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return False
    usual = sum(char in "\t\n\r" or any(low <= char <= high for low, high in _EVERYDAY) for char in text)
    return usual >= 0.98 * len(text)


def _whole(head: bytes, encoding: str, *, complete: bool) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(head, final=complete)
    except UnicodeDecodeError:
        return False
    return True


def open_text(path: Path, encoding: str) -> TextIO:
    """Open for reading. A byte that does not decode becomes a lone surrogate, which ``is_damaged`` finds.

    The line ends are ``\\n``, ``\\r\\n`` and ``\\r``, all read as ``\\n``.
    """
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"
    return path.open(encoding=encoding, errors=errors, newline=None)


def is_damaged(text: str) -> bool:
    """Whether ``text`` holds lone surrogates: bytes that did not decode, or half a character in the data."""
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def _fault(file: BinaryIO, encoding: str) -> int | None:
    """About where the file stops being ``encoding``: the beginning of that piece; None where it is all of it."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place = 0
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            place += len(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return place
    return None


def encoding_at_fault(path: Path, fault: int) -> str:
    """The encoding of a file that is UTF-8 up to about the byte ``fault``, by what stands there."""

    def decodes(encoding: str) -> bool:
        with path.open("rb") as file:
            return _fault(file, encoding) is None

    with path.open("rb") as file:
        file.seek(max(0, fault - _CHUNK))
        sample = file.read(_SAMPLE)
    return _second_choice_of(sample[sample.find(b"\n") + 1 :] if fault else sample, decodes)


def _second_choice_of(sample: bytes, decodes: Callable[[str], bool]) -> str:
    """GB18030 if most of what is not ASCII is then Chinese, else what charset-normalizer finds, else UTF-8."""
    as_utf8 = sample.decode("utf-8", "surrogateescape").encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(as_utf8, dtype="<u4")
    beyond = codes[codes > 0x7F]
    damaged = int(((beyond >= 0xDC80) & (beyond <= 0xDCFF)).sum())
    if len(beyond) - damaged > damaged:  # UTF-8 with a few bad bytes
        return "utf-8"
    text = [char for char in sample.decode("gb18030", "replace") if not char.isascii()]
    if len(text) >= 4 and sum(map(_is_common_chinese, text)) >= 0.8 * len(text) and decodes("gb18030"):
        return "gb18030"
    found = _guess(sample)
    return found if found and decodes(found) else "utf-8"


def _guess(sample: bytes) -> str | None:
    """What charset-normalizer believes of text with a dozen bytes beyond ASCII at least, since fewer may be damage."""
    from charset_normalizer import from_bytes

    beyond = sum(byte > 127 for byte in sample)
    if beyond < 12 or b"\0" in sample:
        return None
    best = from_bytes(sample[:_GUESSED], cp_isolation=list(_BELIEVABLE)).best()
    return None if best is None else best.encoding


def _is_common_chinese(char: str) -> bool:
    """Whether a modern Chinese text has it often: the first level of GB 2312, or its punctuation. What was written
    in another encoding and is read as GB18030 falls on rare characters."""
    if "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uffef" or char in "“”‘’—…·":
        return True
    try:
        first = char.encode("gb2312")[0]
    except UnicodeEncodeError:
        return False
    return 0xB0 <= first <= 0xD7
