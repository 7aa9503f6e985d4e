"""A complete Hugging Face folder: the adapter merged into its base."""

from pathlib import Path
from typing import ClassVar, Literal

from engine.contract.recipe import Tier, option
from engine.export.base import ExportContext, ExportTarget
from engine.export.card import write_card
from engine.export.merging import MANIFEST, MergeOptions, write_merged, write_small_files
from engine.export.placing import link_or_copy
from engine.export.sizes import ModelSize
from engine.models.tuned import StoredTensor

_BYTES = {"float32": 4, "float16": 2, "bfloat16": 2}
_SMALL_BYTES = 64 << 20


class Merged(ExportTarget, kind="merged", title="Merged model"):
    """A complete model in safetensors with tokenizer, chat template and model card; needs nothing else."""

    main_option: ClassVar[str | None] = "dtype"

    dtype: Literal["auto", "float16", "bfloat16", "float32"] = option(
        "auto",
        title="Data type",
        help="Number format of the weights; auto keeps that of the base model.",
        tier=Tier.BASIC,
    )

    @property
    def needs_merged(self) -> bool:
        """Only what keeps the base's number format is linked from the run's merged folder."""
        return self.dtype == "auto"

    @property
    def bits_per_weight(self) -> float | None:
        """That of the number format."""
        return None if self.dtype == "auto" else 8.0 * _BYTES[self.dtype]

    def result_bytes(self, model: ModelSize) -> int:
        """The weights in their number format, and the small files."""
        if self.dtype == "auto":
            return sum(tensor.size_bytes for tensor in model.tensors) + model.folder_bytes
        return model.elements * _BYTES[self.dtype] + model.folder_bytes

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """Nothing but small files for ``auto``, whose weights are linked where the disk allows it."""
        if self.dtype == "auto":
            return _SMALL_BYTES
        return sum(tensor.elements for tensor in tensors) * _BYTES[self.dtype] + _SMALL_BYTES

    def write(self, context: ExportContext) -> Path:
        """Link the merged folder's weights, or merge straight into another number format."""
        suffix = "" if self.dtype == "auto" else f"-{self.dtype}"
        folder = context.work / f"{context.name}-merged{suffix}"
        folder.mkdir()
        if self.dtype == "auto":
            _link(context, folder)
            return folder
        with context.job.phase("merge", self.spelling):
            options = MergeOptions(dtype=self.dtype)
            write_merged(context.weights(), folder, job=context.job, options=options)
        write_small_files(context.tuned, folder, dtype=self.dtype)
        write_card(context.tuned, folder, library="transformers")
        return folder


def _link(context: ExportContext, folder: Path) -> None:
    files = sorted(path for path in context.merged().iterdir() if path.is_file() and path.name != MANIFEST)
    for index, path in enumerate(files):
        context.job.check()
        if path.suffix != ".safetensors":
            (folder / path.name).write_bytes(path.read_bytes())
        else:
            link_or_copy(path, folder / path.name)
        context.job.progress("convert", index + 1, len(files), "files")
