"""Finds the models that are on this computer already, wherever other programs keep theirs. Read-only, no torch."""

import itertools
import json
import os
import re
import struct
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from engine.contract.errors import UserError
from engine.contract.places import models_dirs, runs_dirs
from engine.contract.results import LocalModel, ModelList
from engine.models.convert import converted_path, is_converted
from engine.models.gguf_header import NotGguf, read_header
from engine.models.guard import notes_of
from engine.models.quantized_files import can_spell_out, stored_form
from engine.models.starter import is_installed, starter_path

Origin = Literal["starter", "folder", "downloaded", "converted", "hugging_face", "lm_studio", "ollama", "run"]
MAX_DEPTH = 5
MAX_FOLDERS = 20_000  # a user may name the root of a disk
MAX_HEADER_BYTES = 100 << 20
TRAINABLE = ("ForCausalLM", "LMHeadModel")
LAYERS_OF_A_MODEL = "application/vnd.ollama.image.model"
LICENCE = re.compile(r"^license:\s*[\"']?([\w.+-]+)", re.MULTILINE)


def list_models(folders: Sequence[Path] = ()) -> ModelList:
    """The starter, the user's folders, exports of our runs, and what other programs downloaded; each file once."""
    found: list[LocalModel] = []
    if is_installed():
        model = describe_folder(starter_path(), "starter", name="SmolLM2-135M-Instruct (starter)")
        if model is not None:
            found.append(model.model_copy(update={"path": "starter"}))
    sources: list[Callable[[], Iterator[LocalModel]]] = [
        lambda: (model for folder in folders for model in scan(folder, "folder")),
        _own_models,
        lambda: (model for folder in runs_dirs() for model in scan(folder, "run")),
        lambda: (model for hub in _hub_folders() for model in _hub_models(hub)),
        lambda: (model for folder in lm_studio_folders() for model in scan(folder, "lm_studio")),
        lambda: (model for folder in _ollama_folders() for model in _ollama_models(folder)),
    ]
    seen = {os.path.realpath(starter_path())}
    for source in sources:
        for model in source():
            real = os.path.realpath(model.path)
            if real not in seen:
                seen.add(real)
                found.append(model)
    return ModelList(models=tuple(found))


def scan(root: Path, origin: Origin, *, depth: int = MAX_DEPTH) -> Iterator[LocalModel]:
    """Models in ``root`` and below; links to folders are not followed, unreadable places are passed over."""
    waiting = [(root.expanduser(), 0)]
    visited = 0
    while waiting and visited < MAX_FOLDERS:
        folder, level = waiting.pop(0)
        visited += 1
        try:
            entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        model = describe_folder(folder, origin)
        if model is not None:
            yield model
        for entry in entries:
            if entry.name.startswith(".") or entry.name == "checkpoints":
                continue
            if entry.is_dir(follow_symlinks=False) and level < depth:
                waiting.append((Path(entry.path), level + 1))
            elif entry.name.lower().endswith(".gguf") and entry.is_file():
                gguf = describe_gguf(Path(entry.path), origin)
                if gguf is not None:
                    yield gguf


def describe_folder(folder: Path, origin: Origin, *, name: str = "") -> LocalModel | None:
    """The Hugging Face model in ``folder``, or None when there is none."""
    config = _json(folder / "config.json")
    if config is None:
        return None
    weights = sorted(folder.glob("*.safetensors"))
    others = [] if weights else [*folder.glob("*.bin"), *folder.glob("*.pt"), *folder.glob("*.pth")]
    if not weights and not others:
        return None
    architectures = config.get("architectures") or []
    architecture = str(architectures[0]) if architectures else str(config.get("model_type", ""))
    held = bool(weights) and is_held(folder)
    return LocalModel(
        name=name or folder.name,
        path=str(folder),
        origin=origin,
        format="safetensors" if weights else "other",
        architecture=architecture,
        parameters=_parameters(weights),
        size_bytes=sum(_size(path) for path in weights or others),
        licence=_licence(folder),
        has_template=_has_template(folder),
        trainable=bool(weights) and architecture.endswith(TRAINABLE) and not held,
        quantization=_quantization(config),
        own_code=_calls_code(config, folder),
        convertible=bool(others) or held,
        converted=_converted(folder) if others or held else "",
        notes=notes_of(folder),
    )


def describe_gguf(path: Path, origin: Origin, *, name: str = "") -> LocalModel | None:
    """The GGUF at ``path``, or None when it is damaged or something else."""
    try:
        header = read_header(path)
    except (OSError, NotGguf):
        return None
    return LocalModel(
        name=name or path.stem,
        path=str(path),
        origin=origin,
        format="gguf",
        architecture=header.architecture,
        parameters=header.parameters,
        size_bytes=_size(path),
        licence=header.licence,
        has_template=header.has_template,
        quantization=header.quantization,
        convertible=not header.pooling,
        converted=_converted(path),
    )


# ---------------------------------------------------------------- where others keep their models


