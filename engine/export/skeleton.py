"""A model without weights that carries an adapter: PEFT's own layers merge, one at a time, with one layer's weights.

The base's parameters are zeros of one number each, spread over the right shape, so that the whole skeleton of a 70B
model takes a few megabytes and PEFT sets its adapter up as on any other model.
"""

import json
import warnings
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.models.consent import may_run_code
from engine.models.guard import check_adapter

if TYPE_CHECKING:
    import torch
    from torch import nn

_PREFIX = "base_model.model."
_ADAPTER = "default"
_MOVES_BASE = (
    "pissa",
    "olora",
    "loftq",
    "corda",
    "lora_ga",
)  # such a start changes the base while it is loaded


class NotStreamable(Exception):
    """This adapter can only be merged with the whole model in memory; the message says why."""


@dataclass(frozen=True, slots=True)
class LowRank:
    """A plain LoRA layer: ``weight += (B @ A) * scale``, or its transpose."""

    a: "torch.Tensor"  # [rank, in]
    b: "torch.Tensor"  # [out, rank]
    scale: float
    transposed: bool  # the weight is stored as [in, out]


@dataclass(frozen=True, slots=True)
class Part:
    """What becomes of one stored tensor: a layer's weight or bias, or a tensor that was trained whole."""

    layer: "Any | None" = None
    key: str = ""  # weight or bias
    names: Mapping[str, str] | None = None  # key -> stored name, of all that the layer's merge needs
    replaced: "torch.Tensor | None" = None

    def low_rank(self) -> LowRank | None:
        """The factors, where the layer is a plain LoRA and its weight is asked for."""
        from peft.tuners.lora import layer as lora

        layer: Any = self.layer
        if type(layer) is not lora.Linear or self.key != "weight" or layer.lora_variant:
            return None
        return LowRank(
            layer.lora_A[_ADAPTER].weight.detach().float(),
            layer.lora_B[_ADAPTER].weight.detach().float(),
            float(layer.scaling[_ADAPTER]),
            bool(layer.fan_in_fan_out),
        )

    def merge(self, tensors: "Mapping[str, torch.Tensor]") -> "torch.Tensor":
        """The tensor after PEFT's merge of its layer, given the layer's ``tensors`` by key; these may be changed."""
        if self.replaced is not None:
            return self.replaced
        layer: Any = self.layer
        held = layer.get_base_layer()
        places = dict(held._parameters)
        try:
            _put(held, tensors)
            layer.merge(safe_merge=False)
            result: torch.Tensor = getattr(layer.get_base_layer(), self.key).data
        finally:
            if layer.get_base_layer() is not held:  # layer norms trade places
                layer.unmerge()
            layer.merged_adapters.clear()
            held._parameters.update(places)
        return result


def _put(module: "nn.Module", tensors: "Mapping[str, torch.Tensor]") -> None:
    from torch import nn

    for key, tensor in tensors.items():
        module._parameters[key] = nn.Parameter(tensor, requires_grad=False)


def open_adapter(base: Path, adapter: Path, stored: Collection[str]) -> dict[str, Part]:
    """The parts of ``adapter`` by the names of the base's ``stored`` tensors that they change.

    Raises:
        NotStreamable: some change cannot be made one layer at a time.
        UserError: ``EXPORT_FAILED`` for prompts, ``UNREADABLE`` for an adapter that does not fit.
    """
    config = _read_config(adapter)
    skeleton = _skeleton(base)
    from peft import PeftModel

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            resized = (
                str(config.peft_type.value) == "ADALORA"
            )  # its layers are cut to their ranks by their values
            model = PeftModel.from_pretrained(
                skeleton, str(adapter), config=config, low_cpu_mem_usage=not resized, torch_device="cpu"
            )
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise UserError(
            ErrorCode.UNREADABLE,
            f"The adapter in {adapter} does not fit its base model {base}: {error}",
            hint="Check that the base model is the one that the run was trained on.",
        ) from None
    names = _Names(stored, str(getattr(skeleton, "base_model_prefix", "")))
    return {**_layers(model, names), **_whole(model, names), **_loose(model, adapter, names)}


