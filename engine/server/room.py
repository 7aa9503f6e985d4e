"""Whether a model fits into the memory beside what else holds it: asked before it is loaded, so that a run which is
going is never crowded out. Used by everything that loads a model to talk to."""

import time
from collections.abc import Mapping
from pathlib import Path

from engine.chat.size import Need, need_of, need_of_gguf, need_of_weights
from engine.contract.errors import ErrorCode, UserError
from engine.export.placing import in_words
from engine.server.machine import devices

CONTEXTS = (4096, 2048, 1024, 512)  # the shorter ones that are proposed
HELD_OUT_TOKENS = 1024  # of a held-out row with its answer
LOOK_S = 0.5


def require_room(
    model: str,
    *,
    context_tokens: int,
    reserved_bytes: Mapping[str, int] | None = None,
    patience_s: float = 0.0,
) -> None:
    """Refuse a model that does not fit into what is free.

    ``reserved_bytes``: what a run that is going may still take, by device (``cpu``, ``cuda``). ``patience_s``: how
    long to look again, for memory that is just being given back.

    Raises:
        UserError: ``OUT_OF_MEMORY``; its details name what is needed and free, and where there is one the longest
            context that would fit (``context_tokens``) and a smaller file of the same model (``smaller``).
    """
    need = need_of(model, on_gpu=_torch_uses_card())
    if need is not None:
        _require(need, context_tokens, reserved_bytes, patience_s)


def require_room_for_run(run_dir: Path) -> None:
    """Refuse to load a finished run, as its verification and its evaluation do, where it does not fit.

    Raises:
        UserError: ``OUT_OF_MEMORY``; or the run has not finished.
    """
    from engine.export.run import open_run

    need = need_of_weights(open_run(run_dir), on_gpu=_torch_uses_card())
    if need is not None:
        _require(need, HELD_OUT_TOKENS, None, 0.0)


def _require(
    need: Need, context_tokens: int, reserved_bytes: Mapping[str, int] | None, patience_s: float
) -> None:
    kind = "cuda" if _has_card() and _on_card(need) else "cpu"
    reserved = (reserved_bytes or {}).get(kind, 0)
    until = time.monotonic() + patience_s
    while True:
        free = max(0, _free(kind) - reserved)
        if need.bytes_for(context_tokens) <= free:
            return
        if time.monotonic() >= until:
            raise _refusal(need, context_tokens, free, beside_a_run=reserved > 0)
        time.sleep(LOOK_S)


def _refusal(need: Need, context_tokens: int, free: int, *, beside_a_run: bool) -> UserError:
    needed = need.bytes_for(context_tokens)
    details: dict[str, int | str] = {"needed_bytes": needed, "free_bytes": free}
    shorter = [count for count in CONTEXTS if count < context_tokens and need.bytes_for(count) <= free]
    if shorter:
        details["context_tokens"] = shorter[0]
    smaller = _smaller(need, context_tokens, free)
    if smaller is not None:
        details |= {"smaller": str(smaller.path), "smaller_bytes": smaller.bytes_for(context_tokens)}
    name, takes, left = need.path.name, in_words(needed), in_words(free)
    message = (
        f"{name} needs about {takes} of memory, and {left} are left beside the run."
        if beside_a_run
        else f"{name} needs about {takes} of memory, and {left} are free."
    )
    return UserError(
        ErrorCode.OUT_OF_MEMORY,
        message,
        hint="Wait until something else ends, take a shorter context, or choose a smaller file.",
        details=details,
    )


def _smaller(need: Need, context_tokens: int, free: int) -> Need | None:
    """The largest file that fits: another type of the same GGUF, or one among the exports of the run."""
    if need.engine == "llama.cpp":
        stem, _, _ = need.path.stem.rpartition("-")
        files = need.path.parent.glob(f"{stem}-*.gguf") if stem else iter(())
    else:
        files = (need.path / "exports").glob("*.gguf")
    found = [need_of_gguf(path) for path in sorted(files) if path != need.path]
    fitting = [item for item in found if item is not None and item.bytes_for(context_tokens) <= free]
    return max(fitting, key=lambda item: item.fixed_bytes, default=None)


def _free(kind: str) -> int:
    return max((device.free_bytes for device in devices() if device.kind == kind), default=0)


def _has_card() -> bool:
    return any(device.kind == "cuda" for device in devices())


def _on_card(need: Need) -> bool:
    if need.engine == "torch":
        return _torch_uses_card()
    import llama_cpp

    return bool(llama_cpp.llama_supports_gpu_offload())


def _torch_uses_card() -> bool:
    if not _has_card():
        return False
    import torch

    return torch.cuda.is_available()
