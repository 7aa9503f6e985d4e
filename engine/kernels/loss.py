"""Cross-entropy of the trained tokens only, in chunks, with its gradient computed in the forward pass.

Logits of a chunk live only while it is worked on, so the memory is ``CHUNK x vocabulary`` however long the batch
(the idea of Wijmans et al., "Cut Your Losses in Large-Vocabulary Language Models", arXiv:2411.09009, in plain torch).
"""

from typing import TYPE_CHECKING, Any, cast

import torch
from torch import nn
from torch.nn.functional import cross_entropy
from torch.utils.checkpoint import checkpoint

from engine.kernels.prompts import model_inputs

if TYPE_CHECKING:
    from engine.data.pack import Batch

CHUNK = 256  # rows of logits held at once


class LinearCrossEntropySum(torch.autograd.Function):
    """Summed cross-entropy of ``hidden @ weight.T + bias`` against ``targets``.

    Shapes: hidden [rows, width], weight [vocabulary, width], bias [vocabulary] or None, targets [rows].
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, targets: torch.Tensor
    ) -> torch.Tensor:
        wants_hidden, wants_weight, wants_bias, _ = ctx.needs_input_grad
        total = torch.zeros((), dtype=torch.float32, device=hidden.device)
        grad_hidden = torch.empty_like(hidden) if wants_hidden else None
        grad_weight = torch.zeros_like(weight) if wants_weight else None
        grad_bias = torch.zeros_like(bias) if wants_bias and bias is not None else None
        for start in range(0, hidden.shape[0], CHUNK):
            rows = slice(start, start + CHUNK)
            logits = torch.nn.functional.linear(hidden[rows], weight, bias).float()
            picked = logits.gather(1, targets[rows, None]).squeeze(1)
            total += (logits.logsumexp(dim=1) - picked).sum()
            if grad_hidden is None and grad_weight is None:
                continue
            grad = logits.softmax(dim=1)
            grad[torch.arange(grad.shape[0], device=grad.device), targets[rows]] -= 1.0
            grad = grad.to(weight.dtype)
            if grad_hidden is not None:
                torch.mm(grad, weight, out=grad_hidden[rows])
            if grad_weight is not None:
                grad_weight.addmm_(grad.t(), hidden[rows])
            if grad_bias is not None:
                grad_bias += grad.sum(dim=0)
        ctx.save_for_backward(grad_hidden, grad_weight, grad_bias)
        return total

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (grad,) = grads
        return (*(None if saved is None else saved * grad for saved in ctx.saved_tensors), None)


class LinearLogProbs(torch.autograd.Function):
    """Log-probabilities of ``targets`` under ``hidden @ weight.T + bias``; logits are computed again backward.

    Shapes as in ``LinearCrossEntropySum``; the result is float32 [rows].
    """

    @staticmethod
    def forward(
        ctx: Any, hidden: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None, targets: torch.Tensor
    ) -> torch.Tensor:
        ctx.save_for_backward(hidden, weight, bias, targets)
        found = torch.empty(hidden.shape[0], dtype=torch.float32, device=hidden.device)
        for start in range(0, hidden.shape[0], CHUNK):
            rows = slice(start, start + CHUNK)
            logits = torch.nn.functional.linear(hidden[rows], weight, bias).float()
            found[rows] = logits.gather(1, targets[rows, None]).squeeze(1) - logits.logsumexp(dim=1)
        return found

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        (wanted,) = grads
        hidden, weight, bias, targets = ctx.saved_tensors
        wants_hidden, wants_weight, wants_bias, _ = ctx.needs_input_grad
        grad_hidden = torch.empty_like(hidden) if wants_hidden else None
        grad_weight = torch.zeros_like(weight) if wants_weight else None
        grad_bias = torch.zeros_like(bias) if wants_bias and bias is not None else None
        for start in range(0, hidden.shape[0], CHUNK):
            rows = slice(start, start + CHUNK)
            logits = torch.nn.functional.linear(hidden[rows], weight, bias).float()
            grad = logits.softmax(dim=1).neg_()
            grad[torch.arange(grad.shape[0], device=grad.device), targets[rows]] += 1.0
            grad = (grad * wanted[rows, None]).to(weight.dtype)
            if grad_hidden is not None:
                torch.mm(grad, weight, out=grad_hidden[rows])
            if grad_weight is not None:
                grad_weight.addmm_(grad.t(), hidden[rows])
            if grad_bias is not None:
                grad_bias += grad.sum(dim=0)
        return grad_hidden, grad_weight, grad_bias, None


def next_token_loss_sum(model: nn.Module, batch: "Batch") -> torch.Tensor:
    """Cross-entropy in nats, summed over the trained tokens of ``batch`` (float32 scalar)."""
    rows, head = predicting_rows(model, batch)
    if head is None:
        return cross_entropy(rows.float(), batch.targets, reduction="sum")
    return cast(torch.Tensor, LinearCrossEntropySum.apply(rows, head.weight, head.bias, batch.targets))


def token_log_probs(model: nn.Module, batch: "Batch") -> torch.Tensor:
    """Log-probability in nats of each trained token of ``batch``: float32 [trained]."""
    rows, head = predicting_rows(model, batch)
    if head is None:
        return rows.float().log_softmax(dim=1).gather(1, batch.targets[:, None]).squeeze(1)
    return cast(torch.Tensor, LinearLogProbs.apply(rows, head.weight, head.bias, batch.targets))


def smoothed_loss_sum(model: nn.Module, batch: "Batch", smoothing: float) -> torch.Tensor:
    """Cross-entropy against targets of which ``smoothing`` is spread over the vocabulary, summed (float32 scalar)."""
    rows, head = predicting_rows(model, batch)

    def of_chunk(hidden: torch.Tensor, targets: torch.Tensor) -> torch.Tensor:
        logits = hidden if head is None else head(hidden)
        return cross_entropy(logits.float(), targets, reduction="sum", label_smoothing=smoothing)

    chunks = zip(rows.split(CHUNK), batch.targets.split(CHUNK), strict=True)
    sums = [checkpoint(of_chunk, hidden, targets, use_reentrant=False) for hidden, targets in chunks]
    return torch.stack(sums).sum()


def predicting_rows(model: nn.Module, batch: "Batch") -> tuple[torch.Tensor, nn.Linear | None]:
    """What predicts the trained tokens: hidden states [trained, width] and the output head, or, where a model does
    more than one linear layer with them, its logits [trained, vocabulary] and None."""
    causal = cast(Any, model.get_base_model() if hasattr(model, "get_base_model") else model)  # type: ignore[operator]
    head = causal.get_output_embeddings()
    batch, inputs = model_inputs(model, causal, batch)
    if type(head) is not nn.Linear or _reshapes_logits(causal.config):
        return causal(**inputs).logits.flatten(0, 1).index_select(0, batch.predicts), None
    hidden = causal.base_model(**inputs).last_hidden_state
    return hidden.flatten(0, 1).index_select(0, batch.predicts).to(head.weight.dtype), head


def hidden_states(
    model: nn.Module, causal: Any, batch: "Batch"
) -> tuple[torch.Tensor, torch.Tensor | None, nn.Linear | None]:
    """Hidden states that predict the trained tokens [trained, width], always, with what ``predicting_rows`` gives: the
    output head, or the logits [trained, vocabulary] of a model that does more than one linear layer with them."""
    head = causal.get_output_embeddings()
    batch, inputs = model_inputs(model, causal, batch)
    if type(head) is nn.Linear and not _reshapes_logits(causal.config):
        hidden = causal.base_model(**inputs).last_hidden_state
        return hidden.flatten(0, 1).index_select(0, batch.predicts), None, head
    out = causal(**inputs, output_hidden_states=True)
    hidden, logits = (
        part.flatten(0, 1).index_select(0, batch.predicts) for part in (out.hidden_states[-1], out.logits)
    )
    return hidden, logits, None


def _reshapes_logits(config: Any) -> bool:
    """Whether the model does more to its logits than a linear layer (Gemma 2, Cohere, Granite)."""
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    names = ("final_logit_softcapping", "logit_scale", "logits_scaling")
    return any(getattr(text, name, None) not in (None, 1, 1.0) for name in names)
