"""Compares an export with the trained model: same prompt tokens, same greedy answers, an end that is heard.

The trained model (base plus adapter, through transformers) answers each prompt once; every export then answers
the same prompts in its own engine. Two figures are reported, as they mean different things:

* ``greedy_agreement``: mean over the prompts of the share of equal tokens, place by place, among the first 32.
  After a first different token everything behind it usually differs, so one close call can cost a whole answer.
* next-token agreement: along the trained model's own answer, how often the export would say the same next token.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Protocol

from engine.contract.job import Job
from engine.contract.paths import sample_heldout
from engine.contract.results import Verification
from engine.export.answers import equal_prefix, share_equal
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

PASSED = 0.90  # greedy agreement of a precise form
NEXT_TOKEN_FAILED = 0.80  # below, a precise form is another model
LOSSY_PASSED = 0.60  # the same two for forms that trade precision for size
LOSSY_NEXT_TOKEN_FAILED = 0.40

Messages = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class ReferenceAnswer:
    """One prompt as the trained model sees and answers it."""

    messages: Messages
    prompt: list[int]
    answer: list[int]  # at most ANSWER_TOKENS, with the stop token if reached


@dataclass(frozen=True, slots=True)
class Reference:
    """What exports are compared with."""

    answers: tuple[ReferenceAnswer, ...]
    end_of_turn: int | None
    stops: tuple[int, ...]


class Replay(Protocol):
    """An export opened in its own engine."""

    def prompt(self, messages: Messages) -> list[int]:
        """Token ids of the rendered prompt, by the export's own template and tokenizer."""

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer, with the stop token if reached; ``guess`` is what it will probably be."""

    def next_tokens(self, prompt: list[int], answer: list[int]) -> list[int]:
        """What it would say at each place of ``answer``."""

    def ends(self, token: int) -> bool:
        """Whether ``token`` ends an answer."""

    def close(self) -> None:
        """Free its memory."""


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
    from engine.models.greedy import greedy

    tokenizer = tokenizer_of(tuned)
    stops = stop_tokens(tokenizer, tuned.base)
    encoded = [encode(tokenizer, render_prompt(tokenizer, messages)) for messages in prompts]
    key = hashlib.sha256(f"{fingerprint(tuned)}{encoded}{stops}".encode()).hexdigest()
    answers = _cached(tuned, key)
    if answers is None:
        model = load_tuned(tuned)
        answers = []
        for index, prompt in enumerate(encoded):
            job.check()
            answers.append(greedy(model, prompt, max_tokens=ANSWER_TOKENS, stop=stops))
            job.progress("verify", index + 1, len(encoded), "trained model's answers")
        del model
        cache = {"key": key, "answers": answers}
        (tuned.run_dir / CACHE_NAME).write_text(json.dumps(cache), encoding="utf-8")
    rows = zip(prompts, encoded, answers, strict=True)
    return Reference(tuple(ReferenceAnswer(*row) for row in rows), end_of_turn(tokenizer), stops)


def _cached(tuned: Tuned, key: str) -> list[list[int]] | None:
    try:
        cache = json.loads((tuned.run_dir / CACHE_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return list(cache["answers"]) if isinstance(cache, dict) and cache.get("key") == key else None


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


def compare(reference: Reference, replay: Replay, *, job: Job, name: str = "") -> Comparison:
    """Replay every prompt of ``reference``."""
    agreements, prefixes, same_next, places, identical = [], [], 0, 0, 0
    mismatch = ""
    for index, row in enumerate(reference.answers):
        job.check()
        if replay.prompt(row.messages) != row.prompt and not mismatch:
            mismatch = row.messages[-1]["content"][:80]
        answer = replay.greedy(row.prompt, max_tokens=ANSWER_TOKENS, guess=row.answer)
        agreements.append(share_equal(row.answer, answer))
        prefixes.append(equal_prefix(row.answer, answer))
        identical += answer == row.answer
        said = replay.next_tokens(row.prompt, row.answer)
        same_next += sum(a == b for a, b in zip(said, row.answer, strict=True))
        places += len(row.answer)
        job.progress("verify", index + 1, len(reference.answers), name)
    count = len(agreements)
    end = reference.end_of_turn
    return Comparison(
        prompts=count,
        prompt_tokens_equal=not mismatch,
        greedy_agreement=sum(agreements) / count,
        equal_before_divergence=sum(prefixes) / count,
        identical_answers=identical,
        next_token_agreement=same_next / max(1, places),
        ends_heard=end is None or replay.ends(end),
        first_mismatch=mismatch,
    )


def verdict(found: Comparison, *, precise: bool) -> Verification:
    """Passed, warning or failed, with the reason in words."""
    passed = PASSED if precise else LOSSY_PASSED
    broken = NEXT_TOKEN_FAILED if precise else LOSSY_NEXT_TOKEN_FAILED
    figures = (
        f"{found.greedy_agreement:.1%} of the first {ANSWER_TOKENS} answer tokens equal place by place over "
        f"{found.prompts} prompts; {found.identical_answers} answers identical; "
        f"{found.equal_before_divergence:.1f} tokens before the first difference; "
        f"next token equal at {found.next_token_agreement:.1%} of the places"
    )
    status, reason = "passed", ""
    if not found.prompt_tokens_equal:
        status, reason = "failed", f"The prompt is read differently, first at {found.first_mismatch!r}. "
    elif not found.ends_heard:
        status, reason = "failed", "The token that ends an answer is not known to it, so it would not stop. "
    elif found.next_token_agreement < broken:
        status, reason = "failed", "It does not answer as the trained model does. "
    elif found.greedy_agreement < passed:
        status, reason = "warning", "Some answers differ from the trained model's. "
    return Verification.model_validate(
        {
            "status": status,
            "prompts": found.prompts,
            "prompt_tokens_equal": found.prompt_tokens_equal,
            "greedy_agreement": found.greedy_agreement,
            "detail": f"{reason}{figures}.",
        }
    )


def as_document(found: Comparison) -> dict[str, object]:
    """The figures as plain data, for records."""
    return asdict(found)


def open_replay(path: Path, *, engine: str, tuned: Tuned, reference: Reference) -> Replay:
    """``path`` in the engine that its users will run it in."""
    if engine == "llama.cpp":
        from engine.export.replay_llama import LlamaReplay

        longest = max(len(row.prompt) for row in reference.answers)
        return LlamaReplay(path, context_tokens=longest + 2 * ANSWER_TOKENS)
    from engine.export.replay_transformers import TransformersReplay

    return TransformersReplay(path, tuned=tuned)
