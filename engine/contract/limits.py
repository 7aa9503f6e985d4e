"""Which options go together: read by the engine before a run and by forms while one is edited."""

from collections.abc import Iterable, Mapping
from typing import Any

from engine.contract.errors import FieldError
from engine.contract.results import Limit

GENERAL = (
    Limit(
        path="optim.lr_scheduler_type",
        allowed=("constant", "constant_with_warmup"),
        reason="Schedule-free AdamW averages the weights instead of letting the rate fall; keep the rate constant.",
        when={"optim.optimizer": ("schedule_free_adamw",)},
    ),
)


def broken(document: Mapping[str, Any], limits: Iterable[Limit]) -> tuple[FieldError, ...]:
    """The limits that a recipe, as a plain document, does not keep, each once for its option."""
    found: dict[str, FieldError] = {}
    for limit in limits:
        if all(value_at(document, path) in values for path, values in limit.when.items()):
            value = value_at(document, limit.path)
            if value not in limit.allowed:
                near = limit.allowed[0] if len(limit.allowed) == 1 else None
                suggestion = near if isinstance(near, str) else None
                found.setdefault(
                    limit.path, FieldError(path=limit.path, reason=limit.reason, suggestion=suggestion)
                )
    return tuple(found.values())


def value_at(document: Mapping[str, Any], path: str) -> Any:
    """The value of a dotted path, or None where the document has no such option."""
    place: Any = document
    for part in path.split("."):
        if not isinstance(place, Mapping) or part not in place:
            return None
        place = place[part]
    return place
