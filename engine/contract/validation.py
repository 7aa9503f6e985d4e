"""Turns pydantic's complaints about a recipe into sentences with a place and the nearest valid name."""

import difflib
from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from engine.contract.errors import ErrorCode, FieldError, UserError


def field_errors(error: ValidationError, recipe_type: type[BaseModel]) -> tuple[FieldError, ...]:
    """Every fault of one validation, each with its dotted path, a reason, and what was perhaps meant."""
    return tuple(_field_error(item, recipe_type) for item in error.errors(include_url=False))


def validate(recipe_type: type[BaseModel], document: Mapping[str, Any]) -> BaseModel:
    """Read ``document`` as a recipe.

    Raises:
        UserError: ``RECIPE_INVALID`` with all faults at once in ``info.fields``.
    """
    try:
        return recipe_type.model_validate(document)
    except ValidationError as error:
        fields = field_errors(error, recipe_type)
        lines = "; ".join(f"{item.path}: {item.reason}" for item in fields)
        noun = "option is" if len(fields) == 1 else "options are"
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"{len(fields)} {noun} wrong: {lines}",
            hint="Correct the named options; `luthier-engine schema` lists all of them.",
            recipe_path=fields[0].path if fields else None,
            fields=fields,
        ) from None


def _field_error(item: Any, recipe_type: type[BaseModel]) -> FieldError:
    location: Sequence[int | str] = item["loc"]
    kind = item["type"]
    path, owner = _walk(location, recipe_type)
    if kind == "extra_forbidden":
        names = list(owner.model_fields) if owner else []
        near = nearest(str(location[-1]), names)
        return FieldError(path=path, reason=_unknown(str(location[-1]), near), suggestion=near)
    if kind == "missing":
        return FieldError(path=path, reason="is required")
    if kind == "union_tag_invalid":
        tags = [tag.strip(" '\"") for tag in item["ctx"]["expected_tags"].split(",")]
        near = nearest(str(item["ctx"]["tag"]), tags)
        reason = f"unknown kind {item['ctx']['tag']!r}; one of: {', '.join(tags)}"
        return FieldError(path=f"{path}.kind", reason=reason, suggestion=near)
    if kind == "union_tag_not_found":
        return FieldError(path=f"{path}.kind", reason="is required")
    if kind == "literal_error":
        choices = [part.strip(" '\"") for part in item["ctx"]["expected"].replace(" or ", ", ").split(",")]
        near = nearest(str(item["input"]), choices)
        reason = f"{item['input']!r} is not one of: {', '.join(choices)}"
        return FieldError(path=path, reason=reason, suggestion=near)
    reason = item["msg"][:1].lower() + item["msg"][1:]
    return FieldError(path=path, reason=f"{reason} (got {item['input']!r})"[:300])


def _walk(location: Sequence[int | str], model: type[BaseModel]) -> tuple[str, type[BaseModel] | None]:
    """The dotted path of a fault (without pydantic's union tags) and the section that holds it."""
    parts: list[str] = []
    owner: type[BaseModel] | None = model
    candidates: dict[str, type[BaseModel]] = {}
    for index, part in enumerate(location):
        if isinstance(part, int):
            parts[-1] = f"{parts[-1]}[{part}]"
            continue
        if part in candidates:  # a union's tag, not a name the user wrote
            owner, candidates = candidates[part], {}
            continue
        parts.append(part)
        last = index == len(location) - 1
        if not last and owner is not None and part in owner.model_fields:
            members = _models_in(owner.model_fields[part].annotation)
            candidates = {str(m.model_fields["kind"].default): m for m in members if "kind" in m.model_fields}
            owner = members[0] if len(members) == 1 else None
            if len(members) == 1:
                candidates = {k: v for k, v in candidates.items() if k}
    return ".".join(parts), owner


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]


def nearest(name: str, names: Sequence[str]) -> str | None:
    """The closest of ``names`` to a mistyped ``name``, or None when nothing is near."""
    found = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
    return found[0] if found else None


def _unknown(name: str, near: str | None) -> str:
    return f"unknown option {name!r}" + (f"; did you mean {near!r}?" if near else "")
