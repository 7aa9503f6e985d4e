"""The recipe: every option of a run, declared once.

The fixed sections live here. What a method, an objective or a cleaning step adds lives in the file of that
variant; ``engine.registry`` assembles the whole. Form, CLI, saved runs and JSON Schema all read
these declarations, so a default stands nowhere else.
"""

from typing import Any, Literal, Self

from pydantic import Field, SerializeAsAny

from engine.contract.model_section import ModelSection as ModelSection
from engine.contract.options import Section as Section
from engine.contract.options import Tier as Tier
from engine.contract.options import Variant as Variant
from engine.contract.options import option as option

SCHEMA_VERSION = 1


class Source(Section):
    """One dataset file and how to read it."""

    path: str = option(title="File", help="The dataset file.", tier=Tier.BASIC, widget="path")
    format: str = option(
        "auto", title="Format", help="Shape of a row (alpaca, sharegpt, messages, ...); auto detects it."
    )
    columns: dict[str, str] = option(
        default_factory=dict,
        title="Column mapping",
        help="From the format's names to this file's columns, e.g. instruction: question.",
        widget="hidden",
    )
    roles: dict[str, str] = option(
        default_factory=dict,
        title="Role mapping",
        help="From this file's words to user, assistant, system or tool, e.g. doctor: assistant.",
        widget="hidden",
    )
    fill: dict[str, str] = option(
        default_factory=dict,
        title="Filled cells",
        help="What stands in a column where a row has nothing, e.g. input: none.",
        widget="hidden",
    )
    weight: float = option(
        1.0,
        gt=0.0,
        le=1_000.0,
        title="Weight",
        help="How often rows of this file are drawn in relation to the others, when files are interleaved.",
        widget="hidden",
    )
    max_samples: int | None = option(
        None,
        ge=1,
        title="Row limit",
        unit="rows",
        help="At most this many rows of the file, drawn by the seed.",
        widget="hidden",
    )


class Validation(Section):
    """Rows held out from training to measure it."""

    ratio: float = option(
        0.0, ge=0.0, lt=1.0, title="Validation share", help="Share of the rows held out.", tier=Tier.BASIC
    )
    path: str | None = option(
        None,
        title="Validation file",
        help="A separate file of held-out rows; used instead of the share.",
        widget="path",
    )
    count: int | None = option(
        None, ge=1, title="Validation rows", unit="rows", help="Hold out this many rows, instead of a share."
    )
    test_ratio: float = option(
        0.0, ge=0.0, lt=1.0, title="Test share", help="Share of the rows kept for a final test."
    )
    test_count: int | None = option(
        None,
        ge=1,
        title="Test rows",
        unit="rows",
        help="Keep this many rows for a final test, instead of a share.",
    )
    test_path: str | None = option(
        None, title="Test file", help="A separate file of test rows.", widget="path"
    )
    column: str | None = option(
        None,
        title="Split column",
        help="A column that says of each row: train, validation or test. Used instead of shares and counts.",
    )
    stratify_by: str | None = option(
        None,
        title="Stratify by",
        help="A column (or 'source', 'language') whose values get the same share on every side.",
    )
    near_duplicates: bool = option(
        True,
        title="Keep near duplicates together",
        help="Rows that say nearly the same stay on one side, so that validation measures something new.",
    )
    remove_leaks: bool = option(
        False,
        title="Remove leaks",
        help="Leave out held-out rows that have a near twin among the training rows.",
    )


class DataSectionBase(Section):
    """What is trained on. ``engine.registry`` adds ``steps`` from the cleaning steps it finds."""

    sources: tuple[Source, ...] = option(
        (), title="Sources", help="The dataset files, in order.", tier=Tier.BASIC, widget="hidden"
    )
    template: str = option(
        "auto",
        title="Chat template",
        help="auto: the model's own template. Otherwise the path of a Jinja file.",
    )
    cutoff_len: int = option(
        1024,
        ge=8,
        le=1_048_576,
        title="Cutoff length",
        unit="tokens",
        tier=Tier.BASIC,
        help="Longest example in tokens; what to do with longer ones is the next option.",
    )
    overlong: Literal["truncate", "drop", "split"] = option(
        "truncate",
        title="Longer examples",
        help="Cut them at the cutoff length, leave them out, or split them between turns (running text: anywhere).",
    )
    mix: Literal["concatenate", "interleave_under", "interleave_over", "interleave_once"] = option(
        "concatenate",
        title="Several files",
        help="One after the other, or drawn by weight: until the first file ends (under), until every file was "
        "seen whole (over, short ones repeat), or each row once.",
    )
    packing: bool = option(
        True,
        title="Packing",
        help="Lay the examples of a batch end to end without padding; attention never crosses examples.",
    )
    shuffle: bool = option(True, title="Shuffle", help="Draw the rows in a new order each epoch.")
    train_on_prompt: bool = option(
        False, title="Train on prompts", help="Also learn the user's turns, not only the answers."
    )
    max_samples: int | None = option(
        None, ge=1, title="Row limit", help="Use only the first rows; useful for a quick trial.", unit="rows"
    )
    validation: Validation = option(
        default_factory=Validation, title="Validation", help="Rows held out.", tier=Tier.BASIC
    )


