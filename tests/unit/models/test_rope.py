"""RoPE scaling: positions turn as the equations say, results carry it, and what cannot be scaled is refused first."""

import json
import math
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.contract.errors import UserError
from engine.contract.recipe import ModelSection
from engine.export.run import merge
from engine.models.load import load_base
from engine.models.tuned import find_tuned, load_tuned
from engine.registry import load_recipe, parse_recipe, save_recipe
from engine.train.combination import check_combination
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base as make_worded_base
from tests.unit.export.tiny import make_run
from tests.unit.methods.tiny import make_base, make_recipe, run

ORIGINAL, WIDTH = 128, 8  # of the tiny models: context length, width of a head
SCALINGS = ("linear", "dynamic", "yarn", "llama3")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("rope") / "llama", "llama")


def loaded(base: Path, kind: str, factor: float = 2.0) -> Any:
    return load_base(ModelSection(path=str(base), rope_scaling=kind, rope_factor=factor, attention="eager"))  # type: ignore[arg-type]


def logits(model: Any, length: int, *, stride: int = 1) -> torch.Tensor:
    torch.manual_seed(4)
    ids = torch.randint(3, 60, (1, length))
    places = torch.arange(length)[None] * stride
    whole = torch.ones_like(ids)  # without it, gaps between positions would part the text
    with torch.inference_mode():
        out: torch.Tensor = model(input_ids=ids, position_ids=places, attention_mask=whole).logits
    return out


def plain_frequencies() -> torch.Tensor:
    return 10_000.0 ** -(torch.arange(0, WIDTH, 2) / WIDTH)


def frequencies_of(model: Any, length: int) -> torch.Tensor:
    logits(model, length)  # dynamic ones are made when a text comes
    found: torch.Tensor = model.model.rotary_emb.inv_freq
    return found


def test_linear_scaling_divides_positions(base: Path) -> None:
    scaled = logits(loaded(base, "linear"), 60, stride=2)
    assert torch.allclose(scaled, logits(loaded(base, "none"), 60), atol=1e-5)
    assert not torch.allclose(logits(loaded(base, "linear"), 60), logits(loaded(base, "none"), 60), atol=1e-2)


def test_dynamic_scaling_begins_where_the_model_ends(base: Path) -> None:
    plain, dynamic = loaded(base, "none"), loaded(base, "dynamic")
    assert torch.allclose(logits(dynamic, ORIGINAL), logits(plain, ORIGINAL), atol=1e-5)
    assert not torch.allclose(logits(dynamic, 200), logits(plain, 200), atol=1e-2)
    stretched = 10_000.0 * (2.0 * 200 / ORIGINAL - 1.0) ** (WIDTH / (WIDTH - 2))
    expected = stretched ** -(torch.arange(0, WIDTH, 2) / WIDTH)
    assert torch.allclose(frequencies_of(dynamic, 200), expected, rtol=1e-4)


def test_llama3_scaling_slows_the_low_frequencies_only(base: Path) -> None:
    """Equation of Llama 3.1: wave lengths above the context are divided, those below a quarter of it stay."""
    expected = []
    for frequency in plain_frequencies().tolist():
        wave = 2 * math.pi / frequency
        smooth = min(1.0, max(0.0, (ORIGINAL / wave - 1.0) / (4.0 - 1.0)))
        expected.append((1 - smooth) * frequency / 4.0 + smooth * frequency)
    found = frequencies_of(loaded(base, "llama3", 4.0), 8)
    assert torch.allclose(found, torch.tensor(expected), rtol=1e-5)


def test_yarn_keeps_high_frequencies_and_divides_low_ones(base: Path) -> None:
    found, plain = frequencies_of(loaded(base, "yarn", 4.0), 8), plain_frequencies()
    assert found[0] == pytest.approx(float(plain[0])) and found[-1] == pytest.approx(float(plain[-1]) / 4.0)
    scale = loaded(base, "yarn", 4.0).model.rotary_emb.attention_scaling
    assert scale == pytest.approx(0.1 * math.log(4.0) + 1.0)


