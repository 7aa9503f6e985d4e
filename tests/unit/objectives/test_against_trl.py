"""The losses and gradients of TRL's trainers on the same batch and weights; runs where TRL is installed.

TRL's trainers are built whole and asked for the loss of our tensors. Their ORPO takes the cross-entropy of prompt and
answer over all tokens of a batch, the paper's and ours that of the answer, pair by pair; the two are the same where
prompts are one token long and answers equally long, so that is what is compared.
"""

import copy
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from engine.data.examples import Example
from engine.data.pack import Batch, Known, make_batch
from engine.kernels.loss import token_log_probs
from engine.kernels.names import HEAD
from engine.objectives.base import Objective, sequence_log_probs
from engine.objectives.dpo import DirectPreference
from engine.objectives.grpo import GroupRelative
from engine.objectives.kto import KahnemanTversky
from engine.objectives.rm import RewardModel
from engine.objectives.sft import SupervisedFineTuning

trl = pytest.importorskip("trl")
pytestmark = pytest.mark.filterwarnings("ignore")

CPU = torch.device("cpu")
WORDS = ["<pad>", "<s>", "</s>", *(f"w{number}" for number in range(93))]
Tensors = dict[str, torch.Tensor]


def config() -> Any:
    from transformers import LlamaConfig

    return LlamaConfig(
        vocab_size=len(WORDS), hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, tie_word_embeddings=True, pad_token_id=0, bos_token_id=1, eos_token_id=2,
    )  # fmt: skip


def language_model(seed: int) -> Any:
    """Random, with weights larger than usual, so that log-probabilities differ from token to token."""
    from transformers import LlamaForCausalLM

    torch.manual_seed(seed)
    model = LlamaForCausalLM(config())
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.ndim >= 2:
                parameter.mul_(4.0)
    return model.train()


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({word: index for index, word in enumerate(WORDS)}, unk_token="<pad>"))
    words.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return PreTrainedTokenizerFast(
        tokenizer_object=words, pad_token="<pad>", bos_token="<s>", eos_token="</s>"
    )


def rows(shapes: list[tuple[int, int, int]]) -> list[Example]:
    """Prompt, answer and other answer of these lengths, in random tokens, with a verdict."""
    rng = np.random.default_rng(11)

    def sequence(prompt: np.ndarray[Any, Any], length: int) -> Example:
        ids = np.concatenate([prompt, rng.integers(3, len(WORDS), length)]).astype(np.int32)
        return Example(ids, np.arange(len(ids)) >= len(prompt), "rows", 1)

    made = []
    for index, (prompt, answer, other) in enumerate(shapes):
        start = rng.integers(3, len(WORDS), prompt)
        pair = sequence(start, answer), sequence(start, other)
        made.append(replace(pair[0], others=(pair[1],), label=index % 2 == 0))
    return made


UNEVEN = rows([(5, 4, 7), (3, 9, 2), (6, 1, 5), (4, 6, 6)])
EVEN = rows([(1, 6, 6), (1, 6, 6), (1, 6, 6)])


def padded(sequences: list[Example]) -> Tensors:
    """As TRL's collators lay them out, padded on the right."""
    width = max(map(len, sequences))
    shape = (len(sequences), width)
    found = {
        name: torch.zeros(shape, dtype=torch.long)
        for name in ("input_ids", "attention_mask", "completion_mask")
    }
    for index, item in enumerate(sequences):
        found["input_ids"][index, : len(item)] = torch.from_numpy(item.input_ids.astype(np.int64))
        found["attention_mask"][index, : len(item)] = 1
        found["completion_mask"][index, : len(item)] = torch.from_numpy(item.trained.astype(np.int64))
    return found


def sides(chosen: list[Example]) -> list[Example]:
    """All better answers, then all worse ones, as TRL has them."""
    return [*chosen, *(row.others[0] for row in chosen)]


def labels(tensors: Tensors) -> torch.Tensor:
    return tensors["input_ids"].masked_fill(tensors["completion_mask"] == 0, -100)


