"""The fixed story that the screenshots tell, as prepared states: no engine, no files, the same every time."""

import copy
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.state.dataset import ProposedStep, SkippedFile
from app.state.model import (
    AppState,
    BuildState,
    ChatSide,
    ChatState,
    ChatTurn,
    CheckpointMark,
    DataState,
    DraftState,
    EngineState,
    ExportState,
    JobState,
    Notice,
    PhaseMark,
    PredictedSizes,
    RunSummary,
    SampleMark,
    TrainState,
)
from app.state.series import Series
from engine.contract.errors import ErrorCode, ErrorInfo, FieldError
from engine.contract.results import (
    ChatReply,
    Check,
    Device,
    DoctorReport,
    ExportedTarget,
    ExportReport,
    LocalModel,
    Plan,
    StepCount,
    Verification,
)
from engine.registry import schema_reply
from tests.gui import models_story, runtimes_story
from tests.gui.advice_story import advised
from tests.gui.answers_story import answering, rewarding
from tests.gui.data_story import HOME, effects, inspection, listing, preview, report, versions
from tests.gui.evaluation_story import evaluation
from tests.gui.plan_story import counting, less_wanted, measured, measuring, too_large
from tests.gui.search_story import searched, searching
from tests.gui.welcome_story import welcome_stories

GB = 2**30


class SnapshotStore(QObject):
    """A store whose state is simply set."""

    changed = Signal(object)

    def __init__(self, state: AppState | None = None) -> None:
        super().__init__()
        self.state = state or AppState()

    def set(self, state: AppState) -> None:
        """Replace the state and tell the views."""
        self.state = state
        self.changed.emit(state)


