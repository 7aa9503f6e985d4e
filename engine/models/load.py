"""Loads tokenizers and base models from folders on this computer, offline and without running code of theirs."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection
from engine.models.consent import may_run_code
from engine.models.convert import converted_path, is_converted
from engine.models.gguf_header import is_gguf
from engine.models.guard import check_folder, check_weights, template_file, weights_of
from engine.models.quantized_files import can_spell_out, missing_library, stored_form
from engine.models.rope import scaled_config

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerBase

STARTER = "starter"
LOAD_FAULTS = (OSError, ValueError, KeyError, ImportError, TypeError, AttributeError, RecursionError)


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
    if folder.is_file() and is_gguf(folder):
        return _converted(folder)
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
    check_folder(folder)
    safe, pickles = weights_of(folder)
    form = stored_form(folder) if safe else ""
    held = form not in ("", "bitsandbytes")  # which Transformers opens by itself
    if (held or (pickles and not safe)) and is_converted(folder):
        return converted_path(folder)
    if held:
        _refuse_held(folder, form)
    return folder


def _refuse_held(folder: Path, form: str) -> None:
    """Refuse a checkpoint that is quantized already, unless a library for it is there.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``: it is converted first, or a library is missing.
    """
    if can_spell_out(folder):
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{folder} holds its weights as {form}, which have to be spelt out before they can be trained",
            hint=f'Convert it once, on the Models page or with "luthier-engine convert {folder}"',
            recipe_path="model.path",
            details={"convert": str(folder)},
        )
    library = missing_library(folder)
    if library:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{folder} holds its weights as {form}, for which the library {library} is not installed",
            hint="Take the model's original safetensors, or install the library beside Luthier's engine.",
            recipe_path="model.path",
        )


def _converted(gguf: Path) -> Path:
    """The trainable form of a GGUF file.

    Raises:
        UserError: ``MODEL_UNSUPPORTED`` when it was not made yet.
    """
    if is_converted(gguf):
        return converted_path(gguf)
    raise UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"{gguf} is a GGUF file, which has to be spelt out as safetensors before it can be trained",
        hint=f'Convert it once, on the Models page or with "luthier-engine convert {gguf}"',
        recipe_path="model.path",
        details={"convert": str(gguf)},
    )


def load_tokenizer(path: str) -> "PreTrainedTokenizerBase":
    """The tokenizer of a model folder, with a padding token set.

    Raises:
        UserError: the folder or its tokenizer is missing or damaged.
    """
    folder = resolve_model(path)
    from transformers import AutoTokenizer

    from engine.models.sandbox import bound_transformers

    bound_transformers()
    own_code = may_run_code(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=own_code)
    except Exception as error:  # the tokenizers library raises plain Exception for a damaged file
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"Cannot load a tokenizer from {folder}: {first_line(error)}",
            hint="The folder needs tokenizer.json or the files of its tokenizer.",
            recipe_path="model.path",
        ) from None
    _check_template(tokenizer, folder)
    if tokenizer.pad_token_id is None:
        tokenizer.pad_token = tokenizer.eos_token
    return tokenizer


def _check_template(tokenizer: Any, folder: Path) -> None:
    """Refuse a chat template that wants more than to write text; whether it takes a conversation, the rows will tell.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``, naming the file that it stands in.
    """
    from jinja2.exceptions import SecurityError

    if not tokenizer.chat_template:
        return
    try:
        tokenizer.apply_chat_template([{"role": "user", "content": "Hello"}], tokenize=False)
    except SecurityError as error:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{template_file(folder)} was stopped while it wrote a conversation: {first_line(error)}",
            hint="Do not use this model; chat templates that do such things are made to do harm.",
            recipe_path="model.path",
        ) from None
    except Exception:  # a stranger's template may raise anything; it is asked again with real rows
        return


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
    check_weights(folder)
    from transformers import AutoModelForCausalLM

    from engine.kernels.attention import implementation
    from engine.models.quantize import quantization_config, settle
    from engine.models.spared import import_bitsandbytes_uncompiled

    if section.quantization == "none":
        import_bitsandbytes_uncompiled()
    device = device or pick_device()
    options: dict[str, Any] = {
        "dtype": frozen_dtype(section, device),
        "attn_implementation": implementation(attention or section.attention),
        "local_files_only": True,
        "trust_remote_code": may_run_code(folder),
        "use_safetensors": True,
    }
    config = scaled_config(section, folder)
    if config is not None:
        options["config"] = config
    if section.quantization != "none":
        options["quantization_config"] = quantization_config(section, options["dtype"])
        options["device_map"] = {"": device}
    try:
        model = AutoModelForCausalLM.from_pretrained(folder, **options)
    except LOAD_FAULTS as error:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"Cannot load the model in {folder}: {first_line(error)}",
            hint="Check that the folder is complete and of a causal language model.",
            recipe_path="model.path",
        ) from None
    model.requires_grad_(False)
    settle(model)
    model.config.use_cache = False
    return model if section.quantization != "none" else model.to(device)


def first_line(error: BaseException) -> str:
    """What an error says, as far as a sentence has room for it."""
    return (str(error).strip() or type(error).__name__).splitlines()[0][:300]


def let_go_of_files(model: "nn.Module") -> None:
    """Copy what still lies in the base's files on a CPU. Where most weights were quantized or rewritten, the few others
    (the embedding, norms) would keep the whole files in memory."""
    for parameter in model.parameters():
        if parameter.device.type == "cpu" and parameter.is_floating_point() and not parameter.requires_grad:
            parameter.data = parameter.data.clone()
