"""Code that a model folder brings along, or a file of rewards: it never runs unless somebody allowed exactly these files.

What was allowed is kept by the SHA-256 of all Python files of the folder and of what the settings call of them, so a file
that changes, comes or goes takes the permission back. Transformers' own class of an architecture is always
preferred, so most folders with code of their own need none of it.
"""

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.paths import data_dir
from engine.models.guard import read_object

RECORD = "allowed_code.json"
SETTINGS = ("config.json", "tokenizer_config.json", "processor_config.json")
MAX_CODE_BYTES = 64 << 20
REWARD = "reward"  # the function of a file of rewards


@dataclass(frozen=True, slots=True)
class FolderCode:
    """The Python files of a model's folder, by their names in it, with their hashes; ``digest`` stands for all."""

    folder: Path
    files: dict[str, str]
    called: dict[str, Any]  # what the settings' ``auto_map`` names

    @property
    def digest(self) -> str:
        """SHA-256 over the files and what is called of them."""
        text = json.dumps([sorted(self.files.items()), self.called], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def names(self) -> tuple[str, ...]:
        """What is called, as the settings name it, each once."""
        return tuple(dict.fromkeys(item for value in self.called.values() for item in _strings(value)))

    @property
    def foreign(self) -> str:
        """Code of another repository that would be called, or ""."""
        return next((name for name in self.names if "--" in name), "")


def code_of(folder: Path) -> FolderCode | None:
    """The code that ``folder`` (or a single file) asks to run, or None where it asks for none."""
    if folder.suffix == ".py" and folder.is_file():
        return code_of_file(folder, folder.read_bytes())
    called = {name: read_object(folder / name).get("auto_map") for name in SETTINGS}
    called = {name: value for name, value in called.items() if value}
    if not called:
        return None
    files: dict[str, str] = {}
    left = MAX_CODE_BYTES
    for path in sorted(folder.rglob("*.py")):
        left -= path.stat().st_size
        if left < 0:
            raise UserError(ErrorCode.MODEL_UNSUPPORTED, f"{folder} holds too much code to look at")
        files[path.relative_to(folder).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()
    return FolderCode(folder, files, called)


def code_of_file(path: Path, data: bytes) -> FolderCode:
    """A Python file that is run by itself, which holds ``data``."""
    path = path.resolve()
    return FolderCode(path.parent, {path.name: hashlib.sha256(data).hexdigest()}, {path.name: REWARD})


def is_allowed(code: FolderCode) -> bool:
    """Whether somebody allowed exactly this code."""
    return not code.foreign and code.digest in _record()


def allow(folder: Path, digest: str) -> None:
    """Keep that the code of ``folder``, which was shown as ``digest``, may run.

    Raises:
        UserError: ``NOT_FOUND``: the files are no longer those, or they call code that is not in the folder.
    """
    code = code_of(folder)
    if code is None or code.digest != digest:
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"The code in {folder} is not the code that was shown",
            hint="Look at it again before you allow it.",
        )
    if code.foreign:
        raise _foreign(code)
    kept = {**_record(), digest: {"folder": str(folder), "files": code.files, "allowed": round(time.time())}}
    _write(kept)


def withdraw(digest: str) -> None:
    """Take a permission back."""
    _write({key: value for key, value in _record().items() if key != digest})


def may_run_code(folder: Path) -> bool:
    """Whether code of ``folder`` is needed to load it, and allowed.

    Raises:
        UserError: ``MODEL_UNSUPPORTED``: it is needed and not allowed; ``details`` hold what has to be shown.
    """
    code = code_of(folder)
    if code is None or not needs_code(folder, code):
        return False
    if is_allowed(code):
        return True
    if code.foreign:
        raise _foreign(code)
    names = ", ".join(sorted(code.files)[:5]) or "no file that is there"
    raise UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"The model in {folder} needs code of its own ({names}), which could do anything that you can",
        hint="If you trust its source, look at the code and allow it on the Models page, or with "
        "`luthier-engine allow-code FOLDER`.",
        recipe_path="model.path",
        details={"code_folder": str(folder), "code_digest": code.digest, "code_files": code.files},
    )


def needs_code(folder: Path, code: FolderCode) -> bool:
    """Whether transformers has no class of its own for the model, or for its tokenizer."""
    from transformers.models.auto.configuration_auto import CONFIG_MAPPING_NAMES

    if code.called.get("config.json"):
        return str(read_object(folder / "config.json").get("model_type", "")) not in CONFIG_MAPPING_NAMES
    if (folder / "tokenizer.json").is_file():
        return False
    import transformers

    named = str(read_object(folder / "tokenizer_config.json").get("tokenizer_class", ""))
    return not named or not hasattr(transformers, named)


def config_may_run_code(config: Any) -> bool:
    """``may_run_code`` for the folder that a config was read from."""
    return bool(getattr(config, "auto_map", None)) and may_run_code(Path(config.name_or_path))


def _foreign(code: FolderCode) -> UserError:
    return UserError(
        ErrorCode.MODEL_UNSUPPORTED,
        f"{code.folder / 'config.json'} calls code from another place ({code.foreign}), which is never run",
        hint="Look for a version of this model whose code stands in its own folder.",
        recipe_path="model.path",
    )


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [text for item in inner for text in _strings(item)]


def _record() -> dict[str, Any]:
    try:
        content = json.loads((data_dir() / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _write(content: dict[str, Any]) -> None:
    path = data_dir() / RECORD
    scratch = path.with_suffix(".tmp")
    scratch.write_text(json.dumps(content, indent=1), encoding="utf-8")
    scratch.replace(path)