class Recorder:
    """Intents that only note what was asked: ``calls`` holds (name, positional, keyword)."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)

        def note(*args: Any, **kwargs: Any) -> None:
            self.calls.append((name, args, kwargs))

        return note

    def named(self, name: str) -> list[tuple[Any, ...]]:
        """Positional arguments of each call of ``name``."""
        return [args for called, args, _ in self.calls if called == name]


def series(values: Sequence[float], start: int = 1, stride: int = 1) -> Series:
    """A curve over steps."""
    return Series().extended([start + index * stride for index in range(len(values))], list(values))


def losses(steps: int) -> list[float]:
    """A plausible loss curve with its noise, the same each time."""
    return [0.62 + 1.7 * math.exp(-step / 45) + 0.09 * math.sin(step * 2.39996) for step in range(steps)]


def engine() -> EngineState:
    """A ready engine on a machine without a graphics card."""
    gpu = "Install the runtime for your GPU to use it; until then the processor does the work."
    checks = (
        Check(name="Memory", state="ok", detail="26.0 GB of 32.0 GB free"),
        Check(name="Disk", state="ok", detail="182.0 GB free at /home/mara"),
        Check(name="GPU", state="warning", detail="GTX 960, but this PyTorch cannot use it", fix=gpu),
        Check(
            name="Training libraries", state="failed", detail="missing: peft", fix="Install Luthier again."
        ),
    )
    doctor = DoctorReport(
        versions={"torch": "2.9.1"},
        devices=(Device(kind="cpu", name="AMD Ryzen 7 5700G", memory_bytes=32 * GB, free_bytes=26 * GB),),
        checks=checks, data_dir=HOME, runs_dir=f"{HOME}/runs", starter_model=f"{HOME}/models/starter",
        cpu_threads=8, memory_bytes=32 * GB, free_memory_bytes=26 * GB, free_disk_bytes=182 * GB,
    )  # fmt: skip
    models = (
        LocalModel(name="SmolLM2-135M-Instruct", path=f"{HOME}/models/starter", origin="starter", format="safetensors",
                   architecture="llama", parameters=134_515_008, size_bytes=269_060_552, licence="Apache-2.0",
                   has_template=True, trainable=True),
        LocalModel(name="Qwen2.5-7B-Instruct", path="/home/mara/.cache/huggingface/hub/models--Qwen--Qwen2.5-7B-Instruct",
                   origin="hugging_face", format="safetensors", architecture="qwen2", parameters=7_615_616_512,
                   size_bytes=15_231_233_024, licence="Apache-2.0", has_template=True, trainable=True),
        LocalModel(name="Llama-3.2-3B-Q4_K_M.gguf", path="/home/mara/.cache/lm-studio/models/Llama-3.2-3B-Q4_K_M.gguf",
                   origin="lm_studio", format="gguf", architecture="llama", size_bytes=2_019_377_696, has_template=True),
    )  # fmt: skip
    return EngineState(
        "ready",
        "",
        {"luthier": "0.1.0", "torch": "2.9.1", "transformers": "5.23"},
        doctor,
        schema_reply(),
        models,
    )


def recipe(*, with_data: bool = True) -> dict[str, Any]:
    """The draft: defaults, with the sample dataset."""
    document: dict[str, Any] = schema_reply().default_recipe
    if with_data:
        document["name"] = "Workshop assistant"
        document["data"]["sources"] = [
            {"path": "/home/mara/data/workshop.json", "format": "auto", "columns": {}},
            {"path": "/home/mara/data/nurse_chat.jsonl", "format": "auto", "columns": {}},
        ]
        document["data"]["steps"] = [
            {"kind": "repair_unicode"}, {"kind": "drop_empty", "min_answer_chars": 8},
            {"kind": "exact_duplicates"}, {"kind": "near_duplicates"},
            {"kind": "personal_data"},
        ]  # fmt: skip
        document["data"]["validation"]["ratio"] = 0.1
    return document


def plan(*, fits: bool = True) -> Plan:
    """What the draft would cost."""
    mega = 2**20
    memory = {"weights": 540 * mega, "adapter": 20 * mega, "gradients": 20 * mega, "optimizer": 40 * mega,
              "activations": 810 * mega, "logits": 190 * mega, "overhead": 480 * mega}  # fmt: skip
    return Plan(
        memory=memory, memory_bytes=sum(memory.values()), available_bytes=26 * GB if fits else int(1.5 * GB),
        device="AMD Ryzen 7 5700G", fits=fits, total_steps=3420, train_rows=4560, tokens=3_850_000,
        trainable_parameters=2_442_240, parameters=136_957_248, disk_bytes=61 * mega, free_disk_bytes=182 * GB,
        seconds=(1020, 1380), advice=(),
    )  # fmt: skip


def runs() -> tuple[RunSummary, ...]:
    """The library."""
    now = time.time()
    curve = tuple(losses(60))
    return (
        RunSummary("r7", "Workshop assistant", f"{HOME}/runs/r7", "completed", now - 7200, "lora", "starter", "workshop", 320,
                   240, 240, 0.64, 0.71, curve, 61_000_000, 240),
        RunSummary("r6", "Clinic dialogues, rank 32", f"{HOME}/runs/r6", "paused", now - 90_000, "lora", "starter",
                   "nurse_chat", 4747, 1200, 3420, 0.948, 0.969, curve[:40], 148_000_000, 1200),
        RunSummary("r5", "Full fine-tuning, first try", f"{HOME}/runs/r5", "failed", now - 180_000, "full", "starter",
                   "workshop", 320, 31, 240, 2.4, None, tuple(2.3 + 0.1 * math.sin(i) for i in range(31)), 812_000_000, None),
        RunSummary("r4", "法律问答", f"{HOME}/runs/r4", "stopped", now - 400_000, "lora", "starter", "legal_zh", 12_418,
                   900, 2000, 1.12, 1.18, curve[:50], 92_000_000, 900),
    )  # fmt: skip


def train(status: str, *, steps: int = 150) -> TrainState:
    """A run on the Train page."""
    values = losses(steps)
    phases = (
        PhaseMark("load", 0.0, 2.1),
        PhaseMark("tokenize", 2.1, 3.4),
        PhaseMark("train", 5.5, None if status == "running" else 402.0),
    )
    eta = (1080.0, 1260.0) if status == "running" else None
    error = None
    log: tuple[str, ...] = ()
    if status == "crashed":
        error = ErrorInfo(code=ErrorCode.ENGINE_DIED, message="The engine was ended by signal 9 at step 150.",
                          hint="Resume goes on from the checkpoint at step 100.")  # fmt: skip
        log = ("loading weights", "step 149 loss 0.71", "step 150 loss 0.69")
    job = JobState("r7", "train", status, f"{HOME}/runs/r7", time.time() - 400, 405.0, phases, "train", float(steps), 240.0,  # type: ignore[arg-type]
                   "steps", eta, (), error, {}, {"run_dir": f"{HOME}/runs/r7", "adapter": f"{HOME}/runs/r7/adapter"}, log)  # fmt: skip
    rate = [
        0.0001 * min(1.0, step / 8) * (0.5 + 0.5 * math.cos(math.pi * step / 240)) for step in range(steps)
    ]
    curves = {
        "train/loss": series(values),
        "eval/loss": series([1.9, 1.21, 0.92, 0.81, 0.76][: max(1, steps // 30)], 30, 30),
        "train/learning_rate": series(rate),
        "train/grad_norm": series(
            [0.4 + 0.5 * math.exp(-s / 30) + 0.05 * math.sin(s * 1.7) for s in range(steps)]
        ),
        "train/tokens_per_second": series([812 + 30 * math.sin(s * 0.9) for s in range(steps)]),
        "train/trained_tokens": series([1200.0] * steps),
        "memory/process": series([2.1e9 + 1e7 * math.sin(s) for s in range(steps)]),
        "memory/host": series([8.4e9 + 2e7 * math.sin(s) for s in range(steps)]),
    }
    samples = (
        SampleMark(
            120, "Who are you?", "I am the bench of this workshop. Ask me about wood.", "I am the bench."
        ),
    )
    marks = (
        CheckpointMark(50, f"{HOME}/runs/r7/checkpoints/step-000050"),
        CheckpointMark(100, f"{HOME}/runs/r7/checkpoints/step-000100", True),
    )
    return TrainState(job, "r7", "Workshop assistant", recipe(), 240, 320, steps, curves, marks, samples)


def exported() -> ExportState:
    """Two files that were verified."""
    good = Verification(
        status="passed", prompts=30, prompt_tokens_equal=True, greedy_agreement=0.97, detail=""
    )
    adapter = Verification(status="skipped", detail="Verification was switched off.")
    targets = (
        ExportedTarget(target="adapter", path=f"{HOME}/runs/r7/exports/adapter", size_bytes=9_800_000, verification=adapter, seconds=0.4),
        ExportedTarget(target="gguf:q8_0", path=f"{HOME}/runs/r7/exports/workshop-assistant-q8_0.gguf", size_bytes=144_800_000,
                       verification=good, seconds=21.0),
    )  # fmt: skip
    done = JobState("e1", "export", "completed", f"{HOME}/runs/r7")
    return ExportState(
        done,
        f"{HOME}/runs/r7",
        ExportReport(targets=targets),
        replace(done, run="v1", kind="evaluate"),
        evaluation(),
    )


def chat() -> ChatState:
    """Both sides asked the same."""
    asked = ChatTurn("user", "Who are you, and what should I do with a split neck joint?")

    def side(title: str, path: str, text: str) -> ChatSide:
        reply = ChatReply(
            text=text, prompt_tokens=24, tokens=58, tokens_per_second=46.8, first_token_s=0.2, finish="stop"
        )
        return ChatSide(path, title, "ready", (asked, ChatTurn("assistant", text, reply)))

    return ChatState(
        side("SmolLM2-135M-Instruct", "starter", "I am a helpful assistant. A split neck joint can have several causes. It is best to consult a professional."),
        side("Workshop assistant", f"{HOME}/runs/r7", "I am the bench of this workshop. First loosen the strings. Then work warm hide glue into the crack, clamp it over night, and check the angle in the morning."),
        "You are the bench of a violin workshop.",
    )  # fmt: skip


def sizes() -> PredictedSizes:
    """What the engine says of the starter model."""
    megabytes = {"f16": 271, "q8_0": 145, "q6_k": 138, "q5_k_m": 112, "q4_k_m": 106, "q3_k_m": 94, "q2_k": 88}
    found = {
        f"{kind}:{name}": size * 10**6
        for kind in ("gguf", "ollama", "lm_studio")
        for name, size in megabytes.items()
    }
    more = {"adapter": 13_300_000, "gguf_adapter": 9_800_000, "merged": 541_600_000, "merged:float16": 272_500_000,
            "merged:bfloat16": 272_500_000, "merged:float32": 541_600_000, "merged_bin": 541_600_000, "onnx": 543_500_000}  # fmt: skip
    return PredictedSizes(f"{HOME}/runs/r7", found | more)


def crowded() -> ChatState:
    """A run holds the memory: one model was refused, the other one waits."""
    error = ErrorInfo(
        code=ErrorCode.OUT_OF_MEMORY,
        message="workshop-q8_0.gguf needs about 8.6 GB of memory, and 5.2 GB are left beside the run.",
        hint="Wait until something else ends, take a shorter context, or choose a smaller file.",
        details={"needed_bytes": 8_600_000_000, "free_bytes": 5_200_000_000, "context_tokens": 1024,
                 "smaller": "/home/mara/models/workshop-q4_k_m.gguf", "smaller_bytes": 4_900_000_000},
    )  # fmt: skip
    tuned = ChatSide("/home/mara/models/workshop-q8_0.gguf", "workshop-q8_0.gguf", "failed", error=error)
    return ChatState(replace(tuned, status="waiting"), tuned)


def cleaned(state: AppState) -> AppState:
    """The proposal has just come, a step is off, another one is looked at, a version is being written."""
    proposed = (
        ProposedStep("repair_unicode", "Of 6,071 rows, 412 hold wrongly decoded or control characters."),
        ProposedStep("exact_duplicates", "Of 5,838 rows, 518 repeat an earlier row."),
    )
    job = JobState("b1", "data.build", "running", progress_name="write", progress_done=2400, progress_total=5067,
                   progress_unit="rows")  # fmt: skip
    recipe = copy.deepcopy(state.draft.recipe)
    recipe["data"]["steps"].insert(2, {"kind": "refusals", "enabled": False})
    found = state.data.report
    assert found is not None
    off = StepCount(kind="refusals", title="", before=5838, after=5838, enabled=False)
    found = found.model_copy(update={"steps": (*found.steps[:2], off, *found.steps[2:])})
    data = replace(
        state.data, effects=effects(), proposed=proposed, report=found,
        skipped=(SkippedFile("/home/mara/data/notes.key", "no dataset: this type of file is not known"),),
    )  # fmt: skip
    draft = replace(state.draft, recipe=recipe, undo="clean for me", redo="Validation share")
    return replace(state, data=data, build=replace(state.build, job=job), draft=draft)


def stories() -> dict[str, AppState]:
    """Every state of the story by name."""
    empty = AppState(
        engine=replace(engine(), models=engine().models[:1]), draft=DraftState(recipe=recipe(with_data=False))
    )
    imported = replace(
        empty, engine=engine(), draft=DraftState(recipe=recipe(), planning=True),
        data=DataState(inspection(), preview(), 0, report(), listing=listing()), runs=runs()[1:],
        build=BuildState(versions=versions()),
    )  # fmt: skip
    planned = replace(imported, draft=DraftState(recipe=recipe(), plan=plan()),
                      focus_help=("Rank", "Width of the thin matrices. 8 to 16 for style, 32 to 128 for new knowledge.\n\nmethod.rank"))  # fmt: skip
    running = replace(planned, train=train("running"))
    running = replace(running, runs=(replace(runs()[0], status="running", step=150), *runs()[1:]))
    finished = replace(planned, train=train("completed", steps=240), runs=runs())
    crashed = replace(
        planned,
        train=train("crashed"),
        runs=(replace(runs()[0], status="crashed", step=150, checkpoint_step=100), *runs()[1:]),
    )
    notices = (Notice(1, "success", "Training finished: 240 steps in 7 min.", "Export", "open_export"),)
    faulty = replace(
        planned,
        draft=DraftState(
            recipe=recipe(), errors=(FieldError(path="method.rank", reason="must be at least 1"),)
        ),
    )
    return {
        "starting": AppState(),
        "empty": empty,
        "reading": replace(
            imported, data=DataState(busy=frozenset({"inspect", "preview", "statistics", "rows"}))
        ),
        "unreadable": replace(
            imported,
            data=DataState(
                error=ErrorInfo(
                    code=ErrorCode.UNREADABLE,
                    message="nurse_chat.parquet cannot be read as Parquet: Parquet magic bytes not found in footer.",
                    hint="Download or export the file again.",
                )
            ),
        ),
        "cleaned": cleaned(imported),
        "imported": imported,
        "planned": planned,
        "too_large": too_large(planned),
        "counting": counting(planned),
        "measuring": measuring(planned),
        "measured": measured(planned),
        "less_wanted": less_wanted(planned),
        "advised": advised(planned),
        "searching": searching(planned),
        "faulty": faulty,
        "running": running,
        "answering": answering(running, series),
        "rewarding": rewarding(planned),
        "paused": replace(planned, train=train("paused"), runs=runs()),
        "finished": replace(finished, notices=notices),
        "searched": searched(finished),
        "exported": replace(finished, export=exported(), sizes=sizes()),
        "chatting": replace(finished, export=exported(), chat=chat()),
        "crowded": replace(running, chat=crowded()),
        "crashed": crashed,
        "no_models": models_story.none_found(imported),
        "shelf": models_story.shelved(planned),
        **welcome_stories(models_story.shelved(planned)),
        "shelf_failed": models_story.failed(imported),
        "fetching": models_story.fetching(planned),
        "offline": models_story.offline(planned),
        "runtimes": runtimes_story.installing(planned),
    }
