"""Loads tokenizers and base models from folders on this computer, offline and without running code of theirs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerBase

STARTER = "starter"


def resolve_model(path: str) -> Path:
    """The folder of a model; ``starter`` stands for the one that comes with Luthier.

    Raises:
        UserError: ``NOT_FOUND`` when nothing usable is there.
    """
    from engine.models.starter import is_installed, starter_path

    if path == STARTER:
        if not is_installed():
            raise UserError(
                ErrorCode.NOT_FOUND,
                "The starter model is not installed",
                hint="Run `luthier-engine starter`, or press Install on the Method page.",
                recipe_path="model.path",
            )
        return starter_path()
    folder = Path(path).expanduser()
    if not folder.is_dir():
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"There is no model folder at {folder}",
            hint="Choose a folder with config.json and safetensors files.",
            recipe_path="model.path",
        )
    if not (folder / "config.json").is_file():
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{folder} holds no config.json",
            hint="Choose the folder of a Hugging Face model.",
            recipe_path="model.path",
        )
    return folder


def load_tokenizer(path: str) -> "PreTrainedTokenizerBase":
    """The tokenizer of a model folder, with a padding token set.

    Raises:
        UserError: the folder or its tokenizer is missing or damaged.
    """
    folder = resolve_model(path)
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError) as error:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"Cannot load a tokenizer from {folder}: {_first_line(error)}",
            hint="The folder needs tokenizer.json or the files of its tokenizer.",
            recipe_path="model.path",
        ) from None
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def pick_device() -> "torch.device":
    """The first CUDA device where there is one, else the CPU."""
    import torch

    return (
        torch.device("cuda", torch.cuda.current_device())
        if torch.cuda.is_available()
        else torch.device("cpu")
    )


def frozen_dtype(section: ModelSection, device: "torch.device") -> "torch.dtype":
    """Number format of the base: as the recipe says, or for ``auto`` what the device computes well in."""
    import torch

    if section.dtype != "auto":
        dtype: torch.dtype = getattr(torch, section.dtype)
        return dtype
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.bfloat16
    return torch.float32


def load_base(
    section: ModelSection, *, device: "torch.device | None" = None, attention: str | None = None
) -> "nn.Module":
    """The causal language model of ``section``, in evaluation mode and without gradients.

    ``attention`` overrides the recipe's choice; ``auto`` takes the packed kernel, see ``kernels.attention``.

    Raises:
        UserError: the folder is missing, damaged or of an architecture that transformers does not know.
    """
    folder = resolve_model(section.path)
    from transformers import AutoModelForCausalLM

    from engine.kernels.attention import implementation
    from engine.models.quantize import quantization_config, settle

    device = device or pick_device()
    options: dict[str, Any] = {
        "dtype": frozen_dtype(section, device),
        "attn_implementation": implementation(attention or section.attention),
        "local_files_only": True,
        "trust_remote_code": False,
    }
    if section.quantization != "none":
        options["quantization_config"] = quantization_config(section, options["dtype"])
        options["device_map"] = {"": device}
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, **options)
    except (OSError, ValueError, KeyError, ImportError) as error:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"Cannot load the model in {folder}: {_first_line(error)}",
            hint="Check that the folder is complete and of a causal language model.",
            recipe_path="model.path",
        ) from None
    model.requires_grad_(False)
    settle(model)
    model.config.use_cache = False
    return model if section.quantization != "none" else model.to(device)


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]
