"""How much of a text is noise: symbols, repetition, and characters that a wrong decoding leaves.

The measures of repetition are those of Rae et al. (2021), appendix A1.1, over words in which every character of a
script without blanks is one.
"""

import re
from collections import Counter
from collections.abc import Sequence

from engine.data.text import MARKS

_GARBAGE = re.compile(
    "[\ufffd\ufffe\uffff\ue000-\uf8ff\x00-\x08\x0b\x0e-\x1f\x80-\x9f]|锟斤拷|烫烫烫|屯屯屯|ï»¿|(?:Ã[\x80-\xbf]){2}"
)
_PLAIN = re.compile(
    rf"""[{MARKS}\w\s.,;:!?'"()\[\]%&@/+*=<>#$\-–—…‘’“”«»°·，。！？；：、（）《》【】「」『』～]+"""
)
_RUN = re.compile(r"([^\s\-=_*#~.·─━═|+0-9xX\\/<>{}()\[\]])\1{9,}")
_DOTS = re.compile(r"(?:…|\.\.\.)[\"'”’)\]]*[ \t]*$", re.MULTILINE)
_WORD = re.compile(r"\w")
_LETTER = re.compile(r"[^\W\d_]")


def symbol_share(text: str) -> float:
    """Share of the characters that are neither letters, digits, white space nor usual punctuation."""
    return len(_PLAIN.sub("", text)) / len(text) if text else 0.0


def garbage_share(text: str) -> float:
    """Share of the characters that only a wrong decoding or a broken file leaves."""
    if text.isascii() and text.isprintable():
        return 0.0
    return sum(map(len, _GARBAGE.findall(text))) / max(1, len(text))


def longest_run(text: str) -> int:
    """Length of the longest run of one character, from ten on; rules, tables and numbers do not count."""
    return max((match.end() - match.start() for match in _RUN.finditer(text)), default=0)


def wordless_share(words: Sequence[str]) -> float:
    """Share of the words without a letter."""
    return sum(not _LETTER.search(word) for word in words) / len(words) if words else 0.0


def repeated_line_share(text: str) -> float:
    """Share of the characters in lines that say again what an earlier line has said; very short lines and rules do not
    count."""
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if len(line) > 3 and _WORD.search(line)]
    if len(lines) < 2 or len(set(lines)) == len(lines):
        return 0.0
    total = sum(map(len, lines))
    return (total - sum(map(len, set(lines)))) / total


def ellipsis_line_share(text: str) -> float:
    """Share of the lines that break off with dots, of three lines or more."""
    if "..." not in text and "…" not in text:
        return 0.0
    lines = sum(bool(line.strip()) for line in text.split("\n"))
    return len(_DOTS.findall(text)) / lines if lines > 2 else 0.0


def top_ngram_share(words: Sequence[str], size: int) -> float:
    """Share of the words that stand in the commonest run of ``size`` words, if it occurs more than three times."""
    if len(words) < 2 * size:
        return 0.0
    counts = Counter(zip(*(words[start:] for start in range(size)), strict=False))
    most = max(counts.values())
    return min(1.0, most * size / len(words)) if most > 3 else 0.0


def repeated_ngram_share(words: Sequence[str], size: int) -> float:
    """Share of the words covered by runs of ``size`` words that an earlier run repeats."""
    seen: set[tuple[str, ...]] = set()
    covered = end = 0
    for place, gram in enumerate(zip(*(words[start:] for start in range(size)), strict=False)):
        if gram in seen:
            covered += place + size - max(place, end)
            end = place + size
        seen.add(gram)
    return covered / len(words) if words else 0.0
