"""What it takes that a model learns from its own answers: their lengths, giving them, and what is kept beside it.

How long answers will be nobody knows before; memory is counted as if each were as long as is allowed, time from a quarter
of that on.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from engine.contract.recipe import RecipeBase
from engine.models.load import resolve_model
from engine.models.tuned import Tuned
from engine.objectives.base import Objective
from engine.objectives.own_answers import OwnAnswers
from engine.train.judge import base_of, find_judge

if TYPE_CHECKING:
    from engine.train.lengths import Lengths

SHORT = 0.25  # of the longest answer: what time is counted from
READ_BYTES_S = {"cpu": (2e10, 4e9), "cuda": (1e12, 2e11)}  # of memory, at best and at worst; assumed
CALL_S = {"cpu": (2e-3, 2e-2), "cuda": (1e-2, 5e-2)}  # of one more token, however small the model; assumed


def own_answers(recipe: RecipeBase) -> OwnAnswers | None:
    """The objective where it learns from the model's own answers."""
    objective = cast(Objective, recipe.objective)
    return objective if isinstance(objective, OwnAnswers) else None


def with_answers(recipe: RecipeBase, lengths: "Lengths") -> "Lengths":
    """``lengths`` with the longest answers that are allowed in place of the dataset's own."""
    objective = own_answers(recipe)
    if objective is None:
        return lengths
    longest = objective.max_completion_tokens
    question = lengths.mean * (1.0 - lengths.trained_share)
    return replace(
        lengths,
        mean=question + longest,
        longest=lengths.longest + longest,
        answers=longest,
        trained_share=longest / (question + longest),
    )


def answers_a_row(recipe: RecipeBase) -> int:
    """How many sequences are learnt from for each row of a step."""
    objective = own_answers(recipe)
    return objective.num_generations if objective is not None else 1


def beside_the_model(recipe: RecipeBase, *, trained_bytes: int) -> int:
    """Bytes of the reward model, and of the trained weights as they were at the start."""
    objective = own_answers(recipe)
    if objective is None:
        return 0
    start = trained_bytes if objective.keeps_start else 0
    return start + (_judge_bytes(objective.judge) if objective.judge else 0)


def _judge_bytes(path: str) -> int:
    """The files of its weights; a float32 computer holds those of 16 bits twice as large, which is not counted."""
    place = find_judge(path)
    folders = [base_of(place), *([place.weights] if isinstance(place, Tuned) and place.is_adapter else [])]
    return sum(_file_bytes(folder) for folder in folders)


def _file_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.safetensors"))


def with_giving(
    recipe: RecipeBase,
    parts: dict[str, int],
    lengths: "Lengths",
    *,
    vocabulary: int,
    itemsize: int,
    trained_bytes: int,
) -> dict[str, int]:
    """The ``parts`` of the peak with what is kept beside the model, and with what giving answers takes where that is
    more than what learning from them takes."""
    if own_answers(recipe) is None:
        return parts
    learning = sum(parts[name] for name in ("gradients", "activations", "logits", "temporary"))
    giving = giving_bytes(recipe, lengths, vocabulary=vocabulary, itemsize=itemsize)
    return {
        **parts,
        "weights": parts["weights"] + beside_the_model(recipe, trained_bytes=trained_bytes),
        "temporary": parts["temporary"] + max(0, giving - learning),
    }


def giving_bytes(recipe: RecipeBase, lengths: "Lengths", *, vocabulary: int, itemsize: int) -> int:
    """The key-value cache of a question's answers and two blocks of logits, while they are given."""
    objective = own_answers(recipe)
    if objective is None:
        return 0
    from engine.train.footprint import read_config

    config: Any = read_config(resolve_model(recipe.model.path))
    text = config.get_text_config() if hasattr(config, "get_text_config") else config
    heads = int(getattr(text, "num_key_value_heads", None) or text.num_attention_heads)
    width = int(getattr(text, "head_dim", None) or text.hidden_size // text.num_attention_heads)
    a_token = 2 * int(text.num_hidden_layers) * heads * width * itemsize
    answers = objective.num_generations
    return answers * (lengths.longest * a_token + 2 * 4 * vocabulary)


def answer_passes(recipe: RecipeBase) -> tuple[int, int]:
    """How often the tokens of a step are learnt from, and how often they are only read."""
    objective = own_answers(recipe)
    if objective is None:
        return 1, 0
    return objective.updates, objective.looks_before + objective.keeps_start + bool(objective.judge)


def giving_seconds(recipe: RecipeBase, kind: str, *, weights: int, questions: float) -> tuple[float, float]:
    """Earliest and latest time that giving the answers takes on a ``cpu`` or a ``cuda`` card: each token of a question's answers
    reads all weights once."""
    objective = own_answers(recipe)
    if objective is None:
        return 0.0, 0.0
    tokens = questions * objective.max_completion_tokens
    (fast, slow), (short, long) = READ_BYTES_S[kind], CALL_S[kind]
    return SHORT * tokens * (weights / fast + short), tokens * (weights / slow + long)
