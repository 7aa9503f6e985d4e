import dataclasses
import json
from argparse import Namespace

import pytest

from engine.cli.data_recipe import data_recipe
from engine.data.clean_for_me import suggest
from engine.data.rows import Message, Row
from engine.data.steps.near_duplicates import NearDuplicates
from engine.registry import recipe_type
from engine.server.handlers import questions

CLEAN = [
    ("What is bread made of?", "Of flour, water, salt and yeast."),
    ("Name the capital of France.", "It is Paris, on the river Seine."),
    ("How many legs has a spider?", "A spider has eight legs, an insect six."),
    ("面包是用什么做的？", "用面粉、水、盐和酵母。"),
]
STORY = "Once there was a miller who had three sons, a mill, a donkey and a cat, and when he died the sons shared all of it"


def kinds(rows):
    return [item.step["kind"] for item in suggest(rows).steps]


def test_clean_rows_need_nothing(rows):
    assert kinds(rows(*CLEAN)) == []
    assert kinds(()) == []


@pytest.mark.parametrize(
    ("pair", "kind"),
    [
        (("donâ€™t", "fine words"), "repair_unicode"),
        (("Tell me", "<p>One</p><p>two</p>"), "html"),
        (("User: hello", "Assistant: hi there"), "prompt_format"),
        (("q  ", "trailing blanks  "), "whitespace"),
        (("Tell me", "Bread rises. Click here to subscribe now!"), "advertisements"),
        (("Tell me", "Write to anna@example.org"), "personal_data"),
        (("Tell me", ""), "drop_empty"),
        (("Tell me", "word " * 10_000), "too_long"),
        (("Tell me", "\ufffd\ufffd broken"), "noise"),
        (("Tell me", "I'm sorry, but I cannot help with that."), "refusals"),
        (CLEAN[0], "exact_duplicates"),
    ],
)
def test_each_fault_brings_its_step(rows, pair, kind):
    found = (
        suggest(rows(*CLEAN * 3, pair)).steps
        if kind != "exact_duplicates"
        else suggest(rows(*CLEAN, pair)).steps
    )
    by_kind = {item.step["kind"]: item.reason for item in found}
    assert kind in by_kind
    assert by_kind[kind].startswith("Of ") and " 1 " in by_kind[kind]


def test_near_twins_bring_their_step_but_not_among_verdicts(rows):
    made = rows(*CLEAN, ("Tell", STORY), ("Tell", STORY.replace("donkey", "horse")))
    assert kinds(made) == ["near_duplicates"]
    judged = tuple(dataclasses.replace(row, label=row.line % 2 == 0) for row in made)
    assert kinds(judged) == []


def test_rows_about_markup_keep_it(rows):
    made = rows(*CLEAN, ("Write the HTML of a list", "<ul><li>one</li></ul>"))
    assert "html" not in kinds(made)
    footer = rows(
        *CLEAN,
        ("Write the HTML of a list", "<ul><li>one</li></ul>"),
        ("q", "Text here.\nAll rights reserved."),
    )
    (html,) = [item.step for item in suggest(footer).steps if item.step["kind"] == "html"]
    assert html["tags"] is False and html["boilerplate"] is True


def test_a_step_that_would_take_most_rows_is_not_proposed(rows):
    made = rows(*[("Tell me", f"I'm sorry, but I cannot help with that, number {n}.") for n in range(10)])
    assert "refusals" not in kinds(made)


def test_rows_with_functions_keep_refusals_and_what_the_calls_repeat(rows):
    made = rows(*CLEAN, ("Mail a@b.org", "I'm sorry, but I cannot send mails."))
    assert kinds(made) == ["personal_data", "refusals"]
    assert kinds(tuple(dataclasses.replace(row, tools=({"type": "function"},)) for row in made)) == []


def test_languages_are_never_filtered(rows):
    made = rows(
        *[
            (f"What is the number after {n}?", f"The number after it is {n + 1}, of course.")
            for n in range(300)
        ]
    )
    assert "language_filter" not in kinds(
        (*made, Row("f", 1, (Message("user", "什么？"), Message("assistant", "面包。"))))
    )


def test_steps_fit_in_a_recipe_and_leave_nothing_to_do(rows):
    made = rows(
        *CLEAN,
        ("User: x ", "Assistant: <b>y</b>  donâ€™t"),
        ("Tell me", "a@b.org is it"),
        ("q", ""),
        CLEAN[0],
    )
    found = suggest(made)
    document = {
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "data": {"steps": [item.step for item in found.steps]},
    }
    after = made
    for step in recipe_type().model_validate(document).data.steps:
        after = step.apply(after).kept
    assert len(found.steps) >= 5 and kinds(after) == []


def test_of_very_many_rows_a_sample_is_looked_at(rows, monkeypatch):
    monkeypatch.setattr("engine.data.clean_for_me.SAMPLE_ROWS", 20)
    monkeypatch.setattr("engine.data.clean_for_me._TWIN_ROWS", 50)
    monkeypatch.setattr(NearDuplicates, "apply", lambda self, rows: pytest.fail("all rows were compared"))
    made = rows(*[(f"Tell me about {n}", f"Number {n} is a number. ") for n in range(60)])
    found = {item.step["kind"]: item.reason for item in suggest(made).steps}
    assert list(found) == ["whitespace", "exact_duplicates", "near_duplicates"]
    assert found["whitespace"].startswith("Of a sample of 20 rows, 20 ")


def test_it_can_be_ended(rows):
    def stop(count: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        suggest(rows(*CLEAN * 200), tick=stop)


def test_the_engine_answers(write):
    path = write("rows.jsonl", "\n".join(json.dumps({"instruction": q, "output": f"{a} "}) for q, a in CLEAN))
    recipe = {
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "data": {"sources": [{"path": str(path)}]},
    }
    from engine.contract.messages import SuggestSteps

    found = questions()["data.suggest_steps"].answer(SuggestSteps(recipe=recipe))
    assert [item.step["kind"] for item in found.steps] == ["whitespace"]


def test_the_command_line_takes_what_is_suggested(write):
    path = write("rows.jsonl", "\n".join(json.dumps({"instruction": q, "output": f"{a} "}) for q, a in CLEAN))
    named = Namespace(files=[str(path)], overrides=[], model=None, steps="auto")
    assert [step.kind for step in data_recipe(named).data.steps] == ["whitespace"]
    named.steps = "none"
    assert data_recipe(named).data.steps == ()
