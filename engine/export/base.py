"""What every export target is: one way of writing the trained model, and how strictly it is compared with it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self, get_args

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.contract.recipe import Variant
from engine.contract.results import ChoiceInfo
from engine.export.reference import Reference
from engine.export.sizes import ModelSize
from engine.export.verify import Replay, open_replay
from engine.export.weights import MergedWeights
from engine.models.tuned import StoredTensor, Tuned


@dataclass(frozen=True, slots=True)
class ExportContext:
    """What a target gets to work with. It writes into ``work`` alone; the caller moves the result into place."""

    tuned: Tuned
    work: Path
    name: str  # of result files, without suffix
    job: Job
    merged: Callable[[], Path]  # the merged model's folder, made when first asked for
    weights: Callable[[], MergedWeights]  # its tensors without a folder, each merged when it is read
    made: dict[str, Path] = field(
        default_factory=dict
    )  # spelling -> where earlier results of this export stand


class ExportTarget(Variant):
    """Base of the targets. ``main_option`` is the one that the spelling ``kind:value`` sets."""

    main_option: ClassVar[str | None] = None

    @property
    def spelling(self) -> str:
        """As on the command line: ``adapter``, ``merged``, ``gguf:q8_0``."""
        if self.main_option is None:
            return self.kind
        value = getattr(self, self.main_option)
        is_default = value == type(self).model_fields[self.main_option].default
        return self.kind if is_default and value == "auto" else f"{self.kind}:{value}"

    @property
    def needs_merged(self) -> bool:
        """Whether it is written from the run's merged folder, which then has to be made first."""
        return False

    @property
    def precise(self) -> bool:
        """Whether answers should be nearly those of the trained model; if not, a loss is expected."""
        return True

    @property
    def kl_limit(self) -> float:
        """Nats a token by which probabilities may differ from the trained model's; above, the export has failed."""
        return 0.02

    def result_bytes(self, model: ModelSize) -> int:
        """About the bytes of what stays, within a few per cent: what is shown before anything is made."""
        raise NotImplementedError

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """Bytes that writing needs on the disk for a model of these weights, a little more rather than less.

        ``shared`` names intermediate files that an earlier target of the same export has already counted.
        """
        raise NotImplementedError

    def write(self, context: ExportContext) -> Path:
        """Write the result into ``context.work`` and return its path there, named as it shall stay.

        Raises:
            UserError: ``EXPORT_FAILED`` when this model cannot be written so.
            Cancelled: the user asked to end; whatever stands in ``work`` is thrown away by the caller.
        """
        raise NotImplementedError

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """The result in the engine that its users will run it in.

        Raises:
            UserError: it cannot be opened; then it has failed.
        """
        return open_replay(result, engine="transformers", tuned=context.tuned, reference=reference)

    def deliver(self, path: Path, context: ExportContext) -> str:
        """Hand the finished and verified result over to another program; what was done, in a sentence."""
        return ""

    @property
    def usual(self) -> bool:
        """Whether many will want this form."""
        return True

    @property
    def bits_per_weight(self) -> float | None:
        """For a first estimate of the size: None when as large as the base, 0 when only what was trained is written."""
        raise NotImplementedError

    @classmethod
    def choice_infos(cls) -> tuple[ChoiceInfo, ...]:
        """Every form once, with what predicts its size."""
        forms = {item.spelling: item for item in map(cls.from_value, cls._values())}
        return tuple(
            ChoiceInfo(spelling=spelling, bits_per_weight=item.bits_per_weight, usual=item.usual)
            for spelling, item in forms.items()
        )

    @classmethod
    def _values(cls) -> tuple[str, ...]:
        return get_args(cls.model_fields[cls.main_option].annotation) if cls.main_option else ("",)

    @classmethod
    def choices(cls) -> tuple[str, ...]:
        """Every spelling that is understood; the kind alone means its default."""
        kind = str(cls.model_fields["kind"].default)
        return (kind, *(f"{kind}:{value}" for value in cls._values() if value))

    @classmethod
    def from_value(cls, value: str) -> Self:
        """A target with its main option set; an empty value leaves the default.

        Raises:
            UserError: ``BAD_COMMAND`` for a value that this target does not have.
        """
        kind = str(cls.model_fields["kind"].default)
        if not value:
            return cls()
        if cls.main_option is None or f"{kind}:{value}" not in cls.choices():
            raise UserError(ErrorCode.BAD_COMMAND, f"{kind!r} has no form {value!r}")
        return cls.model_validate({cls.main_option: value})
