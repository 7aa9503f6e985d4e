"""What a search varies: options of the recipe, with ranges that are told or follow from their declaration."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from engine.contract.errors import ErrorCode, UserError
from engine.contract.limits import value_at
from engine.contract.recipe import RecipeBase
from engine.contract.results import Scalar
from engine.contract.search import SEARCHED, Axis, usual_range
from engine.registry import broken_limits, parse_recipe

MOST_CHECKED = 256  # combinations of ends that are tried before anything is trained
_REFUSED = {
    "data": "Other rows give another held-out loss, so that trials could not be compared.",
    "run": "It says how a run is watched, not how it learns.",
    "model": "Compare models run by run; a search compares options of one model.",
    "objective": "It changes what the held-out loss means, so that trials could not be compared.",
}


def read_axis(text: str, recipe: RecipeBase) -> Axis:
    """``optim.learning_rate=1e-5:1e-3:log``, ``method.rank=4,8,16``, or only the path, whose declaration says the rest.

    Raises:
        UserError: it is written otherwise, or there is no such option to vary.
    """
    path, _, said = text.partition("=")
    path = path.strip()
    declared = declared_axis(path, recipe)
    if not said:
        return declared
    parts = said.split(":")
    if len(parts) == 1:
        return Axis(path=path, choices=tuple(_plain(item) for item in said.split(",")))
    try:
        low, high = float(parts[0]), float(parts[1])
        unknown = [word for word in parts[2:] if word not in ("log", "linear")]
    except ValueError:
        unknown = parts
    if unknown or low >= high:
        raise UserError(
            ErrorCode.BAD_COMMAND,
            f"{text!r} is no range",
            hint="Write it as path=low:high, path=low:high:log or path=a,b,c.",
        )
    log = "log" in parts[2:] or (declared.log and "linear" not in parts[2:])
    return Axis(path=path, low=low, high=high, log=log, whole=declared.whole)


def declared_axis(path: str, recipe: RecipeBase) -> Axis:
    """All that the declaration of an option leaves, near to its default.

    Raises:
        UserError: there is no such option, or none that could be varied.
    """
    section, *_ = path.split(".")
    reason = _REFUSED.get(section, "")
    if reason and not (
        section == "objective" and recipe.objective.kind == "sft" and path != "objective.kind"
    ):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"{path} cannot be searched over. {reason}",
            hint=f"Vary options of {' and '.join(SEARCHED)}.",
            recipe_path=path,
        )
    place = _declaration(path, recipe)
    forms = [item for item in place.get("anyOf", [place]) if item.get("type") != "null"]
    main: Mapping[str, Any] = forms[0] if forms else {}
    if "enum" in main:
        return Axis(path=path, choices=tuple(main["enum"]))
    if main.get("type") == "boolean":
        return Axis(path=path, choices=(False, True))
    if main.get("type") not in ("integer", "number"):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"{path} is no number and no choice",
            hint="Vary another option.",
            recipe_path=path,
        )
    low, high = (main.get(name, main.get(f"exclusive{name.capitalize()}")) for name in ("minimum", "maximum"))
    whole, log = main["type"] == "integer", place.get("widget") == "log"
    default = value_at(recipe.model_dump(mode="json"), path) or place.get("default") or 0
    first, last = usual_range(float(default), low=low, high=high, log=log, whole=whole)
    return Axis(path=path, low=first, high=last, log=log, whole=whole)


def _declaration(path: str, recipe: RecipeBase) -> Mapping[str, Any]:
    section: Any = recipe
    *parents, last = path.split(".")
    for parent in parents:
        section = getattr(section, parent, None)
    known = (
        type(section).model_json_schema()["properties"] if hasattr(type(section), "model_json_schema") else {}
    )
    if last not in known or last == "kind":
        names = ", ".join(name for name in known if name != "kind")
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"The recipe has no option {path!r} to vary",
            hint=f"There are {names}." if names else "Name it with its section: optim.learning_rate.",
            recipe_path=path,
        )
    found: Mapping[str, Any] = known[last]
    return found


def with_params(recipe: RecipeBase, params: Mapping[str, Scalar]) -> RecipeBase:
    """``recipe`` with the options of one trial.

    Raises:
        UserError: ``RECIPE_INVALID``: a value is out of its bounds.
    """
    document = recipe.model_dump(mode="json")
    for path, value in params.items():
        parent, _, name = path.rpartition(".")
        value_at(document, parent)[name] = value
    return parse_recipe(document)


def check_axes(recipe: RecipeBase, axes: Iterable[Axis]) -> None:
    """Try the ends of all ranges in every combination, so that no trial fails for its options an hour later.

    Raises:
        UserError: ``RECIPE_INVALID`` with the combination that does not go together.
    """
    axes = tuple(axes)
    paths = [axis.path for axis in axes]
    if len(set(paths)) != len(paths):
        raise UserError(ErrorCode.RECIPE_INVALID, "An option is named twice", hint="Name each option once.")
    ends = [axis.choices or (_number(axis, axis.low), _number(axis, axis.high)) for axis in axes]
    for values in itertools.islice(itertools.product(*ends), MOST_CHECKED):
        params = dict(zip(paths, values, strict=True))
        faults = broken_limits(with_params(recipe, params))
        if faults:
            said = ", ".join(f"{path}={value}" for path, value in params.items())
            raise UserError(
                ErrorCode.RECIPE_INVALID, f"{said} cannot be trained. {faults[0].reason}", hint="Leave that value out.",
                recipe_path=faults[0].path, fields=faults,
            )  # fmt: skip


def _number(axis: Axis, value: float) -> Scalar:
    return int(value) if axis.whole else value


def _plain(text: str) -> Scalar:
    value = yaml.safe_load(text)
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return str(value)
