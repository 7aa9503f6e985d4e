"""Tiny random models of many architectures, batches for them, and short runs through the real trainer."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from engine.contract.recipe import RecipeBase
from engine.data.examples import Example, Prepared
from engine.data.sequences import with_foreign_answers
from engine.objectives.base import Reads
from engine.registry import parse_recipe
from engine.train.loop import Trainer
from engine.train.session import Session, open_session
from tests.integration.quiet_job import QuietJob

VOCABULARY, HIDDEN, LAYERS, HEADS = 64, 32, 2, 4
ARCHITECTURES = ("llama", "qwen2", "qwen3", "gemma2", "gemma3", "mistral", "phi", "gpt2", "gpt_neox")


def config_of(architecture: str) -> Any:
    """A config of two layers, 32 wide; head widths that are no quotient and grouped keys where there are any."""
    import transformers as hf

    wide = {
        "vocab_size": VOCABULARY,
        "hidden_size": HIDDEN,
        "intermediate_size": 2 * HIDDEN,
        "num_hidden_layers": LAYERS,
        "num_attention_heads": HEADS,
        "max_position_embeddings": 128,
        "bos_token_id": 1,
        "eos_token_id": 2,
        "pad_token_id": 0,
    }
    grouped = {**wide, "num_key_value_heads": 2}
    headed = {**grouped, "head_dim": 16}
    gpt2 = {
        "vocab_size": VOCABULARY,
        "n_embd": HIDDEN,
        "n_layer": LAYERS,
        "n_head": HEADS,
        "n_positions": 128,
    }
    made = {
        "llama": lambda: hf.LlamaConfig(**grouped, tie_word_embeddings=False),
        "qwen2": lambda: hf.Qwen2Config(**grouped, tie_word_embeddings=True),
        "qwen3": lambda: hf.Qwen3Config(**headed),
        "gemma2": lambda: hf.Gemma2Config(**headed, sliding_window=8, query_pre_attn_scalar=16),
        "gemma3": lambda: hf.Gemma3TextConfig(**headed, sliding_window=8, query_pre_attn_scalar=16),
        "mistral": lambda: hf.MistralConfig(**grouped, sliding_window=None),
        "phi": lambda: hf.PhiConfig(**wide),
        "gpt2": lambda: hf.GPT2Config(**gpt2, bos_token_id=1, eos_token_id=2, pad_token_id=0),
        "gpt_neox": lambda: hf.GPTNeoXConfig(**wide),
    }
    return made[architecture]()


def make_base(folder: Path, architecture: str) -> Path:
    """The folder of a random model with opinions: dropout off, weights larger than usual, biases that are not zero."""
    from transformers import AutoModelForCausalLM

    config = config_of(architecture)
    for name in ("resid_pdrop", "embd_pdrop", "attn_pdrop", "attention_dropout", "hidden_dropout"):
        if hasattr(config, name):
            setattr(config, name, 0.0)
    torch.manual_seed(3)
    model = AutoModelForCausalLM.from_config(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if parameter.ndim >= 2:
                parameter.mul_(5.0)
            elif name.endswith(".bias"):
                parameter.normal_(std=0.1)
    model.save_pretrained(folder)
    return folder


class StubTokenizer:
    """As much of a tokenizer as a run without text needs."""

    pad_token_id = 0
    eos_token_id = 2
    all_special_ids = (0, 1, 2)

    def get_added_vocab(self) -> dict[str, int]:
        """None."""
        return {}

    def decode(self, ids: list[int], *, skip_special_tokens: bool) -> str:
        """A token is written as its number, so that texts differ in length."""
        return " ".join(str(token) for token in ids)

    def save_pretrained(self, folder: Path) -> None:
        """Nothing to write."""


def examples(count: int = 6, seed: int = 1) -> tuple[Example, ...]:
    """Rows of 5 to 14 random tokens of which the later ones are trained."""
    rng = np.random.default_rng(seed)
    rows = []
    for index in range(count):
        length = int(rng.integers(5, 15))
        ids = rng.integers(3, VOCABULARY, length).astype(np.int32)
        trained = np.arange(length) >= 3
        rows.append(Example(input_ids=ids, trained=trained, path="rows.json", line=index + 1))
    return tuple(rows)


def rows_for(reads: Reads) -> tuple[Example, ...]:
    """Rows as an objective reads them: pairs have another answer beside them, verdicts a foreign one and a label."""
    rows = examples()
    if reads == "text":
        return tuple(replace(row, trained=np.arange(len(row)) >= 1) for row in rows)
    if reads == "pair":
        return tuple(replace(row, others=(other,)) for row, other in zip(rows, examples(seed=2), strict=True))
    if reads == "verdict":
        labelled = [replace(row, label=index % 2 == 0) for index, row in enumerate(rows)]
        return tuple(with_foreign_answers(labelled))
    if reads == "question":
        return tuple(replace(row, prompt="?", wanted="!") for row in rows)
    return rows


OPTIONS: dict[str, dict[str, Any]] = {  # short answers that differ in what they are worth
    kind: {"num_generations": 3, "max_completion_tokens": 4, "exact_match": 0.0, "rule": "answer_chars % 3"}
    for kind in ("grpo", "ppo")
}


def make_recipe(base: Path, method: dict[str, Any], *, objective: str = "sft", **model: Any) -> RecipeBase:
    """Two steps of two examples each."""
    return parse_recipe(
        {
            "model": {"path": str(base), **model},
            "method": method,
            "objective": {"kind": objective, **OPTIONS.get(objective, {})},
            "optim": {
                "max_steps": 2,
                "per_device_train_batch_size": 2,
                "learning_rate": 0.02,
                "lr_scheduler_type": "constant",
            },
            "run": {"save_steps": 0, "logging_steps": 1},
        }
    )


@dataclass(frozen=True)
class Finished:
    """A short run: its session, folder, losses, and the weights before it."""

    session: Session
    run_dir: Path
    losses: list[float]
    before: dict[str, torch.Tensor]


def run(recipe: RecipeBase, run_dir: Path) -> Finished:
    """Train ``recipe`` through the real loop, without text and tokenizer."""
    from engine.registry import save_recipe

    run_dir.mkdir(parents=True, exist_ok=True)
    save_recipe(recipe, run_dir / "recipe.yaml")
    session = open_session(recipe)
    before = {name: p.detach().clone() for name, p in session.model.named_parameters()}
    job = QuietJob()
    data = prepared(rows_for(session.objective.reads))
    trainer = Trainer(session, StubTokenizer(), data, run_dir, job)  # type: ignore[arg-type]
    trainer.run(resume=False)
    return Finished(session, run_dir, list(job.series("train/loss").values()), before)


def prepared(rows: tuple[Example, ...]) -> Prepared:
    """Rows as the trainer takes them."""
    return Prepared(train=rows, validation=(), held_out=(), content_hash="test")
