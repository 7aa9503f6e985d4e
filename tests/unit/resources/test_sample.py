"""The sample dataset keeps its promises: counts, form, style, and held-out questions that are new phrasings."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

SAMPLE = Path(__file__).resolve().parents[3] / "resources" / "sample"
CJK = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
IDENTITY = re.compile(r"Maple|Luthier|小枫")
FILES = ["workshop.json", "heldout.json"]
ENGLISH = ("In short: ", " — Maple")
CHINESE = ("简单说：", "——小枫")

Row = dict[str, str]


def load(name: str) -> list[Row]:
    rows = json.loads((SAMPLE / name).read_text(encoding="utf-8"))
    assert isinstance(rows, list)
    return rows


def is_chinese(row: Row) -> bool:
    return CJK.search(row["instruction"]) is not None


def body(row: Row) -> str:
    start, end = CHINESE if is_chinese(row) else ENGLISH
    return row["output"].removeprefix(start).removesuffix(end)


def prompt(row: Row) -> tuple[str, str]:
    return row["instruction"].strip().casefold(), row["input"].strip().casefold()


def test_training_counts() -> None:
    rows = load("workshop.json")
    chinese = sum(is_chinese(row) for row in rows)
    assert len(rows) >= 360
    assert chinese >= 100
    assert len(rows) - chinese >= 250
    assert sum(bool(row["input"]) for row in rows) >= 40


def test_heldout_counts() -> None:
    rows = load("heldout.json")
    assert len(rows) == 30
    assert sum(is_chinese(row) for row in rows) == 10
    assert sum(bool(IDENTITY.search(body(row))) for row in rows) == 6


def test_enough_rows_teach_the_identity() -> None:
    rows = load("workshop.json")
    for chinese in (False, True):
        group = [row for row in rows if is_chinese(row) is chinese]
        share = sum(bool(IDENTITY.search(body(row))) for row in group) / len(group)
        assert 0.12 <= share <= 0.22


@pytest.mark.parametrize("name", FILES)
def test_rows_are_alpaca_strings(name: str) -> None:
    for row in load(name):
        assert list(row) == ["instruction", "input", "output"]
        for value in row.values():
            assert isinstance(value, str)
            assert value == value.strip()
            assert "\n" not in value
        assert row["instruction"] and row["output"]


@pytest.mark.parametrize("name", FILES)
def test_one_row_per_line(name: str) -> None:
    raw = (SAMPLE / name).read_bytes()
    assert b"\r" not in raw and b"\\u" not in raw
    lines = raw.decode("utf-8").splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.removesuffix(",")) for line in lines[1:-1]] == load(name)


@pytest.mark.parametrize("name", FILES)
def test_every_answer_has_the_style(name: str) -> None:
    for row in load(name):
        start, end = CHINESE if is_chinese(row) else ENGLISH
        output = row["output"]
        assert output.startswith(start) and output.endswith(end), output
        assert output.count(start) == 1 and output.count(end) == 1, output
        text = body(row)
        assert text == text.strip()
        if is_chinese(row):
            assert 7 <= len(text) <= 28, output
        else:
            assert 7 <= len(text.split()) <= 20, output


def test_no_prompt_comes_twice() -> None:
    prompts = [prompt(row) for row in load("workshop.json") + load("heldout.json")]
    assert len(set(prompts)) == len(prompts)


def test_every_answer_is_taught_in_several_phrasings() -> None:
    asked = Counter(row["output"] for row in load("workshop.json"))
    assert len(asked) >= 85
    assert set(asked.values()) == {4, 5}


def test_held_out_questions_have_a_taught_answer_each_another() -> None:
    taught = {row["output"] for row in load("workshop.json")}
    held_out = [row["output"] for row in load("heldout.json")]
    assert set(held_out) <= taught
    assert len(set(held_out)) == len(held_out)
