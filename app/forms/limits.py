"""What the choices of a draft leave of each other, from the limits that the engine declares. Pure: no widgets.

No option is known by name here: a limit says which option it binds, to what, under which values of others, and why.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.forms.fields import Field
from app.state.document import variant_defaults
from engine.contract.limits import value_at
from engine.contract.results import Limit, SchemaReply, VariantInfo

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is left of one option: values that cannot be taken and why, or why it has to stay as it is."""

    refused: dict[Any, str] = field(default_factory=dict)
    fixed: str = ""


def bounds_of(document: Document, fields: Iterable[Field], schema: SchemaReply) -> dict[str, Bounds]:
    """Of the fields that something leaves not everything of, what it leaves."""
    limits = active_limits(document, schema)
    touched = {path for limit in limits for path in (limit.path, *limit.when)}
    found = {}
    for item in fields:
        if item.path in touched:
            bounds = _bounds(document, item, limits)
            if bounds.refused or bounds.fixed:
                found[item.path] = bounds
    return found


def active_limits(document: Document, schema: SchemaReply) -> tuple[Limit, ...]:
    """Those of the chosen method and objective, and those between the fixed sections."""
    return (
        *_limits_of(_chosen(document, "method", schema.methods)),
        *_limits_of(_chosen(document, "objective", schema.objectives)),
        *schema.limits,
    )


def refused_variants(document: Document, section: str, schema: SchemaReply) -> dict[str, str]:
    """The variants of ``section`` that do not go together with the rest of the draft, and why."""
    families: dict[str, Sequence[VariantInfo]] = {"method": schema.methods, "objective": schema.objectives}
    chosen = value_at(document, f"{section}.kind")
    others = [
        limit
        for name, infos in families.items()
        if name != section
        for limit in _limits_of(_chosen(document, name, infos))
    ]
    about = [limit for limit in (*others, *schema.limits) if _touches(limit, section)]
    found = {}
    for info in families.get(section, ()):
        if info.kind == chosen:
            continue
        options = variant_defaults(schema.recipe_schema, section, info.kind) or {"kind": info.kind}
        changed = {**document, section: options}
        reasons = [limit.reason for limit in (*info.limits, *about) if not _keeps(changed, limit)]
        if reasons:
            found[info.kind] = reasons[0]
    return found


def _bounds(document: Document, item: Field, limits: Sequence[Limit]) -> Bounds:
    mine = [limit for limit in limits if item.path == limit.path or item.path in limit.when]
    current = value_at(document, item.path)
    candidates: tuple[Any, ...] = (True, False) if item.kind == "boolean" else item.choices
    if candidates:
        refused = {}
        for value in candidates:
            broken = [limit for limit in mine if not _keeps(document, limit, {item.path: value})]
            if broken and value != current:
                refused[value] = broken[0].reason
        return Bounds(refused=refused)
    binding = [limit for limit in mine if limit.path == item.path and _holds(document, limit)]
    if binding and all(current in limit.allowed for limit in binding):
        single = next((limit for limit in binding if len(limit.allowed) == 1), None)
        return Bounds(fixed=single.reason if single else "")
    return Bounds()


def _keeps(document: Document, limit: Limit, instead: Mapping[str, Any] | None = None) -> bool:
    """Whether ``document``, with some values ``instead`` of its own, does as ``limit`` says."""
    return not _holds(document, limit, instead) or _value(document, limit.path, instead) in limit.allowed


def _holds(document: Document, limit: Limit, instead: Mapping[str, Any] | None = None) -> bool:
    return all(_value(document, path, instead) in values for path, values in limit.when.items())


def _value(document: Document, path: str, instead: Mapping[str, Any] | None) -> Any:
    return instead[path] if instead and path in instead else value_at(document, path)


def _touches(limit: Limit, section: str) -> bool:
    return any(path.startswith(f"{section}.") for path in (limit.path, *limit.when))


def _chosen(document: Document, section: str, infos: Sequence[VariantInfo]) -> VariantInfo | None:
    kind = value_at(document, f"{section}.kind")
    return next((info for info in infos if info.kind == kind), None)


def _limits_of(info: VariantInfo | None) -> tuple[Limit, ...]:
    return info.limits if info is not None else ()
