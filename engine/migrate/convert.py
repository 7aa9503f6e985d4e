"""A configuration file of another program as a recipe that is valid, with a list of what it could not take over."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, FieldError, UserError
from engine.contract.results import ImportedConfig, Unmapped
from engine.data.discover import members
from engine.migrate.base import Draft, Migration, shown
from engine.registry import broken_limits, parse_recipe, read_document

_LEAST = 0.2
_ROUNDS = 8


def import_config(path: Path) -> ImportedConfig:
    """Read ``path`` (YAML or JSON) and convert it by the program that it was written for.

    Raises:
        UserError: the file cannot be read, or is no configuration that is known.
    """
    document = read_document(path)
    found = [(item.score(document), item) for item in members("engine.migrate", Migration)]  # type: ignore[type-abstract]
    score, best = max(found, key=lambda pair: pair[0])
    if score < _LEAST:
        titles = ", ".join(sorted(item.title for _, item in found))
        raise UserError(
            ErrorCode.UNREADABLE,
            f"{path} is no training configuration that is known",
            hint=f"Known are those of {titles}, and Luthier's own recipes.",
        )
    draft = Draft(document, path.resolve().parent)
    best().convert(draft)
    draft.finish()
    recipe = _valid(draft)
    return ImportedConfig(program=best.title, recipe=recipe, unmapped=tuple(draft.unmapped))


def _valid(draft: Draft) -> dict[str, Any]:
    """The recipe as far as it is valid: an option with a value that we do not take is listed and left out."""
    for _ in range(_ROUNDS):
        try:
            recipe = parse_recipe(draft.recipe, base_dir=draft.folder)
        except UserError as error:
            if not error.info.fields:
                raise
            _leave_out(draft, error.info.fields)
            continue
        faults = broken_limits(recipe)
        if not faults:
            return recipe.model_dump(mode="json")
        _leave_out(draft, faults)
    return parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": "sft"}}).model_dump(mode="json")


def _leave_out(draft: Draft, faults: tuple[FieldError, ...]) -> None:
    for fault in faults:
        place: Any = draft.recipe
        *parents, last = fault.path.split(".")
        for parent in parents:
            place = place.get(parent, {}) if isinstance(place, Mapping) else {}
        value = place.pop(last, None) if isinstance(place, dict) else None
        draft.unmapped.append(Unmapped(option=fault.path, value=shown(value), reason=fault.reason))
