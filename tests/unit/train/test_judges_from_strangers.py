"""The folder of a reward model, or of a model that judges answers, runs nothing of its own unless that was allowed."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from engine.contract.errors import UserError
from engine.contract.evaluation import JudgeWish
from engine.models.consent import allow, code_of
from engine.models.load import load_tokenizer
from engine.server.judge import check_judge as check_answers_judge
from engine.train.combination import check_combination
from engine.train.judge import WHERE, Judge
from tests.integration.talker import recipe_of
from tests.unit.methods.tiny import config_of
from tests.unit.models.hostile_folders import CODE, TRAPS, Trap, edit, good_folder

pytestmark = pytest.mark.skipif(os.name == "nt", reason="makes pipes and links")
SCORING_CODE = (
    CODE
    + """
from torch import nn
from transformers import LlamaModel, LlamaPreTrainedModel
class OwnScores(LlamaPreTrainedModel):
    config_class = OwnConfig
    def __init__(self, config):
        super().__init__(config)
        self.model = LlamaModel(config)
        self.score = nn.Linear(config.hidden_size, 1, bias=False)
        self.post_init()
"""
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_folder(tmp_path_factory.mktemp("base") / "model")


@pytest.fixture(scope="module")
def good(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reward model as others write one, with the base's tokenizer."""
    from transformers import LlamaForSequenceClassification

    folder = Path(shutil.copytree(base, tmp_path_factory.mktemp("good") / "model"))
    config = config_of("llama")
    config.num_labels = 1
    LlamaForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture
