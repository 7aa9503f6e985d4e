"""A reward that the user wrote in Python: what it pays for is learnt, and its mistakes end a run with file and line."""

from pathlib import Path

import numpy as np
import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.models.consent import allow, code_of
from tests.integration.talker import make_talker, recipe_of, trained
from tests.integration.test_objectives import curve

PAYS = """
def reward(prompt, completion, row):
    assert prompt.startswith("w") and row["instruction"] == prompt and row["key"] == "w7 w7"
    return 0.5 * (row["wanted"] in completion.split())
"""
FAILS = """
left = 20
def reward(prompt, completion, row):
    global left
    left -= 1
    return 1.0 if left > 0 else 1.0 / left
"""


@pytest.fixture(scope="module")
def talker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_talker(tmp_path_factory.mktemp("talker"))


@pytest.fixture
def rewards(tmp_path: Path, luthier_home: Path) -> Path:
    return tmp_path / "rewards.py"


def write(path: Path, text: str) -> str:
    path.write_text(text)
    code = code_of(path)
    assert code is not None
    allow(path, code.digest)
    return str(path)


@pytest.mark.parametrize("kind", ["grpo", "ppo"])
def test_what_it_pays_for_is_learnt(kind: str, talker: Path, rewards: Path, tmp_path: Path) -> None:
    weak = {"beta": 0.0} if kind == "grpo" else {"kl_weight": 0.03, "num_iterations": 2, "num_generations": 8}
    recipe = recipe_of(
        talker, tmp_path, steps=12, kind=kind, contains=0.0,
        reward_funcs=write(rewards, PAYS), reward_funcs_weight=2.0, **weak,
    )  # fmt: skip
    job = trained(recipe, tmp_path / "run")
    found = curve(job, "train/reward")
    print([round(value, 2) for value in found])
    assert found[0] < 0.4 and np.mean(found[-4:]) > found[0] + 0.4 and curve(job, "eval/reward")[-1] > 0.5


def test_its_mistake_ends_the_run_with_file_and_line(talker: Path, rewards: Path, tmp_path: Path) -> None:
    recipe = recipe_of(talker, tmp_path, contains=0.0, reward_funcs=write(rewards, FAILS))
    with pytest.raises(UserError) as caught:
        trained(recipe, tmp_path / "run")
    info = caught.value.info
    assert info.code is ErrorCode.RECIPE_INVALID and info.recipe_path == "objective.reward_funcs"
    assert f"{rewards}, line 6" in info.message and "ZeroDivisionError" in info.message


def test_without_consent_nothing_is_loaded(
    talker: Path, rewards: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.train.session.load_base", lambda *_, **__: pytest.fail("the base was loaded"))
    rewards.write_text("raise SystemExit('ran')\n")
    with pytest.raises(UserError) as caught:
        trained(recipe_of(talker, tmp_path, reward_funcs=str(rewards)), tmp_path / "run")
    assert caught.value.info.details["code_folder"] == str(rewards)
