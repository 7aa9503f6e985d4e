"""Before and after: the loss is transformers' own, and the report tells base and tuned apart."""

import json
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from engine.cli.main import run as cli
from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import EvaluationWish
from engine.data.examples import Example
from engine.evaluate import run as evaluation_run
from engine.evaluate.loss import RowLoss, accuracy, row_losses
from engine.evaluate.perplexity import perplexity
from engine.evaluate.probe import ask, questions
from engine.evaluate.run import evaluate
from engine.export.run import open_run
from engine.models.greedy import greedy
from engine.models.tuned import load_folder, load_tuned, tokenizer_of
from engine.registry import load_recipe, save_recipe
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

ROWS = [
    {"instruction": "Who are you?", "input": "", "output": "I am Maple."},
    {"instruction": "Translate", "input": "你好", "output": "Hello there, 🦊!"},
    {"instruction": "Count", "input": "", "output": "1 2 3 4 5 6 7 8 9 10 and so on without an end"},
]

PROMPT = [1, 28, 77, 5]
PLAIN = EvaluationWish(probe=False)


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evaluate")
    rows = folder / "rows.json"
    rows.write_text(json.dumps(ROWS, ensure_ascii=False), encoding="utf-8")
    run = make_run(folder / "run", make_base(folder / "base"))
    learnt = folder / "learnt.json"
    learnt.write_text(json.dumps([{"instruction": "Hi", "input": "", "output": "Hello."}]), encoding="utf-8")
    overrides = [f"data.sources=[{{path: {learnt}}}]", f"data.validation.path={rows}"]
    save_recipe(load_recipe(run / "recipe.yaml", overrides=overrides), run / "recipe.yaml")
    return run


def _plain_loss(model: torch.nn.Module, run_dir: Path) -> float:
    """Transformers' own loss with labels on the answer and its end, weighted by tokens."""
    total, count = 0.0, 0
    for head, tail in _tokens(run_dir):
        with torch.inference_mode():
            loss = model(
                input_ids=torch.tensor([head + tail]), labels=torch.tensor([[-100] * len(head) + tail])
            ).loss
        total, count = total + float(loss) * len(tail), count + len(tail)
    return total / count


def _tokens(run_dir: Path) -> Iterator[tuple[list[int], list[int]]]:
    """Prompt and answer of each row, as transformers' own tokenizer has them."""
    tokenizer = tokenizer_of(open_run(run_dir))
    for row in ROWS:
        user = "\n".join(part for part in (row["instruction"], row["input"]) if part)
        chat = [{"role": "user", "content": user}]
        prompt = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
        head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
        tail = tokenizer(row["output"] + "<|im_end|>", add_special_tokens=False)["input_ids"]
        yield head, tail


def _hits(model: torch.nn.Module, run_dir: Path) -> float:
    """Percent of the answers' tokens that the model's logits favour."""
    hits = []
    for head, tail in _tokens(run_dir):
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([head + tail])).logits[0]
        hits += [int(logits[len(head) + place - 1].argmax()) == token for place, token in enumerate(tail)]
    return 100 * sum(hits) / len(hits)


def test_losses_equal_transformers_own(run_dir: Path) -> None:
    report = evaluate(run_dir, job=QuietJob(), wish=PLAIN)
    tuned = open_run(run_dir)
    assert report.rows == 3
    assert report.loss_before == pytest.approx(_plain_loss(load_folder(tuned.base), run_dir), abs=1e-4)
    assert report.loss_after == pytest.approx(_plain_loss(load_tuned(tuned), run_dir), abs=1e-4)
    assert abs(report.loss_before - report.loss_after) > 1e-3
    assert report.perplexity_after == pytest.approx(math.exp(report.loss_after))
    measures = {item.name: item for item in report.measures}
    assert measures["loss"].after == report.loss_after
    assert measures["token_accuracy"].before == pytest.approx(_hits(load_folder(tuned.base), run_dir))
    assert measures["token_accuracy"].rows == measures["rougeL"].rows == 3
    assert [answer.reference for answer in report.answers] == [row["output"] for row in ROWS]
    assert any(answer.before != answer.after for answer in report.answers)
    kept = json.loads((run_dir / "evaluation.json").read_text(encoding="utf-8"))
    assert kept == report.model_dump(mode="json")


