"""What a model answers to held-out prompts, always the most probable token, to be read side by side."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.contract.job import Job
from engine.data.examples import HeldOut
from engine.models.greedy import greedy
from engine.models.tuned import encode, render_prompt

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase


def answers(
    model: "nn.Module",
    tokenizer: "PreTrainedTokenizerBase",
    rows: Sequence[HeldOut],
    *,
    stops: tuple[int, ...],
    max_tokens: int,
    job: Job,
    name: str,
) -> list[str]:
    """One answer a row, without special tokens.

    Raises:
        Cancelled: the user asked to end.
    """
    texts = []
    for index, row in enumerate(rows):
        job.check()
        prompt = encode(tokenizer, render_prompt(tokenizer, list(row.messages)))
        tokens = greedy(model, prompt, max_tokens=max_tokens, stop=stops)
        texts.append(str(tokenizer.decode(tokens, skip_special_tokens=True)).strip())
        job.progress(name, index + 1, len(rows), "answers")
    return texts
