"""Looks over a model folder before any library does: folders come from strangers, and loading one must run nothing of theirs.

What is refused here is refused with the name of the file. Code beside the weights is not looked at but left alone, see
``consent``; weights as pickles are not opened at all, see ``convert``. Needs no torch.
"""

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from engine.contract.errors import ErrorCode, UserError

PICKLES = (".bin", ".pt", ".pth", ".ckpt")
OTHER_WEIGHTS = {
    ".h5": "Keras", ".keras": "Keras", ".msgpack": "Flax", ".nemo": "NeMo", ".onnx": "ONNX",
    ".pkl": "pickle", ".pickle": "pickle", ".joblib": "pickle", ".tflite": "TensorFlow Lite",
}  # fmt: skip
MAX_SMALL_BYTES = 256 << 20  # tokenizer.json of the largest vocabularies has 35 MB
MAX_HEADER_BYTES = 100 << 20
NEVER_WEIGHTS = ("training_args", "optimizer", "scheduler", "rng_state", "scaler")
_READ = (".json", ".jinja", ".txt", ".model", ".safetensors", ".tiktoken", ".vocab", ".py")
_HINT = "Take the model from a source you trust, or remove the file if the model does not need it."


def check_folder(folder: Path) -> None:
    """Refuse what could reach out of ``folder``, hang or overwhelm whoever reads it; weights are not read.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``, naming the file and what is wrong with it.
    """
    for path in _files(folder):
        _check_place(path, folder)
        if path.suffix == ".safetensors":
            _check_safetensors(path)
        elif path.stat().st_size > MAX_SMALL_BYTES and path.suffix in (".json", ".jinja"):
            raise _refusal(path, f"has {path.stat().st_size >> 20} MB, more than such a file can need")
    for name in ("config.json", "generation_config.json", "tokenizer_config.json", "adapter_config.json"):
        _check_settings(folder / name)
    for index in folder.glob("*.index.json"):
        names = read_object(index).get("weight_map", {})
        for shard in set(names.values()) if isinstance(names, dict) else ():
            if not isinstance(shard, str) or not _plain_name(shard):
                raise _refusal(index, f"names weights outside of the folder ({shard!r})")


def weights_of(folder: Path) -> tuple[list[Path], list[Path]]:
    """The safetensors files, and the pickles that hold weights (not those of a trainer's state)."""
    pickles = [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in PICKLES and not path.name.startswith(NEVER_WEIGHTS)
    ]
    return sorted(folder.glob("*.safetensors")), pickles


def check_weights(folder: Path) -> None:
    """Refuse a folder without safetensors, saying what it holds instead.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
    safe, pickles = weights_of(folder)
    if safe:
        return
    if pickles:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{pickles[0]} holds the weights as a pickle, which could run code when it is opened",
            hint=f'Convert it once, on the Models page or with "luthier-engine convert {folder}"',
            recipe_path="model.path",
            details={"convert": str(folder)},
        )
    for path in sorted(folder.iterdir()):
        if path.suffix in OTHER_WEIGHTS:
            raise _refusal(
                path, f"holds the weights for {OTHER_WEIGHTS[path.suffix]}; safetensors are needed"
            )


def template_file(folder: Path) -> Path:
    """The file that a model's chat template stands in."""
    own = folder / "chat_template.jinja"
    return own if own.is_file() else folder / "tokenizer_config.json"


def notes_of(folder: Path) -> tuple[str, ...]:
    """What a list of models says of a folder that carries things which Luthier leaves alone; never raises."""
    try:
        names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.py"))
        state = [path.name for path in sorted(folder.iterdir()) if path.suffix in PICKLES]
        safe = bool(weights_of(folder)[0])
        check_folder(folder)
    except UserError as error:
        return (f"{error.info.message}.",)
    except OSError:
        return ()
    notes = []
    if names:
        notes.append(f"Brings code of its own ({_few(names)}), which is not run unless you allow it.")
    if state and safe:
        notes.append(f"Brings pickles beside its weights ({_few(state)}), which are not opened.")
    if state and not safe:
        notes.append(
            f"Its weights are pickles ({_few(state)}), which are converted once before they are used."
        )
    return tuple(notes)