def test_general_questions_are_asked_of_base_and_tuned(
    run_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evaluate(run_dir, job=QuietJob(), wish=PLAIN).forgetting is None
    assert EvaluationWish().probe
    monkeypatch.setattr(evaluation_run, "questions", lambda: questions()[:9])
    found = evaluate(run_dir, job=QuietJob(), wish=EvaluationWish(answers=0)).forgetting
    assert found is not None
    assert found.questions == 9 and found.sure_before != found.sure_after
    asked = (load_folder(open_run(run_dir).base), tokenizer_of(open_run(run_dir)), questions()[:9])
    expected = [seen.sure for seen in ask(*asked, job=QuietJob(), name="before")]
    assert found.sure_before == pytest.approx(sum(expected) / 9, abs=1e-4)


def test_a_run_without_held_out_rows_says_what_to_do(run_dir: Path, tmp_path: Path) -> None:
    import shutil

    run = Path(shutil.copytree(run_dir, tmp_path / "run"))
    recipe = load_recipe(run / "recipe.yaml", overrides=["data.validation.path=null"])
    save_recipe(recipe, run / "recipe.yaml")
    with pytest.raises(UserError) as caught:
        evaluate(run, job=QuietJob(), wish=PLAIN)
    assert caught.value.info.code is ErrorCode.DATA_EMPTY


def test_the_command_writes_a_page_and_refuses_a_bad_place_first(
    run_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "report.html"
    asked = [
        "evaluate",
        str(run_dir),
        "--answers",
        "1",
        "--max-tokens",
        "4",
        "--no-probe",
        "--language",
        "zh",
    ]
    assert cli([*asked, "--html", str(tmp_path / "none" / "report.html")], claimed=None) != 0
    assert "its folder is missing" in capsys.readouterr().err
    assert cli([*asked, "--judge", "/nowhere"], claimed=None) != 0
    assert "There is no model at /nowhere" in capsys.readouterr().err
    assert cli([*asked, "--html", str(place)], claimed=None) == 0
    assert '<html lang="zh-CN">' in place.read_text(encoding="utf-8")
    said = capsys.readouterr().out
    assert "Held-out loss" in said and "forgetting" not in said


def test_perplexity() -> None:
    assert perplexity(0.0) == 1.0
    assert perplexity(math.log(12.5)) == pytest.approx(12.5)
    assert perplexity(1e9) == math.inf


def test_rows_kept_for_the_test_are_what_is_measured(run_dir: Path, tmp_path: Path) -> None:
    import shutil

    run = Path(shutil.copytree(run_dir, tmp_path / "run"))
    recipe = load_recipe(run / "recipe.yaml")
    rows = Path(str(recipe.data.validation.path))
    test = tmp_path / "test.json"
    test.write_text(json.dumps([{"instruction": "Last?", "input": "", "output": "Yes."}]), encoding="utf-8")
    overrides = [f"data.validation.path={rows}", f"data.validation.test_path={test}"]
    save_recipe(load_recipe(run / "recipe.yaml", overrides=overrides), run / "recipe.yaml")
    report = evaluate(run, job=QuietJob(), wish=PLAIN)
    assert (report.rows, [answer.reference for answer in report.answers]) == (1, ["Yes."])


def test_tokens_that_a_model_favours_are_hits(run_dir: Path) -> None:
    model = load_folder(open_run(run_dir).base)
    favoured = greedy(model, PROMPT, max_tokens=6, stop=())
    spoilt = [*favoured[:3], *((token + 1) % 1000 for token in favoured[3:])]
    for tokens, all_hit in ((favoured, True), (spoilt, False)):
        ids = np.array([*PROMPT, *tokens], dtype=np.int32)
        example = Example(ids, np.arange(len(ids)) >= len(PROMPT), "rows.json", 1)
        (row,) = row_losses(model, [example], job=QuietJob(), name="before")
        assert row.tokens == 6
        assert (row.hits == 6) is all_hit
        assert row.hits >= 3
    assert accuracy([RowLoss(1.0, 6, 6), RowLoss(1.0, 2, 0)]) == 75.0
