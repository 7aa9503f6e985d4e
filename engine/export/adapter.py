"""The adapter alone: small, for everyone who has the base model."""

import shutil
from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.export.base import ExportContext, ExportTarget
from engine.export.card import write_card
from engine.export.sizes import ModelSize
from engine.models.tuned import StoredTensor, tokenizer_of

_MARGIN_BYTES = 64 << 20  # adapters with retrained embeddings, tokenizer files


class Adapter(ExportTarget, kind="adapter", title="Adapter"):
    """The trained adapter in PEFT's format, with tokenizer and chat template; needs the base model."""

    @property
    def bits_per_weight(self) -> float | None:
        """Only what was trained."""
        return 0.0

    def result_bytes(self, model: ModelSize) -> int:
        """A copy of what was trained, and the small files."""
        return model.trained_bytes + model.folder_bytes if model.trained else 0

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """An adapter is small beside its model; the tokenizer is the rest."""
        return sum(tensor.size_bytes for tensor in tensors) // 20 + _MARGIN_BYTES

    def write(self, context: ExportContext) -> Path:
        """Copy the PEFT folder and add the tokenizer with the trained template."""
        tuned = context.tuned
        if not tuned.is_adapter:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                "This run trained the whole model, so there is no adapter to export.",
                hint="Export it as merged or gguf instead.",
            )
        folder = context.work / f"{context.name}-adapter"
        folder.mkdir()
        for path in sorted(tuned.weights.iterdir()):
            context.job.check()
            if path.is_file():
                shutil.copy2(path, folder / path.name)
        tokenizer_of(tuned).save_pretrained(folder)
        write_card(tuned, folder, library="peft")
        return folder