def _own_models() -> Iterator[LocalModel]:
    """What was downloaded or converted: the folders that Luthier fills itself."""
    origins: tuple[tuple[str, Origin], ...] = (
        ("hugging_face", "downloaded"),
        ("modelscope", "downloaded"),
        ("converted", "converted"),
    )
    for root, (name, origin) in itertools.product(models_dirs(), origins):
        for model in scan(root / name, origin):
            yield model.model_copy(update={"name": model.name.replace("--", "/")})


def _hub_folders() -> list[Path]:
    named = os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE")
    home = os.environ.get("HF_HOME")
    default = Path.home() / ".cache" / "huggingface"
    return (
        [Path(named).expanduser()]
        if named
        else [Path(home).expanduser() / "hub" if home else default / "hub"]
    )


def _hub_models(hub: Path) -> Iterator[LocalModel]:
    """``models--org--name/snapshots/<commit>``: the snapshot of ``main``, else the newest."""
    for repository in sorted(hub.glob("models--*")):
        snapshots = [path for path in repository.glob("snapshots/*") if path.is_dir()]
        if not snapshots:
            continue
        main = repository / "refs" / "main"
        commit = main.read_text(encoding="utf-8").strip() if main.is_file() else ""
        newest = max(snapshots, key=lambda path: path.stat().st_mtime)
        snapshot = next((path for path in snapshots if path.name == commit), newest)
        name = repository.name.removeprefix("models--").replace("--", "/")
        model = describe_folder(snapshot, "hugging_face", name=name)
        if model is not None:
            yield model
        for path in sorted(snapshot.rglob("*.gguf")):
            gguf = describe_gguf(path, "hugging_face", name=f"{name}: {path.name}")
            if gguf is not None:
                yield gguf


def lm_studio_folders() -> list[Path]:
    """Where LM Studio keeps its models, by publisher and name; the newer place first."""
    return [Path.home() / ".lmstudio" / "models", Path.home() / ".cache" / "lm-studio" / "models"]


def _ollama_folders() -> list[Path]:
    named = os.environ.get("OLLAMA_MODELS")
    shared = Path("/usr/share/ollama/.ollama/models")
    return [Path(named).expanduser()] if named else [Path.home() / ".ollama" / "models", shared]


def _ollama_models(root: Path) -> Iterator[LocalModel]:
    """Manifests name the blob that is the GGUF: ``manifests/<host>/<owner>/<name>/<tag>``."""
    base = root / "manifests"
    for manifest in sorted(base.glob("*/*/*/*")):
        content = _json(manifest)
        if content is None:
            continue
        layers = content.get("layers")
        for layer in layers if isinstance(layers, list) else []:
            if not isinstance(layer, dict) or layer.get("mediaType") != LAYERS_OF_A_MODEL:
                continue
            digest = str(layer.get("digest", "")).replace(":", "-")
            blob = root / "blobs" / digest
            if digest and blob.parent == root / "blobs" and blob.is_file():
                model = describe_gguf(blob, "ollama", name=f"{manifest.parent.name}:{manifest.name}")
                if model is not None:
                    yield model


# ---------------------------------------------------------------- small readers


def _json(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _parameters(weights: Sequence[Path]) -> int | None:
    """Numbers in all tensors, from the headers of the safetensors files."""
    total = 0
    for path in weights:
        try:
            with path.open("rb") as file:
                (length,) = struct.unpack("<Q", file.read(8))
                if length > MAX_HEADER_BYTES:
                    return None
                header = json.loads(file.read(length))
            for name, tensor in header.items():
                if name != "__metadata__":
                    size = 1
                    for side in tensor["shape"]:
                        size *= int(side)
                    total += size
        except (OSError, ValueError, KeyError, TypeError, AttributeError, struct.error):
            return None
    return total or None


def is_held(folder: Path) -> bool:
    """Whether its weights are quantized in its files, and converted before they are trained; bitsandbytes' are not."""
    try:
        return stored_form(folder) not in ("", "bitsandbytes") and can_spell_out(folder)
    except UserError:
        return False


def _quantization(config: dict[str, Any]) -> str:
    held = config.get("quantization_config")
    return str(held.get("quant_method", "")) if isinstance(held, dict) else ""


def _calls_code(config: dict[str, Any], folder: Path) -> bool:
    return bool(config.get("auto_map") or (_json(folder / "tokenizer_config.json") or {}).get("auto_map"))


def _converted(source: Path) -> str:
    try:
        return str(converted_path(source)) if is_converted(source) else ""
    except OSError:
        return ""


def _has_template(folder: Path) -> bool:
    if any((folder / name).is_file() for name in ("chat_template.jinja", "chat_template.json")):
        return True
    return bool((_json(folder / "tokenizer_config.json") or {}).get("chat_template"))


def _licence(folder: Path) -> str:
    try:
        with (folder / "README.md").open(encoding="utf-8", errors="replace") as file:
            head = file.read(8192)
    except OSError:
        return ""
    match = LICENCE.search(head)
    return match.group(1) if match else ""


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
