import dataclasses

import pytest

from engine.data.rows import Message
from engine.data.steps.refusals import Refusals


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, but I cannot assist with this request.",
        "As an AI language model, I do not have access to your calendar.",
        "I cannot provide instructions for that.",
        "Unfortunately, I am unable to open links.",
        "That request violates our guidelines.",
        "My guidelines prohibit it.",
        "抱歉，我无法回答这个问题。",
        "很抱歉，作为一个人工智能语言模型，我没有个人情感。",
        "作为一个AI助手，我会尽力。",
        "我不能提供这类信息。",
        "您的请求违反了相关法律。",
    ],
)
def test_refusals_go(rows, answer):
    assert Refusals().apply(rows(("q", answer))).removed


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry to hear that your dog is ill. Keep it warm.",
        "You cannot help everybody, but start with one.",
        "Sorry is a card game.",
        "AI models such as BERT are trained on text.",
        "我很抱歉听到这个消息，请保重。",
        "人工智能是一门科学。",
    ],
)
def test_answers_stay(rows, answer):
    assert Refusals().apply(rows(("I cannot help you, as an AI, right?", answer))).kept


def test_options(rows):
    late = rows(("q", "x" * 300 + " I cannot help with that."))
    assert Refusals().apply(late).kept and Refusals(scope="anywhere").apply(late).removed
    assert Refusals(scope="anywhere", max_chars=200).apply(late).kept
    assert Refusals(phrases=("NO way.",)).apply(rows(("q", "no way. Never"))).removed
    assert Refusals(phrases=("", " ")).apply(rows(("q", "fine"))).kept


def test_a_rejected_answer_may_refuse(rows):
    (row,) = rows(("q", "Sure: 4."))
    row = dataclasses.replace(row, rejected=(Message("assistant", "I cannot help with that."),))
    assert Refusals().apply((row,)).kept == (row,)
    (refused,) = rows(("q", "I cannot help with that."))
    assert Refusals().apply((dataclasses.replace(refused, label=False),)).kept
    assert Refusals().apply((dataclasses.replace(refused, label=True),)).removed
