"""Compares an export with the trained model: same prompt tokens, same next words, an end that is heard.

Every export answers the reference's prompts in its own engine. Three figures are reported, as they mean different things:

* ``kl``: along the trained model's own answers, how far the export's probabilities are from the trained ones, in
  nats a token. It is what tells a rounded model from another one, as it counts near misses too. It is measured a
  second time far into a long text: a wrong RoPE base hardly shows in short answers.
* next-token agreement: at the same places, how often the most probable token is the same.
* ``greedy_agreement``: mean over the prompts of the share of equal tokens, place by place, among the first 32 of
  free answers. After a first different token everything behind it usually differs, so one close call can cost a
  whole answer: it never fails an export.
"""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.contract.job import Job
from engine.contract.results import Verification
from engine.export.answers import equal_prefix, share_equal
from engine.export.reference import ANSWER_TOKENS, PROBE_TOKENS, Messages, Reference
from engine.models.tuned import Tuned

PASSED = 0.90  # greedy agreement of a precise form
NEXT_TOKEN_FAILED = 0.80  # below, a precise form is another model
LOSSY_PASSED = 0.60  # the same two for forms that trade precision for size
LOSSY_NEXT_TOKEN_FAILED = 0.40
CLOSE = 0.002  # nats a token: answers part only where the trained model itself hardly prefers one word


class Replay(Protocol):
    """An export opened in its own engine."""

    def prompt(self, messages: Messages) -> list[int]:
        """Token ids of the rendered prompt, by the export's own template and tokenizer."""

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer, with the stop token if reached; ``guess`` is what it will probably be."""

    def logits(self, prompt: list[int], answer: list[int]) -> np.ndarray:
        """What it would say at each place of ``answer``: [answer, vocabulary]."""

    def ends(self, token: int) -> bool:
        """Whether ``token`` ends an answer."""

    def close(self) -> None:
        """Free its memory."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The figures behind a verdict."""

    prompts: int
    prompt_tokens_equal: bool
    greedy_agreement: float  # 0 to 1, place by place
    equal_before_divergence: float  # mean number of leading equal tokens
    identical_answers: int
    next_token_agreement: float  # 0 to 1, along the trained model's answers
    ends_heard: bool
    first_mismatch: str = ""  # the first prompt whose tokens differ
    kl: float | None = None  # nats a token, along the trained model's answers
    kl_far: float | None = None  # the same in a long text, far from its beginning


def compare(reference: Reference, replay: Replay, *, job: Job, name: str = "") -> Comparison:
    """Replay every prompt of ``reference``."""
    agreements, prefixes, same_next, places, identical = [], [], 0, 0, 0
    divergences: list[np.ndarray] = []
    mismatch = ""
    for index, row in enumerate(reference.answers):
        job.check()
        if replay.prompt(row.messages) != row.prompt and not mismatch:
            mismatch = row.messages[-1]["content"][:80] or "(an empty message)"
        answer = replay.greedy(row.prompt, max_tokens=ANSWER_TOKENS, guess=row.answer)
        agreements.append(share_equal(row.answer, answer))
        prefixes.append(equal_prefix(row.answer, answer))
        identical += answer == row.answer
        logits = replay.logits(row.prompt, row.answer)
        same_next += int((logits.argmax(axis=-1) == np.asarray(row.answer)).sum())
        places += len(row.answer)
        if row.likely is not None:
            divergences.append(row.likely.divergence(logits))
        job.progress("verify", index + 1, len(reference.answers), name)
    count = len(agreements)
    end, probe, far = reference.end_of_turn, reference.probe, None
    if probe is not None and probe.likely is not None:
        far = float(probe.likely.divergence(replay.logits(probe.prompt, probe.answer)).mean())
    return Comparison(
        prompts=count,
        prompt_tokens_equal=not mismatch,
        greedy_agreement=sum(agreements) / count,
        equal_before_divergence=sum(prefixes) / count,
        identical_answers=identical,
        next_token_agreement=same_next / max(1, places),
        ends_heard=end is None or replay.ends(end),
        first_mismatch=mismatch,
        kl=float(np.concatenate(divergences).mean()) if divergences else None,
        kl_far=far,
    )


def verdict(found: Comparison, *, precise: bool, kl_limit: float = np.inf) -> Verification:
    """Passed, warning or failed, with the reason in words; above ``kl_limit`` it is another model."""
    passed = PASSED if precise else LOSSY_PASSED
    broken = NEXT_TOKEN_FAILED if precise else LOSSY_NEXT_TOKEN_FAILED
    measured = [kl for kl in (found.kl, found.kl_far) if kl is not None]
    apart = not all(kl <= kl_limit for kl in measured)  # not a number is no agreement either
    status, reason = "passed", ""
    if not found.prompt_tokens_equal:
        status, reason = "failed", f"The prompt is read differently, first at {found.first_mismatch!r}. "
    elif not found.ends_heard:
        status, reason = "failed", "The token that ends an answer is not known to it, so it would not stop. "
    elif found.next_token_agreement < broken or apart:
        status, reason = "failed", "It does not answer as the trained model does. "
    elif found.greedy_agreement < passed and not (found.kl is not None and found.kl < CLOSE):
        status, reason = "warning", "Some answers differ from the trained model's. "
    return Verification.model_validate(
        {
            "status": status,
            "prompts": found.prompts,
            "prompt_tokens_equal": found.prompt_tokens_equal,
            "greedy_agreement": found.greedy_agreement,
            "kl": found.kl if found.kl is not None and np.isfinite(found.kl) else None,
            "detail": f"{reason}{_figures(found)}.",
        }
    )


def _figures(found: Comparison) -> str:
    text = (
        f"{found.greedy_agreement:.1%} of the first {ANSWER_TOKENS} answer tokens equal place by place over "
        f"{found.prompts} prompts; {found.identical_answers} answers identical; "
        f"{found.equal_before_divergence:.1f} tokens before the first difference; "
        f"next token equal at {found.next_token_agreement:.1%} of the places"
    )
    if found.kl is not None:
        text += f"; KL divergence {found.kl:.2g} nats a token"
    return text if found.kl_far is None else f"{text}, in a long text {found.kl_far:.2g}"


def as_document(found: Comparison) -> dict[str, object]:
    """The figures as plain data, for records."""
    return asdict(found)


def open_replay(path: Path, *, engine: str, tuned: Tuned, reference: Reference) -> Replay:
    """``path`` in the engine that its users will run it in."""
    if engine == "llama.cpp":
        from engine.export.replay_llama import LlamaReplay

        return LlamaReplay(path, context_tokens=context_tokens(reference), config=tuned.config())
    from engine.export.replay_transformers import TransformersReplay

    return TransformersReplay(path, tuned=tuned)


def context_tokens(reference: Reference) -> int:
    """How much an engine must be able to read at once."""
    return max(PROBE_TOKENS, *(len(row.prompt) for row in reference.answers)) + 2 * ANSWER_TOKENS