def _read_config(adapter: Path) -> Any:
    from peft import PeftConfig

    check_adapter(adapter)
    config: Any = PeftConfig.from_pretrained(str(adapter))
    if config.is_prompt_learning:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            "This method trains prompts, not weights, so there is nothing to merge.",
            hint="Export the adapter, and use it together with the base model.",
        )
    start = getattr(config, "init_lora_weights", True)
    if isinstance(start, str) and start.startswith(_MOVES_BASE):
        raise NotStreamable(f"its start ({start}) takes a part out of the base's weights")
    return config


def _skeleton(base: Path) -> Any:
    import torch
    from torch import nn
    from transformers import AutoConfig, AutoModelForCausalLM

    own_code = may_run_code(base)
    config = AutoConfig.from_pretrained(base, local_files_only=True, trust_remote_code=own_code)
    if getattr(config, "quantization_config", None):
        raise NotStreamable("the base's stored weights are quantized")
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config, trust_remote_code=own_code)
    for module in model.modules():
        for key, parameter in list(module._parameters.items()):
            if parameter is not None:
                placeholder = torch.zeros(()).expand(parameter.shape)
                module._parameters[key] = nn.Parameter(placeholder, requires_grad=False)
    return model


@dataclass(frozen=True, slots=True)
class _Names:
    """Finds what the base's files call a parameter of the model."""

    stored: Collection[str]
    prefix: str

    def find(self, name: str) -> str:
        for candidate in (name, name.removeprefix(f"{self.prefix}."), f"{self.prefix}.{name}"):
            if candidate in self.stored:
                return candidate
        raise NotStreamable(f"the base's files hold no tensor named {name}")


def _layers(model: Any, names: _Names) -> dict[str, Part]:
    from peft.tuners.tuners_utils import BaseTunerLayer

    parts: dict[str, Part] = {}
    for path, layer in model.named_modules():
        if not isinstance(layer, BaseTunerLayer):
            continue
        held = layer.get_base_layer()
        if any(True for _ in held.children()):
            raise NotStreamable(f"{path} is no single layer")
        name = path.removeprefix(_PREFIX).replace(".base_layer", "")
        keys = [key for key, parameter in held._parameters.items() if parameter is not None]
        found = {key: names.find(f"{name}.{key}") for key in keys}
        for key, stored in found.items():
            if stored in parts:
                raise NotStreamable(f"{stored} belongs to several layers")
            parts[stored] = Part(layer=layer, key=key, names=found)
    return parts


def _whole(model: Any, names: _Names) -> dict[str, Part]:
    """Modules that were trained beside the adapter and stand in its file as they are."""
    from peft.utils.other import AuxiliaryTrainingWrapper, ModulesToSaveWrapper

    parts: dict[str, Part] = {}
    for path, wrapper in model.named_modules():
        if not isinstance(wrapper, AuxiliaryTrainingWrapper):
            continue
        if not isinstance(wrapper, ModulesToSaveWrapper):
            raise NotStreamable(f"{path} trains single tokens")
        for key, tensor in wrapper.modules_to_save[_ADAPTER].state_dict().items():
            stored = names.find(f"{path.removeprefix(_PREFIX)}.{key}")
            parts[stored] = Part(replaced=tensor.detach())
    return parts


def _loose(model: Any, adapter: Path, names: _Names) -> dict[str, Part]:
    """Biases of the base that were trained along with the adapter."""
    from safetensors import safe_open

    if getattr(model.peft_config[_ADAPTER], "bias", "none") == "none":
        return {}
    parts: dict[str, Part] = {}
    with safe_open(adapter / "adapter_model.safetensors", framework="pt") as file:
        for name in file.keys():  # noqa: SIM118 - no mapping
            if name.endswith(".bias") and ".lora_" not in name:
                stored = names.find(name.removeprefix(_PREFIX).replace(".base_layer", ""))
                parts[stored] = Part(replaced=file.get_tensor(name))
    return parts


def may_stream(adapter: Path) -> bool:
    """A first guess from the adapter's small file alone, for what the disk will need."""
    try:
        start = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8")).get(
            "init_lora_weights"
        )
    except (OSError, ValueError, AttributeError):
        return True
    return not (isinstance(start, str) and start.startswith(_MOVES_BASE))
