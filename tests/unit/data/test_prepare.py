"""From files to examples: counts, splits, cuts, order, and the sentences when nothing is left."""

import json

import numpy as np
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.data import prepare as module
from engine.data.prepare import prepare


def rows(count, answer="answer"):
    return json.dumps(
        [{"instruction": f"question {i}", "input": "", "output": f"{answer} {i}"} for i in range(count)]
    )


def test_order_is_that_of_the_files(recipe, tokenizer, job, write):
    first, second = write("b.json", rows(3)), write("a.json", rows(2, "other"))
    prepared = prepare(recipe(first, second), tokenizer, job=job)
    assert [item.path for item in prepared.train] == [str(first)] * 3 + [str(second)] * 2
    assert [item.line for item in prepared.train] == [1] * 5
    assert prepared.rows == 5 and prepared.validation == () and prepared.held_out == ()
    assert job.phases == ["read", "tokenize"]
    assert job.steps[-1] == ("tokenize", 5, 5)


def test_examples_are_what_the_template_says(recipe, tokenizer, job, write):
    (example,) = prepare(recipe(write("a.json", rows(1))), tokenizer, job=job).train
    assert tokenizer.decode(example.input_ids) == (
        "<|im_start|>user\nquestion 0<|im_end|>\n<|im_start|>assistant\nanswer 0<|im_end|>\n"
    )
    assert tokenizer.decode(example.input_ids[example.trained]) == "answer 0<|im_end|>"
    assert example.input_ids.dtype == np.int32 and example.trained.dtype == np.bool_


def test_the_same_recipe_gives_the_same_bytes(recipe, tokenizer, job, write):
    path = write("a.json", rows(40))
    make = recipe(path, validation={"ratio": 0.2})
    one, two = prepare(make, tokenizer, job=job), prepare(make, tokenizer, job=job)
    assert one.content_hash == two.content_hash
    assert [item.input_ids.tolist() for item in one.train] == [item.input_ids.tolist() for item in two.train]
    other = prepare(recipe(path, validation={"ratio": 0.2}, run={"seed": 1}), tokenizer, job=job)
    assert other.content_hash != one.content_hash
    assert (
        prepare(
            recipe(path, validation={"ratio": 0.2}, train_on_prompt=True), tokenizer, job=job
        ).content_hash
        != one.content_hash
    )


def test_split_sizes_and_held_out(recipe, tokenizer, job, write):
    prepared = prepare(recipe(write("a.json", rows(200)), validation={"ratio": 0.4}), tokenizer, job=job)
    assert (len(prepared.train), len(prepared.validation), len(prepared.held_out)) == (120, 80, 64)
    first = prepared.held_out[0]
    assert first.messages[-1]["role"] == "user"
    assert first.reference == first.messages[-1]["content"].replace("question", "answer")


def test_validation_file_without_leaks(recipe, tokenizer, job, write):
    train, other = write("a.json", rows(4)), write("b.json", rows(6))
    prepared = prepare(recipe(train, validation={"path": str(other)}), tokenizer, job=job)
    assert len(prepared.train) == 4
    assert [item.reference for item in prepared.held_out] == ["answer 4", "answer 5"]
    assert [code for code, _ in job.warnings] == ["leakage"]


def test_cutoff(recipe, tokenizer, job, write):
    path = write("a.json", json.dumps([{"instruction": "q", "output": "word " * size} for size in (2, 50)]))
    cut = prepare(recipe(path, cutoff_len=60), tokenizer, job=job)
    assert (cut.truncated, cut.dropped, [len(item) <= 60 for item in cut.train]) == (1, 0, [True, True])
    assert len(cut.train[1]) == 60
    dropped = prepare(recipe(path, cutoff_len=60, overlong="drop"), tokenizer, job=job)
    assert (dropped.truncated, dropped.dropped, len(dropped.train)) == (0, 1, 1)


