"""Which options a search may vary and over what, from their declarations. Pure: no widgets, and no option is known by name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.forms.fields import Field, fields_of, value_at
from engine.contract.results import SchemaReply
from engine.contract.search import SEARCHED, Axis, usual_range


def searchable(recipe: Mapping[str, Any], schema: SchemaReply) -> list[Field]:
    """The options of the present draft that can be varied, basic ones first."""
    found = [
        field
        for field in fields_of(schema.recipe_schema, recipe)
        if field.path.split(".")[0] in SEARCHED and field.kind in ("integer", "number", "choice", "boolean")
    ]
    return sorted(found, key=lambda field: field.expert)


def usual_axis(field: Field, recipe: Mapping[str, Any]) -> Axis:
    """Near to the draft's value, within what the declaration allows."""
    if field.kind == "boolean":
        return Axis(path=field.path, choices=(False, True))
    if field.kind == "choice":
        return Axis(path=field.path, choices=field.choices)
    whole, log = field.kind == "integer", field.widget == "log"
    default = float(value_at(recipe, field.path) or field.default or 0)
    low, high = usual_range(default, low=field.low, high=field.high, log=log, whole=whole)
    return Axis(path=field.path, low=low, high=high, log=log, whole=whole)


def left_of(axes: Sequence[Axis], fields: Iterable[Field]) -> tuple[Axis, ...]:
    """Those of ``axes`` whose option the draft still has."""
    known = {field.path for field in fields}
    return tuple(axis for axis in axes if axis.path in known)
