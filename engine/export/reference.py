"""What exports are compared with: the trained model's own greedy answers and how sure it was at each of their places.

The trained model (base plus adapter, through transformers) answers each prompt once; the answers stay in the run's
folder for the next export of the same weights.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from engine.contract.job import Job
from engine.contract.paths import sample_heldout
from engine.models.tuned import (
    Tuned,
    encode,
    end_of_turn,
    fingerprint,
    load_tuned,
    render_prompt,
    stop_tokens,
    tokenizer_of,
)

ANSWER_TOKENS = 32
DEFAULT_PROMPTS = 16
CACHE_NAME = "reference.json"
LIKELY_NAME = "reference.safetensors"
LIKELY_TOKENS = 256
PROBE_TOKENS = 256  # the last quarter of them is compared: positions far from the beginning, where a wrong RoPE base shows
_LEAST = -30.0  # log of a probability that is none

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Likely:
    """The most probable tokens at each place of an answer; all others are one more event."""

    tokens: np.ndarray  # [places, LIKELY_TOKENS] int32
    log_p: np.ndarray  # [places, LIKELY_TOKENS] float32

    @classmethod
    def of(cls, logits: np.ndarray) -> "Likely":
        """From logits [places, vocabulary]."""
        log_p = log_softmax(logits)
        count = min(LIKELY_TOKENS, logits.shape[-1])
        tokens = np.argpartition(-log_p, count - 1, axis=-1)[:, :count].astype(np.int32)
        return cls(tokens, np.take_along_axis(log_p, tokens, axis=-1).astype(np.float32))

    def divergence(self, logits: np.ndarray) -> np.ndarray:
        """Kullback-Leibler divergence in nats at each place, from this distribution to that of ``logits``.

        With all but the likely tokens taken together it is never above the exact one, and nearly equal to it.
        """
        log_q = log_softmax(logits)
        known = self.tokens < log_q.shape[-1]
        q = np.where(known, np.take_along_axis(log_q, np.where(known, self.tokens, 0), axis=-1), _LEAST)
        p = np.exp(self.log_p.astype(np.float64))
        shared = (p * (self.log_p - q)).sum(axis=-1)
        rest_p = np.clip(1.0 - p.sum(axis=-1), 1e-12, None)
        rest_q = np.clip(1.0 - np.exp(q.astype(np.float64)).sum(axis=-1), 1e-12, None)
        found: np.ndarray = np.clip(shared + rest_p * (np.log(rest_p) - np.log(rest_q)), 0.0, None)
        return found


def log_softmax(logits: np.ndarray) -> np.ndarray:
    """Along the last axis, in float64."""
    shifted = logits.astype(np.float64) - logits.max(axis=-1, keepdims=True)
    found: np.ndarray = np.maximum(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)), _LEAST)
    return found


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """One prompt as the trained model sees and answers it."""

    messages: Messages
    prompt: list[int]
    answer: list[int]  # at most ANSWER_TOKENS, with the stop token if reached
    likely: Likely | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What exports are compared with."""

    answers: tuple[ReferenceAnswer, ...]
    end_of_turn: int | None
    stops: tuple[int, ...]
    probe: ReferenceAnswer | None = None  # a long text; what it says far from its beginning is compared too


def held_out_prompts(tuned: Tuned, *, limit: int | None = DEFAULT_PROMPTS) -> list[Messages]:
    """The run's held-out conversations up to their last answer, else those of the sample project."""
    path = tuned.run_dir / "heldout.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    prompts: list[Messages] = [row["messages"] for row in rows if row.get("messages")]
    if not prompts:
        sample = json.loads(sample_heldout().read_text(encoding="utf-8"))
        prompts = [[{"role": "user", "content": _alpaca(row)}] for row in sample]
    return prompts[:limit]


def _alpaca(row: dict[str, str]) -> str:
    return "\n".join(part for part in (row["instruction"], row.get("input", "")) if part)


def make_reference(tuned: Tuned, prompts: Sequence[Messages], *, job: Job) -> Reference:
    """Let the trained model answer ``prompts``; kept in the run's folder for the next export of the same weights."""
    tokenizer = tokenizer_of(tuned)
    stops = stop_tokens(tokenizer, tuned.base)
    encoded = [encode(tokenizer, render_prompt(tokenizer, messages)) for messages in prompts]
    key = hashlib.sha256(f"3{fingerprint(tuned)}{encoded}{stops}".encode()).hexdigest()
    answered = _cached(tuned.run_dir, key)
    if answered is None:
        answered = _answer(tuned, encoded, stops, job)
        _keep(tuned.run_dir, key, answered)
    *answered, (text, likely) = answered
    rows = zip(prompts, encoded, answered, strict=True)
    answers = tuple(ReferenceAnswer(messages, prompt, *answer) for messages, prompt, answer in rows)
    probe = ReferenceAnswer([], *_cut(text), likely)
    return Reference(answers, end_of_turn(tokenizer), stops, probe)


Answered = list[tuple[list[int], Likely]]  # of each prompt; last, the long text itself


def _answer(tuned: Tuned, encoded: list[list[int]], stops: tuple[int, ...], job: Job) -> Answered:
    from engine.models.greedy import greedy, logits_along

    model = load_tuned(tuned)
    answered = []
    for index, prompt in enumerate(encoded):
        job.check()
        answer = greedy(model, prompt, max_tokens=ANSWER_TOKENS, stop=stops)
        answered.append((answer, Likely.of(logits_along(model, prompt, answer).numpy())))
        job.progress("verify", index + 1, len(encoded), "trained model's answers")
    told = [token for prompt, (answer, _) in zip(encoded, answered, strict=True) for token in prompt + answer]
    config = tuned.config()
    longest = min(
        PROBE_TOKENS, config.get("max_position_embeddings") or config.get("n_positions") or PROBE_TOKENS
    )
    text = (told * (PROBE_TOKENS // len(told) + 1))[:longest]
    logits = logits_along(model, *_cut(text)).numpy()
    answered.append((text, Likely.of(logits)))
    return answered


def _cut(text: list[int]) -> tuple[list[int], list[int]]:
    """The last quarter is what is compared."""
    place = len(text) - len(text) // 4
    return text[:place], text[place:]


def _keep(run_dir: Path, key: str, answered: Answered) -> None:
    from safetensors.numpy import save_file

    tensors = {f"{index}.tokens": likely.tokens for index, (_, likely) in enumerate(answered)}
    tensors |= {f"{index}.log_p": likely.log_p for index, (_, likely) in enumerate(answered)}
    save_file(tensors, run_dir / LIKELY_NAME, metadata={"key": key})
    cache = {"key": key, "answers": [answer for answer, _ in answered]}
    (run_dir / CACHE_NAME).write_text(json.dumps(cache), encoding="utf-8")


def _cached(run_dir: Path, key: str) -> Answered | None:
    from safetensors import SafetensorError, safe_open

    try:
        cache = json.loads((run_dir / CACHE_NAME).read_text(encoding="utf-8"))
        if cache["key"] != key:
            return None
        with safe_open(run_dir / LIKELY_NAME, framework="np") as file:
            if (file.metadata() or {}).get("key") != key:
                return None
            return [
                (answer, Likely(file.get_tensor(f"{index}.tokens"), file.get_tensor(f"{index}.log_p")))
                for index, answer in enumerate(cache["answers"])
            ]
    except (OSError, ValueError, KeyError, TypeError, SafetensorError):
        return None
