"""Preference pairs are recognised before anything else that their columns could be."""

import json

import pytest

from engine.data.rows import Message
from engine.data.store import formats

GOOD, BAD = {"from": "gpt", "value": "good"}, {"from": "gpt", "value": "bad"}
ASK = {"from": "human", "value": "q"}


INSIDE = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "good"}]
OTHER = [INSIDE[0], {"role": "assistant", "content": "bad"}]
MARKED = "<|im_start|>user\nq<|im_end|>\n<|im_start|>assistant\n{}<|im_end|>\n"


@pytest.mark.parametrize(
    "record",
    [
        {"conversations": [ASK], "chosen": GOOD, "rejected": BAD},
        {"conversations": [ASK], "chosen": "good", "rejected": "bad"},
        {"instruction": "q", "input": "", "chosen": "good", "rejected": "bad"},
        {"prompt": "q", "chosen": "good", "rejected": "bad"},
        {"问题": "q", "chosen": "good", "rejected": "bad"},
        {"chosen": INSIDE, "rejected": OTHER},
        {"prompt": "q", "chosen": INSIDE, "rejected": OTHER},
        {"prompt": INSIDE[:1], "chosen": INSIDE[1:], "rejected": OTHER[1:]},
        {"chosen_messages": [ASK, GOOD], "rejected_messages": [ASK, BAD]},
        {"chosen": json.dumps(INSIDE), "rejected": json.dumps(OTHER)},
        {"chosen": MARKED.format("good"), "rejected": MARKED.format("bad")},
        {"chosen": "\n\nHuman: q\n\nAssistant: good", "rejected": "\n\nHuman: q\n\nAssistant: bad"},
    ],
)
def test_shapes(detect, make_row, record):
    assert detect(record)[0] == "preference"
    made = make_row("preference", record)
    assert made.messages == (Message("user", "q"), Message("assistant", "good"))
    assert made.rejected == (Message("assistant", "bad"),)


def test_question_with_history_and_system(make_row):
    record = {"instruction": "q", "history": [["hi", "hello"]], "system": "s", "chosen": "x", "rejected": "y"}
    made = make_row("preference", record)
    assert [item.content for item in made.messages] == ["s", "hi", "hello", "q", "x"]


def test_answers_that_look_like_data_are_answers(make_row):
    made = make_row("preference", {"prompt": "q", "chosen": '[{"a": 1}', "rejected": "[{}"})
    assert made.messages[-1].content == '[{"a": 1}' and made.rejected[0].content == "[{}"


def test_rejections(convert):
    assert convert("preference", {"prompt": "q", "chosen": "x", "rejected": "x"}) == (
        "same_answers",
        "rejected",
    )
    assert convert("preference", {"prompt": "q", "chosen": "", "rejected": "x"}) == ("empty_answer", "chosen")
    assert convert("preference", {"chosen": "x", "rejected": "y"}) == ("missing_column", "prompt")
    elsewhere = [{"role": "user", "content": "p"}, OTHER[1]]
    assert convert("preference", {"chosen": INSIDE, "rejected": elsewhere}) == (
        "different_questions",
        "rejected",
    )
    answered = {"conversations": [ASK, GOOD], "chosen": GOOD, "rejected": BAD}
    assert convert("preference", answered) == ("turn_order", "conversations")


def test_which_objectives_can_use_it():
    assert formats()["preference"].objectives == {"dpo", "rm"}
