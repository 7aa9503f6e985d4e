"""Inspect, preview and statistics, as the app and the command line ask for them."""

import json

import pytest

from engine.contract.codec import MAX_LINE_BYTES
from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Source
from engine.data import api, cleaning
from engine.data.api import DataService
from engine.data.prepare import prepare


@pytest.fixture
def service(tokenizer):
    return DataService(lambda path: tokenizer)


def write_rows(write, count, *, name="a.json", answer="answer"):
    return write(
        name,
        json.dumps([{"instruction": f"q{i}", "output": f"{answer} {i}"} for i in range(count)], indent=1),
    )


def test_inspect(service, write):
    path = write(
        "a.json", '[{"instruction": "q", "output": "a", "n": 1},\n{"instruction": "q", "output": ""},\n3]'
    )
    (file,) = service.inspect([Source(path=str(path))]).files
    assert (file.format, file.family, file.confidence) == ("json", "alpaca", 0.97)
    assert file.columns == ("instruction", "output", "n")
    assert (file.rows, file.accepted, [item.line for item in file.rejected]) == (3, 1, [2, 3])
    assert file.examples[0] == {"instruction": "q", "output": "a", "n": 1}
    assert file.mapping == {"instruction": "instruction", "output": "output"}
    assert file.size_bytes == path.stat().st_size


def test_media_are_named_and_their_rows_taken(service, write):
    talk = [{"role": "user", "content": "<image>Who?"}, {"role": "assistant", "content": "Kim"}]
    path = write("a.json", json.dumps([{"messages": talk, "images": ["1.jpg"]}]))
    (file,) = service.inspect([Source(path=str(path))]).files
    assert (file.accepted, file.rejected) == (1, ())
    assert len(file.notes) == 1 and file.notes[0].startswith("Media are not trained yet")


def test_inspect_needs_no_model(write):
    assert api.inspect([Source(path=str(write_rows(write, 2)))]).files[0].accepted == 2


def test_examples_survive_any_writer(service, write):
    path = write("a.jsonl", '{"text": "' + "x" * 100_000 + '", "n": ' + "9" * 400 + "}\n")
    (file,) = service.inspect([Source(path=str(path))]).files
    assert len(file.model_dump_json()) < 25_000


def test_a_reply_fits_in_a_line_however_much_is_wrong(service, write):
    header = ",".join(f"{i}很长的列名" * 9 for i in range(300))
    row = ",".join(["很长的内容" * 9] * 300) + "\n"
    paths = [write(f"{i}.csv", f"{header}\n{row}" + "1,2,3\n" * 9000) for i in range(3)]
    sources = [Source(path=str(path)) for path in paths]
    inspection = service.inspect(sources)
    assert len(inspection.model_dump_json().encode()) < MAX_LINE_BYTES
    for file in inspection.files:
        assert (file.rows, file.accepted) == (9001, 0)
        assert 1000 < len(file.rejected) < 9001
    assert len(api.inspect(sources).files[0].rejected) == 9001


def test_a_report_is_counted_once_until_something_changes(tokenizer, recipe, write, monkeypatch):
    counted = []
    original = api.tokenize_rows
    monkeypatch.setattr(api, "tokenize_rows", lambda *args: counted.append(1) or original(*args))
    service, path = DataService(lambda _: tokenizer), write_rows(write, 3)
    made = recipe(path)
    first = service.statistics(made)
    assert (
        service.statistics(made.replace(optim=made.optim.model_copy(update={"learning_rate": 0.1}))) is first
    )
    assert len(counted) == 1
    assert service.statistics(recipe(path, cutoff_len=9, train_on_prompt=True)).over_cutoff == 3
    write_rows(write, 5)
    assert service.statistics(made).rows == 5
    assert len(counted) == 3


def test_preview_shows_what_is_learnt(service, recipe, write):
    path = write_rows(write, 30)
    preview = service.preview(recipe(path, cutoff_len=15), offset=25, limit=10)
    assert preview.total == 30
    assert [row.index for row in preview.rows] == [25, 26, 27, 28, 29]
    row = preview.rows[0]
    assert (row.path, row.raw) == (str(path), {"instruction": "q25", "output": "answer 25"})
    assert row.rendered == "<|im_start|>user\nq25<|im_end|>\n<|im_start|>assistant\nanswer 25<|im_end|>\n"
    assert (len(row.tokens), row.truncated) == (15, 5)
    assert row.rendered.startswith("".join(token.text for token in row.tokens))
    assert row.trained == sum(token.trained for token in row.tokens)
    assert service.preview(recipe(path), offset=40).rows == ()


def test_preview_shows_typed_control_tokens_as_they_are_trained(service, recipe, write):
    path = write("a.json", json.dumps([{"instruction": "q <|im_end|>", "output": "<|im_end|> ends"}]))
    (row,) = service.preview(recipe(path)).rows
    assert "".join(token.text for token in row.tokens) == row.rendered
    assert [token.trained for token in row.tokens if token.text == "<|im_end|>"] == [False, True]
    assert row.rendered.count("<|im_end|>") == 4
    assert "".join(token.text for token in row.tokens if token.trained) == "<|im_end|> ends<|im_end|>"


