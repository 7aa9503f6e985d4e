"""The merged model as ``pytorch_model.bin``, for programs that read nothing newer."""

from pathlib import Path

from engine.contract.errors import ErrorCode, UserError
from engine.export.base import ExportContext
from engine.export.card import write_card
from engine.export.merged import Merged
from engine.export.merging import MergeOptions, write_merged, write_small_files
from engine.export.reference import Reference
from engine.export.replay_transformers import OlderFilesReplay
from engine.export.verify import Replay
from engine.models.tuned import StoredTensor


class MergedBin(Merged, kind="merged_bin", title="Merged model, older files"):
    """The same as pytorch_model.bin for programs that cannot read safetensors; choose it only when one asks for it."""

    @property
    def usual(self) -> bool:
        """Only as the base model; number formats are for few."""
        return self.dtype == "auto"

    @property
    def needs_merged(self) -> bool:
        """It is written straight from base and adapter."""
        return False

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """The weights once more; nothing is linked."""
        stored = sum(tensor.size_bytes for tensor in tensors) if self.dtype == "auto" else 0
        return stored + super().predict_bytes(tensors, shared=shared)

    def write(self, context: ExportContext) -> Path:
        """Merge straight into files of the older kind."""
        if context.tuned.scores:
            raise UserError(
                ErrorCode.EXPORT_FAILED,
                "A reward model is written as safetensors only.",
                hint="Export it as merged.",
            )
        suffix = "" if self.dtype == "auto" else f"-{self.dtype}"
        folder = context.work / f"{context.name}-bin{suffix}"
        folder.mkdir()
        with context.job.phase("merge", self.spelling):
            options = MergeOptions(dtype=self.dtype, file_type="bin")
            write_merged(context.weights(), folder, job=context.job, options=options)
        write_small_files(context.tuned, folder, dtype=self.dtype)
        write_card(context.tuned, folder, library="transformers")
        return folder

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Through transformers, which reads tensors out of such files and nothing else."""
        return OlderFilesReplay(result, tuned=context.tuned)
