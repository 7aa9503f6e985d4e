"""Finds out what the user means by a model, and opens it with the backend that suits it."""

from pathlib import Path

from engine.chat.base import ChatBackend, LocalModel
from engine.chat.embedding import EmbeddingModel
from engine.chat.endpoint import Endpoint
from engine.chat.launch import LaunchedBackend
from engine.chat.llama_cpp import LlamaCppBackend
from engine.chat.openai_compatible import EndpointBackend
from engine.chat.transformers import open_folder, open_tuned
from engine.contract.errors import ErrorCode, UserError
from engine.models.gguf_header import NotGguf, is_gguf, read_header
from engine.models.load import STARTER, resolve_model
from engine.models.servers import LAUNCHERS
from engine.models.starter import starter_gguf
from engine.models.tuned import Tuned, find_tuned
from engine.registry import load_recipe

EXPORTS_NAME = "exports"


def open_chat(model: str, *, context_tokens: int, key: str = "") -> ChatBackend:
    """Open ``model`` for chat: whatever ``load`` opens, or ``URL#NAME`` for a model of a server (its first without
    a name) with its ``key``, or ``vllm:FOLDER`` and ``sglang:FOLDER``, which start that server.

    Raises:
        UserError: nothing usable is there; ``info`` says what to do.
    """
    kind, _, served = model.partition(":")
    if kind in LAUNCHERS:
        return LaunchedBackend(kind, served, context_tokens=context_tokens)
    if not model.startswith(("http://", "https://")):
        return load(model, context_tokens=context_tokens)
    url, _, name = model.partition("#")
    endpoint = Endpoint.parse(url, key)
    names = endpoint.models()
    if not names or (name and name not in names):
        message = (
            f"The server at {endpoint.url} has no model {name}"
            if name
            else f"The server at {endpoint.url} has no model"
        )
        hint = f"It has: {', '.join(names[:10])}" if names else "Load one there first."
        raise UserError(ErrorCode.NOT_FOUND, message, hint=hint)
    return EndpointBackend(endpoint, name or names[0], context_tokens=context_tokens)


def open_local(model: str, *, context_tokens: int) -> LocalModel:
    """Whatever ``load`` opens, or a GGUF file of a model that gives vectors.

    Raises:
        UserError: nothing usable is there; ``info`` says what to do.
    """
    path = Path(model).expanduser()
    if path.is_file() and is_gguf(path):
        try:
            pooling = read_header(path).pooling
        except (NotGguf, OSError):
            pooling = 0
        if pooling:
            return EmbeddingModel(path, pooling=pooling, context_tokens=context_tokens)
    return load(model, context_tokens=context_tokens)


def locate(model: str) -> Path | Tuned | None:
    """What ``model`` stands for on this computer: a GGUF file, a model's folder, or a run that is talked to unmerged.
    None where another program holds the model.

    Of a run, the newest GGUF that was exported from its present weights is taken, else its adapter on its base.

    Raises:
        UserError: nothing usable is there; ``info`` says what to do.
    """
    if model.startswith(("http://", "https://")) or model.partition(":")[0] in LAUNCHERS:
        return None
    if model == STARTER:
        resolve_model(STARTER)
        return starter_gguf()
    path = Path(model).expanduser()
    if is_gguf(path):
        return path
    if (path / "recipe.yaml").is_file() and not (path / "config.json").is_file():
        return _of_run(path)
    if (path / "config.json").is_file():
        return path
    raise UserError(
        ErrorCode.NOT_FOUND,
        f"There is no model at {path}",
        hint="Name a GGUF file, a run's folder, a folder with config.json and safetensors, or 'starter'.",
    )


def load(model: str, *, context_tokens: int) -> LocalModel:
    """Open ``model`` in this process: ``starter``, a GGUF file, a run's folder, or a model's folder.

    Raises:
        UserError: nothing usable is there; ``info`` says what to do.
    """
    found = locate(model)
    if found is None:
        raise UserError(
            ErrorCode.BAD_COMMAND, f"{model} is held by another program and cannot be loaded here."
        )
    if isinstance(found, Tuned):
        return open_tuned(found, context_tokens=context_tokens)
    if is_gguf(found):
        return LlamaCppBackend(found, context_tokens=context_tokens)
    return open_folder(found, context_tokens=context_tokens)


def _of_run(path: Path) -> Path | Tuned:
    tuned = find_tuned(path, load_recipe(path / "recipe.yaml"))
    if tuned.scores:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"The run in {path} trained a reward model, which scores answers and writes none.",
            hint="Evaluate it to see how many pairs it ranks right, or chat with another run.",
        )
    return newest_export(tuned) or tuned


def newest_export(tuned: Tuned) -> Path | None:
    """The newest GGUF among the run's exports that is not older than its weights."""
    weights = max((path.stat().st_mtime for path in tuned.weights.glob("*.safetensors")), default=0.0)
    files = [path for path in (tuned.run_dir / EXPORTS_NAME).glob("*.gguf") if path.is_file()]
    current = [(path.stat().st_mtime, path) for path in files if path.stat().st_mtime >= weights]
    return max(current)[1] if current else None
