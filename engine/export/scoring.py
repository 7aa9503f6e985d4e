"""A reward model as others know it: transformers' model for sequence classification with one label.

Only the merged folder and the adapter can hold it; GGUF, ONNX and the programs that chat expect a model that writes.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.results import Verification
from engine.data.examples import Example
from engine.export.tensor_files import read_entries
from engine.export.weights import MergedWeights
from engine.kernels.names import HEAD_FILE, STORED_NAME
from engine.models.consent import may_run_code
from engine.models.tuned import Tuned, encode, load_tuned, tokenizer_of

if TYPE_CHECKING:
    from torch import nn

SCORING_TARGETS = ("merged", "adapter")
EQUAL = 0.01  # of the spread of the scores: rounding, no more
_TEXTS = 16
_SAMPLES = (("Hi", "Hello."), ("2 + 2?", "4"), ("Name a fruit.", "Apple"), ("Sky colour?", "Blue, mostly."))


def check_targets(kinds: Sequence[str]) -> None:
    """Refuse the forms that cannot hold a reward model.

    Raises:
        UserError: ``EXPORT_FAILED``.
    """
    refused = [kind for kind in kinds if kind not in SCORING_TARGETS]
    if refused:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"This run trained a reward model, which scores answers and writes none, so {refused[0]} cannot hold it.",
            hint="Export it as merged, a folder that transformers loads for sequence classification, or as adapter.",
        )


def scoring_weights(weights: MergedWeights, tuned: Tuned) -> MergedWeights:
    """``weights`` without the output head, which scores do not need, and with the layer that makes them."""
    prefix = f"{_model_class(tuned).base_model_prefix}."
    named = any(entry.name.startswith(prefix) for entry in weights.entries)
    kept = [
        entry
        for entry in weights.entries
        if entry.name != STORED_NAME and (not named or entry.name.startswith(prefix))
    ]
    head = [entry for entry in read_entries(tuned.weights) if entry.path.name == HEAD_FILE]
    return weights.with_entries([*kept, *head])


def as_scoring_config(config: dict[str, Any], tuned: Tuned) -> dict[str, Any]:
    """``config`` of the causal model as that of transformers' classifier with one label."""
    padding = tokenizer_of(tuned).pad_token_id
    return {
        **config,
        "architectures": [_model_class(tuned).__name__],
        "id2label": {"0": "reward"},
        "label2id": {"reward": 0},
        "pad_token_id": padding,
    }


def _model_class(tuned: Tuned) -> Any:
    from transformers import MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING, AutoConfig

    own_code = may_run_code(tuned.base)
    config = AutoConfig.from_pretrained(tuned.base, local_files_only=True, trust_remote_code=own_code)
    try:
        return MODEL_FOR_SEQUENCE_CLASSIFICATION_MAPPING[type(config)]
    except KeyError:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"transformers has no scoring form of {config.model_type} models, so the reward model cannot be merged.",
            hint="Export the adapter, which has the scoring layer beside it.",
        ) from None


def verify_scores(tuned: Tuned, result: Path, *, job: Job) -> Verification:
    """Whether the exported model gives the scores of the trained one, on held-out conversations."""
    texts = _texts(tuned)
    expected = np.array(_scored(load_tuned(tuned, dtype="float32"), texts, job))
    if (result / "adapter_config.json").is_file():
        copy = Tuned(tuned.run_dir, tuned.recipe, result, True)
        found = np.array(_scored(load_tuned(copy, dtype="float32"), texts, job))
    else:
        found = np.array(_classified(result, texts, job))
    spread = max(float(expected.std()), 1e-6)
    distance = float(np.abs(found - expected).max()) / spread
    stored = json.loads((result / "config.json").read_text()) if (result / "config.json").is_file() else {}
    limit = EQUAL if stored.get("dtype", stored.get("torch_dtype")) in (None, "float32") else 20 * EQUAL
    detail = f"The largest difference of {len(texts)} scores is {distance:.2%} of their spread."
    return Verification(status="passed" if distance <= limit else "failed", prompts=len(texts), detail=detail)


def _texts(tuned: Tuned) -> list[list[int]]:
    path = tuned.run_dir / "heldout.json"
    rows = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []
    talks = [
        [*row["messages"], {"role": "assistant", "content": str(row.get("reference", ""))}]
        for row in rows[:_TEXTS]
        if row.get("messages")
    ] or [[{"role": "user", "content": ask}, {"role": "assistant", "content": say}] for ask, say in _SAMPLES]
    tokenizer = tokenizer_of(tuned)
    limit = tuned.recipe.data.cutoff_len
    return [
        encode(tokenizer, str(tokenizer.apply_chat_template(talk, tokenize=False)))[:limit] for talk in talks
    ]


def _scored(model: "nn.Module", texts: Sequence[list[int]], job: Job) -> list[float]:
    from engine.objectives.pair_scores import pair_scores

    examples = [
        Example(np.array(ids, dtype=np.int32), np.arange(len(ids)) >= 1, "heldout.json", index)
        for index, ids in enumerate(texts)
    ]
    return [row[0] for row in pair_scores(model, examples, job=job, name="verify")]


def _classified(folder: Path, texts: Sequence[list[int]], job: Job) -> list[float]:
    import torch
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(
        folder, dtype=torch.float32, local_files_only=True, trust_remote_code=False
    ).eval()
    found = []
    with torch.inference_mode():
        for ids in texts:
            job.check()
            found.append(float(model(input_ids=torch.tensor([ids])).logits[0, 0]))
    return found
