"""Proves that an installation is whole, most of all a frozen one: everything imports, trains, exports and chats."""

import importlib
import pkgutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.cli.contents import compare
from engine.cli.foreground import run_foreground
from engine.cli.output import Output
from engine.cli.starter_project import ANSWER, sample_recipe
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Turn
from engine.server.failures import error_info
from engine.server.tasks import Task, export_task, train_task

MODULES = (
    "torch",
    "transformers",
    "peft",
    "accelerate",
    "safetensors.torch",
    "tokenizers",
    "datasets",
    "sentencepiece",
    "llama_cpp",
    "jinja2",
    "numpy",
    "psutil",
    "pynvml",
    "yaml",
    "platformdirs",
    "pydantic",
)
OPTIONAL_MODULES = ("bitsandbytes",)  # has no build for every platform
STEPS = 2


def run_selftest(output: Output) -> int:
    """Do every part in a temporary folder; 0 when all of them worked."""
    results: list[dict[str, Any]] = []

    def part(name: str, work: Callable[[], str]) -> bool:
        started = time.monotonic()
        try:
            detail, ok = work(), True
        except Exception as error:  # the process boundary: the report is the result
            info = error_info(error)
            detail, ok = info.message, False
            output.complain(info)
        seconds = round(time.monotonic() - started, 1)
        results.append({"name": name, "ok": ok, "detail": detail, "seconds": seconds})
        if not output.json:
            output.text(f"{'ok' if ok else 'FAILED':<7} {name}: {detail} ({seconds} s)")
        return ok

    with tempfile.TemporaryDirectory(prefix="luthier-selftest-", ignore_cleanup_errors=True) as folder:
        run_dir = Path(folder) / "run"
        _ = (
            part("imports", _imports)
            and part("own modules", _own_modules)
            and part("registries", compare)
            and part("starter model", _starter)
            and part("training", lambda: _train(run_dir, output))
            and part("export", lambda: _export(run_dir, output))
            and part("ONNX", lambda: _onnx(run_dir, output))
            and part("chat", lambda: _chat(run_dir))
        )
    ok = all(item["ok"] for item in results)
    if output.json:
        output.object({"ok": ok, "parts": results, "frozen": bool(getattr(sys, "frozen", False))})
    return 0 if ok else 1


def _imports() -> str:
    for name in MODULES:
        importlib.import_module(name)
    missing = []
    for name in OPTIONAL_MODULES:
        try:
            importlib.import_module(name)
        except (ImportError, OSError):
            missing.append(name)
    return f"{len(MODULES)} libraries" + (f", without {', '.join(missing)}" if missing else "")


def _own_modules() -> str:
    """Every module of the engine can be imported."""
    import engine

    names = [info.name for info in pkgutil.walk_packages(engine.__path__, "engine.")]
    for name in names:
        if name != "engine.__main__":
            importlib.import_module(name)
    return f"{len(names)} modules"


def _starter() -> str:
    from engine.models.starter import install

    return str(install())


def _train(run_dir: Path, output: Output) -> str:
    recipe = sample_recipe()
    optim = recipe.optim.model_copy(update={"max_steps": STEPS, "per_device_train_batch_size": 2})
    data = recipe.data.model_copy(update={"max_samples": 8})
    result = _carry_out(train_task(recipe.replace(optim=optim, data=data), run_dir=str(run_dir)), output)
    return f"{result['steps']} steps, loss {result['train_loss']:.3f}"


def _export(run_dir: Path, output: Output) -> str:
    target = _carry_out(export_task(str(run_dir), targets=["gguf:q8_0"], verify=False), output)["targets"][0]
    return f"{target['target']}, {target['size_bytes'] / 1e6:.0f} MB"


def _onnx(run_dir: Path, output: Output) -> str:
    """With its verification, which opens the result in onnxruntime."""
    target = _carry_out(export_task(str(run_dir), targets=["onnx"]), output)["targets"][0]
    verification = target["verification"]
    if verification["status"] != "passed":
        raise UserError(ErrorCode.EXPORT_FAILED, f"The ONNX file does not answer: {verification['detail']}")
    return f"{target['size_bytes'] / 1e6:.0f} MB, {verification['status']}"


def _carry_out(task: Task, output: Output) -> dict[str, Any]:
    finished = run_foreground(task, output, quiet=True).finished
    if finished.error is not None:
        raise UserError(finished.error.code, finished.error.message, hint=finished.error.hint)
    if finished.status != "completed":
        raise KeyboardInterrupt
    return finished.result


def _chat(run_dir: Path) -> str:
    from engine.chat import load

    gguf = next((run_dir / "exports").rglob("*.gguf"))
    backend = load(str(gguf), context_tokens=512)
    try:
        sampling = ANSWER.model_copy(update={"max_tokens": 12})
        turns = (Turn(role="user", content="Hello!"),)
        reply = backend.send(turns, sampling, on_text=lambda text: None, should_stop=lambda: False)
    finally:
        backend.close()
    if not reply.tokens:
        raise UserError(ErrorCode.EXPORT_FAILED, "The exported model says nothing")
    return f"{reply.text.strip()!r}, {reply.tokens_per_second:.0f} tokens/s"
