"""What replies and finished jobs carry, typed on both sides."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, model_validator

from engine.contract.errors import FieldError

Scalar = bool | int | float | str | None


class Result(BaseModel):
    """Frozen; unknown fields are ignored so that an older app can read a newer engine."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Device(Result):
    kind: Literal["cpu", "cuda", "rocm", "xpu", "mps"]
    name: str
    memory_bytes: int
    free_bytes: int


class Ready(Result):
    """Answer to ``hello``."""

    protocol: int
    versions: dict[str, str]
    devices: tuple[Device, ...]
    pid: int = 0


class ChoiceInfo(Result):
    """One form of an export target, spelled as on the command line (``gguf:q8_0``).

    ``bits_per_weight`` predicts its size: None when it is as large as the base model, 0 when only what was trained
    is written.
    """

    spelling: str
    bits_per_weight: float | None = None
    usual: bool = True  # others are shown when they are asked for


class Limit(Result):
    """What a choice leaves of an option elsewhere in the recipe; other values are refused with ``reason``.

    It counts only where every option of ``when`` has one of the values given there. Both sides name options by
    their dotted path, so a form can mark and explain values without knowing what they mean.
    """

    path: str
    allowed: tuple[Scalar, ...]
    reason: str
    when: dict[str, tuple[Scalar, ...]] = {}


class VariantInfo(Result):
    """One entry of a registry, for choosing among variants before their form is shown."""

    kind: str
    title: str
    summary: str
    choices: tuple[ChoiceInfo, ...] = ()  # of an export target
    limits: tuple[Limit, ...] = ()
    reference: str = ""  # the paper of a method
    mergeable: bool = True  # a method whose result can become one complete model
    group: str = ""  # what a list of cleaning steps puts it under


class FormatInfo(Result):
    """A shape of dataset rows, and the names that a column mapping may give to a file's columns."""

    family: str
    summary: str
    names: tuple[str, ...]


class RecipeForm(Result):
    """What a recipe may be written as for another program; ``suffix`` of the file that it makes."""

    kind: str
    title: str
    suffix: str


class SchemaReply(Result):
    """Everything a form needs: the assembled JSON Schema, a complete default recipe, and the registries."""

    version: str
    recipe_schema: dict[str, Any]
    default_recipe: dict[str, Any]
    methods: tuple[VariantInfo, ...] = ()
    objectives: tuple[VariantInfo, ...] = ()
    steps: tuple[VariantInfo, ...] = ()
    export_targets: tuple[VariantInfo, ...] = ()
    data_formats: tuple[FormatInfo, ...] = ()
    file_types: tuple[str, ...] = ()  # that ``data.build`` can write
    data_forms: tuple[str, ...] = ()  # of a written row
    recipe_forms: tuple[RecipeForm, ...] = ()  # for other programs
    limits: tuple[Limit, ...] = ()  # between the fixed sections, whatever method is chosen


class Check(Result):
    """One row of the doctor's report. Every row that is not ok has a fix; ``remedy`` is the part of it that the window
    can do at the press of a button."""

    name: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    fix: str | None = None
    remedy: Literal["", "install_starter", "choose_places"] = ""

    @model_validator(mode="after")
    def _has_a_fix(self) -> "Check":
        if self.state != "ok" and not self.fix:
            raise ValueError(f"{self.name} is {self.state} and says no way out")
        return self


class DoctorReport(Result):
    """``starter_model`` is the folder of the starter model, or None when it is not installed."""

    versions: dict[str, str]
    devices: tuple[Device, ...]
    checks: tuple[Check, ...]
    data_dir: str
    runs_dir: str
    starter_model: str | None
    cpu_threads: int
    memory_bytes: int
    free_memory_bytes: int
    free_disk_bytes: int


class LocalModel(Result):
    """A model found on this computer."""

    name: str
    path: str
    origin: Literal[
        "starter", "folder", "downloaded", "converted", "hugging_face", "lm_studio", "ollama", "run"
    ]
    format: Literal["safetensors", "gguf", "other"]
    architecture: str = ""
    parameters: int | None = None
    size_bytes: int = 0
    licence: str = ""
    has_template: bool = False
    trainable: bool = False
    quantization: str = ""  # how a GGUF, or a checkpoint that is quantized already, holds its weights
    own_code: bool = False  # it asks to run code of its folder
    convertible: bool = False  # a GGUF or pickles, which can be made trainable
    converted: str = ""  # the trainable form of it, where that was made
    notes: tuple[str, ...] = ()


