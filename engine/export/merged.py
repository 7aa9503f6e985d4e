"""A complete Hugging Face folder: the adapter merged into its base."""

import json
from pathlib import Path
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.export.base import ExportContext, ExportTarget
from engine.export.merging import MANIFEST
from engine.export.placing import link_or_copy
from engine.models.tuned import StoredTensor

_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
_SMALL_BYTES = 64 << 20


class Merged(ExportTarget, kind="merged", title="Merged model"):
    """A complete model in safetensors with tokenizer, chat template and model card; needs nothing else."""

    main_option: ClassVar[str | None] = "dtype"
    needs_merged: ClassVar[bool] = True

    dtype: Literal["auto", "float16", "bfloat16", "float32"] = option(
        "auto",
        title="Data type",
        help="Number format of the weights; auto keeps that of the base model.",
        tier=Tier.BASIC,
    )

    @property
    def bits_per_weight(self) -> float | None:
        """That of the number format."""
        return None if self.dtype == "auto" else 8.0 * _BYTES[self.dtype]

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """Nothing but small files for ``auto``, whose weights are linked where the disk allows it."""
        if self.dtype == "auto":
            return _SMALL_BYTES
        return sum(tensor.elements for tensor in tensors) * _BYTES[self.dtype] + _SMALL_BYTES

    def write(self, context: ExportContext) -> Path:
        """Link the merged folder's weights, or write them anew in another number format."""
        source = context.merged()
        suffix = "" if self.dtype == "auto" else f"-{self.dtype}"
        folder = context.work / f"{context.name}-merged{suffix}"
        folder.mkdir()
        files = sorted(path for path in source.iterdir() if path.is_file() and path.name != MANIFEST)
        for index, path in enumerate(files):
            context.job.check()
            if path.suffix != ".safetensors":
                (folder / path.name).write_bytes(path.read_bytes())
            elif self.dtype == "auto":
                link_or_copy(path, folder / path.name)
            else:
                _cast(path, folder / path.name, self.dtype)
            context.job.progress("convert", index + 1, len(files), "files")
        if self.dtype != "auto":
            _set_dtype(folder / "config.json", self.dtype)
            _set_index_size(folder)
        return folder


def _cast(source: Path, target: Path, dtype: str) -> None:
    import torch
    from safetensors.torch import load_file, save_file

    wanted: torch.dtype = getattr(torch, dtype)
    tensors = {
        name: tensor.to(wanted) if tensor.is_floating_point() else tensor
        for name, tensor in load_file(source).items()
    }
    save_file(tensors, target, metadata={"format": "pt"})


def _set_dtype(path: Path, dtype: str) -> None:
    config = json.loads(path.read_text(encoding="utf-8"))
    config.pop("torch_dtype", None)
    config["dtype"] = dtype
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def _set_index_size(folder: Path) -> None:
    path = folder / "model.safetensors.index.json"
    if not path.is_file():
        return
    index = json.loads(path.read_text(encoding="utf-8"))
    index.setdefault("metadata", {})["total_size"] = sum(
        item.stat().st_size for item in folder.glob("*.safetensors")
    )
    path.write_text(json.dumps(index, indent=2) + "\n", encoding="utf-8")
