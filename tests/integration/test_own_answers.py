"""Learning from own answers: the reward rises on a task that a rule can check, the model stays near its start where it
is held there, a reward model can be the judge, and a resumed run ends alike."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sample
from engine.export.run import merge
from engine.kernels.names import HEAD_FILE
from engine.models.load import load_tokenizer
from engine.registry import parse_recipe
from engine.train.judge import Judge
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob
from tests.integration.talker import WORDS, make_talker, recipe_of, trained
from tests.integration.test_objectives import curve


@pytest.fixture(scope="module")
def talker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_talker(tmp_path_factory.mktemp("talker"))


def test_grpo_raises_the_reward_and_that_of_held_out_questions(talker: Path, tmp_path: Path) -> None:
    job = QuietJob()
    recipe = recipe_of(talker, tmp_path, steps=10, beta=0.0, run={"sample_steps": 5})
    outcome = train(recipe, run_dir=tmp_path / "run", resume=False, job=job)
    rewards = curve(job, "train/reward")
    print([round(value, 2) for value in rewards])
    assert len(rewards) == 10 and rewards[0] < 0.4 and np.mean(rewards[-3:]) > 0.8
    held_out = curve(job, "eval/reward")
    assert held_out[-1] > 0.8 and not curve(job, "eval/loss")
    assert outcome.report.eval_loss is None and outcome.report.eval_reward == held_out[-1]
    assert all(1.0 <= value <= 4.0 for value in curve(job, "train/completion_length"))
    assert max(curve(job, "train/reward_std")) > 0.1
    shown = [event for event in job.events if isinstance(event, Sample)]
    assert [event.step for event in shown] == [5, 5, 10, 10]  # one of its own, one of a held-out question
    assert all(event.reference == "w7" and event.prompt in WORDS for event in shown)
    assert "w7" in shown[-2].answer
    assert (tmp_path / "run" / "adapter" / "adapter_model.safetensors").is_file()


def test_ppo_raises_the_reward_and_leaves_no_head_behind(talker: Path, tmp_path: Path) -> None:
    recipe = recipe_of(talker, tmp_path, steps=20, kind="ppo", kl_weight=0.03, num_iterations=2)
    job = trained(recipe, tmp_path / "run")
    rewards = curve(job, "train/reward")
    print([round(value, 2) for value in rewards], [round(value, 2) for value in curve(job, "train/kl")])
    assert rewards[0] < 0.4 and np.mean(rewards[-3:]) > 0.8
    assert curve(job, "train/kl")[0] == pytest.approx(0.0, abs=1e-5) and max(curve(job, "train/kl")) < 4.0
    assert curve(job, "train/kl_weight")[0] == 0.03
    assert len(curve(job, "train/value_loss")) == 20 and not curve(job, "eval/loss")
    assert not (tmp_path / "run" / "adapter" / HEAD_FILE).exists()


@pytest.mark.parametrize(("kind", "name"), [("grpo", "beta"), ("ppo", "kl_weight")])
def test_the_model_is_held_near_its_start(kind: str, name: str, talker: Path, tmp_path: Path) -> None:
    fixed = {"kl_control": "fixed"} if kind == "ppo" else {}
    free = trained(recipe_of(talker, tmp_path, kind=kind, **{name: 1e-6}, **fixed), tmp_path / "free")
    held = trained(recipe_of(talker, tmp_path, kind=kind, **{name: 2.0}, **fixed), tmp_path / "held")
    assert curve(free, "train/kl")[0] == pytest.approx(0.0, abs=1e-5)
    assert 0.0 <= curve(held, "train/kl")[-1] < 0.5 * curve(free, "train/kl")[-1]


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_a_resumed_run_gives_the_same_answers(kind: str, talker: Path, tmp_path: Path) -> None:
    more = {"num_iterations": 2, "kl_horizon": 10} if kind == "ppo" else {"num_iterations": 2, "beta": 0.1}
    recipe = recipe_of(talker, tmp_path, steps=8, kind=kind, num_generations=4, **more)

    def pause(job: QuietJob) -> None:
        if len(curve(job, "train/loss")) == 5:
            job.current = "pause"

    whole = trained(recipe, tmp_path / "whole")
    first = trained(recipe, tmp_path / "cut", QuietJob(pause))
    second = trained(recipe, tmp_path / "cut", resume=True)
    assert len(curve(first, "train/loss")) == 5
    for name in ("train/reward", "train/kl", "train/loss", *(["train/kl_weight"] if kind == "ppo" else [])):
        assert curve(first, name) + curve(second, name) == curve(whole, name), name
    if kind == "ppo":
        assert len(set(curve(whole, "train/kl_weight"))) == 8
    adapters = [tmp_path / name / "adapter" / "adapter_model.safetensors" for name in ("whole", "cut")]
    assert adapters[0].read_bytes() == adapters[1].read_bytes()


def test_the_wanted_answer_can_stand_in_another_column(talker: Path, tmp_path: Path) -> None:
    recipe = recipe_of(talker, tmp_path, steps=1, rule="wanted == 'w7 w7'", contains=0.0, wanted_column="key")
    job = trained(recipe, tmp_path / "run")
    assert curve(job, "train/reward") == [1.0] and curve(job, "train/reward_std") == [0.0]
    with pytest.raises(UserError) as caught:
        trained(recipe_of(talker, tmp_path, wanted_column="nowhere"), tmp_path / "none")
    assert caught.value.info.recipe_path == "objective.wanted_column"


# ---------------------------------------------------------------- a reward model as the judge


@pytest.fixture(scope="module")
def judge(talker: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that learnt to prefer w3 to every other word."""
    folder = tmp_path_factory.mktemp("judge")
    rng = np.random.default_rng(4)
    words = [word for word in WORDS[5:] if word != "w3"]
    rows = [
        {
            "prompt": str(rng.choice(words)),
            "chosen": f"w3 {rng.choice(words)}",
            "rejected": " ".join(rng.choice(words, 2)),
        }
        for _ in range(24)
    ]
    (folder / "pairs.json").write_text(json.dumps(rows), encoding="utf-8")
    recipe = parse_recipe(
        {
            "model": {"path": str(talker)},
            "data": {"sources": [{"path": str(folder / "pairs.json")}]},
            "method": {"kind": "lora", "rank": 8},
            "objective": {"kind": "rm"},
            "optim": {"learning_rate": 1e-2, "max_steps": 40, "lr_scheduler_type": "constant"},
            "run": {"save_steps": 0, "num_threads": 1},
        }
    )
    trained(recipe, folder / "run")
    return folder / "run"