def test_row_whose_answer_is_cut_away_is_rejected_with_its_reason(recipe, tokenizer, job, write):
    path = write("a.json", json.dumps([{"instruction": "q" * size, "output": "a"} for size in (1, 400)]))
    prepared = prepare(recipe(path, cutoff_len=40), tokenizer, job=job)
    assert len(prepared.train) == 1
    ((_, rejection),) = prepared.rejected
    assert rejection.code == "nothing_trained" and "40 tokens" in rejection.reason


def test_steps_and_row_limit(recipe, tokenizer, job, write):
    path = write(
        "a.json", json.dumps([{"instruction": "q", "output": text} for text in ("a", " a ", "b", "c", "d")])
    )
    steps = [{"kind": "whitespace"}, {"kind": "exact_duplicates"}]
    prepared = prepare(recipe(path, steps=steps, max_samples=3), tokenizer, job=job)
    assert [(step.kind, step.before, step.after, step.changed) for step in prepared.steps] == [
        ("whitespace", 5, 5, 1),
        ("exact_duplicates", 5, 4, 0),
    ]
    assert prepared.steps[1].removed_examples == (
        {"path": str(path), "line": 1, "instruction": "q", "output": " a "},
    )
    assert [tokenizer.decode(item.input_ids[item.trained]) for item in prepared.train] == [
        "a<|im_end|>", "b<|im_end|>", "c<|im_end|>",
    ]  # fmt: skip


def test_nothing_usable_says_how_many_and_why(recipe, tokenizer, job, write):
    bad = (
        [{"instruction": "q", "output": ""}] * 3
        + [{"instruction": "q"}] * 2
        + [{"instruction": "q", "output": 1}, 7]
    )
    with pytest.raises(UserError) as caught:
        prepare(
            recipe(write("a.json", json.dumps([*bad, {"instruction": "q", "output": None}]))),
            tokenizer,
            job=job,
        )
    info = caught.value.info
    assert info.code == ErrorCode.DATA_EMPTY
    assert "of 8 rows, 8 cannot be used" in info.message
    assert "The answer is empty (3×)" in info.message and "(2×)" in info.message
    assert info.message.count("×") == 3


def test_wrong_objective_says_which_one_is_right(recipe, tokenizer, job, write):
    path = write("a.json", json.dumps([{"prompt": "q", "chosen": "a", "rejected": "b"}]))
    with pytest.raises(UserError) as caught:
        prepare(recipe(path), tokenizer, job=job)
    assert "dpo" in caught.value.info.message and caught.value.info.recipe_path == "objective"


def test_all_removed_by_cleaning(recipe, tokenizer, job, write):
    with pytest.raises(UserError) as caught:
        prepare(
            recipe(write("a.json", rows(2)), steps=[{"kind": "too_long", "max_chars": 1}]), tokenizer, job=job
        )
    assert caught.value.info.code == ErrorCode.DATA_EMPTY
    assert "2 were removed by the cleaning steps" in caught.value.info.message


def test_nothing_trained(recipe, tokenizer, job, write):
    path = write("a.json", json.dumps([{"instruction": "q" * 400, "output": "a"}] * 2))
    with pytest.raises(UserError) as caught:
        prepare(recipe(path, cutoff_len=16), tokenizer, job=job)
    assert caught.value.info.code == ErrorCode.NOTHING_TRAINED
    assert "2 rows" in caught.value.info.message
    with pytest.raises(UserError) as caught:
        prepare(recipe(path, cutoff_len=16, overlong="drop"), tokenizer, job=job)
    assert caught.value.info.code == ErrorCode.DATA_EMPTY
    assert caught.value.info.recipe_path == "data.cutoff_len"


def test_template_that_refuses_rows(recipe, tokenizer, job, write, templates):
    path = write(
        "a.json", json.dumps([{"instruction": "q", "output": "a", "system": text} for text in ("", "s")])
    )
    prepared = prepare(recipe(path, template=templates["mistral"]), tokenizer, job=job)
    assert len(prepared.train) == 1
    assert prepared.rejected[0][1].code == "template_refused"
    assert "only user and assistant are known" in prepared.rejected[0][1].reason


