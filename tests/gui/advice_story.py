"""A proposal of the advisor, as the pictures and the tests of the Method page show it."""

from dataclasses import replace
from typing import Any

from app.state.advice import AdviceState
from app.state.model import AppState
from engine.contract.advice import Advice, Caution, Choice

GB = 2**30
HU = "Hu et al., 2021, arXiv:2106.09685"
DETTMERS = "Dettmers et al., 2023, arXiv:2305.14314"


def choice(
    path: str, title: str, before: Any, value: Any, sentence: str, source: str, needs: str = ""
) -> Choice:
    """One option that is set to one value."""
    return Choice(
        path=path, title=title, before=before, value=value, options={path: value}, sentence=sentence, source=source,
        changed=before != value, needs=needs,
    )  # fmt: skip


def advice() -> Advice:
    """For a draft of full fine-tuning over few rows."""
    first = choice("method.kind", "Method", "full", "lora",
                   "LoRA first: it comes close to full fine-tuning with a small part of its memory, and it forgets less.",
                   f"{HU}; Biderman et al., 2024, arXiv:2405.09673")  # fmt: skip
    choices = (
        choice("objective.kind", "Objective", "sft", "sft", "The rows are questions with answers, so the answers are learnt as they are.",
               "Ouyang et al., 2022, arXiv:2203.02155"),
        first.model_copy(update={"options": {"method": {"kind": "lora", "rank": 8}}}),
        choice("method.rank", "Rank", None, 4, "With 60 rows there is little to learn, and a wider adapter would learn it by heart.", HU,
               "method.kind"),
        choice("method.lora_alpha", "Alpha", None, 8.0, "Twice the rank, so that the strength of the adapter does not hang on its rank.",
               "Biderman et al., 2024, arXiv:2405.09673", "method.kind"),
        choice("optim.learning_rate", "Learning rate", 1e-4, 2e-4, "The rate at which adapters of 7B and 13B models learnt well.", DETTMERS),
        choice("optim.num_train_epochs", "Epochs", 3.0, 5.0, "So few rows want more passes; the best one is kept.",
               "Zhou et al., 2023 (LIMA), arXiv:2305.11206"),
        choice("optim.per_device_train_batch_size", "Batch size", 4, 4, "4 examples a step, so that 60 rows make enough steps.",
               "Masters & Luschi, 2018, arXiv:1804.07612"),
    )  # fmt: skip
    cautions = (
        Caution(sentence="With 60 rows the training loss soon says nothing any more; go by the held-out loss.",
                source="Prechelt, 1998, doi:10.1007/3-540-49430-8_3"),
    )  # fmt: skip
    return Advice(goal="small_data", kind="conversation", rows=60, parameters=134_515_008, choices=choices, cautions=cautions,
                  recipe={}, memory_bytes=2 * GB, available_bytes=26 * GB, fits=True, seconds=(100, 200))  # fmt: skip


def advised(state: AppState) -> AppState:
    """The proposal has just come."""
    return replace(state, advice=AdviceState("small_data", found=advice()))
