"""Checkpoints that are quantized already: spelt out to the numbers that their formats mean, then an ordinary base."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.contract.errors import UserError
from engine.contract.recipe import ModelSection
from engine.models.convert import convert
from engine.models.inspect import describe_folder
from engine.models.load import load_base, resolve_model
from engine.models.quantized_files import can_spell_out, spell_out
from tests.integration.quiet_job import QuietJob
from tests.unit.methods.tiny import make_base

GROUP = 16
LAYER = "model.layers.0.mlp.up_proj"  # 64 rows of 32

Tensors = dict[str, torch.Tensor]
Quantize = Callable[[str, torch.Tensor], tuple[Tensors, torch.Tensor]]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("plain") / "llama", "llama")


def pack(rows: list[list[int]], order: tuple[int, ...] = tuple(range(8))) -> list[list[int]]:
    """Eight numbers of four bits into one of 32, place by place: number ``order[k]`` stands at bit 4k."""
    packed = []
    for row in rows:
        line = []
        for start in range(0, len(row), 8):
            word = sum(row[start + order[k]] << (4 * k) for k in range(8))
            line.append(word - (1 << 32) if word >= 1 << 31 else word)
        packed.append(line)
    return packed


def rounded(
    weight: torch.Tensor, group_of: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """(numbers [out, in], zeros [out, groups], scales [out, groups], what they mean) of four bits."""
    groups = int(group_of.max()) + 1
    low = torch.stack([weight[:, group_of == g].min(dim=1).values for g in range(groups)], dim=1).clamp(
        max=-0.01
    )
    high = torch.stack([weight[:, group_of == g].max(dim=1).values for g in range(groups)], dim=1).clamp(
        min=0.01
    )
    scales = ((high - low) / 15).half().float()
    zeros = (-low / scales).round().clamp(1, 15)
    numbers = (weight / scales[:, group_of] + zeros[:, group_of]).round().clamp(0, 15)
    return numbers.int(), zeros.int(), scales, (numbers - zeros[:, group_of]) * scales[:, group_of]


def gptq(name: str, weight: torch.Tensor) -> tuple[Tensors, torch.Tensor]:
    """As AutoGPTQ packs it: numbers down the input side, zeros less one, inputs in groups of any order (act-order)."""
    group_of = (torch.arange(weight.shape[1]) * 7 % weight.shape[1]) // GROUP
    numbers, zeros, scales, meant = rounded(weight, group_of)
    tensors = {
        f"{name}.qweight": torch.tensor(pack(numbers.tolist()), dtype=torch.int32).T.contiguous(),
        f"{name}.qzeros": torch.tensor(pack((zeros.T - 1).tolist()), dtype=torch.int32),
        f"{name}.scales": scales.T.half().contiguous(),
        f"{name}.g_idx": group_of.int(),
    }
    return tensors, meant


def awq(name: str, weight: torch.Tensor) -> tuple[Tensors, torch.Tensor]:
    """As AutoAWQ's gemm layout packs it: along the output side, in its own order."""
    numbers, zeros, scales, meant = rounded(weight, torch.arange(weight.shape[1]) // GROUP)
    order = (0, 2, 4, 6, 1, 3, 5, 7)
    tensors = {
        f"{name}.qweight": torch.tensor(pack(numbers.T.tolist(), order), dtype=torch.int32),
        f"{name}.qzeros": torch.tensor(pack(zeros.T.tolist(), order), dtype=torch.int32),
        f"{name}.scales": scales.T.half().contiguous(),
    }
    return tensors, meant


def fp8_blocks(name: str, weight: torch.Tensor) -> tuple[Tensors, torch.Tensor]:
    """As DeepSeek-V3: a scale for each block of 24 by 20, the last ones smaller."""
    scale = torch.rand(-(-weight.shape[0] // 24), -(-weight.shape[1] // 20)) + 0.5
    meant = torch.empty_like(weight)
    held = torch.empty_like(weight).to(torch.float8_e4m3fn)
    for row in range(weight.shape[0]):
        for column in range(weight.shape[1]):
            one = scale[row // 24, column // 20]
            held[row, column] = (weight[row, column] / one).to(torch.float8_e4m3fn)
            meant[row, column] = held[row, column].float() * one
    return {f"{name}.weight": held, f"{name}.weight_scale_inv": scale}, meant


def fp8_rows(name: str, weight: torch.Tensor) -> tuple[Tensors, torch.Tensor]:
    """As compressed-tensors: a scale for each row."""
    scale = weight.abs().amax(dim=1, keepdim=True) / 448
    held = (weight / scale).to(torch.float8_e4m3fn)
    tensors = {f"{name}.weight": held, f"{name}.weight_scale": scale, f"{name}.input_scale": torch.ones(1)}
    return tensors, held.float() * scale


FORMS: dict[str, tuple[dict[str, Any], Quantize]] = {
    "gptq": ({"quant_method": "gptq", "bits": 4, "group_size": GROUP}, gptq),
    "awq": ({"quant_method": "awq", "bits": 4, "group_size": GROUP, "version": "gemm"}, awq),
    "fp8": ({"quant_method": "fp8", "weight_block_size": [24, 20]}, fp8_blocks),
    "float-quantized": ({"quant_method": "compressed-tensors", "format": "float-quantized"}, fp8_rows),
}


def quantized(base: Path, folder: Path, form: str) -> tuple[Path, Tensors]:
    """The folder of the tiny model with its layers held in ``form``, and the weights that this means."""
    settings, quantize = FORMS[form]
    shutil.copytree(base, folder)
    content = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps({**content, "quantization_config": settings}))
    stored: Tensors = {}
    meant: Tensors = {}
    for name, weight in load_file(base / "model.safetensors").items():
        prefix = name.removesuffix(".weight")
        if prefix.endswith("_proj"):
            tensors, meant[name] = quantize(prefix, weight)
            stored |= tensors
        else:
            stored[name] = meant[name] = weight
    save_file(stored, folder / "model.safetensors", metadata={"format": "pt"})
    return folder, meant


@pytest.mark.parametrize("form", list(FORMS))
def test_weights_come_out_as_their_format_means_them(form: str, base: Path, tmp_path: Path) -> None:
    torch.manual_seed(2)
    folder, meant = quantized(base, tmp_path / form, form)
    (tmp_path / "out").mkdir()
    spell_out(folder, tmp_path / "out")
    found = load_file(tmp_path / "out" / "model.safetensors")
    assert found.keys() == meant.keys()
    for name, weight in meant.items():
        assert torch.allclose(found[name], weight, atol=1e-6), name
    plain = load_file(base / "model.safetensors")[f"{LAYER}.weight"]
    assert 0 < (found[f"{LAYER}.weight"] - plain).abs().max() < 0.2 * plain.abs().max()
    assert "quantization_config" not in (tmp_path / "out" / "config.json").read_text()


@pytest.mark.parametrize("kind", ["nf4", "int8"])
def test_bitsandbytes_checkpoints_come_out_as_the_library_means_them(
    kind: Any, base: Path, tmp_path: Path
) -> None:
    model: Any = load_base(ModelSection(path=str(base), quantization=kind))
    model.save_pretrained(tmp_path / "held")
    (tmp_path / "out").mkdir()
    assert spell_out(tmp_path / "held", tmp_path / "out") == "bitsandbytes"
    found = load_file(tmp_path / "out" / "model.safetensors")
    plain = load_file(base / "model.safetensors")
    assert found.keys() == plain.keys()
    again: Any = load_base(ModelSection(path=str(tmp_path / "out"), attention="eager"))
    ids = torch.arange(3, 20)[None]
    with torch.inference_mode():
        distance = (again(input_ids=ids).logits - model(input_ids=ids).logits).abs().max()
        scale = model(input_ids=ids).logits.abs().max()
    assert distance < (1e-3 if kind == "nf4" else 0.1) * scale  # int8 also rounds what goes through a layer
    assert not torch.equal(found[f"{LAYER}.weight"], plain[f"{LAYER}.weight"])


def test_such_a_folder_is_converted_once_and_then_an_ordinary_base(
    base: Path, tmp_path: Path, luthier_home: Path
) -> None:
    folder, meant = quantized(base, tmp_path / "awq", "awq")
    model = describe_folder(folder, "folder")
    assert model is not None and model.convertible and not model.trainable and model.quantization == "awq"
    with pytest.raises(UserError, match="holds its weights as AWQ") as refusal:
        resolve_model(str(folder))
    assert refusal.value.info.details == {"convert": str(folder)}
    job = QuietJob()
    made = convert(folder, job=job)
    assert job.warnings == ["dequantized"] and resolve_model(str(folder)) == made
    loaded: Any = load_base(ModelSection(path=str(folder)))
    assert torch.allclose(loaded.get_submodule(LAYER).weight, meant[f"{LAYER}.weight"], atol=1e-6)
    load_base(ModelSection(path=str(folder), quantization="nf4"))


@pytest.mark.parametrize(
    ("settings", "library"),
    [
        ({"quant_method": "aqlm"}, "aqlm"),
        ({"quant_method": "gptq", "bits": 3}, "gptqmodel"),
        ({"quant_method": "awq", "bits": 4, "version": "gemv"}, "gptqmodel"),
        ({"quant_method": "compressed-tensors", "format": "pack-quantized"}, "compressed-tensors"),
    ],
)
def test_what_is_not_read_here_needs_its_library(
    settings: dict[str, Any],
    library: str,
    base: Path,
    tmp_path: Path,
    luthier_home: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shutil.copytree(base, tmp_path / "m")
    content = json.loads((base / "config.json").read_text())
    (tmp_path / "m" / "config.json").write_text(json.dumps({**content, "quantization_config": settings}))
    assert not can_spell_out(tmp_path / "m")
    with pytest.raises(UserError, match="cannot be spelt out"):
        convert(tmp_path / "m", job=QuietJob())
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(UserError, match=f"the library {library} is not installed"):
        resolve_model(str(tmp_path / "m"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    assert resolve_model(str(tmp_path / "m")) == tmp_path / "m"