def options(folder: Path, **more: Any) -> dict[str, Any]:
    return {"output_dir": str(folder), "report_to": "none", "use_cpu": True, "bf16": False,
            "gradient_checkpointing": False, "per_device_train_batch_size": 4, **more}  # fmt: skip


def texts(kind: str) -> Any:
    """A dataset of two rows, which the trainers want before they are asked anything."""
    from datasets import Dataset

    row: dict[str, Any] = {"prompt": "w1 w2", "completion": "w3", "label": True}
    if kind == "pair":
        row = {"prompt": "w1 w2", "chosen": "w3", "rejected": "w4"}
    elif kind == "completion":
        row.pop("label")
    return Dataset.from_list([row, row])


def compare(
    ours: Callable[[], torch.Tensor], theirs: Callable[[], torch.Tensor], mine: Any, their: Any
) -> tuple[float, float]:
    """Difference of the losses, and the largest relative difference of a gradient; asserts the limits of both."""
    first, second = ours(), theirs()
    first.backward()
    second.backward()
    loss = abs(float(first.detach()) - float(second.detach()))
    worst, compared = 0.0, 0
    known = dict(their.named_parameters())
    for name, parameter in mine.named_parameters():
        other = known.get("score.weight" if name.startswith(HEAD) else name)
        if other is not None and other.grad is not None:
            size = float(other.grad.norm())
            worst = max(worst, float((parameter.grad - other.grad).norm()) / max(size, 1e-6))
            compared += 1
    print(f"loss {float(second.detach()):.6f}, differs by {loss:.1e}, gradients by {worst:.1e}")
    assert loss <= 1e-4 and worst <= 1e-3 and compared >= len(known) - 1
    assert float(second.detach()) != 0.0
    return loss, worst


def mean_loss(objective: Objective, model: Any, examples: list[Example]) -> Callable[[], torch.Tensor]:
    batch = packed(examples)
    return lambda: objective.loss_sum(model, batch) / objective.units(batch)


def packed(examples: list[Example]) -> Batch:
    return make_batch(examples, packing=True, pad_id=0, device=CPU)


def with_reference(examples: list[Example], start: Any) -> list[Example]:
    """The log-probabilities that ``start`` gives each sequence, as the loop puts them into the rows."""
    with torch.no_grad():
        found = iter(sequence_log_probs(start, packed(examples)).tolist())
    return [replace(row, reference=(next(found), next(found))) for row in examples]


@pytest.mark.parametrize("loss", ["nll", "dft", "smoothed"])
def test_sft(loss: str, tokenizer: Any, tmp_path: Path) -> None:
    mine = language_model(3)
    smoothing = 0.2 if loss == "smoothed" else 0.0
    arguments = trl.SFTConfig(
        **options(tmp_path, loss_type="dft" if loss == "dft" else "nll", label_smoothing_factor=smoothing)
    )
    trainer = trl.SFTTrainer(
        copy.deepcopy(mine), arguments, train_dataset=texts("completion"), processing_class=tokenizer
    )
    plain = [replace(row, others=(), label=None) for row in UNEVEN]
    tensors = padded(plain)
    inputs = {name: tensors[name] for name in ("input_ids", "attention_mask")} | {"labels": labels(tensors)}
    objective = SupervisedFineTuning(
        loss="dft" if loss == "dft" else "cross_entropy", label_smoothing=smoothing
    )
    theirs = trainer.model.train()
    compare(mean_loss(objective, mine, plain), lambda: trainer.compute_loss(theirs, inputs), mine, theirs)


@pytest.mark.parametrize("loss", ["sigmoid", "hinge", "ipo", "robust", "dpo_norm"])
def test_dpo(loss: Any, tokenizer: Any, tmp_path: Path) -> None:
    mine, start = language_model(3), language_model(4)
    smoothing = 0.1 if loss == "robust" else 0.0
    kind = "sigmoid_norm" if loss == "dpo_norm" else loss
    arguments = trl.DPOConfig(
        **options(tmp_path, loss_type=kind, beta=0.02, label_smoothing=smoothing, disable_dropout=False)
    )
    trainer = trl.DPOTrainer(
        copy.deepcopy(mine), copy.deepcopy(start), arguments, train_dataset=texts("pair"), processing_class=tokenizer
    )  # fmt: skip
    objective = DirectPreference(loss=loss, beta=0.02, label_smoothing=smoothing)
    theirs = trainer.model.train()
    compare(
        mean_loss(objective, mine, with_reference(UNEVEN, start)),
        lambda: trainer.compute_loss(theirs, padded(sides(UNEVEN))),
        mine,
        theirs,
    )


