"""What several cleaning steps need to know of texts: which turns to look at, where the code stands, what is a word."""

import json
import re
import unicodedata
from collections.abc import Callable
from typing import Literal

from engine.data.rows import Row

Where = Literal["any", "prompt", "answer"]

# Vowel signs and accents that stand after their letter: Python does not count them among the letters.
MARKS = "".join(
    character for character in map(chr, range(0x300, 0x10000)) if unicodedata.category(character)[0] == "M"
)
_WORD = re.compile(
    "[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|(?:[^\\W_]|[" + MARKS + "])+"
)
_CODE = re.compile(
    r"(^[ \t]*(?:```|~~~).*?(?:^[ \t]*(?:```|~~~)[ \t]*$|\Z)|`[^`\n]+`)", re.DOTALL | re.MULTILINE
)


def texts_of(row: Row, where: Where) -> list[str]:
    """The turns that a rule looks at: the model's answers, all others but the system prompt, or both."""
    if where == "answer":
        return [item.content for item in row.messages if item.role == "assistant"]
    if where == "prompt":
        return [item.content for item in row.messages if item.role in ("user", "tool")]
    return [item.content for item in row.messages if item.role != "system"]


def words_of(text: str) -> list[str]:
    """The words; in scripts without blanks every character is one."""
    return _WORD.findall(text)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """``text`` with ``change`` applied to what is neither a code block nor code in backquotes."""
    if "`" not in text and "~~~" not in text:
        return change(text)
    parts = _CODE.split(text)
    parts[::2] = [change(part) if part else part for part in parts[::2]]
    return "".join(parts)


def without_code(text: str) -> str:
    """What is neither a code block nor code in backquotes."""
    return text if "`" not in text and "~~~" not in text else _CODE.sub(" ", text)


def is_json(text: str) -> bool:
    """Whether ``text`` is an object or a list in JSON, such as the result of a function: no text to tidy."""
    start = text.lstrip()[:1]
    if start not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True