@pytest.mark.parametrize("kind", SCALINGS)
def test_training_beyond_the_context_and_the_merged_folder_agree(kind: str, tmp_path: Path) -> None:
    base = make_worded_base(tmp_path / "base")
    folder = make_run(tmp_path / "run", base)
    document = load_recipe(folder / "recipe.yaml").model_dump(mode="json")
    document["model"] |= {"rope_scaling": kind, "rope_factor": 4.0}
    recipe = parse_recipe(document)
    save_recipe(recipe, folder / "recipe.yaml")
    merged = merge(folder, job=QuietJob())
    content = json.loads((merged / "config.json").read_text())
    written = content.get("rope_parameters") or content["rope_scaling"]
    assert (written["rope_type"], written["factor"]) == (kind, 4.0)
    assert content["max_position_embeddings"] == (512 if kind == "dynamic" else 2048)
    from transformers import AutoModelForCausalLM

    again = AutoModelForCausalLM.from_pretrained(merged, dtype=torch.float32).eval()
    tuned = load_tuned(find_tuned(folder, recipe), dtype="float32")
    long = logits(tuned, 700)
    assert torch.allclose(logits(again, 700), long, atol=2e-3)
    plain = load_tuned(
        find_tuned(folder, parse_recipe({**document, "model": {"path": str(base)}})), dtype="float32"
    )
    assert not torch.allclose(logits(plain, 700), long, atol=0.1)


def test_a_model_that_was_trained_whole_keeps_its_scaling(base: Path, tmp_path: Path) -> None:
    recipe = make_recipe(base, {"kind": "full"}, rope_scaling="yarn", rope_factor=4.0)
    done = run(recipe, tmp_path / "run")
    content = json.loads((done.run_dir / "model" / "config.json").read_text())
    assert content["rope_parameters"]["rope_type"] == "yarn" and content["max_position_embeddings"] == 512
    model = load_tuned(find_tuned(done.run_dir, recipe), dtype="float32")
    done.session.model.eval()
    assert torch.allclose(logits(model, 200), logits(done.session.model, 200), atol=1e-4)


def test_configs_of_the_older_form_stay_in_it(base: Path, tmp_path: Path) -> None:
    from engine.models.rope import write_scaling

    content = json.loads((base / "config.json").read_text())
    theta = content.pop("rope_parameters")["rope_theta"]
    folder = tmp_path / "old"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({**content, "rope_theta": theta, "rope_scaling": None}))
    section = ModelSection(path=str(folder), rope_scaling="llama3", rope_factor=8.0)
    written = write_scaling(json.loads((folder / "config.json").read_text()), section, folder)
    assert written["rope_theta"] == theta and written["rope_scaling"] == {
        "rope_type": "llama3",
        "factor": 8.0,
        "original_max_position_embeddings": ORIGINAL,
        "low_freq_factor": 1.0,
        "high_freq_factor": 4.0,
    }


@pytest.mark.parametrize(
    ("architecture", "words"), [("gpt2", "no rotary positions"), ("gemma3", "in different ways")]
)
def test_what_cannot_be_scaled_is_refused_before_it_is_loaded(
    architecture: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = make_base(tmp_path / architecture, architecture)
    (folder / "model.safetensors").write_bytes((8).to_bytes(8, "little") + b"{}      ")  # nothing to load
    with pytest.raises(UserError, match=words) as refusal:
        check_combination(make_recipe(folder, {"kind": "lora"}, rope_scaling="linear"))
    assert refusal.value.info.recipe_path == "model.rope_scaling"


def test_a_base_that_is_scaled_already_is_left_alone(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "scaled"
    loaded(base, "yarn").save_pretrained(folder)
    with pytest.raises(UserError, match=r"scaled already \(yarn\)"):
        check_combination(make_recipe(folder, {"kind": "lora"}, rope_scaling="linear"))
    check_combination(make_recipe(folder, {"kind": "lora"}))
