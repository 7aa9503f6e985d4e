"""Prompts that are trained (PEFT's prompt learning) before every example of a batch, packed or padded.

PEFT's own forward knows neither packed batches nor decoding with a cache outside ``generate``. Here the trained
prompt stands before each example in its own place: as embeddings (prompt tuning, P-tuning), or as keys and values
that all examples of a batch share (prefix tuning).
"""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import torch
from torch import nn

if TYPE_CHECKING:
    from engine.data.pack import Batch


def prompt_length(model: nn.Module) -> int:
    """Virtual tokens before each example; 0 without a trained prompt or while it is switched off."""
    config = getattr(model, "active_peft_config", None) if hasattr(model, "peft_config") else None
    if config is None or not config.is_prompt_learning or model.forward == model.base_model.forward:
        return 0
    return int(config.num_virtual_tokens)


def model_inputs(model: nn.Module, causal: Any, batch: "Batch") -> "tuple[Batch, dict[str, Any]]":
    """What ``causal``, the model inside ``model``, is called with; places of the batch move with the prompt."""
    length = prompt_length(model)
    inputs: dict[str, Any] = {"use_cache": False}
    if length == 0:
        inputs |= {"input_ids": batch.input_ids, "position_ids": batch.position_ids}
    elif is_prefix(model):
        rows = batch.input_ids.shape[0]
        inputs |= {
            "input_ids": batch.input_ids,
            "position_ids": batch.position_ids + length,
            "past_key_values": model.get_prompt(batch_size=rows),  # type: ignore[operator]
        }
    else:
        batch, embeddings = _with_embeddings(model, causal, batch, length)
        inputs |= {"inputs_embeds": embeddings, "position_ids": batch.position_ids}
    return batch, inputs | batch.attention_arguments(causal.config)


def is_prefix(model: nn.Module) -> bool:
    """Whether the trained prompt is keys and values rather than embeddings."""
    return str(model.active_peft_config.peft_type.value) == "PREFIX_TUNING"  # type: ignore[union-attr]


def _with_embeddings(
    model: nn.Module, causal: Any, batch: "Batch", length: int
) -> "tuple[Batch, torch.Tensor]":
    """The batch with ``length`` places more before each example, and embeddings [rows, tokens, width] for it."""
    rows, width = batch.input_ids.shape
    lengths = batch.lengths or (width,) * rows
    words = causal.get_input_embeddings()(batch.input_ids).flatten(0, 1)
    prompt = model.get_prompt(batch_size=1)[0].to(words.dtype)  # type: ignore[operator]
    pieces = [piece for example in words.split(lengths) for piece in (prompt, example)]
    before = torch.arange(length, device=words.device)
    positions = [
        piece
        for example in batch.position_ids.flatten().split(lengths)
        for piece in (before, example + length)
    ]
    ends = torch.tensor(lengths, device=words.device).cumsum(0)
    shape = (rows, -1)
    moved = replace(
        batch,
        position_ids=torch.cat(positions).view(shape),
        predicts=_moved(batch.predicts, ends, length),
        ends=_moved(batch.ends, ends, length),
        lengths=None if batch.lengths is None else tuple(size + length for size in batch.lengths),
    )
    return moved, torch.cat(pieces).view(*shape, words.shape[-1])


def _moved(places: torch.Tensor, ends: torch.Tensor, length: int) -> torch.Tensor:
    """Where flat ``places`` stand with ``length`` more before each example; examples end before ``ends``."""
    return places + length * (torch.bucketize(places, ends, right=True) + 1)


def decode_with_prompt(model: nn.Module) -> None:
    """Let ``model``, a PEFT model with a trained prompt, be called as any other, see ``callable_with_prompt``."""
    model.forward = callable_with_prompt(model)


def callable_with_prompt(model: nn.Module) -> Any:
    """What answers as ``model`` does when it is called with tokens and a cache: a trained prompt is put before the
    first tokens, stays in the cache from then on, and has no place in the logits. Without one it is the model itself."""
    wrapped: Any = model
    if not prompt_length(model):
        return wrapped
    base = wrapped.get_base_model()
    length = int(wrapped.active_peft_config.num_virtual_tokens)

    def forward(input_ids: torch.Tensor, past_key_values: Any = None, **options: Any) -> Any:
        if past_key_values is not None and past_key_values.get_seq_length():
            return base(input_ids=input_ids, past_key_values=past_key_values, **options)
        prompt = wrapped.get_prompt(batch_size=input_ids.shape[0])
        if is_prefix(model):
            return base(input_ids=input_ids, past_key_values=prompt, **options)
        words = base.get_input_embeddings()(input_ids)
        out = base(inputs_embeds=torch.cat((prompt.to(words.dtype), words), dim=1), **options)
        if not options.get("logits_to_keep"):
            out.logits = out.logits[:, length:]
        return out

    return forward