class ModelList(Result):
    models: tuple[LocalModel, ...]


class RecipeCheck(Result):
    """``recipe`` is the completed recipe when ``errors`` is empty."""

    errors: tuple[FieldError, ...]
    recipe: dict[str, Any] | None = None


class Unmapped(Result):
    """An option of another program's configuration that moved nothing in the recipe, and why."""

    option: str
    value: str
    reason: str


class ImportedConfig(Result):
    """A configuration of ``program`` as a complete recipe."""

    program: str
    recipe: dict[str, Any]
    unmapped: tuple[Unmapped, ...]


class Rejection(Result):
    """A row that cannot be used. ``line`` is the physical line (or row number) in the file, from 1."""

    line: int
    column: str | None
    code: str
    reason: str


class Fix(Result):
    """A way to make rejected rows usable: ``patch`` is merged into the source's entry in the recipe."""

    title: str  # "Map 'doctor' to assistant"
    patch: dict[str, Any]


class RejectionGroup(Result):
    """Rejections of one kind: how many, where the first stands, and what would mend them."""

    code: str
    column: str | None
    reason: str
    count: int
    first_line: int
    fixes: tuple[Fix, ...] = ()


class InspectedFile(Result):
    """What one dataset file holds. Always ``accepted + len(rejected) == rows``, but over the protocol a very long
    list of rejections is cut to what fits in a line; ``rows - accepted`` counts all of them."""

    path: str
    format: str  # json, jsonl, csv, ...
    family: str  # alpaca, sharegpt, messages, ...
    confidence: float  # 0 to 1
    reason: str = ""
    columns: tuple[str, ...]
    rows: int
    accepted: int
    rejected: tuple[Rejection, ...]
    encoding: str = "utf-8"
    size_bytes: int = 0
    mapping: dict[str, str] = {}
    examples: tuple[dict[str, Any], ...] = ()  # the first raw rows
    groups: tuple[RejectionGroup, ...] = ()  # counts all rejections, the ones cut from ``rejected`` too
    notes: tuple[str, ...] = ()  # what a user should know: media columns that are kept but not trained, ...
    delimiter: str = ""  # of a table, else ""


class SkippedPath(Result):
    """Something among the paths that is no dataset, and why."""

    path: str
    reason: str


class ExpandedData(Result):
    """``sources`` are entries of a recipe's ``data.sources``: the path, and what a list of datasets says of it."""

    sources: tuple[dict[str, Any], ...]
    skipped: tuple[SkippedPath, ...] = ()


class SuggestedStep(Result):
    """One entry of a recipe's ``data.steps``, and why the rows want it."""

    step: dict[str, Any]
    reason: str


class SuggestedSteps(Result):
    steps: tuple[SuggestedStep, ...]


class Inspection(Result):
    files: tuple[InspectedFile, ...]


class Token(Result):
    """One token as it is shown: its text, and whether the loss is computed on it."""

    text: str
    trained: bool


class PreviewRow(Result):
    index: int
    path: str
    line: int
    raw: dict[str, Any]
    rendered: str
    tokens: tuple[Token, ...]
    trained: int
    truncated: int = 0  # tokens beyond the cutoff
    messages: tuple[dict[str, Any], ...] = ()  # the turns as they may be edited: role, content
    rejected: tuple[dict[str, Any], ...] = ()  # the turns of the rejected answer of a preference pair


class Preview(Result):
    total: int
    rows: tuple[PreviewRow, ...]


class StepCount(Result):
    """What one cleaning step did; nothing if it is off."""

    kind: str
    title: str
    before: int
    after: int
    changed: int = 0
    enabled: bool = True
    removed_examples: tuple[dict[str, Any], ...] = ()


class StepEffect(Result):
    """One row that a cleaning step removed (``after`` is None) or changed, as text to compare."""

    path: str
    line: int
    before: str
    after: str | None


class StepEffects(Result):
    total: int
    rows: tuple[StepEffect, ...]


class RowSummary(Result):
    """One row in a list. ``index`` is its place after cleaning, as ``data.preview`` counts."""

    index: int
    path: str
    line: int
    prompt: str  # shortened
    answer: str  # shortened
    turns: int
    chars: int


class RowList(Result):
    """``total`` counts the rows that were found, ``rows`` are some of them."""

    total: int
    rows: tuple[RowSummary, ...]