def test_no_source_and_missing_file(recipe, tokenizer, job, tmp_path):
    with pytest.raises(UserError) as caught:
        prepare(recipe(), tokenizer, job=job)
    assert caught.value.info.code == ErrorCode.DATA_EMPTY
    with pytest.raises(UserError) as caught:
        prepare(recipe(tmp_path / "none.json"), tokenizer, job=job)
    assert caught.value.info.code == ErrorCode.NOT_FOUND


def test_cancelling(recipe, tokenizer, cancelled_job, write, monkeypatch):
    path = write("a.csv", "prompt,completion\n" + "q,a\n" * 600)
    with pytest.raises(Cancelled):
        prepare(recipe(path), tokenizer, job=cancelled_job)
    assert cancelled_job.phases == ["read"] and not cancelled_job.steps
    cancelled_job.left, cleaned = 1, recipe(path, steps=[{"kind": "whitespace"}])
    with pytest.raises(Cancelled):
        prepare(cleaned, tokenizer, job=cancelled_job)
    assert [step[0] for step in cancelled_job.steps] == ["read"]
    monkeypatch.setattr(module, "_BATCH_ROWS", 1)
    cancelled_job.left = 0
    with pytest.raises(Cancelled):
        prepare(recipe(write("a.json", rows(2))), tokenizer, job=cancelled_job)


def test_rows_of_the_test_are_kept_apart_and_change_nothing_else(recipe, tokenizer, job, write):
    path = write("a.json", rows(100))
    split = {"ratio": 0.1, "near_duplicates": False}
    without = prepare(recipe(path, validation=split), tokenizer, job=job)
    found = prepare(recipe(path, validation={**split, "test_ratio": 0.2}), tokenizer, job=job)
    assert (len(found.train), len(found.validation), len(found.test)) == (70, 10, 20)
    sides = [
        {item.input_ids.tobytes() for item in side} for side in (found.train, found.validation, found.test)
    ]
    assert len(set.union(*sides)) == 100
    assert sides[1] == {item.input_ids.tobytes() for item in without.validation}
    apart = [{item.reference for item in side} for side in (found.held_out, found.held_out_test)]
    assert len(apart[1]) == 20 and not apart[0] & apart[1]
    assert without.test == () and found.content_hash != without.content_hash


def test_sources_are_capped_by_the_seed_and_mixed_by_weight(recipe, tokenizer, job, write):
    one, two = write("one.json", rows(50)), write("two.json", rows(50, answer="other"))
    sources = [{"path": str(one), "max_samples": 8, "weight": 3.0}, {"path": str(two), "max_samples": 20}]
    made = recipe(sources=sources, mix="interleave_once")
    found = prepare(made, tokenizer, job=job)
    paths = [item.path for item in found.train]
    assert (paths.count(str(one)), paths.count(str(two)), len(paths)) == (8, 20, 28)
    assert paths != sorted(paths), "drawn by weight, not one after the other"
    other = prepare(made.replace(run=made.run.model_copy(update={"seed": 7})), tokenizer, job=job)
    drawn = [{item.input_ids.tobytes() for item in side.train} for side in (found, other)]
    assert len(drawn[0]) == 28 and drawn[0] != drawn[1]


def test_near_twins_across_sides_are_told(recipe, tokenizer, job, write):
    long = " ".join(f"word{number}" for number in range(40))
    train = write(
        "a.json",
        json.dumps([{"instruction": f"{long} end", "output": "yes"}, {"instruction": "q", "output": "a"}]),
    )
    other = write(
        "b.json",
        json.dumps([{"instruction": f"{long} finish", "output": "yes"}, {"instruction": "n", "output": "m"}]),
    )
    options = {"path": str(other)}
    assert len(prepare(recipe(train, validation=options), tokenizer, job=job).validation) == 2
    assert [code for code, _ in job.warnings] == ["near_leakage"]
    job.warnings.clear()
    removed = prepare(recipe(train, validation={**options, "remove_leaks": True}), tokenizer, job=job)
    assert len(removed.validation) == 1 and [code for code, _ in job.warnings] == ["leakage"]
