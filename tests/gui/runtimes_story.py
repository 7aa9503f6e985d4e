"""What the Settings show of runtimes in the story: one of each kind, one that does not start, and one on its way."""

from dataclasses import replace

from app.state.model import AppState, JobState
from app.state.runtimes import RuntimesState
from engine.contract.runtimes import OWN, Installed

GB = 2**30


def installing(state: AppState) -> AppState:
    """A card was found, its runtime is in use, a newer one is being fetched."""
    items = (
        Installed(OWN, "cpu", "0.1.0"),
        Installed("cuda-0.1.0", "cuda", "0.1.0", int(5.8 * GB), "/home/mara/.local/share/Luthier/runtimes/cuda-0.1.0"),
        Installed("rocm-0.0.9", "rocm", "0.0.9", int(4.1 * GB), "/home/mara/.local/share/Luthier/runtimes/rocm-0.0.9",
                  "The runtime rocm-0.0.9 is made for another version of Luthier: it speaks protocol 0, this Luthier speaks 1."),
    )  # fmt: skip
    known = RuntimesState(items, chosen="cuda-0.1.0", used="cuda-0.1.0", best="cuda-0.1.0")
    job = JobState("runtimes.install", "runtimes.install", "running", "https://example.org/cuda-0.2.0.luthier-runtime",
                   progress_name="download", progress_done=1.4 * GB, progress_total=3.1 * GB, progress_unit="bytes",
                   eta_s=(150.0, 190.0))  # fmt: skip
    return replace(state, runtimes=known, runtime_job=job)
