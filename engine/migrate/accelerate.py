"""Accelerate's launch configurations: how several devices share the work, which a recipe does not say."""

from collections.abc import Mapping
from typing import Any, ClassVar

from engine.migrate.base import Draft, Migration

_DTYPES = {"bf16": "bfloat16", "fp16": "float16", "no": "float32"}


class Accelerate(Migration):
    """Only the number format has a counterpart; the recipe is otherwise one of defaults."""

    title: ClassVar[str] = "Accelerate"

    @classmethod
    def score(cls, document: Mapping[str, Any]) -> float:
        """By the two names that each of them has."""
        return 0.5 * ("compute_environment" in document) + 0.45 * ("distributed_type" in document)

    def convert(self, draft: Draft) -> None:
        """See ``Migration``."""
        draft.move("mixed_precision", "model.dtype", lambda value: _DTYPES[str(value)])
        for name in list(draft.left):
            if not isinstance(draft.left[name], Mapping):
                draft.skip(name, draft.left[name], "Luthier trains on one device.")