def folder(good: Path, tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    import transformers.dynamic_module_utils as modules

    monkeypatch.setattr(modules, "HF_MODULES_CACHE", str(tmp_path / "modules"))
    return Path(shutil.copytree(good, tmp_path / "place" / "model"))


def with_code(folder: Path, canary: Path) -> None:
    """The weights of ``folder`` need code beside them from now on."""
    (folder / "modeling_own.py").write_text(SCORING_CODE.format(canary=str(canary)))
    calls = {
        "AutoConfig": "modeling_own.OwnConfig",
        "AutoModelForSequenceClassification": "modeling_own.OwnScores",
    }
    edit(folder / "config.json", auto_map=calls, model_type="own", architectures=["OwnScores"])


def judge(folder: Path, base: Path) -> Judge:
    import torch

    return Judge(str(folder), load_tokenizer(str(base)), device=torch.device("cpu"))


def a_score(judge: Judge) -> float:
    import numpy as np

    from engine.data.examples import Example

    ids = np.array([1, 4, 5, 6, 2], dtype=np.int32)
    return judge.scores([Example(ids, np.arange(5) >= 3, "rows", 1)])[0]


def test_a_good_reward_model_scores(folder: Path, base: Path) -> None:
    assert isinstance(a_score(judge(folder, base)), float)


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_a_trap_does_not_spring(trap: Trap, folder: Path, base: Path, tmp_path: Path) -> None:
    """That each springs for the unwary, ``tests/unit/models/test_hostile_folders.py`` shows."""
    canary = tmp_path / "fired"
    name = trap.make(folder, canary)
    if trap.refused:
        with pytest.raises(UserError) as refusal:
            judge(folder, base)
        assert name in refusal.value.info.message
        assert refusal.value.info.recipe_path == WHERE and refusal.value.info.hint
    else:
        judge(folder, base)
    assert not canary.exists()


def test_its_code_fires_for_the_unwary(folder: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification

    canary = tmp_path / "fired"
    with_code(folder, canary)
    AutoModelForSequenceClassification.from_pretrained(folder, trust_remote_code=True)
    assert canary.exists()


def test_its_code_runs_only_while_it_is_the_code_that_was_allowed(
    folder: Path, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = a_score(judge(folder, base))
    canary = tmp_path / "fired"
    with_code(folder, canary)
    recipe = recipe_of(base, tmp_path, reward_model=str(folder))
    with pytest.raises(UserError) as refusal:
        check_combination(recipe)  # before anything large is read
    assert refusal.value.info.recipe_path == WHERE
    details = refusal.value.info.details
    assert details["code_folder"] == str(folder) and list(details["code_files"]) == ["modeling_own.py"]
    with pytest.raises(UserError):
        judge(folder, base)
    assert not canary.exists()
    allow(folder, details["code_digest"])
    check_combination(recipe)
    assert not canary.exists()  # allowed, not run
    assert a_score(judge(folder, base)) == pytest.approx(expected, abs=1e-5) and canary.exists()
    canary.unlink()
    with (folder / "modeling_own.py").open("a") as file:
        file.write("# changed\n")
    for again in (lambda: check_combination(recipe), lambda: judge(folder, base)):
        with pytest.raises(UserError, match="code of its own"):
            again()
    assert not canary.exists()


def test_a_run_as_the_judge_asks_for_the_code_of_its_base(folder: Path, base: Path, tmp_path: Path) -> None:
    """A run's folder names its base, which may be one that brings code."""
    from engine.kernels.names import HEAD_FILE
    from tests.unit.export.tiny import make_adapter
    from tests.unit.models.hostile_folders import code

    peft: Any = pytest.importorskip("peft")
    stranger, canary = Path(shutil.copytree(base, tmp_path / "stranger")), tmp_path / "fired"
    run = tmp_path / "run"
    make_adapter(run / "adapter", stranger, peft.LoraConfig(r=2, target_modules=["q_proj"]))
    (run / "adapter" / HEAD_FILE).write_bytes(b"")
    recipe = f"model: {{path: {stranger}}}\nmethod: {{kind: lora}}\nobjective: {{kind: rm}}\n"
    (run / "recipe.yaml").write_text(recipe)
    code()(stranger, canary)
    with pytest.raises(UserError, match="code of its own") as refusal:
        check_combination(recipe_of(base, tmp_path, reward_model=str(run)))
    assert refusal.value.info.details["code_folder"] == str(stranger)
    assert refusal.value.info.recipe_path == WHERE and not canary.exists()


def test_a_broken_reward_model_is_told_in_a_sentence(folder: Path, base: Path) -> None:
    edit(folder / "config.json", hidden_size="wide")
    with pytest.raises(UserError, match="Cannot load") as refusal:
        judge(folder, base)
    assert refusal.value.info.recipe_path == WHERE


# ---------------------------------------------------------------- the judge of an evaluation


def test_the_judge_of_answers_needs_consent_before_the_work(
    base: Path, tmp_path: Path, luthier_home: Path
) -> None:
    from tests.unit.models.hostile_folders import as_pickle, code, torch_file

    stranger, canary = Path(shutil.copytree(base, tmp_path / "own")), tmp_path / "fired"
    check_answers_judge(JudgeWish(model=str(stranger)))
    code()(stranger, canary)
    with pytest.raises(UserError, match="code of its own"):
        check_answers_judge(JudgeWish(model=str(stranger)))
    shown = code_of(stranger)
    assert shown is not None
    allow(stranger, shown.digest)
    check_answers_judge(JudgeWish(model=str(stranger)))
    as_pickle("pytorch_model.bin", torch_file)(stranger, canary)
    with pytest.raises(UserError, match=r"pytorch_model\.bin"):
        check_answers_judge(JudgeWish(model=str(stranger)))
    assert not canary.exists()


def test_a_server_that_is_started_gets_no_pickles(
    base: Path, tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.chat import open_chat
    from engine.models.servers import Launcher
    from tests.unit.models.hostile_folders import as_pickle, torch_file

    monkeypatch.setattr(Launcher, "command", lambda self, folder: ["/nonexistent/server", folder])
    stranger = Path(shutil.copytree(base, tmp_path / "own"))
    as_pickle("pytorch_model.bin", torch_file)(stranger, tmp_path / "fired")
    with pytest.raises(UserError, match=r"pytorch_model\.bin"):
        open_chat(f"vllm:{stranger}", context_tokens=64)
