"""The recipe's schema read as fields, without widgets."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from app.forms.fields import fields_of, sections_of, value_at
from app.forms.number import parse, show, stepped
from engine.contract.recipe import Tier, option
from engine.registry import default_recipe, recipe_type, schema_reply


class Thin(BaseModel):
    """Thin matrices.

    More that a card does not show."""

    kind: Literal["thin"] = "thin"
    rank: int = option(8, ge=1, le=64, title="Rank", help="Width.", tier=Tier.BASIC, unit="columns")


class Whole(BaseModel):
    """Everything."""

    kind: Literal["whole"] = "whole"
    heads: bool = option(True, title="Heads", help="Also the heads.")


class Inner(BaseModel):
    share: float = option(0.0, ge=0.0, lt=1.0, title="Share", help="Of all.")


class Part(BaseModel):
    """A section."""

    count: int | None = option(None, ge=1, title="Count", help="How many.")
    rate: float = option(1e-4, gt=0.0, title="Rate", help="How fast.", widget="log")
    form: Literal["a", "b"] = option("a", title="Form", help="Which.")
    names: tuple[str, ...] = option((), title="Names", help="List.")
    either: str | tuple[str, ...] = option("all", title="Either", help="Both.")
    where: str | None = option(None, title="Where", help="Path.", widget="path")
    base: str = option("starter", title="Base", help="Model.", widget="model")
    secret: dict[str, str] = option(default_factory=dict, title="Secret", help="No.", widget="hidden")
    odd: dict[str, int] = option(default_factory=dict, title="Odd", help="Nothing can edit it.")
    inner: Inner = option(default_factory=Inner, title="Inner", help="Nested.")


class Whatever(BaseModel):
    version: Literal[1] = 1
    name: str = option("", title="Name", help="Yours.", max_length=20)
    way: Thin | Whole = Field(discriminator="kind", title="Way", description="Which way.")
    part: Part = option(default_factory=Part, title="Part", help="A part.")


SCHEMA: dict[str, Any] = Whatever.model_json_schema()


def test_every_type_becomes_its_kind() -> None:
    kinds = {field.path: field.kind for field in fields_of(SCHEMA, {"way": {"kind": "thin"}})}
    assert kinds == {
        "name": "text", "way.rank": "integer", "part.count": "integer", "part.rate": "number", "part.form": "choice",
        "part.names": "list", "part.either": "text_or_list", "part.where": "path", "part.base": "model",
        "part.inner.share": "number",
    }  # fmt: skip


def test_a_tagged_section_follows_the_recipe() -> None:
    thin = next(item for item in sections_of(SCHEMA, {"way": {"kind": "thin"}}) if item.name == "way")
    whole = next(item for item in sections_of(SCHEMA, {"way": {"kind": "whole"}}) if item.name == "way")
    assert [choice.kind for choice in thin.choices] == ["thin", "whole"]
    assert thin.choices[0].raw_summary == "Thin matrices."
    assert [field.path for field in thin.fields] == ["way.rank"]
    assert [field.path for field in whole.fields] == ["way.heads"]


def test_bounds_units_and_tiers_arrive() -> None:
    fields = {field.path: field for field in fields_of(SCHEMA, {"way": {"kind": "thin"}})}
    rank, share, count = fields["way.rank"], fields["part.inner.share"], fields["part.count"]
    assert (rank.low, rank.high, rank.unit, rank.expert, rank.default) == (1, 64, "columns", False, 8)
    assert (share.low, share.high, share.low_open, share.high_open) == (0.0, 1.0, False, True)
    assert (count.optional, count.low, count.default, count.expert) == (True, 1, None, True)
    assert fields["name"].max_length == 20
    assert fields["part.form"].choices == ("a", "b")


def test_the_real_schema_leaves_no_option_without_an_editor() -> None:
    recipe = default_recipe()
    paths = {field.path for field in fields_of(schema_reply().recipe_schema, recipe)}
    hidden = {"data.sources", "data.steps"}
    wanted = set()
    for name, info in recipe_type().model_fields.items():
        value = recipe[name]
        if isinstance(value, dict):
            wanted |= {
                f"{name}.{key}" for key, item in value.items() if not isinstance(item, dict) and key != "kind"
            }
        elif name != "schema_version" and info is not None:
            wanted.add(name)
    assert wanted - hidden - paths == set()


def test_value_at() -> None:
    assert value_at({"a": {"b": 3}}, "a.b") == 3
    assert value_at({"a": None}, "a.b", 7) == 7


RATE = next(field for field in fields_of(SCHEMA, {}) if field.path == "part.rate")
COUNT = next(field for field in fields_of(SCHEMA, {}) if field.path == "part.count")
SHARE = next(field for field in fields_of(SCHEMA, {}) if field.path == "part.inner.share")


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("1e-4", RATE, (True, 1e-4)), ("0", RATE, (False, 0.0)), ("", RATE, (False, None)), ("x", RATE, (False, None)),
        ("inf", RATE, (False, float("inf"))), ("", COUNT, (True, None)), ("1,024", COUNT, (True, 1024)),
        ("1.5", COUNT, (False, None)), ("1", SHARE, (False, 1.0)), ("0.99", SHARE, (True, 0.99)),
    ],
)  # fmt: skip
def test_numbers_are_read_as_their_users_write_them(
    text: str, field: Any, expected: tuple[bool, Any]
) -> None:
    assert parse(text, field) == expected


def test_numbers_are_shown_short() -> None:
    assert show(0.0001, RATE) == "1e-4"
    assert show(None, COUNT) == ""
    assert show(12, COUNT) == "12"


def test_arrows_climb_magnitudes_and_keep_bounds() -> None:
    assert [stepped(1e-4, 1, RATE), stepped(5e-4, 1, RATE), stepped(1e-4, -1, RATE)] == [2e-4, 1e-3, 5e-5]
    assert stepped(None, 1, COUNT) == 2
    assert stepped(1, -1, COUNT) == 1
    assert stepped(0.1, 1, SHARE) == pytest.approx(0.11)
    assert stepped(0.0, -1, SHARE) == 0.0
