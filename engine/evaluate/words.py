"""Texts as words for comparing them: letters and digits in lower case, Chinese one character a word.

Single characters are the usual unit for ROUGE in Chinese (as for sacrebleu's BLEU): the figure depends on no
dictionary, and English is cut exactly as rouge-score cuts it.
"""

import re

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_ONE = re.compile(f"[{_HAN}\u3040-\u30ff]")
_WORD = re.compile(rf"[{_HAN}\u3040-\u30ff]|[^\W_{_HAN}\u3040-\u30ff]+")
_PLAIN = re.compile(r"[a-z0-9]+")


def has_han(text: str) -> bool:
    """Whether there is a Chinese character (or kana) in ``text``."""
    return bool(_ONE.search(text))


def words_of(text: str) -> list[str]:
    """The words of ``text``."""
    lower = text.lower()
    return (_PLAIN if lower.isascii() else _WORD).findall(lower)
