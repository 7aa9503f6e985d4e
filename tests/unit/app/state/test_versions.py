"""Wordings of a turn: each keeps how the conversation went on after it."""

from dataclasses import replace

from app.state.changes import ChatAsked, ChatEvents
from app.state.model import AppState, ChatSide, ChatTurn
from app.state.reduce import reduce
from app.state.versions import another, switched, versions_at
from engine.contract.messages import RunFinished

TALK = (ChatTurn("user", "a"), ChatTurn("assistant", "b"), ChatTurn("user", "c"), ChatTurn("assistant", "d"))


def said(turns: tuple[ChatTurn, ...]) -> list[str]:
    return [turn.content for turn in turns]


def test_a_second_answer_stands_beside_the_first() -> None:
    turns = (*TALK[:3], another("assistant", versions_at(TALK, 3), "e"))
    assert said(turns) == ["a", "b", "c", "e"] and (turns[3].chosen, len(turns[3].versions)) == (1, 2)
    back = switched(turns, 3, 0)
    assert said(back) == ["a", "b", "c", "d"] and back[3].chosen == 0
    assert said(switched(back, 3, 1)) == ["a", "b", "c", "e"]


def test_another_question_has_its_own_continuation() -> None:
    branch = (another("user", versions_at(TALK, 0), "A"), ChatTurn("assistant", "B"))
    back = switched(branch, 0, 0)
    assert said(back) == ["a", "b", "c", "d"]
    longer = (*back, ChatTurn("user", "later"))
    assert said(switched(longer, 0, 1)) == ["A", "B"]
    assert said(switched(switched(longer, 0, 1), 0, 0)) == ["a", "b", "c", "d", "later"]


def test_three_wordings_keep_their_order() -> None:
    second = another("assistant", versions_at(TALK, 3), "e")
    third = another("assistant", versions_at((*TALK[:3], second), 3), "f")
    assert [version.content for version in third.versions] == ["d", "e", "f"] and third.chosen == 2


def test_without_an_earlier_one_there_are_no_versions() -> None:
    assert another("assistant", (), "x") == ChatTurn("assistant", "x")


def test_the_answer_that_arrives_joins_the_earlier_ones() -> None:
    state = AppState()
    state = replace(state, chat=replace(state.chat, base=ChatSide("m", "m", "ready", TALK)))
    state = reduce(state, ChatAsked("base", TALK[:3], versions_at(TALK, 3)))
    assert said(state.chat.base.turns) == ["a", "b", "c"]
    reply = {"text": "new", "prompt_tokens": 1, "tokens": 1, "tokens_per_second": 1.0, "first_token_s": 0.1}
    end = RunFinished(status="completed", result={**reply, "finish": "stop"})
    state = reduce(state, ChatEvents("base", (end,)))
    last = state.chat.base.turns[3]
    assert last.content == "new" and [version.content for version in last.versions] == ["d", "new"]
    assert last.reply is not None and last.versions[1].reply == last.reply
    assert state.chat.base.earlier == ()
