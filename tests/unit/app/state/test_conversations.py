"""Kept conversations: whole again when read, found by their words, deleted and brought back."""

from dataclasses import replace
from pathlib import Path

import pytest

from app.state.conversations import Conversations, document_of, sampling_of, turns_of
from app.state.model import ChatSide, ChatState, ChatTurn
from app.state.versions import another, versions_at
from engine.contract.messages import Sampling
from engine.contract.results import ChatReply

REPLY = ChatReply(
    text="b", prompt_tokens=3, tokens=1, tokens_per_second=2.0, first_token_s=0.1, finish="stop"
)


def chat(*texts: str, **more: object) -> ChatState:
    turns = tuple(ChatTurn("assistant" if place % 2 else "user", text) for place, text in enumerate(texts))
    return replace(ChatState(), base=ChatSide("m", "Model", "ready", turns), **more)  # type: ignore[arg-type]


@pytest.fixture
def table(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "c.sqlite")


def test_a_conversation_is_whole_again(table: Conversations) -> None:
    turns = (ChatTurn("user", "a 🎻"), ChatTurn("assistant", "b", REPLY), ChatTurn("user", "c"))
    turns = (another("user", versions_at(turns, 0), "A"), ChatTurn("assistant", "B", REPLY))
    kept = replace(chat(), base=ChatSide("m", "Model", "ready", turns), system="Be brief.")
    kept = replace(kept, sampling=Sampling(seed=7, stop=("x", "\n")))
    table.put("1", kept, changed=1.0)
    document = table.get("1")
    assert document is not None and document == document_of(kept)
    assert turns_of(document["base"]) == turns and turns_of(document["tuned"]) == ()
    assert sampling_of(document) == kept.sampling and document["system"] == "Be brief."


def test_every_word_must_be_said(table: Conversations) -> None:
    table.put("1", chat("How is a fiddle made?", "Of maple."), changed=1.0)
    table.put("2", chat("How is bread made?", "Of 100% flour_x."), changed=2.0)
    assert [one.id for one in table.find()] == ["2", "1"]
    assert [one.id for one in table.find("MADE how")] == ["2", "1"]
    assert [one.id for one in table.find("made maple")] == ["1"]
    assert [one.id for one in table.find("100%")] == ["2"] and [one.id for one in table.find("r_x")] == ["2"]
    assert table.find("%z") == () and table.find("maple flour") == ()
    assert table.find()[0].title == "How is bread made?"


def test_keeping_again_replaces(table: Conversations) -> None:
    table.put("1", chat("one"), changed=1.0)
    table.put("1", chat("one", "two"), changed=2.0)
    assert [(one.id, one.changed) for one in table.find("two")] == [("1", 2.0)] and len(table.find()) == 1


def test_deleting_can_be_undone_until_the_next_start(tmp_path: Path) -> None:
    table = Conversations(tmp_path / "c.sqlite")
    for name in ("1", "2"):
        table.put(name, chat(name), changed=float(name))
        table.delete(name)
    assert table.find() == ()
    table.delete("1", undo=True)
    assert [one.id for one in table.find()] == ["1"]
    table.close()
    assert Conversations(tmp_path / "c.sqlite").get("2") is None