def test_kto(tokenizer: Any, tmp_path: Path) -> None:
    mine, start = language_model(3), language_model(4)
    arguments = trl.KTOConfig(
        **options(tmp_path, beta=0.02, desirable_weight=1.5, train_sampling_strategy="sequential")
    )
    trainer = trl.KTOTrainer(
        copy.deepcopy(mine), copy.deepcopy(start), arguments, train_dataset=texts("verdict"), processing_class=tokenizer
    )  # fmt: skip
    foreign = padded([row.others[0] for row in UNEVEN])
    inputs: dict[str, Any] = padded(UNEVEN) | {f"KL_{name}": tensor for name, tensor in foreign.items()}
    inputs["label"] = torch.tensor([row.label for row in UNEVEN])
    objective = KahnemanTversky(beta=0.02, desirable_weight=1.5)
    theirs = trainer.model.train()
    compare(
        mean_loss(objective, mine, with_reference(UNEVEN, start)),
        lambda: trainer.compute_loss(theirs, inputs),
        mine,
        theirs,
    )


@pytest.mark.parametrize(("margin", "centring"), [(0.0, 0.0), (0.7, 0.0), (0.0, 0.05)])
def test_rm(margin: float, centring: float, tokenizer: Any, tmp_path: Path) -> None:
    from transformers import LlamaForSequenceClassification

    mine = language_model(3)
    objective = RewardModel(margin=margin, center_rewards=centring)
    objective.prepare(mine, seed=5)
    judge = LlamaForSequenceClassification(replace_labels(config()))
    judge.model.load_state_dict(mine.model.state_dict())
    judge.score.load_state_dict(mine.get_submodule(HEAD).state_dict())
    arguments = trl.RewardConfig(
        **options(tmp_path, center_rewards_coefficient=centring or None, disable_dropout=False)
    )
    trainer = trl.RewardTrainer(judge, arguments, train_dataset=texts("pair"), processing_class=tokenizer)
    tensors = padded(sides(UNEVEN))
    inputs = {name: tensors[name] for name in ("input_ids", "attention_mask")}
    if margin:
        inputs["margin"] = torch.full((len(UNEVEN),), margin)
    theirs = trainer.model.train()
    compare(mean_loss(objective, mine, UNEVEN), lambda: trainer.compute_loss(theirs, inputs), mine, theirs)


def replace_labels(made: Any) -> Any:
    made.num_labels = 1
    return made


def preference_inputs(examples: list[Example]) -> Tensors:
    """As the trainers of ORPO and CPO take them."""
    found = {}
    for name, side in (("chosen", examples), ("rejected", [row.others[0] for row in examples])):
        tensors = padded(side)
        found |= {f"{name}_{key}": tensors[key] for key in ("input_ids", "attention_mask")}
        found[f"{name}_labels"] = labels(tensors)
    return found


@pytest.mark.parametrize("loss", ["orpo", "simpo"])
def test_orpo_and_simpo(loss: Any, tokenizer: Any, tmp_path: Path) -> None:
    mine = language_model(3)
    common = options(tmp_path, beta=0.3, disable_dropout=False, max_length=64, remove_unused_columns=False)
    if loss == "orpo":
        from trl.experimental.orpo import ORPOConfig as Config
        from trl.experimental.orpo import ORPOTrainer as Trainer
    else:
        from trl.experimental.cpo import CPOConfig as Config
        from trl.experimental.cpo import CPOTrainer as Trainer

        common |= {"loss_type": "simpo", "cpo_alpha": 0.0, "simpo_gamma": 0.4}
    trainer = Trainer(
        copy.deepcopy(mine), Config(**common), train_dataset=texts("pair"), processing_class=tokenizer
    )
    examples = EVEN if loss == "orpo" else UNEVEN
    objective = DirectPreference(loss=loss, beta=0.3, simpo_gamma=0.4 if loss == "simpo" else 0.5)
    theirs = trainer.model.train()
    compare(
        mean_loss(objective, mine, examples),
        lambda: trainer.compute_loss(theirs, preference_inputs(examples)),
        mine,
        theirs,
    )


