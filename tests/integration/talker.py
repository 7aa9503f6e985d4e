"""A tiny model of 32 words with a chat template, and recipes that let it learn from its own answers."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from engine.contract.recipe import RecipeBase
from engine.registry import parse_recipe
from engine.train.loop import train
from tests.integration.quiet_job import QuietJob

WORDS = ["<pad>", "<s>", "</s>", "user", "assistant", *(f"w{number}" for number in range(27))]
TEMPLATE = (
    "{% for m in messages %}{{ m.role }} {{ m.content }} {{ '</s> ' if m.role == 'assistant' }}{% endfor %}"
    "{% if add_generation_prompt %}assistant {% endif %}"
)


def make_tokenizer(words: list[str] = WORDS) -> Any:
    """One token a word."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    known = Tokenizer(models.WordLevel({word: index for index, word in enumerate(words)}, unk_token="<pad>"))
    known.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    made = PreTrainedTokenizerFast(
        tokenizer_object=known, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )
    made.chat_template = TEMPLATE
    return made


def make_talker(folder: Path, words: list[str] = WORDS) -> Path:
    """The folder of a random model that answers with any of its words."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    make_tokenizer(words).save_pretrained(folder)
    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=len(words), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=64, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        model.lm_head.weight.mul_(
            10.0
        )  # so that an adapter below it can make one word much likelier than another
    model.save_pretrained(folder)
    return folder


def questions(folder: Path) -> Path:
    """Twelve rows of a random word and the wanted answer, which is always the same word."""
    rng = np.random.default_rng(3)
    rows = [
        {"instruction": f"w{rng.integers(27)}", "input": "", "output": "w7", "key": "w7 w7"}
        for _ in range(12)
    ]
    path = folder / "rows.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def recipe_of(
    model: Path, folder: Path, *, steps: int = 12, run: dict[str, Any] | None = None, **objective: Any
) -> RecipeBase:
    """Four questions a step, eight answers of at most four words to each."""
    options = {"contains": 1.0, "exact_match": 0.0, "num_generations": 8, "max_completion_tokens": 4}
    return parse_recipe(
        {
            "model": {"path": str(model)},
            "data": {"sources": [{"path": str(questions(folder))}], "validation": {"ratio": 0.2}},
            "method": {"kind": "lora", "rank": 8},
            "objective": {**options, "kind": "grpo", **objective},
            "optim": {
                "learning_rate": 1e-2,
                "max_steps": steps,
                "per_device_train_batch_size": 4,
                "lr_scheduler_type": "constant",
            },
            "run": {"save_steps": 4, "seed": 5, "num_threads": 1, "load_best_at_end": False, **(run or {})},
        }
    )


def trained(
    recipe: RecipeBase, run_dir: Path, job: QuietJob | None = None, *, resume: bool = False
) -> QuietJob:
    """A run that has ended, by what it told."""
    job = job or QuietJob()
    train(recipe, run_dir=run_dir, resume=resume, job=job)
    return job
