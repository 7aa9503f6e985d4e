"""What merging into the 16-bit base changes for an adapter that was trained over a quantized one.

The adapter has learnt to live with the rounded weights; merged, it stands on the exact ones. The difference in
held-out loss says whether that matters.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.errors import UserError
from engine.contract.job import Job
from engine.models.tuned import Tuned, encode, load_folder, load_tuned, render_prompt, tokenizer_of

if TYPE_CHECKING:
    from torch import nn

ROWS = 32
MOST_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Rounding:
    """Mean loss of the held-out answers, in nats a token."""

    trained: float  # over the quantized base, as in training
    merged: float
    rows: int


def measure_rounding(tuned: Tuned, merged: Path, *, job: Job) -> Rounding | None:
    """Both losses; None when the base was not quantized, or there is nothing to measure on."""
    if tuned.recipe.model.quantization == "none" or not tuned.is_adapter:
        return None
    rows = _rows(tuned)
    if not rows:
        return None
    with job.phase("measure", "quantized base against merged model"):
        try:
            trained = _loss(load_tuned(tuned, quantized=True), rows, job)
            found = Rounding(trained, _loss(load_folder(merged), rows, job), len(rows))
        except (UserError, ImportError, RuntimeError, NotImplementedError) as error:
            job.warn("not_measured", f"The loss of the merged model was not compared with training: {error}")
            return None
    change = found.merged - found.trained
    if change > 0.05:
        job.warn(
            "merged_loss_higher",
            f"On the held-out rows the merged model has a loss of {found.merged:.4f}, and {found.trained:.4f} "
            "over the quantized base that it was trained on.",
            hint="Train without quantization, or use the adapter with the quantized base.",
        )
    return found


def _rows(tuned: Tuned) -> list[tuple[list[int], list[int]]]:
    """Token ids of prompt and answer."""
    path = tuned.run_dir / "heldout.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    tokenizer = tokenizer_of(tuned)
    found = []
    for row in rows[:ROWS]:
        if row.get("messages") and row.get("reference"):
            prompt = encode(tokenizer, render_prompt(tokenizer, row["messages"]))
            answer = encode(tokenizer, str(row["reference"]))
            found.append((prompt[-MOST_TOKENS:], answer[:MOST_TOKENS]))
    return found


def _loss(model: "nn.Module", rows: Sequence[tuple[list[int], list[int]]], job: Job) -> float:
    import torch

    device = next(model.parameters()).device
    total, count = 0.0, 0
    with torch.inference_mode():
        for prompt, answer in rows:
            job.check()
            ids = torch.tensor([prompt + answer], device=device)
            logits = model(input_ids=ids, use_cache=False, logits_to_keep=len(answer) + 1).logits[0, :-1]
            wanted = torch.tensor(answer, device=logits.device)
            total += float(torch.nn.functional.cross_entropy(logits.float(), wanted, reduction="sum"))
            count += len(answer)
    return total / max(1, count)