class SourceStatistics(Result):
    """One dataset file after cleaning. ``languages`` and ``roles`` count rows and turns."""

    path: str
    rows: int
    turns: int
    roles: dict[str, int]
    tokens: int
    trained_tokens: int
    languages: dict[str, int]
    duplicates: int  # rows that say the same as an earlier one, before cleaning


class Leakage(Result):
    """Held-out rows that also stand, exactly or nearly, among the training rows."""

    held_out: int
    exact: int
    near: int
    threshold: float
    removed: int = 0
    examples: tuple[dict[str, Any], ...] = ()  # held_out, train: where each stands and what it says


class DatasetVersion(Result):
    """One kept version of a dataset: a folder with its rows, its recipe and its card."""

    name: str
    path: str
    content_hash: str
    created: float  # Unix time
    rows: int


class DatasetVersions(Result):
    versions: tuple[DatasetVersion, ...]


class BuiltData(Result):
    """What ``data.build`` wrote: the folder, its files by side (train, validation, test), and its card."""

    path: str
    files: dict[str, str]
    rows: dict[str, int]
    card: str
    content_hash: str


class DataReport(Result):
    """Lengths are of whole examples before the cutoff. ``histogram`` counts rows per ``bin_tokens`` tokens."""

    rows: int
    rejected: int
    train_rows: int
    validation_rows: int
    tokens: int
    trained_tokens: int
    longest: int
    median: int
    p95: int
    over_cutoff: int
    bin_tokens: int
    histogram: tuple[int, ...]
    steps: tuple[StepCount, ...] = ()
    content_hash: str = ""
    turns: float = 0.0
    chinese_share: float = 0.0
    test_rows: int = 0
    sources: tuple[SourceStatistics, ...] = ()
    leakage: Leakage | None = None


class Change(Result):
    """A change of options, by dotted path, that saves memory, and what it costs."""

    title: str
    cost: str
    options: dict[str, Any]
    saves_bytes: int
    fits: bool  # nothing else need be changed


class CardFit(Result):
    """What a run would take on a graphics card, present or not."""

    name: str
    memory_bytes: int
    needed_bytes: int
    fits: bool


class Plan(Result):
    """``memory`` in bytes by part: weights, quantization, adapter, gradients, optimizer, activations, logits,
    temporary, overhead. ``seconds`` are zeros where the steps are not known, or the device is another computer's."""

    memory: dict[str, int]
    memory_bytes: int
    available_bytes: int
    device: str
    fits: bool
    total_steps: int
    train_rows: int
    tokens: int
    trainable_parameters: int
    parameters: int
    disk_bytes: int
    free_disk_bytes: int
    seconds: tuple[float, float]  # earliest, latest
    advice: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()  # the best first; where it fits only if they were asked for
    asked_changes: bool = False  # they were looked for
    cards: tuple[CardFit, ...] = ()  # only where they were asked for
    tried: bool = False  # corrected by a real step
    predicted_bytes: int = 0  # what was counted before it was corrected


class Verification(Result):
    """The comparison of an export with the trained model."""

    status: Literal["passed", "warning", "failed", "skipped"]
    prompts: int = 0
    prompt_tokens_equal: bool | None = None
    greedy_agreement: float | None = None  # share of the first 32 answer tokens that are equal
    kl: float | None = None  # divergence from the trained model along its answers, nats a token
    detail: str = ""


class ExportedTarget(Result):
    target: str
    path: str
    size_bytes: int
    verification: Verification
    seconds: float = 0.0


class ExportReport(Result):
    targets: tuple[ExportedTarget, ...]


class ServerModels(Result):
    """The models of a server; ``url`` as it is to be written."""

    url: str
    models: tuple[str, ...]


class ChatReply(Result):
    text: str
    prompt_tokens: int
    tokens: int
    tokens_per_second: float
    first_token_s: float
    finish: Literal["stop", "length", "cancelled"]


class RunReport(Result):
    """The end of a training run (``report.json``)."""

    steps: int
    epochs: float | None  # None: not counted
    train_loss: float | None
    eval_loss: float | None
    best_step: int | None
    seconds: float
    tokens: int
    tokens_per_second: float
    peak_memory_bytes: int
    planned_memory_bytes: int | None = None
    planned_memory: dict[str, int] = {}  # by part, as in ``Plan``
    eval_reward: float | None = None  # in place of a held-out loss, where a run learnt from its own answers
    content_hash: str = ""