def scores_of(path: Path, talker: Path) -> list[float]:
    import torch

    from engine.data.examples import Example

    tokenizer = load_tokenizer(str(talker))
    texts = ["user w5 assistant w3 w8 </s>", "user w5 assistant w9 w8 </s>"]
    rows = [np.array(tokenizer(text)["input_ids"], dtype=np.int32) for text in texts]
    judge = Judge(str(path), tokenizer, device=torch.device("cpu"))
    return judge.scores([Example(ids, np.arange(len(ids)) >= 3, "rows", 1) for ids in rows])


def test_a_run_its_adapter_and_its_merged_folder_score_alike(judge: Path, talker: Path) -> None:
    merged = merge(judge, job=QuietJob())
    first, second, third = (scores_of(path, talker) for path in (judge, judge / "adapter", merged))
    assert first[0] > first[1] + 0.5
    assert first == second and np.allclose(first, third, atol=1e-4)


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_its_score_is_the_reward(kind: str, judge: Path, talker: Path, tmp_path: Path) -> None:
    recipe = recipe_of(talker, tmp_path, steps=10, kind=kind, contains=0.0, reward_model=str(judge))
    job = trained(recipe, tmp_path / "run")
    rewards = curve(job, "train/reward")
    print([round(value, 2) for value in rewards])
    assert np.mean(rewards[-3:]) > np.mean(rewards[:3]) + 0.5


def test_what_is_no_judge_is_refused_before_anything_loads(
    judge: Path, talker: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(recipe_of(talker, tmp_path, steps=1), tmp_path / "run")
    monkeypatch.setattr("engine.train.session.load_base", lambda *_, **__: pytest.fail("the base was loaded"))
    for path in (tmp_path / "nothing", tmp_path / "run", talker):
        recipe = recipe_of(talker, tmp_path, reward_model=str(path))
        with pytest.raises(UserError) as caught:
            trained(recipe, tmp_path / "refused")
        assert caught.value.info.code is ErrorCode.NOT_FOUND
        assert (
            caught.value.info.recipe_path == "objective.reward_model"
            and str(path) in caught.value.info.message
        )


def test_a_judge_of_another_tongue_is_refused(judge: Path, tmp_path: Path) -> None:
    other: Any = make_talker(tmp_path / "other", [*WORDS[:-1], "w99"])
    with pytest.raises(UserError) as caught:
        trained(recipe_of(other, tmp_path, reward_model=str(judge)), tmp_path / "run")
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID and "tokens" in caught.value.info.message
