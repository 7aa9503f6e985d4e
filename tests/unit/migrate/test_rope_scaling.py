"""RoPE scaling in other programs' configurations, in both directions."""

import json
from pathlib import Path

import pytest

from engine.migrate.exporting import export_recipe
from engine.registry import parse_recipe
from tests.unit.migrate.test_migrate import LLAMA_FACTORY, convert, left


@pytest.mark.parametrize(
    ("cutoff", "expected", "listed"),
    [(4096, ("yarn", 4.0), ""), (1000, ("none", 2.0), "no longer than"), (None, ("yarn", 2.0), "not here")],
)
def test_rope_scaling_of_llama_factory(
    tmp_path: Path, cutoff: int | None, expected: tuple[str, float], listed: str
) -> None:
    """Its factor follows from the cutoff length and the model's own context."""
    (tmp_path / "config.json").write_text(json.dumps({"max_position_embeddings": 1024}), encoding="utf-8")
    document = {**LLAMA_FACTORY, "rope_scaling": "yarn", "cutoff_len": cutoff or 4096}
    document["model_name_or_path"] = str(tmp_path) if cutoff else "org/elsewhere"
    found = convert(tmp_path, document)
    model = found.recipe["model"]
    assert (model["rope_scaling"], model["rope_factor"]) == expected
    reasons = [item.reason for item in found.unmapped if item.option == "rope_scaling"]
    assert len(reasons) == bool(listed) and listed in "".join(reasons)


def test_rope_scaling_of_axolotl(tmp_path: Path) -> None:
    document = {"base_model": "a", "micro_batch_size": 1, "rope_scaling": {"type": "linear", "factor": 3}}
    found = convert(tmp_path, document)
    assert (found.recipe["model"]["rope_scaling"], found.recipe["model"]["rope_factor"]) == ("linear", 3.0)
    assert "rope_scaling" not in left(found)


def test_it_is_written_for_llama_factory_too(tmp_path: Path) -> None:
    recipe = parse_recipe(
        {
            "model": {"path": str(tmp_path), "rope_scaling": "yarn", "rope_factor": 4.0},
            "method": {"kind": "lora"},
            "objective": {"kind": "sft"},
        }
    )
    written = export_recipe(recipe, "llamafactory", tmp_path / "out.yaml")
    assert "rope_scaling: yarn" in (tmp_path / "out.yaml").read_text(encoding="utf-8")
    assert "model.rope_factor" in {item.option for item in written.unmapped}
