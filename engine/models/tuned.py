"""A finished run as a model: finds its weights, gives them the trained template, loads them.

Shared by export, evaluation and chat, which all must mean the same thing by "the trained model".
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection, RecipeBase
from engine.kernels.names import HEAD_FILE
from engine.models.guard import check_adapter
from engine.models.load import load_base, load_tokenizer, pick_device, resolve_model
from engine.models.rope import write_scaling

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerBase

Dtype = Literal["auto", "float32", "bfloat16", "float16"]
_DTYPE_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2}
_DTYPE_NAMES: dict[str, Dtype] = {"F32": "float32", "F16": "float16", "BF16": "bfloat16"}


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a run left: ``weights`` is a PEFT folder if ``is_adapter``, else a complete model folder."""

    run_dir: Path
    recipe: RecipeBase
    weights: Path
    is_adapter: bool

    @property
    def base(self) -> Path:
        """Folder of the base model."""
        return resolve_model(self.recipe.model.path)

    @property
    def scores(self) -> bool:
        """Whether it is a reward model, which gives numbers instead of answers."""
        return (self.weights / HEAD_FILE).is_file()

    def config(self) -> dict[str, Any]:
        """The model's own ``config.json``, with the RoPE scaling that it was trained with."""
        source = self.base if self.is_adapter else self.weights
        content = dict(json.loads((source / "config.json").read_text(encoding="utf-8")))
        return write_scaling(content, self.recipe.model, source) if self.is_adapter else content

    @property
    def name(self) -> str:
        """A file name for results: the recipe's name, else that of the run's folder."""
        text = self.recipe.name or self.run_dir.name
        kept = "".join(char if char.isalnum() or char in "-_." else "-" for char in text)
        return kept.strip("-.")[:80] or "model"


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """One entry of a safetensors header."""

    name: str
    dtype: str  # F32, BF16, ...
    shape: tuple[int, ...]

    @property
    def elements(self) -> int:
        """How many numbers it holds."""
        count = 1
        for size in self.shape:
            count *= size
        return count

    @property
    def size_bytes(self) -> int:
        """Bytes on disk."""
        return self.elements * _DTYPE_BYTES.get(self.dtype, 1)


def find_tuned(run_dir: Path, recipe: RecipeBase) -> Tuned:
    """The trained weights of a run's folder.

    Raises:
        UserError: ``NOT_FOUND`` when the run has not finished.
    """
    adapter, model = run_dir / "adapter", run_dir / "model"
    if (adapter / "adapter_config.json").is_file():
        return Tuned(run_dir, recipe, adapter, True)
    if (model / "config.json").is_file():
        return Tuned(run_dir, recipe, model, False)
    raise UserError(
        ErrorCode.NOT_FOUND,
        f"There is no trained adapter or model in {run_dir}",
        hint="Finish the run, or stop it with Stop and keep, and try again.",
    )


def fingerprint(tuned: Tuned) -> str:
    """SHA-256 that changes whenever the trained model would: weights, base, template.

    Adapters are read whole; of complete models only names, sizes and times, as they have gigabytes.
    """
    digest = hashlib.sha256(f"{tuned.recipe.model.path}\n{tuned.recipe.data.template}\n".encode())
    for path in sorted(tuned.weights.iterdir()):
        if path.suffix not in (".safetensors", ".json"):
            continue
        digest.update(path.name.encode())
        if tuned.is_adapter:
            digest.update(path.read_bytes())
        else:
            status = path.stat()
            digest.update(f"{status.st_size} {status.st_mtime_ns}".encode())
    return digest.hexdigest()


def tokenizer_of(tuned: Tuned) -> "PreTrainedTokenizerBase":
    """The base model's tokenizer, carrying the template that the run was trained with."""
    tokenizer = load_tokenizer(tuned.recipe.model.path)
    template = tuned.recipe.data.template
    if template != "auto":
        tokenizer.chat_template = template if "{" in template else Path(template).read_text(encoding="utf-8")
    if not tokenizer.chat_template:
        raise UserError(
            ErrorCode.TEMPLATE_MISSING,
            f"The model in {tuned.base} has no chat template, so nobody could talk to the result.",
            hint="Name a Jinja template in data.template of the recipe.",
            recipe_path="data.template",
        )
    return tokenizer


def render_prompt(tokenizer: "PreTrainedTokenizerBase", messages: list[dict[str, str]]) -> str:
    """The conversation up to where the answer begins, as text."""
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    return str(text)


def encode(tokenizer: "PreTrainedTokenizerBase", text: str) -> list[int]:
    """Token ids of rendered text; the template has written the special tokens already."""
    return [int(token) for token in tokenizer(text, add_special_tokens=False)["input_ids"]]


