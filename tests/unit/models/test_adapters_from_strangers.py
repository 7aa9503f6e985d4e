"""Adapters are looked over before a library opens them, and a model's own code runs only where that was allowed."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.contract.errors import UserError
from engine.export.skeleton import _skeleton, open_adapter
from engine.methods.continue_adapter import ContinueAdapter
from engine.models.consent import allow, code_of
from engine.models.facts import read_facts
from engine.models.load import load_base
from engine.models.tuned import Tuned, load_tuned, stored_tensors
from engine.registry import parse_recipe
from tests.unit.export.tiny import make_adapter
from tests.unit.models.hostile_folders import code, edit, good_folder

Spoil = Callable[[Path, Path], str]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return good_folder(tmp_path_factory.mktemp("base") / "model")


@pytest.fixture
def adapter(base: Path, tmp_path: Path, luthier_home: Path) -> Path:
    from peft import LoraConfig

    return make_adapter(tmp_path / "adapter", base, LoraConfig(r=2, target_modules=["q_proj"]))


def elsewhere(adapter: Path, outside: Path) -> str:
    edit(adapter / "adapter_config.json", tokenizer_name_or_path="some/where")
    return "adapter_config.json asks for a tokenizer from elsewhere"


def link_out(adapter: Path, outside: Path) -> str:
    weights = adapter / "adapter_model.safetensors"
    weights.replace(outside)
    weights.symlink_to(outside)
    return "adapter_model.safetensors is a link out"


def damaged(adapter: Path, outside: Path) -> str:
    (adapter / "adapter_model.safetensors").write_bytes(b"PK\x03\x04" + bytes(100))
    return "adapter_model.safetensors is called safetensors but is something else"


@pytest.mark.parametrize("spoil", [elsewhere, link_out, damaged])
def test_a_spoilt_adapter_is_refused_wherever_one_is_opened(
    spoil: Spoil, base: Path, adapter: Path, tmp_path: Path
) -> None:
    recipe = parse_recipe(
        {"model": {"path": str(base)}, "method": {"kind": "lora"}, "objective": {"kind": "sft"}}
    )
    tuned = Tuned(tmp_path, recipe, adapter, True)
    method = ContinueAdapter(adapter_path=str(adapter))
    stored = {tensor.name for tensor in stored_tensors(base)}
    assert method.refusal(read_facts(base)) is None
    load_tuned(tuned)
    open_adapter(base, adapter, stored)
    words = spoil(adapter, tmp_path / "outside.safetensors")
    assert words in str(method.refusal(read_facts(base)))
    model = load_base(recipe.model)
    for opening in (
        lambda: method.apply(model, seed=1),
        lambda: load_tuned(tuned),
        lambda: open_adapter(base, adapter, stored),
    ):
        with pytest.raises(UserError, match=words):
            opening()


def test_the_skeleton_of_a_merge_asks_for_consent_too(base: Path, tmp_path: Path, luthier_home: Path) -> None:
    folder, canary = good_folder(tmp_path / "own"), tmp_path / "fired"
    code()(folder, canary)
    with pytest.raises(UserError, match="code of its own"):
        _skeleton(folder)
    assert not canary.exists()
    shown = code_of(folder)
    assert shown is not None
    allow(folder, shown.digest)
    assert type(_skeleton(folder)).__name__ == "OwnModel" and canary.exists()
    assert json.loads((folder / "config.json").read_text())["model_type"] == "own"
