"""GGUF files as a base: what comes out is what went in, as far as its type holds it, and the loss is said."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from engine.chat.opening import load
from engine.contract.errors import ErrorCode, UserError
from engine.export.gguf_convert import convert as write_gguf
from engine.models.convert import convert
from engine.models.convert_child import _dequantize
from engine.models.gguf_weights import save_dequantized
from engine.models.inspect import describe_gguf
from engine.models.load import load_tokenizer, resolve_model
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base") / "tiny")


def as_gguf(base: Path, folder: Path, kind: str) -> Path:
    return write_gguf(base, folder / f"tiny-{kind}.gguf", plain_type=kind, name="tiny", job=QuietJob())


def test_full_precision_comes_back_to_the_last_bit(base: Path, tmp_path: Path) -> None:
    save_dequantized(as_gguf(base, tmp_path, "f32"), tmp_path / "back")
    before, after = (load_file(folder / "model.safetensors") for folder in (base, tmp_path / "back"))
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)
    texts = [
        load_tokenizer(str(folder)).encode("Who are you? 你是谁") for folder in (base, tmp_path / "back")
    ]
    assert texts[0] == texts[1]


def test_a_quantized_one_carries_its_rounding_and_says_so(base: Path, tmp_path: Path) -> None:
    target = tmp_path / "back"
    target.mkdir()
    record = _dequantize(as_gguf(base, tmp_path, "q8_0"), target)
    assert record["from"] == "gguf" and record["quantization"] == "Q8_0"
    assert "with the rounding of Q8_0" in record["loss"]
    before, after = (load_file(folder / "model.safetensors") for folder in (base, target))
    name = "model.layers.0.mlp.up_proj.weight"
    scale = before[name].abs().max()
    error = (before[name] - after[name]).abs().max() / scale
    assert 0 < error < 1 / 127  # half a step of 8 bits
    assert (
        after[name].dtype == torch.float32
        and "quantization_config" not in (target / "config.json").read_text()
    )


def test_a_damaged_file_is_refused_by_name(base: Path, tmp_path: Path) -> None:
    whole = as_gguf(base, tmp_path, "f32")
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(whole.read_bytes()[:-5000])
    (tmp_path / "back").mkdir()
    with pytest.raises(UserError, match=r"cut\.gguf") as refusal:
        _dequantize(cut, tmp_path / "back")
    assert refusal.value.info.code is ErrorCode.MODEL_UNSUPPORTED


def test_a_file_of_ollama_which_has_no_ending_is_talked_to_and_converted(
    base: Path, tmp_path: Path, luthier_home: Path
) -> None:
    blob = as_gguf(base, tmp_path, "q8_0").rename(tmp_path / "sha256-12ab")
    model = describe_gguf(blob, "ollama", name="tiny:latest")
    assert model is not None and model.convertible and model.quantization == "Q8_0"
    backend = load(str(blob), context_tokens=64)
    backend.close()
    with pytest.raises(UserError, match="is a GGUF file"):
        resolve_model(str(blob))
    job = QuietJob()
    made = convert(blob, job=job)
    assert resolve_model(str(blob)) == made and job.warnings == ["dequantized"]
    (tmp_path / "words").write_text("no model")
    with pytest.raises(UserError, match="neither a model folder nor a GGUF file"):
        convert(tmp_path / "words", job=QuietJob())