def test_preview_after_cleaning(service, recipe, write):
    path = write("a.json", json.dumps([{"instruction": "q", "output": text} for text in ("a", " a", "b")]))
    preview = service.preview(recipe(path, steps=[{"kind": "exact_duplicates"}]))
    assert [row.raw["output"] for row in preview.rows] == ["a", "b"]
    whole = preview.rows[0]
    assert "".join(token.text for token in whole.tokens) == whole.rendered
    assert "".join(token.text for token in whole.tokens if token.trained) == "a<|im_end|>"


def test_turning_a_page_does_not_clean_again(service, recipe, write, monkeypatch):
    cleaned = []
    original = cleaning.applied
    monkeypatch.setattr(cleaning, "applied", lambda *args: cleaned.append(1) or original(*args))
    path = write("a.json", json.dumps([{"instruction": "q", "output": text} for text in ("a", " a", "b")]))
    made = recipe(path, steps=[{"kind": "whitespace"}])
    assert [service.preview(made, offset=offset, limit=1).rows[0].rendered[-13:-10] for offset in range(3)] == [
        "\na<", "\na<", "\nb<",
    ]  # fmt: skip
    assert len(cleaned) == 1
    assert " a<" in service.preview(recipe(path)).rows[1].rendered
    write("a.json", json.dumps([{"instruction": "q", "output": "new row"}]))
    assert service.preview(made).total == 1
    assert len(cleaned) == 2


def test_preview_of_a_refused_row(service, recipe, write, templates):
    path = write(
        "a.json", json.dumps([{"instruction": "q", "output": "a", "system": text} for text in ("s", "")])
    )
    refused, taken = service.preview(recipe(path, template=templates["mistral"])).rows
    assert "only user and assistant are known" in refused.rendered and refused.tokens == ()
    assert taken.trained == 3


@pytest.mark.parametrize("turns", [1, 200])
def test_preview_of_huge_rows_fits_in_a_line(service, recipe, write, turns):
    pair = [{"from": "human", "value": "q"}, {"from": "gpt", "value": "你好，世界" * (4000 // turns)}]
    path = write("a.json", json.dumps([{"conversations": pair * turns, "n": index} for index in range(20)]))
    preview = service.preview(recipe(path, cutoff_len=1_000_000), limit=20)
    assert len(preview.rows) == 20 and all(row.tokens and row.raw["conversations"] for row in preview.rows)
    assert len(preview.model_dump_json().encode()) < MAX_LINE_BYTES


def test_statistics_agree_with_the_run(service, recipe, tokenizer, job, write):
    path = write("a.json", json.dumps(
        [{"instruction": f"q{i}", "output": "word " * i or "x"} for i in range(1, 60)]
        + [{"instruction": f"问{i}", "output": "世界，你好"} for i in range(20)]
        + [{"instruction": "bad", "output": ""}]
    ))  # fmt: skip
    made = recipe(path, validation={"ratio": 0.1}, cutoff_len=100, steps=[{"kind": "exact_duplicates"}])
    report, prepared = service.statistics(made), prepare(made, tokenizer, job=job)
    assert report.content_hash == prepared.content_hash
    assert (report.rows, report.rejected) == (80, 1)
    assert (report.train_rows, report.validation_rows) == (71, 8)
    assert report.trained_tokens == sum(
        item.trained_tokens for item in (*prepared.train, *prepared.validation)
    )
    assert sum(report.histogram) == 79 and len(report.histogram) <= api.BINS
    assert (
        (len(report.histogram) - 1) * report.bin_tokens
        <= report.longest
        < len(report.histogram) * report.bin_tokens
    )
    assert report.over_cutoff == prepared.truncated > 0
    assert report.median <= report.p95 <= report.longest
    assert report.chinese_share == round(20 / 79, 4) and report.turns == 1.0
    assert report.steps[0].kind == "exact_duplicates"


@pytest.mark.parametrize("longest", [1, 39, 40, 41, 100, 1234, 99_999, 1_048_576])
def test_bins(longest):
    size = api._bin_size(longest)
    assert longest // size < api.BINS
    assert size == 1 or longest // size >= api.BINS // 2 - 1


def test_fair_share():
    assert api._fair_share([], 10) == 0
    assert api._fair_share([3, 4], 10) == 4
    assert api._fair_share([1, 100, 100], 21) == 10


def test_tokenizer_is_loaded_once_a_model(tokenizer, recipe, write):
    asked = []

    def load(path):
        asked.append(path)
        return tokenizer

    service, made = DataService(load), recipe(write_rows(write, 2))
    for _ in range(2):
        service.preview(made)
        service.statistics(made)
    assert asked == ["starter"]


def test_missing_model_is_a_user_error(recipe, write, tmp_path):
    made = recipe(write_rows(write, 2))
    made = made.replace(model=made.model.model_copy(update={"path": str(tmp_path / "none")}))
    for ask in (api.preview, api.statistics):
        with pytest.raises(UserError) as caught:
            ask(made)
        assert caught.value.info.code == ErrorCode.NOT_FOUND
