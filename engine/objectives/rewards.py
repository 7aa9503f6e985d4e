"""What an answer is worth by rules that anybody can check: each gives a number from 0 to 1, and never raises.

Pure functions of texts; ``engine.objectives.own_answers`` weighs them. A rule that takes too long for an answer gives 0.
"""

import functools
import json
import re
from typing import Any

PATTERN_S = 1.0  # for one answer
_NUMBER = re.compile(r"-?\d(?:[\d,]{0,40}\d)?(?:\.\d{1,40})?", re.ASCII)


def same_text(answer: str, wanted: str) -> float:
    """Whether both say the same, white space aside."""
    return float(bool(wanted) and answer.split() == wanted.split())


def contains(answer: str, wanted: str) -> float:
    """Whether the wanted text stands somewhere in the answer."""
    return float(bool(wanted.strip()) and wanted.strip() in answer)


def same_number(answer: str, wanted: str) -> float:
    """Whether the last number of both is the same, however it is written: 1,000 is 1000.0."""
    found, expected = last_number(answer), last_number(wanted)
    return float(found is not None and found == expected)


def last_number(text: str) -> float | None:
    """The last number in a text, thousands separated by commas or not; None without one."""
    found = _NUMBER.findall(text)
    return float(found[-1].replace(",", "")) if found else None


def matches(answer: str, pattern: str) -> float:
    """Whether the regular expression is found in the answer."""
    try:
        return float(_compiled(pattern).search(answer, timeout=PATTERN_S) is not None)
    except TimeoutError:
        return 0.0


@functools.lru_cache(maxsize=8)
def _compiled(pattern: str) -> Any:
    import regex

    return regex.compile(pattern, regex.MULTILINE)


def is_json(answer: str) -> float:
    """Whether the answer is one JSON object or list and nothing else."""
    try:
        return float(isinstance(json.loads(answer, parse_constant=_refuse), dict | list))
    except (ValueError, RecursionError):
        return 0.0


def _refuse(word: str) -> Any:
    """NaN and Infinity are Python's, not JSON's."""
    raise ValueError(word)


def near_length(answer: str, target_chars: int) -> float:
    """1 at so many characters, falling evenly to 0 for none and for twice as many."""
    return max(0.0, 1.0 - abs(len(answer) - target_chars) / target_chars)


def by_rule(rule: str, *, answer: str, prompt: str, wanted: str) -> float:
    """What the expression comes to for the answer; 0 where it gives no number. Not bounded."""
    from engine.data.expressions import parse
    from engine.data.rows import Message, Row

    turns = (Message("user", prompt), Message("assistant", answer))
    return parse(rule).number(Row(path="", line=0, messages=turns, raw={WANTED: wanted}))


WANTED = "wanted"  # the name of the wanted answer in a rule


def unknown_names(rule: str) -> frozenset[str]:
    """What ``rule`` speaks of and no answer has.

    Raises:
        ValueError: it is not understood; the message says where and why.
    """
    from engine.data.expressions import parse

    return parse(rule).names - {WANTED}