def _few(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def check_adapter(folder: Path) -> None:
    """As ``check_folder``, for an adapter, whose weights have to be safetensors.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``.
    """
    check_folder(folder)
    pickle = folder / "adapter_model.bin"
    if pickle.exists() and not (folder / "adapter_model.safetensors").exists():
        raise _refusal(pickle, "is a pickle, which could run code when it is opened; safetensors are needed")


def read_object(path: Path) -> dict[str, Any]:
    """A JSON object; empty where there is no file.

    Raises:
        UserError: ``MODEL_UNSUPPORTED`` when it is something else.
    """
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise _refusal(path, f"cannot be read as JSON ({type(error).__name__})") from None
    if not isinstance(content, dict):
        raise _refusal(path, "holds no JSON object")
    return content


# ---------------------------------------------------------------- what is looked at


def _files(folder: Path) -> Iterator[Path]:
    """Files that a loader may open: of the folder and the folders of templates in it."""
    for entry in sorted(os.scandir(folder), key=lambda item: item.name):
        path = Path(entry.path)
        if path.suffix in _READ or path.suffix in PICKLES or entry.is_symlink():
            if not entry.is_dir():
                yield path
        elif entry.name in ("additional_chat_templates", "custom_generate") and entry.is_dir():
            yield from _files(path)


def _check_place(path: Path, folder: Path) -> None:
    try:
        real = path.resolve(strict=True)
        mode = real.stat().st_mode
    except (OSError, RuntimeError):
        raise _refusal(path, "is a link that leads nowhere") from None
    if not stat.S_ISREG(mode):
        raise _refusal(path, "is no file but a pipe, a device or a folder")
    if path.is_symlink() and not any(real.is_relative_to(place) for place in _homes(folder)):
        raise _refusal(path, f"is a link out of the model's folder, to {real}")


def _homes(folder: Path) -> tuple[Path, ...]:
    """Where a link may lead: the folder, and for a snapshot of the Hugging Face cache the blobs beside it."""
    real = folder.resolve()
    repository = real.parent.parent
    if real.parent.name == "snapshots" and repository.name.startswith("models--"):
        return (real, repository / "blobs")
    return (real,)


def _check_safetensors(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(9)
    length = int.from_bytes(head[:8], "little")
    if len(head) < 9 or not 1 < length <= min(MAX_HEADER_BYTES, size - 8) or head[8:] != b"{":
        raise _refusal(path, "is called safetensors but is something else, or cut short")


def _check_settings(path: Path) -> None:
    """Settings of libraries that would make them fetch or open something else."""
    for name, value in _pairs(read_object(path)):
        if not isinstance(value, str):
            continue
        kernel = name in ("attn_implementation", "_attn_implementation", "experts_implementation")
        if kernel and ("/" in value or ":" in value or "@" in value):
            raise _refusal(path, f"asks for code from elsewhere ({name}: {value})")
        if name.endswith("_file") and not _plain_name(value):
            raise _refusal(path, f"names a file outside of the folder ({name}: {value})")
        if name == "tokenizer_name_or_path" and path.name == "adapter_config.json" and _leads_away(value):
            raise _refusal(path, f"asks for a tokenizer from elsewhere ({value})")


def _pairs(value: Any) -> Iterator[tuple[str, Any]]:
    waiting = [value]
    while waiting:
        place = waiting.pop()
        for name, inner in place.items() if isinstance(place, dict) else ():
            yield str(name), inner
            waiting.append(inner)
        if isinstance(place, list):
            waiting.extend(place)


def _plain_name(name: str) -> bool:
    return bool(name) and PurePosixPath(name.replace("\\", "/")).name == name and ":" not in name


def _leads_away(value: str) -> bool:
    return not Path(value).is_dir()


def _refusal(path: Path, what: str) -> UserError:
    return UserError(ErrorCode.MODEL_UNSUPPORTED, f"{path} {what}", hint=_HINT, recipe_path="model.path")
