"""Finds the variants in their folders and assembles the recipe from them.

The registry *is* the folder: a file in ``engine/methods`` that defines a ``Method`` is a method. PyInstaller's
importer answers ``pkgutil`` as the file system does, so the frozen build finds the same ones.
"""

import functools
import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, Union, cast

import yaml
from pydantic import Field, create_model

from engine import __version__
from engine.contract.errors import ErrorCode, FieldError, UserError
from engine.contract.limits import GENERAL, broken
from engine.contract.migrations import migrate
from engine.contract.recipe import DataSectionBase, RecipeBase, Variant, option
from engine.contract.results import FormatInfo, RecipeForm, SchemaReply, VariantInfo
from engine.contract.validation import validate
from engine.data.discover import members
from engine.data.formats.base import Format
from engine.data.write import forms, writers
from engine.kernels.present import kernel_limits


@functools.cache
def variants(package: str) -> tuple[type[Variant], ...]:
    """The variant classes defined in the modules of ``package``, ordered by their file's name."""
    found: list[type[Variant]] = []
    parent = importlib.import_module(package)
    for info in sorted(pkgutil.iter_modules(parent.__path__), key=lambda item: item.name):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            if not (isinstance(value, type) and issubclass(value, Variant)):
                continue
            if value.__module__ == module.__name__ and value.model_fields["kind"].default:
                found.append(value)
    return tuple(found)


def _tagged(package: str) -> Any:
    members = variants(package)
    if len(members) == 1:
        return members[0]
    return Annotated[Union[members], Field(discriminator="kind")]  # noqa: UP007 - built at run time


@functools.cache
def recipe_type() -> type[RecipeBase]:
    """The whole ``Recipe`` with the methods, objectives and cleaning steps of this installation."""
    steps: Any = tuple[_tagged("engine.data.steps"), ...]  # type: ignore[misc]  # built at run time
    words = option((), title="Cleaning steps", help="What is done to the rows, in order.", widget="hidden")
    data = create_model("DataSection", __base__=DataSectionBase, steps=(steps, words))
    fields: dict[str, Any] = {
        "data": (data, option(default_factory=data, title="Data", help="What is trained on.")),
        "method": (_tagged("engine.methods"), option(title="Method", help="Which weights are trained.")),
        "objective": (_tagged("engine.objectives"), option(title="Objective", help="What is optimised.")),
    }
    return cast(type[RecipeBase], create_model("Recipe", __base__=RecipeBase, **fields))


def _infos(package: str) -> tuple[VariantInfo, ...]:
    return tuple(
        VariantInfo(
            kind=str(item.model_fields["kind"].default),
            title=item.title,
            summary=item.summary,
            choices=item.choice_infos(),
            limits=item.limit_infos(),
            reference=getattr(item, "reference", ""),
            mergeable=getattr(item, "mergeable", True),
            group=getattr(item, "group", ""),
        )
        for item in variants(package)
    )


def _data_formats() -> tuple[FormatInfo, ...]:
    return tuple(
        FormatInfo(
            family=item.family, summary=(item.__doc__ or "").strip().split("\n")[0], names=tuple(item.names)
        )
        for item in members("engine.data.formats", Format)  # type: ignore[type-abstract]
    )


def _recipe_forms() -> tuple[RecipeForm, ...]:
    """By name, as the exports are: their room lies above this one."""
    package = "engine.migrate"
    found = members(package, importlib.import_module(f"{package}.sheet").Export)
    return tuple(RecipeForm(kind=item.kind, title=item.title, suffix=item.suffix) for item in found)


def default_recipe() -> dict[str, Any]:
    """A complete recipe of defaults (LoRA, SFT, no data yet) as a plain document."""
    recipe = recipe_type().model_validate({"method": {"kind": "lora"}, "objective": {"kind": "sft"}})
    return recipe.model_dump(mode="json")


def schema_reply() -> SchemaReply:
    """The answer to ``schema``: needs neither torch nor transformers."""
    return SchemaReply(
        version=__version__,
        recipe_schema=recipe_type().model_json_schema(),
        default_recipe=default_recipe(),
        methods=_infos("engine.methods"),
        objectives=_infos("engine.objectives"),
        steps=_infos("engine.data.steps"),
        export_targets=_infos("engine.export"),
        data_formats=_data_formats(),
        file_types=tuple(writers()),
        data_forms=tuple(forms()),
        recipe_forms=_recipe_forms(),
        limits=(*GENERAL, *kernel_limits()),
    )


def parse_recipe(document: Mapping[str, Any], *, base_dir: Path | None = None) -> RecipeBase:
    """A document as a complete recipe; relative paths become absolute, seen from ``base_dir``.

    Raises:
        UserError: ``RECIPE_INVALID`` with every fault at once.
    """
    recipe = cast(RecipeBase, validate(recipe_type(), migrate(document)))
    return recipe if base_dir is None else _absolute(recipe, base_dir)


