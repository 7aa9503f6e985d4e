"""What becomes of rows over the cutoff: parts between turns with their system prompt, pieces of running text."""

import itertools
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data.overlong import split_text, split_turns
from engine.data.prepare import prepare
from engine.data.rows import Message, Row
from engine.data.tokens import Encoded


def encoded(count: int) -> Encoded:
    ids = np.arange(count, dtype=np.int32)
    return Encoded(ids, np.ones(count, dtype=np.bool_), ids.astype(np.int64), ids.astype(np.int64) + 1)


def row_of(*lengths: int, system: int = 0) -> Row:
    turns = [
        Message("user" if place % 2 == 0 else "assistant", "x" * length)
        for place, length in enumerate(lengths)
    ]
    return Row("f", 1, tuple([Message("system", "s" * system)] * (system > 0) + turns))


def by_chars(row: Row) -> Encoded:
    return encoded(sum(len(item.content) for item in row.messages))


@given(st.lists(st.integers(1, 30), min_size=1, max_size=12), st.integers(0, 10), st.integers(8, 80))
def test_parts_hold_all_turns_in_order_and_as_many_as_fit(sizes, system, longest):
    row = row_of(*(size for size in sizes for _ in range(2)), system=system)
    parts = [part for part, _ in split_turns(row, by_chars, longest=longest)]
    told = row.messages[: system > 0]
    assert all(part.messages[: len(told)] == told for part in parts)
    assert tuple(item for part in parts for item in part.messages[len(told) :]) == row.messages[len(told) :]
    for part, following in itertools.pairwise(parts):
        first = sum(len(item.content) for item in following.messages[len(told) :][:2])
        assert len(by_chars(part)) <= longest or len(part.messages) == len(told) + 2
        assert len(by_chars(part)) + first > longest


def test_a_refused_part_leaves_the_row_whole():
    assert split_turns(row_of(5, 5, 5, 5), lambda row: None, longest=10) == []


def test_running_text_is_cut_anywhere_and_loses_no_token():
    pieces = list(split_text(encoded(23), longest=10))
    assert [len(piece) for piece in pieces] == [10, 10, 3]
    assert np.concatenate([piece.input_ids for piece in pieces]).tolist() == list(range(23))
    assert all(not piece.trained[0] and piece.trained[1:].all() for piece in pieces)


def talk(turns: int, words: int) -> dict:
    pair = [{"role": "user", "content": "question"}, {"role": "assistant", "content": "word " * words}]
    return {"messages": [{"role": "system", "content": "be kind"}, *(pair * turns)]}


def test_long_conversations_become_several_examples(recipe, tokenizer, job, write):
    path = write("a.jsonl", "\n".join(json.dumps(item) for item in (talk(1, 2), talk(9, 5), talk(1, 90))))
    whole = prepare(recipe(path, cutoff_len=2000), tokenizer, job=job)
    made = prepare(recipe(path, cutoff_len=120, overlong="split"), tokenizer, job=job)
    assert (made.split, made.dropped, made.truncated) == (1, 0, 1)
    assert [item.line for item in made.train] == [1, *[2] * (len(made.train) - 2), 3]
    assert len(made.train) > 4 and all(len(item) <= 120 for item in made.train)
    second = [item for item in made.train if item.line == 2]
    assert sum(item.trained_tokens for item in second) == whole.train[1].trained_tokens
    assert all("be kind" in tokenizer.decode(item.input_ids) for item in made.train)
    assert [code for code, _ in job.warnings] == ["split"]


def test_documents_become_pieces(recipe, tokenizer, job, write):
    path = write("a.txt", "the cat sat on the mat " * 40)
    whole = prepare(recipe(path, objective="pt", cutoff_len=4000), tokenizer, job=job).train
    made = prepare(recipe(path, objective="pt", cutoff_len=64, overlong="split"), tokenizer, job=job)
    assert made.split == 1 and made.truncated == 0 and len(whole) == 1
    assert np.concatenate([item.input_ids for item in made.train]).tolist() == whole[0].input_ids.tolist()


@pytest.mark.parametrize("overlong", ["truncate", "split"])
def test_pairs_are_cut_and_stay_pairs(recipe, tokenizer, job, write, overlong):
    record = {"prompt": "q", "chosen": "good " * 50, "rejected": "bad " * 50}
    path = write("a.jsonl", json.dumps(record) + "\n" + json.dumps({**record, "chosen": "fine"}))
    made = prepare(recipe(path, objective="dpo", cutoff_len=40, overlong=overlong), tokenizer, job=job)
    assert made.split == 0 and len(made.train) == 2 and all(len(item.others) == 1 for item in made.train)
