"""The warm-up of other programs, as a share or as a number of steps, in old and new names, and back."""

import math
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contract.results import ImportedConfig
from engine.migrate.convert import import_config
from engine.migrate.exporting import export_recipe
from engine.migrate.warmup import NOTE, share_of
from engine.registry import parse_recipe

PROGRAMS: dict[str, dict[str, Any]] = {
    "LLaMA-Factory": {"model_name_or_path": "a", "stage": "sft", "cutoff_len": 64, "lora_rank": 8},
    "TRL": {"model_name_or_path": "a", "max_length": 64, "use_peft": True, "lora_r": 8},
    "Axolotl": {"base_model": "a", "sequence_len": 64, "adapter": "lora", "micro_batch_size": 2},
}


def convert(folder: Path, document: dict[str, Any]) -> ImportedConfig:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return import_config(path)


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize(
    ("options", "share", "listed"),
    [
        ({"warmup_ratio": 0.2}, 0.2, set()),
        ({"warmup_steps": 0.15}, 0.15, set()),  # Transformers 5
        ({"warmup_steps": 20, "max_steps": 100}, 0.2, set()),
        ({"warmup_steps": 7.0, "max_steps": 90}, None, set()),
        ({"warmup_steps": 0}, 0.0, set()),
        ({"warmup_steps": 0, "warmup_ratio": 0.1}, 0.1, set()),
        ({"warmup_steps": 20, "max_steps": 100, "warmup_ratio": 0.5}, 0.2, {"warmup_ratio"}),
        ({"warmup_steps": 0.25, "warmup_ratio": 0.5}, 0.25, {"warmup_ratio"}),
        ({"warmup_steps": 20}, 0.03, {"warmup_steps"}),  # ours, as the number of steps is not known
        ({"warmup_steps": 20, "warmup_ratio": 0.5}, 0.5, {"warmup_steps"}),
        ({"warmup_steps": 100, "max_steps": 100}, 0.03, {"warmup_steps"}),
        ({"warmup_steps": -1}, 0.03, {"warmup_steps"}),
        ({"warmup_steps": "many"}, 0.03, {"warmup_steps"}),
        ({"warmup_steps": None, "warmup_ratio": None}, 0.03, set()),
    ],
)
def test_each_form_becomes_a_share(
    program: str, options: dict[str, Any], share: float | None, listed: set[str], tmp_path: Path
) -> None:
    found = convert(tmp_path, {**PROGRAMS[program], **options})
    assert found.program == program
    ratio = found.recipe["optim"]["warmup_ratio"]
    if share is None:
        assert math.ceil(90 * ratio) == 7
    else:
        assert ratio == share
    told = [item for item in found.unmapped if item.option.startswith("warmup")]
    assert {item.option for item in told} == listed and all(item.reason for item in told)


def test_a_number_of_steps_stays_that_number() -> None:
    for total in (1, 2, 3, 7, 10, 49, 90, 333, 1000, 12_345):
        for count in {1, 2, total // 3, total - 1}:
            if 0 < count < total:
                assert math.ceil(total * share_of(count, total)) == count, (count, total)


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5])
def test_the_way_there_and_back(share: float, tmp_path: Path) -> None:
    """Written as the newest form, with a word for who has an older one."""
    document = {"method": {"kind": "lora"}, "objective": {"kind": "sft"}, "model": {"path": "a"}}
    recipe = parse_recipe({**document, "optim": {"warmup_ratio": share}})
    path = tmp_path / "config.yaml"
    found = export_recipe(recipe, "llamafactory", path)
    text = path.read_text(encoding="utf-8")
    written = yaml.safe_load(text)
    assert written["warmup_steps"] == share and "warmup_ratio" not in written
    assert (f"# {NOTE}" in text) == (share > 0)
    assert not any("warmup" in item.option for item in found.unmapped)
    assert import_config(path).recipe["optim"]["warmup_ratio"] == share
