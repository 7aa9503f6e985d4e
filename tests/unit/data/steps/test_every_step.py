"""What holds for every cleaning step, whatever the rows are."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.data.rows import Message, Row
from engine.data.steps.base import Step
from engine.data.table import rows_in
from engine.registry import recipe_type, variants

PIECES = (
    "What is bread made of? ",
    "面包是用什么做的？",
    "Of flour, water and salt. ",
    "User: ",
    "Assistant: ",
    "Q: ",
    "A: ",
    "### Response:\n",
    "<|im_end|>",
    "[/INST]",
    "<b>bold</b> ",
    "<p>one</p>",
    "<br>",
    "<div>",
    "a < b ",
    "&amp; ",
    "All rights reserved.\n",
    "Buy now! ",
    "Click here to subscribe. ",
    "扫码关注公众号。",
    "https://example.org/a_(b) ",
    "[link](https://example.org) ",
    "anna@example.org ",
    "+1 650-253-0000 ",
    "4111 1111 1111 1111 ",
    "I'm sorry, but I cannot help with that. ",
    "donâ€™t ",
    "\ufffd\ufffd",
    "\u200b",
    "\u00a0",
    "  \n\n\n\n",
    "`code <b>x</b>` ",
    "\n```\n<p>Buy now!</p>\n```\n",
    "the same line\n" * 6,
    "# Title\n",
    "...\n",
    "",
)
CALL = {
    "type": "function",
    "function": {"name": "mail", "arguments": {"to": "anna@example.org", "html": "<b>x</b>"}},
}
OPTIONS = {"pattern": {"pattern": "bread"}, "expression": {"condition": "answer_chars > 30"}}

texts = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)


@st.composite
def conversations(draw) -> tuple[Row, ...]:
    """Up to eight rows: with system prompts, several turns, calls, rejected answers, verdicts; some of them twice."""
    made: list[Row] = []
    for line in range(1, draw(st.integers(0, 8)) + 1):
        if made and draw(st.booleans()) and draw(st.booleans()):
            made.append(dataclasses.replace(draw(st.sampled_from(made)), line=line))
            continue
        turns = [Message("system", draw(texts))] if draw(st.booleans()) else []
        for _ in range(draw(st.integers(1, 2))):
            turns.append(Message("user", draw(texts)))
            turns.append(Message("assistant", draw(texts), (CALL,) if draw(st.booleans()) else ()))
        rejected = (Message("assistant", draw(texts)),) if draw(st.booleans()) else ()
        label = draw(st.sampled_from((None, True, False)))
        made.append(Row("file", line, tuple(turns), rejected=rejected, label=label, raw={"topic": line % 3}))
    return tuple(made)


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("evaluation") / "rows.jsonl"
    path.write_text(json.dumps({"instruction": PIECES[0], "output": PIECES[2]}) + "\n", encoding="utf-8")
    return path


def every_step(evaluation: Path) -> list[Step]:
    found = []
    for kind in variants("engine.data.steps"):
        name = str(kind.model_fields["kind"].default)
        options = {"path": str(evaluation)} if name == "evaluation_overlap" else OPTIONS.get(name, {})
        found.append(kind(**options))
    return found  # type: ignore[return-value]


def lines(rows: Sequence[Row]) -> list[int]:
    return [row.line for row in rows]


def calls(row: Row) -> list[object]:
    return [item.tool_calls for item in row.messages if item.tool_calls]


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=conversations())
def test_rows_are_kept_in_order_and_none_is_lost_invented_or_emptied(evaluation, rows):
    by_line = {row.line: row for row in rows}
    for step in every_step(evaluation):
        result = step.apply(rows)
        assert sorted([*lines(result.kept), *lines(result.removed)]) == lines(rows), step.kind
        assert lines(result.kept) == sorted(lines(result.kept)), step.kind
        assert lines(result.removed) == sorted(lines(result.removed)), step.kind
        changed = 0
        for row in result.kept:
            before = by_line[row.line]
            changed += row != before
            assert calls(row) == calls(before), step.kind
            assert (row.path, row.label, row.raw, row.tools) == (
                before.path,
                before.label,
                before.raw,
                before.tools,
            )
            if all(before.answers):
                assert all(row.answers), step.kind
            assert [bool(item.content) for item in row.rejected] == [
                bool(item.content) for item in before.rejected
            ]
        assert result.changed == changed, step.kind
        assert [by_line[row.line] for row in result.removed] == list(result.removed), step.kind


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=conversations())
def test_a_second_time_nothing_is_left_to_do(evaluation, rows):
    for step in every_step(evaluation):
        once = step.apply(rows).kept
        again = step.apply(once)
        assert (list(again.kept), again.changed, list(again.removed)) == (list(once), 0, []), step.kind


def test_every_step_has_words_and_survives_the_recipe(evaluation):
    for step in every_step(evaluation):
        assert step.title and step.group and step.summary.endswith(".") and len(step.summary) <= 130, (
            step.kind
        )
        for name, field in type(step).model_fields.items():
            if name != "kind":
                assert field.title and field.description, f"{step.kind}.{name}"
        document = {
            "method": {"kind": "lora"},
            "objective": {"kind": "sft"},
            "data": {"steps": [step.model_dump(mode="json")]},
        }
        assert recipe_type().model_validate(document).data.steps == (step,)


def test_defaults_leave_good_rows_alone(evaluation):
    good = (
        Row(
            "f",
            1,
            (Message("user", "Name three kinds of bread."), Message("assistant", "- rye\n- wheat\n- spelt")),
        ),
        Row(
            "f",
            2,
            (
                Message("user", "写一个排序函数"),
                Message("assistant", "```python\ndef f(x):\n    return sorted(x)\n```"),
            ),
        ),
        Row("f", 3, (Message("assistant", "Running text of a book, for pretraining, without a question."),)),
    )
    for step in every_step(evaluation):
        if step.kind not in ("balance", "expression", "pattern", "evaluation_overlap"):
            result = step.apply(good)
            assert (tuple(result.kept), result.changed) == (good, 0), step.kind


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=conversations())
def test_rows_that_live_in_a_file_are_cleaned_as_others_are(evaluation, rows):
    stored = rows_in(rows)
    for step in every_step(evaluation):
        here, there = step.apply(stored), step.apply(list(stored))
        assert list(here.kept) == list(there.kept), step.kind
        assert list(here.removed) == list(there.removed) and here.changed == there.changed, step.kind