def end_of_turn(tokenizer: "PreTrainedTokenizerBase") -> int | None:
    """The special token that the template puts right after an answer, or None when it is plain text."""
    mark = "luthier"
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": mark}]
    text = str(tokenizer.apply_chat_template(messages, tokenize=False))
    tail = encode(tokenizer, text[text.rfind(mark) + len(mark) :])
    special = set(tokenizer.all_special_ids) | set(tokenizer.get_added_vocab().values())
    return tail[0] if tail and tail[0] in special else None


def stop_tokens(tokenizer: "PreTrainedTokenizerBase", folder: Path) -> tuple[int, ...]:
    """Every token that ends an answer: of the tokenizer, of the template, of the generation config."""
    found: list[int | None] = [tokenizer.eos_token_id, end_of_turn(tokenizer)]  # type: ignore[list-item]
    return tuple(sorted({int(token) for token in (*found, *listed_stops(folder)) if token is not None}))


def listed_stops(folder: Path) -> tuple[int, ...]:
    """The tokens that the generation config of a model folder ends answers with."""
    path = folder / "generation_config.json"
    if not path.is_file():
        return ()
    listed = json.loads(path.read_text(encoding="utf-8")).get("eos_token_id")
    return tuple(
        int(token) for token in (listed if isinstance(listed, list) else [listed]) if token is not None
    )


def stored_tensors(folder: Path) -> Iterator[StoredTensor]:
    """What the safetensors files of a folder hold, read from their headers alone.

    Raises:
        UserError: ``UNREADABLE`` for a damaged file.
    """
    for path in sorted(folder.glob("*.safetensors")):
        try:
            with path.open("rb") as file:
                size = int.from_bytes(file.read(8), "little")
                if not 0 < size <= 100_000_000:
                    raise ValueError("no header")
                header = json.loads(file.read(size))
            for name, entry in header.items():
                if name != "__metadata__":
                    yield StoredTensor(name, entry["dtype"], tuple(entry["shape"]))
        except (ValueError, KeyError, TypeError) as error:
            raise UserError(ErrorCode.UNREADABLE, f"{path} is no safetensors file: {error}") from None


def stored_dtype(folder: Path) -> Dtype:
    """The number format that most of a model's weights are stored in; ``auto`` for unusual ones."""
    counts: dict[str, int] = {}
    for tensor in stored_tensors(folder):
        counts[tensor.dtype] = counts.get(tensor.dtype, 0) + tensor.elements
    most = max(counts, key=lambda name: counts[name], default="")
    return _DTYPE_NAMES.get(most, "auto")


def load_tuned(
    tuned: Tuned, *, dtype: Dtype = "auto", device: "torch.device | None" = None, quantized: bool = False
) -> "nn.Module":
    """Base plus adapter (unmerged), or the complete model, ready to answer.

    ``dtype`` auto is what the device computes well in; ``quantized`` holds the base as in training, else it is exact.
    """
    device = device or pick_device()
    section = tuned.recipe.model.model_copy(update={"dtype": dtype})
    if not quantized:
        section = section.model_copy(update={"quantization": "none"})
    if tuned.is_adapter:
        model = _with_adapter(tuned, load_base(section, device=device))
    else:
        written = {"path": str(tuned.weights), "rope_scaling": "none"}  # it stands in the folder's config
        model = load_base(section.model_copy(update=written), device=device)
    if tuned.scores:
        from engine.kernels.value_head import load_head

        load_head(model, tuned.weights)
    return for_inference(model)


def _with_adapter(tuned: Tuned, base: "nn.Module") -> "nn.Module":
    from peft import PeftModel

    from engine.kernels.prompts import decode_with_prompt, prompt_length

    check_adapter(tuned.weights)
    try:
        model = PeftModel.from_pretrained(base, str(tuned.weights))  # type: ignore[arg-type]
    except (OSError, ValueError, RuntimeError, KeyError) as error:
        raise UserError(
            ErrorCode.UNREADABLE,
            f"The adapter in {tuned.weights} does not fit its base model {tuned.base}: {error}",
            hint="Check that the base model is the one that the run was trained on.",
        ) from None
    if prompt_length(model):
        decode_with_prompt(model)
    return model


def load_folder(folder: Path, *, dtype: Dtype = "auto", device: "torch.device | None" = None) -> "nn.Module":
    """A complete model folder, ready to answer."""
    section = ModelSection(path=str(folder), dtype=dtype)
    return for_inference(load_base(section, device=device or pick_device()))


def for_inference(model: "nn.Module") -> "nn.Module":
    """Evaluation mode with the key-value cache on."""
    model.eval()
    model.config.use_cache = True  # type: ignore[union-attr]
    return model


@contextmanager
def without_adapter(model: "nn.Module", *, is_adapter: bool) -> Iterator[None]:
    """The base model inside a model with an adapter, for the length of the block."""
    if not is_adapter:
        raise ValueError("a model without an adapter has no base inside")
    disable: Any = model.disable_adapter
    with disable():
        yield