def broken_limits(recipe: RecipeBase) -> tuple[FieldError, ...]:
    """What in ``recipe`` does not go together, each with its reason; empty when it can be trained."""
    document = recipe.model_dump(mode="json")
    limits = (*recipe.method.limit_infos(), *recipe.objective.limit_infos(), *GENERAL, *kernel_limits())
    return broken(document, limits)


def check_limits(recipe: RecipeBase) -> None:
    """Refuse a combination that cannot be trained, before anything is loaded.

    Raises:
        UserError: ``RECIPE_INVALID`` with every reason at once.
    """
    faults = broken_limits(recipe)
    if faults:
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            " ".join(fault.reason for fault in faults),
            hint=f"Change {', '.join(fault.path for fault in faults)}, or choose another method.",
            recipe_path=faults[0].path,
            fields=faults,
        )


def load_recipe(path: Path, *, overrides: Sequence[str] = ()) -> RecipeBase:
    """Read a recipe file (YAML or JSON) with ``a.b=value`` overrides (values in YAML).

    Raises:
        UserError: the file is missing, no YAML, or no valid recipe.
    """
    document = read_document(path)
    for item in overrides:
        override(document, item)
    return parse_recipe(document, base_dir=path.resolve().parent)


def read_document(path: Path) -> dict[str, Any]:
    """A recipe file as it is written, or a part of a recipe.

    Raises:
        UserError: the file is missing, neither YAML nor JSON, or no mapping.
    """
    try:
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=_RecipeLoader)
    except FileNotFoundError:
        raise UserError(ErrorCode.NOT_FOUND, f"There is no recipe at {path}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(ErrorCode.UNREADABLE, f"Cannot read {path}: {error}") from None
    except yaml.YAMLError as error:
        raise UserError(ErrorCode.RECIPE_INVALID, f"{path} is neither YAML nor JSON: {error}") from None
    if not isinstance(document, dict):
        raise UserError(ErrorCode.RECIPE_INVALID, f"{path} must hold a mapping of options")
    return document


def save_recipe(recipe: RecipeBase, path: Path) -> None:
    """Write the complete recipe as YAML; reading it again gives an equal recipe."""
    document = recipe.model_dump(mode="json")
    text = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8")


class _RecipeLoader(yaml.SafeLoader):
    """SafeLoader that reads ``1e-4`` as a number, as YAML 1.2 and every user of it does."""


_RecipeLoader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(
        r"^[-+]?(?:\d[\d_]*\.?\d*(?:[eE][-+]?\d+)|\d[\d_]*\.\d*|\.\d+(?:[eE][-+]?\d+)?|\.(?:inf|nan))$"
    ),
    list("-+0123456789."),
)


def override(document: dict[str, Any], item: str) -> None:
    """Change one option of ``document`` as ``item`` says: ``a.b=value``, the value in YAML.

    Raises:
        UserError: ``RECIPE_INVALID``: it is written otherwise, or goes through something that is no section.
    """
    name, found, value = item.partition("=")
    if not found or not name:
        raise UserError(
            ErrorCode.RECIPE_INVALID, f"{item!r} is no override", hint="Write it as section.option=value."
        )
    *parents, last = name.split(".")
    place = document
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise UserError(ErrorCode.RECIPE_INVALID, f"{parent} in {name!r} is no section", recipe_path=name)
    place[last] = yaml.load(value, Loader=_RecipeLoader)


def _absolute(recipe: RecipeBase, base: Path) -> RecipeBase:
    def fix(path: str | None) -> str | None:
        return path if path is None else str((base / Path(path).expanduser()).resolve())

    sources = tuple(item.model_copy(update={"path": fix(item.path)}) for item in recipe.data.sources)
    held_out = recipe.data.validation
    held_out_files = {"path": fix(held_out.path), "test_path": fix(held_out.test_path)}
    validation = held_out.model_copy(update=held_out_files)
    template = recipe.data.template
    if template != "auto" and "{" not in template:
        template = str(fix(template))
    files: dict[str, Any] = {"sources": sources, "validation": validation, "template": template}
    if hasattr(recipe.data, "steps"):
        files["steps"] = tuple(_with_paths(step, fix) for step in recipe.data.steps)
    data = recipe.data.model_copy(update=files)
    model = recipe.model
    if model.path != "starter" and (base / model.path).exists():
        model = model.model_copy(update={"path": fix(model.path)})
    run = recipe.run.model_copy(update={"output_dir": fix(recipe.run.output_dir)})
    variants = {name: _with_paths(getattr(recipe, name), fix) for name in ("method", "objective")}
    return recipe.replace(data=data, model=model, run=run, **variants)


def _with_paths(variant: Variant, fix: Callable[[str | None], str | None]) -> Variant:
    """``variant`` with ``fix`` applied to its options that are paths."""
    for name, field in type(variant).model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("widget") == "path" and getattr(variant, name):
            variant = variant.model_copy(update={name: fix(getattr(variant, name))})
    return variant
