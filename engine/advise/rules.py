"""The advisor's rules, as data: under which circumstances which option, in a sentence, and who says so.

Of the rules that set one option the last that applies counts, so each list goes from the usual case to the special one.
It begins small on purpose: a run that learns too little costs minutes and shows what is missing, one that is too large
learns its rows by heart.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

HU = "Hu et al., 2021, arXiv:2106.09685"
BIDERMAN = "Biderman et al., 2024, arXiv:2405.09673"
DETTMERS = "Dettmers et al., 2023, arXiv:2305.14314"
LESTER = "Lester et al., 2021, arXiv:2104.08691"
RAFAILOV = "Rafailov et al., 2023, arXiv:2305.18290"
ETHAYARAJH = "Ethayarajh et al., 2024, arXiv:2402.01306"
GURURANGAN = "Gururangan et al., 2020, arXiv:2004.10964"
OUYANG = "Ouyang et al., 2022, arXiv:2203.02155"
ZHOU = "Zhou et al., 2023 (LIMA), arXiv:2305.11206"
TUNSTALL = "Tunstall et al., 2023 (Zephyr), arXiv:2310.16944"
MUENNIGHOFF = "Muennighoff et al., 2023, arXiv:2305.16264"
KOMATSUZAKI = "Komatsuzaki, 2019, arXiv:1906.06669"
PRECHELT = "Prechelt, 1998, doi:10.1007/3-540-49430-8_3"
EXAMPLES = "Examples of LLaMA-Factory 0.9.5"
ALPACA = "Taori et al., 2023 (Stanford Alpaca)"


@dataclass(frozen=True, slots=True)
class Between:
    """A range of numbers: from ``low`` up to, but not, ``high``."""

    low: float = 0.0
    high: float = float("inf")

    def __contains__(self, value: Any) -> bool:
        return isinstance(value, int | float) and self.low <= value < self.high


@dataclass(frozen=True, slots=True)
class Fact:
    """The value of an option that is one of the facts."""

    name: str


When = Mapping[str, tuple[Any, ...] | Between]


@dataclass(frozen=True, slots=True)
class Rule:
    """``options`` where all of ``when`` holds; ``values`` are the facts that the sentence names."""

    options: Mapping[str, Any]
    sentence: str
    source: str
    when: When = field(default_factory=dict)
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Warning:
    """Something to beware of where all of ``when`` holds."""

    sentence: str
    source: str
    when: When
    values: tuple[str, ...] = ()


SFT = {"objective.kind": ("sft",)}
LORA = {"method.kind": ("lora",)}
LARGE = Between(20e9)  # parameters
FEW, SOME = Between(1, 100), Between(1, 1_000)  # rows

RULES: tuple[Rule, ...] = (
    # ------------------------------------------------------------ stage
    Rule({"objective.kind": "sft"}, "The rows are questions with answers, so the answers are learnt as they are.", OUYANG,
         {"kind": ("conversation", "")}),
    Rule({"objective.kind": "pt"}, "The rows are running text, so the model goes on reading and learns every token.", GURURANGAN,
         {"kind": ("text",)}),
    Rule({"objective.kind": "dpo"}, "Each row holds a better and a worse answer, and the model learns to prefer the better one.",
         RAFAILOV, {"kind": ("pair",)}),
    Rule({"objective.kind": "kto"}, "Each row holds an answer and a verdict on it, for which pairs are not needed.", ETHAYARAJH,
         {"kind": ("verdict",)}),
    # ------------------------------------------------------------ method
    Rule({"method.kind": "lora"}, "LoRA first: it comes close to full fine-tuning with a small part of its memory, and it forgets less.",
         f"{HU}; {BIDERMAN}"),
    Rule({"method.kind": "prompt_tuning"}, "With {0} rows a few virtual tokens are enough, and on a model of this size they reach what "
         "larger methods reach.", LESTER, {"goal": ("small_data",), "rows": FEW, "parameters": Between(10e9), "kind": ("conversation",)},
         ("rows",)),
    # ------------------------------------------------------------ LoRA
    Rule({"method.rank": 8}, "A low rank is enough for most tasks; raise it if the held-out loss stays high.", HU, LORA),
    Rule({"method.rank": 4}, "With {0} rows there is little to learn, and a wider adapter would learn it by heart.", HU,
         LORA | {"rows": FEW}, ("rows",)),
    Rule({"method.rank": 32}, "New facts take more room than a manner does.", BIDERMAN,
         LORA | {"goal": ("facts",), "rows": Between(2_000)}),
    Rule({"method.rank": 32}, "Reading on changes more of a model than answering does, so the adapter gets more room.", BIDERMAN,
         LORA | {"objective.kind": ("pt",), "rows": Between(100)}),
    Rule({"method.lora_alpha": Fact("twice_rank")}, "Twice the rank, so that the strength of the adapter does not hang on its rank.",
         BIDERMAN, LORA),
    Rule({"method.target_modules": "all"}, "Beside every linear layer: only then LoRA came up to full fine-tuning.", DETTMERS, LORA),
    Rule({"method.lora_dropout": 0.1}, "Dropout in the adapter helps against learning {0} rows by heart.", DETTMERS,
         LORA | {"rows": SOME}, ("rows",)),
    Rule({"method.lora_dropout": 0.05}, "Half the dropout of smaller models, as large ones were trained with it.", DETTMERS,
         LORA | {"rows": SOME, "parameters": LARGE}),
    # ------------------------------------------------------------ learning rate
    Rule({"optim.learning_rate": 2e-4}, "The rate at which adapters of 7B and 13B models learnt well.", DETTMERS, LORA | SFT),
    Rule({"optim.learning_rate": 1e-4}, "Large models want half the rate of smaller ones.", DETTMERS, LORA | SFT | {"parameters": LARGE}),
    Rule({"optim.learning_rate": 1e-4}, "The usual rate of an adapter that reads on.", EXAMPLES, LORA | {"objective.kind": ("pt",)}),
    Rule({"optim.learning_rate": 5e-6}, "Preferences are learnt at a fraction of the usual rate; more makes answers fall apart.", EXAMPLES,
         LORA | {"objective.kind": ("dpo", "kto")}),
    Rule({"optim.learning_rate": 3e-2}, "A trained prompt is a few thousand numbers and wants a large rate.", "PEFT's guide to prompt tuning",
         {"method.kind": ("prompt_tuning",)}),
    # ------------------------------------------------------------ batch
    Rule({"optim.per_device_train_batch_size": 4, "optim.gradient_accumulation_steps": 4}, "16 examples a step, as adapters of 7B models "
         "were trained.", DETTMERS),
    Rule({"optim.per_device_train_batch_size": 4, "optim.gradient_accumulation_steps": 2}, "8 examples a step, so that {0} rows make enough "
         "steps.", "Masters & Luschi, 2018, arXiv:1804.07612", {"rows": SOME}, ("rows",)),
    Rule({"optim.per_device_train_batch_size": 4, "optim.gradient_accumulation_steps": 1}, "4 examples a step, so that {0} rows make enough "
         "steps.", "Masters & Luschi, 2018, arXiv:1804.07612", {"rows": Between(1, 200)}, ("rows",)),
    # ------------------------------------------------------------ epochs
    Rule({"optim.num_train_epochs": 3.0}, "Three passes, as instruction tuning usually takes.", ALPACA, SFT),
    Rule({"optim.num_train_epochs": 5.0}, "So few rows want more passes; the best one is kept.", ZHOU, SFT | {"rows": SOME}),
    Rule({"optim.num_train_epochs": 1.0}, "One pass over {0} rows first; more can follow.", KOMATSUZAKI, SFT | {"rows": Between(20_000)},
         ("rows",)),
    Rule({"optim.num_train_epochs": 1.0}, "One pass first; up to four passes over the same text teach nearly as much as new text.",
         MUENNIGHOFF, {"objective.kind": ("pt",)}),
    Rule({"optim.num_train_epochs": 1.0}, "One pass first: after it nearly all the trained pairs are told apart already.", TUNSTALL,
         {"objective.kind": ("dpo", "kto")}),
    # ------------------------------------------------------------ against learning by heart
    Rule({"data.validation.ratio": 0.1}, "Rows that are never trained show when learning turns into learning by heart.", PRECHELT,
         {"rows": Between(30), "held_out": (False,)}),
    Rule({"data.validation.ratio": 0.05}, "Of {0} rows a twentieth is enough to measure with.", PRECHELT,
         {"rows": Between(5_000), "held_out": (False,)}, ("rows",)),
    Rule({"data.validation.ratio": 0.01}, "Of {0} rows a hundredth is enough to measure with.", PRECHELT,
         {"rows": Between(50_000), "held_out": (False,)}, ("rows",)),
    Rule({"data.validation.stratify_by": "language"}, "The rows are in several languages; each gets its share of what is held out.",
         "Kohavi, 1995, IJCAI 14(2)", {"languages": Between(2), "rows": Between(30)}),
    Rule({"run.early_stopping_patience": 2}, "The run ends when two measurements in a row are no better.", PRECHELT,
         {"rows": Between(30, 1_000)}),
    Rule({"objective.neftune_noise_alpha": 5.0}, "A little noise on the embeddings made answers of instruction tuning fuller and less "
         "learnt by heart.", "Jain et al., 2023, arXiv:2310.05914", SFT | {"goal": ("style",), "rows": Between(1_000, 20_000)}),
    # ------------------------------------------------------------ length
    Rule({"data.cutoff_len": Fact("cutoff")}, "The longest of the rows has {0} tokens, so hardly anything is cut and no memory is kept free "
         "for nothing.", "The lengths of your rows", {"longest": Between(1)}, ("longest",)),
    Rule({"data.cutoff_len": Fact("cutoff")}, "The longest of the rows has {0} tokens, more than a run usually has memory for or the model "
         "reads; what is longer is cut.", "The lengths of your rows", {"over": (True,)}, ("longest",)),
)  # fmt: skip

# What is changed until the run fits, one after the other; all of them keep the batch of a step as it is.
FITTING: tuple[Rule, ...] = (
    Rule({"model.gradient_checkpointing": True}, "Activations are computed twice instead of kept: the same result, about a third slower.",
         "Chen et al., 2016, arXiv:1604.06174"),
    Rule({"optim.per_device_train_batch_size": 1, "optim.gradient_accumulation_steps": Fact("batch")}, "One example at a time, and as many "
         "of them a step as before: the same result.", "The plan of this run"),
    Rule({"model.quantization": "nf4", "model.double_quantization": True}, "The model does not fit otherwise. In 4 bits it does (QLoRA), "
         "and trained adapters made up for what that loses.", DETTMERS),
)  # fmt: skip

WARNINGS: tuple[Warning, ...] = (
    Warning("{0} rows are very few: they will be learnt by heart. Read the answers to held-out questions, and add rows if you can.", ZHOU,
            {"rows": Between(1, 50)}, ("rows",)),
    Warning("With {0} rows the training loss soon says nothing any more; go by the held-out loss.", PRECHELT,
            {"rows": Between(50, 1_000)}, ("rows",)),
    Warning("Facts are learnt slowly, and a model that is asked for what it does not know learns to make things up. Say each fact in "
            "several ways.", "Gekhman et al., 2024, arXiv:2405.05904; Allen-Zhu & Li, 2023, arXiv:2309.14316",
            {"goal": ("facts",), "kind": ("conversation",)}),
    Warning("Preferences need rows with a better and a worse answer, or with verdicts. These have one answer each, which is learnt as it is.",
            RAFAILOV, {"goal": ("preferences",), "kind": ("conversation", "text")}),
    Warning("Continued pretraining reads running text. These rows are conversations, and are learnt as such.", GURURANGAN,
            {"goal": ("pretraining",), "kind": ("conversation", "pair", "verdict")}),
    Warning("A model that was taught to converse forgets some of it while it reads on. Teach it again with conversations afterwards.",
            "Luo et al., 2023, arXiv:2308.08747", {"kind": ("text",), "instruct": (True,)}),
    Warning("This model has no chat template, so it was probably never taught to converse. {0} rows are few for that; an instruct model "
            "needs fewer.", ZHOU, {"kind": ("conversation",), "instruct": (False,), "rows": SOME}, ("rows",)),
    Warning("The model's card names other languages than those of most rows ({0}).", "The card of the model", {"foreign": (True,)},
            ("main_language",)),
    Warning("There is no dataset yet; with one, stage, batch and epochs are chosen by its rows.", "", {"rows": (0,)}),
)  # fmt: skip
TOO_LARGE = Warning(
    "Even so it does not fit: {0} GB are needed and {1} GB are free. Take a smaller model.",
    "The plan of this run",
    {},
    ("needed", "free"),
)
