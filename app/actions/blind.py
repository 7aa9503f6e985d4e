"""Blind votes: which of two answers is better, while nobody sees whose they are. Each vote is a row of a file."""

import json
import random
from dataclasses import replace
from typing import Literal

from app.actions.context import Context, translate
from app.state.changes import BlindSet
from app.state.model import Blind, ChatSide

Choice = Literal["left", "alike", "right"]
VOTES = "votes.jsonl"


class BlindVotes:
    """Shuffles the sides at each question, takes the vote, and reveals."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store

    def set_on(self, on: bool) -> None:
        """Begin or end; votes are counted from the beginning."""
        self._store.dispatch(BlindSet(Blind(on=on)))

    def shuffle(self) -> None:
        """Both models have been asked: which of them stands left is drawn."""
        blind = self._store.state.chat.blind
        if blind.on:
            swapped = random.random() < 0.5
            self._store.dispatch(BlindSet(replace(blind, swapped=swapped, revealed=False)))

    def vote(self, choice: Choice) -> None:
        """Take the vote on the answers that stand there, and say whose they are."""
        chat = self._store.state.chat
        blind = chat.blind
        answers = _answer(chat.base), _answer(chat.tuned)
        if not blind.on or blind.revealed or None in answers:
            return
        winner = "alike"
        if choice != "alike":
            winner = "tuned" if (choice == "left") == blind.swapped else "base"
        counted = {winner: getattr(blind, winner) + 1}
        self._store.dispatch(BlindSet(replace(blind, revealed=True, **counted)))
        question = next((turn.content for turn in reversed(chat.base.turns) if turn.role == "user"), "")
        self._write(
            {
                "question": question,
                "base": {"model": chat.base.model, "answer": answers[0]},
                "tuned": {"model": chat.tuned.model, "answer": answers[1]},
                "sampling": chat.sampling.model_dump(mode="json"),
                "better": winner,
            }
        )

    def _write(self, row: dict[str, object]) -> None:
        path = self._context.data_dir / VOTES
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))


def _answer(side: ChatSide) -> str | None:
    """The answer to the last question, once it is there."""
    if side.status != "ready" or not side.turns or side.turns[-1].role != "assistant":
        return None
    return side.turns[-1].content
