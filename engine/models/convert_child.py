"""The process that opens what nobody vouches for, and leaves safetensors. Run by ``convert`` only."""

import contextlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.models.convert import RECORD, TIME_LIMIT_S
from engine.models.gguf_header import NotGguf, read_header
from engine.models.guard import OTHER_WEIGHTS, PICKLES, weights_of

if TYPE_CHECKING:
    import torch

KEPT_SMALL = 256 << 20
LIBRARIES_BYTES = 12 << 30  # address space that torch and its threads reserve without using it
LOSSY = ("F32", "F16", "BF16")


def convert_here(source: Path, target: Path) -> None:
    """Write ``source`` as safetensors into the new folder ``target``, within limits.

    Raises:
        UserError: ``UNREADABLE`` or ``MODEL_UNSUPPORTED``, naming the file.
    """
    target.mkdir()
    safe, pickles = weights_of(source) if source.is_dir() else ([], [])
    if safe:
        size = sum(path.stat().st_size for path in safe)
        _limit(memory=8 * size, file_size=8 * size)
        _take_along(source, target)
        record: dict[str, Any] = _spell_out(source, target)
    elif source.is_dir():
        size = sum(path.stat().st_size for path in pickles)
        _limit(memory=4 * size, file_size=2 * size)
        _take_along(source, target)
        _convert_pickles(pickles, target)
        record = {"source": str(source), "from": "pickle"}
    else:
        _limit(memory=24 * source.stat().st_size, file_size=16 * source.stat().st_size)
        record = _dequantize(source, target)
    (target / RECORD).write_text(json.dumps(record, indent=1), encoding="utf-8")


def _limit(*, memory: int, file_size: int) -> None:
    """Bounds that hold whatever the file makes its reader do; Windows has none of this kind."""
    try:
        import resource
    except ImportError:
        return
    wanted = {
        resource.RLIMIT_AS: memory + LIBRARIES_BYTES,
        resource.RLIMIT_FSIZE: max(file_size, 1 << 26),
        resource.RLIMIT_CPU: TIME_LIMIT_S,
        resource.RLIMIT_CORE: 0,
    }
    for which, value in wanted.items():
        hard = resource.getrlimit(which)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(which, (soft, soft))


def _take_along(source: Path, target: Path) -> None:
    """The small files: settings, tokenizer, licence; no code and no weights of any kind."""
    for path in source.iterdir():
        weights = path.suffix in (*PICKLES, *OTHER_WEIGHTS, ".safetensors") or path.name.endswith(
            ".index.json"
        )
        if path.is_file() and not weights and path.suffix != ".py" and path.stat().st_size <= KEPT_SMALL:
            shutil.copyfile(path, target / path.name)


# ---------------------------------------------------------------- pickles


def _convert_pickles(pickles: list[Path], target: Path) -> None:
    """Each file becomes one; several get the index that loaders look for."""
    from safetensors.torch import save_file

    index: dict[str, str] = {}
    total = 0
    for number, path in enumerate(pickles, start=1):
        tensors = dict(_tensors(path))
        if not tensors:
            continue
        name = (
            "model.safetensors"
            if len(pickles) == 1
            else f"model-{number:05}-of-{len(pickles):05}.safetensors"
        )
        save_file(tensors, target / name, metadata={"format": "pt"})
        index |= dict.fromkeys(tensors, name)
        total += sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    if not index:
        raise UserError(ErrorCode.UNREADABLE, f"{pickles[0]} holds no weights")
    if len(pickles) > 1:
        content = {"metadata": {"total_size": total}, "weight_map": index}
        (target / "model.safetensors.index.json").write_text(json.dumps(content), encoding="utf-8")


def _tensors(path: Path) -> "Iterator[tuple[str, torch.Tensor]]":
    """The tensors of a file by name, each with memory of its own."""
    import torch

    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # a stranger's file may raise anything
        reason = _reason(error)
        raise UserError(
            ErrorCode.UNREADABLE,
            f"{path} was not opened: {reason}",
            hint="Only files that hold nothing but tensors are converted. Look for safetensors of this model.",
        ) from None
    if isinstance(content, Mapping) and isinstance(content.get("state_dict"), Mapping):
        content = content["state_dict"]
    if not isinstance(content, Mapping):
        raise UserError(ErrorCode.UNREADABLE, f"{path} holds no table of tensors")
    for name, tensor in content.items():
        if isinstance(name, str) and isinstance(tensor, torch.Tensor) and tensor.device.type == "cpu":
            if tensor.layout is not torch.strided or tensor.is_quantized:
                raise UserError(ErrorCode.UNREADABLE, f"{path}: {name} is no plain tensor")
            yield name, tensor.detach().clone().contiguous()


def _reason(error: Exception) -> str:
    """What torch found, without its advice to open the file unsafely."""
    text = str(error)
    found = re.search(r"GLOBAL ([\w.]+)|Unsupported (?:global|class|operand)[^.\n]*|Can only [^.\n]*", text)
    if found:
        return f"it asks for more than tensors ({found.group(1) or found.group(0)})"
    return f"it is damaged or no such file ({type(error).__name__})"


# ---------------------------------------------------------------- quantized already


def _spell_out(source: Path, target: Path) -> dict[str, Any]:
    """The weights of a checkpoint that is quantized already, plain."""
    from engine.models.quantized_files import spell_out

    try:
        form = spell_out(source, target)
    except Exception as error:  # a stranger's file may raise anything
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        raise UserError(
            ErrorCode.UNREADABLE,
            f"The weights in {source} cannot be spelt out: {first}",
            hint="Take the model's original safetensors.",
        ) from None
    return {"source": str(source), "from": "quantized", "quantization": form, "loss": _rounded(form)}


# ---------------------------------------------------------------- GGUF


def _dequantize(source: Path, target: Path) -> dict[str, Any]:
    """The weights of a GGUF in a format that is trained, with the tokenizer and template inside the file."""
    from engine.models.gguf_weights import save_dequantized

    try:
        header = read_header(source)
    except (OSError, NotGguf) as error:
        raise UserError(ErrorCode.UNREADABLE, f"{source} is no GGUF file: {error}") from None
    try:
        save_dequantized(source, target)
    except UserError:
        raise
    except Exception as error:  # a stranger's file may raise anything
        first = (str(error).strip() or type(error).__name__).splitlines()[0][:300]
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            f"{source} ({header.architecture or 'unknown architecture'}) cannot be made trainable: {first}",
            hint="Take the model's safetensors instead, or a GGUF of an architecture that Transformers reads.",
        ) from None
    return {"source": str(source), "from": "gguf", "quantization": header.quantization, "loss": _loss(header)}


def _loss(header: Any) -> str:
    if header.quantization in LOSSY:
        return ""
    return _rounded(header.quantization or "few bits")


def _rounded(held: str) -> str:
    return (
        f"The weights were held as {held} and are now spelt out in full, with the rounding of {held} in them. Training "
        "starts from the rounded model; where you can, take the original safetensors."
    )
