"""Finds the encoding of a text file by reading it once, and opens it so that a bad byte costs one row only."""

import codecs
from pathlib import Path
from typing import TextIO

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_SAMPLE = 4 << 20


def detect_encoding(path: Path) -> str:
    """``utf-8``, ``utf-8-sig``, ``utf-16``, ``utf-32`` (the latter three by their mark) or ``gb18030``.

    A file that is neither valid UTF-8 nor believable GB18030 is called ``utf-8``: its bad rows are rejected
    one by one when they are read.
    """
    with path.open("rb") as file:
        head = file.read(4)
        for mark, name in _BOMS:
            if head.startswith(mark):
                return name
        file.seek(0)
        return "utf-8" if _decodes(file, "utf-8") else _second_choice(path)


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


def _decodes(file: object, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := file.read(_CHUNK):  # type: ignore[attr-defined]
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _second_choice(path: Path) -> str:
    """GB18030 if the whole file decodes as such and most of what is not ASCII is then Chinese."""
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
        as_utf8 = sample.decode("utf-8", "surrogateescape")
        damaged = sum("\udc80" <= char <= "\udcff" for char in as_utf8)
        good = sum(not char.isascii() for char in as_utf8) - damaged
        if good > damaged:  # UTF-8 with a few bad bytes
            return "utf-8"
        file.seek(0)
        if not _decodes(file, "gb18030"):
            return "utf-8"
    text = [char for char in sample.decode("gb18030", "replace") if not char.isascii()]
    chinese = sum(_is_common_chinese(char) for char in text)
    return "gb18030" if len(text) >= 4 and chinese >= 0.8 * len(text) else "utf-8"


def _is_common_chinese(char: str) -> bool:
    return (
        "\u4e00" <= char <= "\u9fff"
        or "\u3000" <= char <= "\u303f"
        or "\uff00" <= char <= "\uffef"
        or char in "“”‘’—…·"
    )
