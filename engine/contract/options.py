"""How an option of the recipe is declared: once, with its default, its bounds and the words that a form and the docs need."""

from enum import StrEnum
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from engine.contract.results import ChoiceInfo, Limit


class Tier(StrEnum):
    """How deep in the form an option stands."""

    BASIC = "basic"
    EXPERT = "expert"


def option(
    default: Any = ...,
    *,
    title: str,
    help: str,
    tier: Tier = Tier.EXPERT,
    unit: str | None = None,
    widget: str | None = None,
    picks: str | None = None,
    **bounds: Any,
) -> Any:
    """Declare one option: default, bounds (``ge``, ``le``, ...), and the words a form and the docs need.

    ``widget`` is a hint to the form builder for what a type alone does not say ("path", "log", "hidden"), ``picks``
    what a path leads to where that is no file of any kind ("folder", "python").
    """
    extra: dict[str, Any] = {"tier": tier.value}
    if unit is not None:
        extra["unit"] = unit
    if widget is not None:
        extra["widget"] = widget
    if picks is not None:
        extra["picks"] = picks
    if "default_factory" in bounds:
        return Field(title=title, description=help, json_schema_extra=extra, **bounds)
    return Field(default, title=title, description=help, json_schema_extra=extra, **bounds)


class Section(BaseModel):
    """A frozen group of options; unknown names are errors, not silence."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_inf_nan="strings")


class Variant(Section):
    """One choice of its kind (a method, an objective, a cleaning step), in one file.

    Subclass with ``kind=`` and ``title=``: the class becomes a member of the union tagged by ``kind``::

        class VeRA(Method, kind="vera", title="VeRA"): ...
    """

    kind: str = ""
    title: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    limits: ClassVar[tuple[Limit, ...]] = ()  # what choosing this leaves of other options

    def __init_subclass__(cls, *, kind: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)

    @classmethod
    def choice_infos(cls) -> tuple[ChoiceInfo, ...]:
        """The forms of this variant that a user picks by name; only export targets have them."""
        return ()

    @classmethod
    def limit_infos(cls) -> tuple[Limit, ...]:
        """Everything that choosing this variant leaves of other options."""
        return cls.limits

    @classmethod
    def __pydantic_init_subclass__(cls, *, kind: str = "", **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if not kind:
            return
        cls.title = cls.model_config.get("title") or kind  # pydantic takes ``title=`` as its own setting
        cls.summary = (cls.__doc__ or "").strip().split("\n")[0]
        field = cls.__pydantic_fields__["kind"]
        field.annotation = Literal[kind]  # type: ignore[assignment]
        field.default = kind
        field.title, field.description = "Kind", cls.title
        cls.model_rebuild(force=True)
