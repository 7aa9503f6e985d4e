"""Checkpoints whose files hold quantized weights, spelt out as plain tensors, one after the other.

GPTQ (Frantar et al., 2022, in AutoGPTQ's layout), AWQ (Lin et al., 2023, the gemm layout), FP8 with a scale a tensor, a row
or a block (as DeepSeek-V3 and compressed-tensors write it), and bitsandbytes' 4 and 8 bits. No library of theirs is needed.
"""

import contextlib
import importlib.util
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.models.guard import read_object

if TYPE_CHECKING:
    import torch

TITLES = {
    "gptq": "GPTQ",
    "awq": "AWQ",
    "fp8": "FP8",
    "compressed-tensors": "FP8",
    "bitsandbytes": "bitsandbytes",
}
LIBRARIES = {  # kind -> (module, what it is called where it is installed from)
    "gptq": ("gptqmodel", "gptqmodel"),
    "awq": ("gptqmodel", "gptqmodel"),
    "compressed-tensors": ("compressed_tensors", "compressed-tensors"),
    "aqlm": ("aqlm", "aqlm"),
    "hqq": ("hqq", "hqq"),
    "quanto": ("quanto", "optimum-quanto"),
    "eetq": ("eetq", "eetq"),
    "vptq": ("vptq", "vptq"),
    "spqr": ("spqr_quant", "spqr_quant"),
    "torchao": ("torchao", "torchao"),
    "quark": ("quark", "amd-quark"),
    "auto-round": ("auto_round", "auto-round"),
}
AWQ_ORDER = (0, 2, 4, 6, 1, 3, 5, 7)  # which of eight columns each four bits of a number hold
FP8_SCALES = ("weight_scale_inv", "weight_scale")
_OF_FP8 = (*FP8_SCALES, "input_scale", "activation_scale", "k_scale", "v_scale")


def stored_settings(folder: Path) -> dict[str, Any]:
    """What the folder's config says of quantized weights; empty where they are plain."""
    content = read_object(folder / "config.json")
    found = content.get("quantization_config") or content.get("compression_config")
    return found if isinstance(found, dict) else {}


def stored_form(folder: Path) -> str:
    """How the folder's files hold the weights: "GPTQ", "FP8", ...; "" where they are plain."""
    settings = stored_settings(folder)
    kind = str(settings.get("quant_method", "bitsandbytes" if settings else ""))
    return TITLES.get(kind, kind)


def can_spell_out(folder: Path) -> bool:
    """Whether the folder's weights are held in a form that is read here."""
    settings = stored_settings(folder)
    kind, bits = str(settings.get("quant_method", "bitsandbytes")), settings.get("bits")
    if kind == "gptq":
        return bits in (2, 4, 8)
    if kind == "awq":
        return bits == 4 and str(settings.get("version", "gemm")).lower() == "gemm"
    if kind == "compressed-tensors":
        return settings.get("format") in ("float-quantized", "naive-quantized")
    return bool(settings) and kind in TITLES


def missing_library(folder: Path) -> str:
    """The library that Transformers would need for a form that is not read here; "" where it is there, or none is."""
    kind = str(stored_settings(folder).get("quant_method", ""))
    module, name = LIBRARIES.get(kind, ("", ""))
    return name if module and importlib.util.find_spec(module) is None else ""


def spell_out(source: Path, target: Path) -> str:
    """Write the weights of ``source`` plain into ``target``, with a config that says so; how they were held."""
    import torch
    from safetensors import safe_open
    from safetensors.torch import save_file

    settings, form = stored_settings(source), stored_form(source)
    content = read_object(source / "config.json")
    named = str(content.get("dtype") or content.get("torch_dtype") or "float16")
    dtype = getattr(torch, named if named in ("float32", "bfloat16") else "float16")
    with contextlib.ExitStack() as stack:
        files = {
            path.name: stack.enter_context(safe_open(path, framework="pt"))
            for path in sorted(source.glob("*.safetensors"))
        }
        reader = Stored({name: file for file in files.values() for name in file.keys()}, settings, dtype)  # noqa: SIM118
        index: dict[str, str] = {}
        for file_name, file in files.items():
            tensors = dict(pair for name in sorted(file.keys()) if (pair := reader.plain(name)) is not None)
            index |= dict.fromkeys(tensors, file_name)
            save_file(tensors, target / file_name, metadata={"format": "pt"})
    for name in ("quantization_config", "compression_config"):
        content.pop(name, None)
    (target / "config.json").write_text(json.dumps(content, indent=2), encoding="utf-8")
    if len(files) > 1:
        written = {"metadata": {}, "weight_map": index}
        (target / "model.safetensors.index.json").write_text(json.dumps(written), encoding="utf-8")
    return form