ADVANTAGES = [0.8, -1.1, 0.3, -0.2]


def own_answers(model: Any) -> Batch:
    """The rows as answers of the model, with log-probabilities of before and of the start a little beside its own."""
    batch = packed([replace(row, others=(), label=None) for row in UNEVEN])
    with torch.no_grad():
        now = token_log_probs(model, batch)
    torch.manual_seed(9)
    before, start = now + 0.3 * torch.randn(now.shape), now + 0.5 * torch.randn(now.shape)
    advantages = torch.tensor(ADVANTAGES).index_select(0, batch.sequence_of)
    return replace(batch, known=Known(start=start, before=before, advantages=advantages))


def grpo_inputs(batch: Batch) -> Tensors:
    """As TRL's trainer takes them: questions padded on the left, answers and what is known of them on the right."""
    questions = [torch.from_numpy(row.input_ids[~row.trained].astype(np.int64)) for row in UNEVEN]
    sizes = [int(row.trained.sum()) for row in UNEVEN]
    found = {
        name: torch.zeros(len(UNEVEN), max(map(len, questions)), dtype=torch.long)
        for name in ("prompt_ids", "prompt_mask")
    }
    for index, ids in enumerate(questions):
        found["prompt_ids"][index, -len(ids) :], found["prompt_mask"][index, -len(ids) :] = ids, 1
    assert batch.known is not None and batch.known.before is not None and batch.known.start is not None
    columns = {"completion_ids": batch.targets, "completion_mask": torch.ones_like(batch.targets),
               "old_per_token_logps": batch.known.before, "ref_per_token_logps": batch.known.start}  # fmt: skip
    for name, flat in columns.items():
        found[name] = torch.nn.utils.rnn.pad_sequence(list(flat.split(sizes)), batch_first=True)
    return found | {
        "advantages": torch.tensor(ADVANTAGES),
        "num_items_in_batch": torch.tensor(float(sum(sizes))),
    }


@pytest.mark.parametrize("again", [False, True])
@pytest.mark.parametrize(
    ("loss", "unbiased"), [("grpo", False), ("grpo", True), ("dr_grpo", False), ("dapo", False)]
)
def test_grpo(loss: Any, unbiased: bool, again: bool, tokenizer: Any, tmp_path: Path) -> None:
    mine = language_model(3)
    arguments = trl.GRPOConfig(
        **options(
            tmp_path,
            loss_type=loss,
            beta=0.05,
            use_bias_correction_kl=unbiased,
            epsilon=0.2,
            epsilon_high=0.28,
            num_generations=4,
            max_completion_length=16,
        )
    )
    mine.save_pretrained(tmp_path / "model")
    mine.config._name_or_path = str(
        tmp_path / "model"
    )  # where the trainer reads a reference from, which is not asked
    trainer = trl.GRPOTrainer(
        copy.deepcopy(mine), lambda completions, **_: [0.0] * len(completions), arguments,
        train_dataset=texts("completion"), processing_class=tokenizer,
    )  # fmt: skip
    trainer.current_gradient_accumulation_steps = 1
    batch = own_answers(mine)
    assert batch.known is not None
    inputs = grpo_inputs(batch)
    if not again:  # the first update with these answers
        inputs.pop("old_per_token_logps")
        batch = replace(batch, known=replace(batch.known, before=None))
    objective = GroupRelative(
        loss=loss,
        beta=0.05,
        unbiased_kl=unbiased,
        epsilon_high=0.28,
        num_generations=4,
        max_completion_tokens=16,
    )
    theirs = trainer.model.train()
    compare(
        lambda: objective.loss_sum(mine, batch) / objective.units(batch),
        lambda: trainer.compute_loss(theirs, inputs),
        mine,
        theirs,
    )
