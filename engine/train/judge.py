"""A reward model that scores the answers of a model in training: the result of a run, or a merged folder of one.

Its folder comes from strangers as a base model's does: the same guard looks it over, and code in it needs the same
consent.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import ModelSection
from engine.data.examples import Example
from engine.kernels.names import HEAD, HEAD_FILE, STORED_NAME
from engine.models.consent import may_run_code
from engine.models.guard import check_weights
from engine.models.load import LOAD_FAULTS, first_line, frozen_dtype, load_tokenizer, resolve_model
from engine.models.tuned import Tuned, find_tuned, for_inference, load_tuned, stored_tensors
from engine.registry import load_recipe

if TYPE_CHECKING:
    import torch
    from torch import nn
    from transformers import PreTrainedTokenizerBase

WHERE = "objective.reward_model"


def find_judge(path: str) -> Tuned | Path:
    """The run, or the merged folder, of the reward model at ``path``; nothing is loaded.

    Raises:
        UserError: there is none.
    """
    folder = Path(path).expanduser()
    if (folder / HEAD_FILE).is_file():  # the adapter itself was named
        folder = folder.parent
    merged = (folder / "config.json").is_file()
    if (folder / "recipe.yaml").is_file() and not merged:
        tuned = find_tuned(folder, load_recipe(folder / "recipe.yaml"))
        if tuned.scores:
            return tuned
        raise _no_judge(f"The run in {folder} trained no reward model")
    if not merged:
        raise _no_judge(f"There is no reward model at {folder}")
    folder = resolve_model(str(folder))
    check_weights(folder)
    shapes = [item.shape for item in stored_tensors(folder) if item.name == STORED_NAME]
    if not shapes or shapes[0][0] != 1:
        raise _no_judge(f"The model in {folder} does not give one number for a text")
    return folder


def base_of(place: Tuned | Path) -> Path:
    """The folder that the judge's weights, or most of them, stand in."""
    if isinstance(place, Path):
        return place
    return place.base if place.is_adapter else place.weights


def check_judge(path: str) -> None:
    """Look the reward model at ``path`` over before anything large is read.

    Raises:
        UserError: there is none, or it needs code that nobody allowed; ``details`` then hold what has to be shown.
    """
    with _about_the_judge():
        may_run_code(base_of(find_judge(path)))


@contextmanager
def _about_the_judge() -> Iterator[None]:
    """What is wrong with its folder is wrong with the option that names it, not with the base model."""
    try:
        yield
    except UserError as error:
        error.info = error.info.model_copy(update={"recipe_path": WHERE})
        raise


def _no_judge(message: str) -> UserError:
    return UserError(
        ErrorCode.NOT_FOUND,
        message,
        hint="Name the folder of a finished run with the objective rm, or of its merged model.",
        recipe_path=WHERE,
    )


class Judge:
    """Scores texts. Holds the reward model in memory beside the one that is trained."""

    def __init__(self, path: str, tokenizer: "PreTrainedTokenizerBase", *, device: "torch.device") -> None:
        """
        Raises:
            UserError: there is no reward model, it needs code that nobody allowed, or it reads other tokens than
                ``tokenizer`` writes.
        """
        with _about_the_judge():
            self._model = _opened(path, tokenizer, device)
        self._model.requires_grad_(False)
        self._device, self._pad_id = device, int(tokenizer.pad_token_id or 0)

    def scores(self, texts: Sequence[Example]) -> list[float]:
        """The score of each of ``texts``, seen beside one another but each by itself."""
        import torch

        from engine.data.pack import make_batch
        from engine.kernels.value_head import scores

        with torch.inference_mode():
            batch = make_batch(texts, packing=False, pad_id=self._pad_id, device=self._device)
            return [float(value) for value in scores(self._model, batch)]


def _opened(path: str, tokenizer: "PreTrainedTokenizerBase", device: "torch.device") -> "nn.Module":
    place = find_judge(path)
    known = load_tokenizer(place.recipe.model.path if isinstance(place, Tuned) else str(place))
    if known.get_vocab() != tokenizer.get_vocab():
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"The reward model at {path} reads other tokens than the model that is trained",
            hint="Train the reward model on the same base, or on one with the same tokenizer.",
        )
    return (
        load_tuned(place, device=device, quantized=True)
        if isinstance(place, Tuned)
        else _classifier(place, device)
    )


def _classifier(folder: Path, device: "torch.device") -> "nn.Module":
    """Transformers' model for sequence classification with one label, its layer under the name of ours."""
    from transformers import AutoModelForSequenceClassification

    from engine.kernels.attention import implementation

    try:
        model: Any = AutoModelForSequenceClassification.from_pretrained(
            folder,
            num_labels=1,
            dtype=frozen_dtype(ModelSection(), device),
            attn_implementation=implementation("auto"),
            local_files_only=True,
            trust_remote_code=may_run_code(folder),
            use_safetensors=True,
        )
        model.add_module(HEAD, model.score)
    except LOAD_FAULTS as error:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"Cannot load the reward model in {folder}: {first_line(error)}",
            hint="Check that the folder is complete and of a model for sequence classification with one label.",
        ) from None
    return for_inference(model.to(device))