class Stored:
    """The tensors of all files by name; ``plain`` gives each as it would stand in a folder that was never quantized."""

    def __init__(self, files: dict[str, Any], settings: dict[str, Any], dtype: "torch.dtype") -> None:
        self._files, self._settings, self._dtype = files, settings, dtype
        kind = str(settings.get("quant_method", "bitsandbytes"))
        ways: dict[str, Callable[[str, str], tuple[str, torch.Tensor] | None]] = {
            "gptq": self._packed,
            "awq": self._packed,
            "fp8": self._fp8,
            "compressed-tensors": self._fp8,
            "bitsandbytes": self._bitsandbytes,
        }
        self._way, self._kind = ways[kind], kind

    def plain(self, name: str) -> "tuple[str, torch.Tensor] | None":
        """The tensor called ``name`` with the name that it gets; None where it only describes another one."""
        prefix, _, last = name.rpartition(".")
        return self._way(prefix, last)

    def _get(self, name: str) -> "torch.Tensor":
        tensor: torch.Tensor = self._files[name].get_tensor(name)
        return tensor

    def _as_it_is(self, name: str) -> "tuple[str, torch.Tensor]":
        tensor = self._get(name)
        return name, tensor.to(self._dtype) if tensor.is_floating_point() else tensor

    def _packed(self, prefix: str, last: str) -> "tuple[str, torch.Tensor] | None":
        name = f"{prefix}.{last}"
        if f"{prefix}.qweight" not in self._files:
            return self._as_it_is(name)
        if last == "bias":
            return self._as_it_is(name)
        if last != "qweight":
            return None
        unpack = self._gptq if self._kind == "gptq" else self._awq
        return f"{prefix}.weight", unpack(prefix).to(self._dtype).contiguous()

    def _gptq(self, prefix: str) -> "torch.Tensor":
        import torch

        bits = int(self._settings["bits"])
        weight = _unpacked(self._get(f"{prefix}.qweight"), bits, dim=0)  # [in, out]
        zeros = _unpacked(self._get(f"{prefix}.qzeros"), bits, dim=1)  # [groups, out]
        if str(self._settings.get("checkpoint_format", "gptq")) == "gptq":
            zeros = (zeros + 1) & ((1 << bits) - 1)  # the first form holds them less one
        scales = self._get(f"{prefix}.scales").float()
        if f"{prefix}.g_idx" in self._files:
            group = self._get(f"{prefix}.g_idx").long()
        else:
            size = math.ceil(weight.shape[0] / scales.shape[0])
            group = torch.arange(weight.shape[0]) // size
        return ((weight - zeros[group]).float() * scales[group]).T

    def _awq(self, prefix: str) -> "torch.Tensor":
        weight, zeros = (_awq_unpacked(self._get(f"{prefix}.{name}")) for name in ("qweight", "qzeros"))
        scales = self._get(f"{prefix}.scales").float()
        size = weight.shape[0] // scales.shape[0]
        zeros, scales = zeros.repeat_interleave(size, dim=0), scales.repeat_interleave(size, dim=0)
        return ((weight - zeros).float() * scales).T

    def _fp8(self, prefix: str, last: str) -> "tuple[str, torch.Tensor] | None":
        name = f"{prefix}.{last}"
        if last in _OF_FP8:
            return None
        scale = next(
            (self._get(f"{prefix}.{key}") for key in FP8_SCALES if f"{prefix}.{key}" in self._files), None
        )
        if last != "weight" or scale is None:
            return self._as_it_is(name)
        weight, scale = self._get(name).float(), scale.float()
        if scale.ndim == 2:  # a row, or a block of rows and columns
            for dim in (0, 1):
                times = math.ceil(weight.shape[dim] / scale.shape[dim])
                block = (self._settings.get("weight_block_size") or [times, times])[dim]
                side = block if scale.shape[dim] > 1 else weight.shape[dim]
                scale = scale.repeat_interleave(side, dim=dim).narrow(dim, 0, weight.shape[dim])
        return name, (weight * scale).to(self._dtype)

    def _bitsandbytes(self, prefix: str, last: str) -> "tuple[str, torch.Tensor] | None":
        import bitsandbytes

        name = f"{prefix}.{last}"
        if f"{prefix}.SCB" in self._files:
            if last != "weight":
                return self._as_it_is(name) if last == "bias" else None
            rows = self._get(f"{prefix}.SCB").float()[:, None] / 127.0
            return name, (self._get(name).float() * rows).to(self._dtype)
        if ".weight." in name:
            return None  # what describes a weight of 4 bits
        parts = {key: self._get(key) for key in self._files if key.startswith(f"{name}.")}
        if not parts:
            return self._as_it_is(name)
        import torch

        state = bitsandbytes.functional.QuantState.from_dict(parts, device=torch.device("cpu"))
        return name, bitsandbytes.functional.dequantize_4bit(self._get(name), state).to(self._dtype)


def _unpacked(packed: "torch.Tensor", bits: int, *, dim: int) -> "torch.Tensor":
    """Numbers of ``bits`` that lie in 32 bits each, the lowest first, spread along ``dim``."""
    import torch

    shifts = torch.arange(0, 32, bits, dtype=torch.int32)
    spread = (packed.unsqueeze(dim + 1) >> shifts.view(-1, *([1] * (packed.ndim - dim - 1)))) & (
        (1 << bits) - 1
    )
    return spread.flatten(dim, dim + 1)


def _awq_unpacked(packed: "torch.Tensor") -> "torch.Tensor":
    spread = _unpacked(packed, 4, dim=1).view(packed.shape[0], -1, 8)
    plain = spread.new_empty(spread.shape)
    plain[..., list(AWQ_ORDER)] = spread
    return plain.flatten(1)
