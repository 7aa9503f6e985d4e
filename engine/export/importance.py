"""How much each input of each layer matters, from the run's own texts: the importance matrix of llama.cpp.

For every linear layer the mean square of each of its inputs, over texts that the model was trained on. A quantizer
with few bits spends them where inputs are large. llama.cpp's own tool computes the same sums from a GGUF; here the
trained model in torch computes them, before there is any file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.export.reference import held_out_prompts
from engine.models.tuned import Tuned, encode, load_tuned, render_prompt, tokenizer_of

if TYPE_CHECKING:
    from torch import nn

TOKENS = 8192
_MOST_AT_ONCE = 512


def write_importance(
    tuned: Tuned, target: Path, *, names: Callable[[Iterable[str]], Mapping[str, str]], job: Job
) -> Path:
    """Write the matrix as ``target`` (safetensors); ``names`` gives the GGUF's names for those of the model.

    Raises:
        Cancelled: the user asked to end.
    """
    from safetensors.numpy import save_file

    sums = mean_squares(load_tuned(tuned), list(texts(tuned, job=job)), job=job)
    found = names(f"{name}.weight" for name in sums)
    tensors = {found[f"{name}.weight"]: values for name, values in sums.items() if f"{name}.weight" in found}
    save_file(tensors, target)
    return target


def texts(tuned: Tuned, *, job: Job) -> Iterator[list[int]]:
    """Token ids of training rows; of held-out ones where the training files are no longer there."""
    from engine.data.prepare import prepare

    tokenizer = tokenizer_of(tuned)
    try:
        rows = [example.input_ids.tolist() for example in prepare(tuned.recipe, tokenizer, job=job).train]
    except UserError as error:
        job.warn(
            "training_data_gone",
            f"The quantization weighs its errors by the held-out rows alone: {error.info.message}",
        )
        prompts = held_out_prompts(tuned, limit=None)
        rows = [encode(tokenizer, render_prompt(tokenizer, messages)) for messages in prompts]
    left = TOKENS
    for row in rows[:: max(1, len(rows) * 64 // TOKENS)]:  # spread over all of them
        if left <= 0:
            return
        ids = row[: min(left, _MOST_AT_ONCE)]
        left -= len(ids)
        if ids:
            yield ids


def mean_squares(model: "nn.Module", rows: list[list[int]], *, job: Job) -> dict[str, np.ndarray]:
    """For each linear layer by its name in the base: the mean square of each input, float32 [in]."""
    import torch

    if not rows:
        raise UserError(ErrorCode.DATA_EMPTY, "There is no text to measure the importance of weights on.")
    device = next(model.parameters()).device
    with _listening(model) as (sums, counts), torch.inference_mode():
        for index, row in enumerate(rows):
            job.check()
            model(input_ids=torch.tensor([row], device=device), use_cache=False, logits_to_keep=1)
            job.progress("importance", index + 1, len(rows), "texts")
    return {
        name: (total / counts[name]).float().cpu().numpy() for name, total in sums.items() if counts[name]
    }


@contextmanager
def _listening(model: "nn.Module") -> Iterator[tuple[dict[str, Any], dict[str, int]]]:
    sums: dict[str, Any] = {}
    counts: dict[str, int] = {}

    def listen(name: str) -> Callable[..., None]:
        def hook(_module: Any, inputs: tuple[Any, ...]) -> None:
            flat = inputs[0].detach().reshape(-1, inputs[0].shape[-1]).double()
            sums[name] = sums.get(name, 0) + flat.square().sum(dim=0)
            counts[name] = counts.get(name, 0) + len(flat)

        return hook

    hooks = [layer.register_forward_pre_hook(listen(name)) for name, layer in _linear_layers(model)]
    try:
        yield sums, counts
    finally:
        for handle in hooks:
            handle.remove()


def _linear_layers(model: "nn.Module") -> "Iterator[tuple[str, nn.Module]]":
    """Layers whose input meets a weight matrix; of one with an adapter the outside, as that is what is merged."""
    wrapped: list[str] = []
    for path, module in model.named_modules():
        inside = any(path.startswith(f"{outer}.") for outer in wrapped[-1:])
        is_wrapper = hasattr(module, "get_base_layer")
        if is_wrapper:
            wrapped.append(path)
        if not inside and (is_wrapper or type(module).__name__ in ("Linear", "Conv1D")):
            yield path.removeprefix("base_model.model."), module
