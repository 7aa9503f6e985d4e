"""What the Models page shows in the story: a shelf of every kind, a download on its way, none at all, offline."""

from dataclasses import replace

from app.state.base_models import HubSearch, ModelsState
from app.state.model import AppState, JobState
from engine.contract.base_models import Download, Fit, HubModel, ModelFit
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.results import LocalModel

GB = 2**30
HUB = "/home/mara/.cache/huggingface/hub"


def shelf() -> tuple[LocalModel, ...]:
    """One of each kind beside those of the other stories."""
    return (
        LocalModel(name="acme/Strange-3B", path=f"{HUB}/models--acme--Strange-3B/snapshots/1", origin="hugging_face",
                   format="safetensors", architecture="StrangeForCausalLM", parameters=3_100_000_000,
                   size_bytes=6_200_000_000, licence="other", trainable=True, own_code=True,
                   notes=("Brings code of its own (modeling_strange.py), which is not run unless you allow it.",)),
        LocalModel(name="old-gpt", path="/home/mara/models/old-gpt", origin="folder", format="other",
                   architecture="GPT2LMHeadModel", size_bytes=548_000_000, licence="mit",
                   notes=("Its weights are pickles (pytorch_model.bin), which are converted once before they are used.",)),
        LocalModel(name="qwen3:4b", path="/home/mara/.ollama/models/blobs/sha256-3e4c", origin="ollama", format="gguf",
                   architecture="qwen3", parameters=4_022_468_096, size_bytes=2_497_280_480, licence="apache-2.0",
                   has_template=True, quantization="Q4_K_M"),
    )  # fmt: skip


def fit(path: str, chat: float, lora: float, qlora: float) -> ModelFit:
    """Needs in GB against 26 GB that are free."""

    def one(need: float) -> Fit:
        if not need:
            return Fit(state="unknown", reason="It is converted once before it can be trained.")
        state = "fits" if need < 22 else "tight" if need <= 26 else "too_large"
        return Fit(state=state, needed_bytes=int(need * GB))  # type: ignore[arg-type]

    return ModelFit(
        path=path, device="cpu", available_bytes=26 * GB, chat=one(chat), lora=one(lora), qlora=one(qlora)
    )


def shelved(state: AppState) -> AppState:
    """Many models, weighed but for the last; a model was looked up, and a download was broken off."""
    models = (*state.engine.models, *shelf())
    paths = [model.path for model in models]
    needs = ((1.1, 1.3, 1.2), (29.4, 33.0, 11.8), (2.8, 0, 0), (12.9, 25.1, 6.3), (0, 0, 0))
    fits = {path: fit(path, *need) for path, need in zip(paths, needs, strict=False)}
    found = HubModel(
        name="Qwen/Qwen3-0.6B", hub="hugging_face", revision="main", address="https://huggingface.co/Qwen/Qwen3-0.6B",
        size_bytes=1_519_000_000, here_bytes=0, files=9, licence="apache-2.0", folder="/home/mara/luthier/models",
        free_bytes=182 * GB,
    )  # fmt: skip
    left = Download(
        name="google/gemma-3-1b-it", hub="hugging_face", size_bytes=2_040_000_000, here_bytes=870_000_000
    )
    page = ModelsState(scanned=True, fits=fits, search=HubSearch(found.name, found=found), downloads=(left,))
    return replace(state, engine=replace(state.engine, models=models), models=page)


def fetching(state: AppState) -> AppState:
    """A download and a conversion are on their way."""
    state = shelved(state)
    job = JobState("d", "models.download", "running", "Qwen/Qwen3-0.6B", progress_name="download",
                   progress_done=611_000_000, progress_total=1_519_000_000, progress_unit="bytes", eta_s=(58.0, 75.0))  # fmt: skip
    turning = JobState("c", "models.convert", "running", "/home/mara/models/old-gpt", progress_name="convert",
                       progress_done=210_000_000, progress_total=548_000_000, progress_unit="bytes", eta_s=(3.0, 5.0))  # fmt: skip
    return replace(state, download_job=job, convert_job=turning)


def none_found(state: AppState) -> AppState:
    """The computer was looked through and holds no model."""
    return replace(state, engine=replace(state.engine, models=()), models=ModelsState(scanned=True))


def failed(state: AppState) -> AppState:
    """The search for models broke."""
    error = ErrorInfo(
        code=ErrorCode.TIMEOUT, message="The engine did not answer in 120 s.", hint="Look again in a moment."
    )
    return replace(state, engine=replace(state.engine, models=()), models=ModelsState(error=error))


def offline(state: AppState) -> AppState:
    """The switch is on, and the hub's last answer was a refusal."""
    state = shelved(state)
    error = ErrorInfo(
        code=ErrorCode.UNREADABLE,
        message="model.safetensors arrived damaged or changed: its hash is not the one that the hub names",
        hint="Try again. If it happens again, do not use this mirror.",
    )
    page = replace(state.models, search=HubSearch(), downloads=())
    job = JobState("d", "models.download", "failed", error=error)
    preferences = replace(state.preferences, offline=True)
    return replace(state, models=page, preferences=preferences, download_job=job)
