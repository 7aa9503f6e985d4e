"""The recipe's JSON Schema as a flat list of fields. Pure: no widgets, and no option is known by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from app.state.document import place_at
from app.ui.i18n import schema_text

Kind = Literal["integer", "number", "boolean", "choice", "text", "path", "model", "list", "text_or_list"]
Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """One option: where it stands, what it takes, and its words."""

    path: str
    kind: Kind
    raw_title: str
    raw_help: str
    default: Any = None
    expert: bool = False
    unit: str = ""
    widget: str = ""
    picks: str = ""  # what a path leads to: "" for any file
    optional: bool = False  # takes None
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    low_open: bool = False  # the bound itself is not allowed
    high_open: bool = False
    max_length: int | None = None

    @property
    def title(self) -> str:
        """Translated."""
        return schema_text(self.raw_title)

    @property
    def help(self) -> str:
        """Translated."""
        return schema_text(self.raw_help)


@dataclass(frozen=True, slots=True)
class Choice:
    """One variant of a section that is tagged by ``kind``."""

    kind: str
    raw_title: str
    raw_summary: str


@dataclass(frozen=True, slots=True)
class SectionSchema:
    """A top-level part of the recipe."""

    name: str
    raw_title: str
    raw_help: str
    choices: tuple[Choice, ...]  # empty unless tagged
    fields: tuple[Field, ...]

    @property
    def title(self) -> str:
        """Translated."""
        return schema_text(self.raw_title)

    @property
    def help(self) -> str:
        """Translated."""
        return schema_text(self.raw_help)


def sections_of(schema: Document, recipe: Document) -> list[SectionSchema]:
    """The recipe's sections in their order; of tagged ones the variant that ``recipe`` chose.

    Options that stand in no section come first, in a section without a name.
    """
    loose = tuple(_object_fields(schema, {"properties": _scalars(schema)}, ""))
    found = [SectionSchema("", "General", "", (), loose)] if loose else []
    for name, place in schema.get("properties", {}).items():
        members = _variants(schema, place)
        target = _resolve(schema, place)
        if not members and "properties" not in target:
            continue
        if members:
            kind = str((recipe.get(name) or {}).get("kind", ""))
            target = next((item for item in members if _tag(item) == kind), members[0])
        choices = tuple(
            Choice(_tag(item), str(item.get("title", "")), _first_line(item.get("description", "")))
            for item in members
        )
        title = place.get("title") or name.replace("_", " ").capitalize()
        fields = tuple(_object_fields(schema, target, name))
        found.append(SectionSchema(name, title, place.get("description", ""), choices, fields))
    return found


def fields_of(schema: Document, recipe: Document) -> list[Field]:
    """All fields of all sections, for searching."""
    return [field for section in sections_of(schema, recipe) for field in section.fields]


def field_at(schema: Document, path: str) -> Field | None:
    """The field at a dotted path, also one that forms hide; None where the schema has no such option."""
    place = place_at(schema, path)
    return _field(schema, {**_resolve(schema, place), **place}, path) if place else None


def value_at(recipe: Document, path: str, default: Any = None) -> Any:
    """The value at a dotted path."""
    place: Any = recipe
    for part in path.split("."):
        if not isinstance(place, Mapping) or part not in place:
            return default
        place = place[part]
    return place


def _scalars(schema: Document) -> dict[str, Any]:
    places = schema.get("properties", {})
    return {
        name: place for name, place in places.items() if not {"$ref", "oneOf", "allOf", "const"} & set(place)
    }


def _resolve(schema: Document, place: Document) -> Document:
    reference = place.get("$ref") or next(
        (item["$ref"] for item in place.get("allOf", ()) if "$ref" in item), None
    )
    if reference is None:
        return place
    target: Document = schema.get("$defs", {}).get(str(reference).rpartition("/")[2], {})
    return target


def _variants(schema: Document, place: Document) -> list[Document]:
    members = place.get("oneOf") or ([place] if "$ref" in place else [])
    found = [_resolve(schema, member) for member in members]
    return found if found and all(_tag(item) for item in found) else []


def _tag(target: Document) -> str:
    return str(target.get("properties", {}).get("kind", {}).get("const", ""))


def _first_line(text: str) -> str:
    return text.strip().split("\n")[0]


def _object_fields(schema: Document, target: Document, path: str) -> Iterator[Field]:
    for name, place in target.get("properties", {}).items():
        if "const" in place or place.get("widget") == "hidden":
            continue
        inner = _resolve(schema, place)
        if "properties" in inner:
            yield from _object_fields(schema, inner, f"{path}.{name}")
            continue
        field = _field(schema, {**inner, **place}, f"{path}.{name}".lstrip("."))
        if field is not None:
            yield field


def _field(schema: Document, place: Document, path: str) -> Field | None:
    forms = [_resolve(schema, item) for item in place.get("anyOf", (place,))]
    optional = any(item.get("type") == "null" for item in forms)
    forms = [item for item in forms if item.get("type") != "null"]
    kind = _kind(place, forms)
    if kind is None:
        return None
    main = forms[0]
    low, high = main.get("minimum"), main.get("maximum")
    low_open, high_open = main.get("exclusiveMinimum"), main.get("exclusiveMaximum")
    return Field(
        path=path,
        kind=kind,
        raw_title=str(place.get("title") or path.rpartition(".")[2]),
        raw_help=str(place.get("description", "")),
        default=place.get("default"),
        expert=place.get("tier", "expert") != "basic",
        unit=str(place.get("unit", "")),
        widget=str(place.get("widget", "")),
        picks=str(place.get("picks", "")),
        optional=optional,
        choices=tuple(str(item) for item in main.get("enum", ())),
        low=low if low_open is None else low_open,
        high=high if high_open is None else high_open,
        low_open=low_open is not None,
        high_open=high_open is not None,
        max_length=main.get("maxLength"),
    )


def _kind(place: Document, forms: list[Document]) -> Kind | None:
    types = [item.get("type") for item in forms]
    if place.get("widget") in ("path", "model"):
        return "path" if place["widget"] == "path" else "model"
    if len(forms) == 1 and "enum" in forms[0]:
        return "choice"
    if types in (["integer"], ["number"], ["boolean"]):
        result: Kind = types[0]  # type: ignore[assignment]
        return result
    if types == ["string"]:
        return "text"
    if types == ["array"]:
        return "list" if forms[0].get("items", {}).get("type") == "string" else None
    if sorted(map(str, types)) == ["array", "string"]:
        return "text_or_list"
    return "number" if sorted(map(str, types)) == ["integer", "number"] else None