class OptimSection(Section):
    """How the weights move."""

    learning_rate: float = option(
        1e-4,
        gt=0.0,
        le=1.0,
        title="Learning rate",
        tier=Tier.BASIC,
        widget="log",
        help="Step size. LoRA: 1e-4 to 1e-3. Full fine-tuning: 1e-6 to 5e-5.",
    )
    num_train_epochs: float = option(
        3.0, gt=0.0, le=10_000.0, title="Epochs", tier=Tier.BASIC, help="Passes over the training rows."
    )
    max_steps: int | None = option(
        None,
        ge=1,
        title="Maximum steps",
        help="Stop after this many optimizer steps; overrides epochs.",
        unit="steps",
    )
    per_device_train_batch_size: int = option(
        4,
        ge=1,
        le=4096,
        title="Batch size",
        tier=Tier.BASIC,
        help="Examples in one micro-batch.",
        unit="examples",
    )
    gradient_accumulation_steps: int = option(
        1,
        ge=1,
        le=4096,
        title="Gradient accumulation",
        help="Micro-batches in one optimizer step; the loss is averaged over all their tokens.",
    )
    optimizer: Literal[
        "adamw",
        "adamw_8bit",
        "paged_adamw_8bit",
        "lion",
        "lion_8bit",
        "adafactor",
        "muon",
        "nadam",
        "radam",
        "schedule_free_adamw",
        "sgd",
        "sgd_momentum",
        "sgd_nesterov",
    ] = option(
        "adamw",
        title="Optimizer",
        help="AdamW suits nearly everything. 8-bit forms, Adafactor and SGD keep less state in memory; Lion wants a "
        "third of the learning rate; Muon is for matrices, the rest goes to AdamW.",
    )
    adam_beta1: float = option(0.9, ge=0.0, lt=1.0, title="Adam beta 1", help="Decay of the first moment.")
    adam_beta2: float = option(0.999, ge=0.0, lt=1.0, title="Adam beta 2", help="Decay of the second moment.")
    adam_epsilon: float = option(1e-8, gt=0.0, title="Adam epsilon", help="Keeps the division finite.")
    weight_decay: float = option(
        0.0,
        ge=0.0,
        le=1.0,
        title="Weight decay",
        help="Decoupled decay of the trained matrices; vectors (norms, biases) are not decayed.",
    )
    max_grad_norm: float = option(
        1.0, ge=0.0, title="Gradient clipping", help="Largest gradient norm; 0 turns clipping off."
    )
    lr_scheduler_type: Literal[
        "linear", "cosine", "constant", "constant_with_warmup", "warmup_stable_decay"
    ] = option("cosine", title="Schedule", help="How the learning rate moves over the run.", tier=Tier.BASIC)
    warmup_ratio: float = option(
        0.03, ge=0.0, lt=1.0, title="Warm-up share", help="Share of the steps in which the rate rises from 0."
    )
    decay_ratio: float = option(
        0.2,
        ge=0.0,
        le=1.0,
        title="Decay share",
        help="Share of the steps in which warmup_stable_decay falls to 0.",
    )


class RunSection(Section):
    """Where the run lives, what it reports, and when it ends early."""

    output_dir: str | None = option(
        None,
        title="Output folder",
        help="Folder of the run; empty: a new one among Luthier's runs.",
        widget="path",
        picks="folder",
    )
    seed: int = option(42, ge=0, le=2**31 - 1, title="Seed", help="Same seed, same result on a CPU.")
    logging_steps: int = option(
        1, ge=1, title="Log every", unit="steps", help="How often metrics are reported."
    )
    save_steps: int = option(
        100,
        ge=0,
        title="Save every",
        unit="steps",
        help="How often a checkpoint is written; 0: only at the end.",
    )
    save_total_limit: int = option(
        2, ge=1, title="Checkpoints kept", help="Older ones are removed; the best one is always kept."
    )
    eval_steps: int = option(
        0,
        ge=0,
        title="Evaluate every",
        unit="steps",
        help="How often the held-out loss is measured; 0: at the end of each epoch.",
    )
    early_stopping_patience: int = option(
        0,
        ge=0,
        title="Early stopping patience",
        unit="evaluations",
        help="Stop after this many evaluations without improvement; 0: never.",
    )
    load_best_at_end: bool = option(
        True, title="Keep the best", help="End with the checkpoint of the lowest held-out loss, if measured."
    )
    sample_steps: int = option(
        0,
        ge=0,
        title="Sample every",
        unit="steps",
        help="How often a held-out prompt is answered while training; 0: never.",
    )
    sample_max_tokens: int = option(
        48, ge=1, le=4096, title="Sample length", unit="tokens", help="Longest live sample."
    )
    num_threads: int | None = option(
        None, ge=1, title="Threads", help="CPU threads of the arithmetic; empty: all physical cores."
    )


class RecipeBase(Section):
    """The whole, less the variants. ``engine.registry.recipe_type()`` fills in the rest."""

    schema_version: Literal[1] = Field(1, title="Schema version")
    name: str = option("", title="Name", help="What you call this run.", max_length=200)
    model: ModelSection = option(default_factory=ModelSection, title="Model", help="The base model.")
    data: SerializeAsAny[DataSectionBase] = option(
        default_factory=DataSectionBase, title="Data", help="What is trained on."
    )
    method: SerializeAsAny[Variant] = option(title="Method", help="Which weights are trained.")
    objective: SerializeAsAny[Variant] = option(title="Objective", help="What is optimised.")
    optim: OptimSection = option(default_factory=OptimSection, title="Optimization", help="How weights move.")
    run: RunSection = option(default_factory=RunSection, title="Run", help="Where the run lives.")

    def replace(self, **sections: Any) -> Self:
        """A copy with whole sections replaced (already validated ones)."""
        return self.model_copy(update=sections)
