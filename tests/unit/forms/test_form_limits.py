"""What a draft's choices leave of each other, read from the engine's own limits."""

import copy
from typing import Any

import pytest

from app.forms.fields import fields_of
from app.forms.limits import bounds_of, refused_variants
from app.state.document import variant_defaults, with_value
from engine.contract.limits import broken
from engine.contract.results import Limit, SchemaReply, VariantInfo
from engine.registry import schema_reply


@pytest.fixture(scope="module")
def schema() -> SchemaReply:
    return schema_reply()


@pytest.fixture
def recipe(schema: SchemaReply) -> dict[str, Any]:
    return copy.deepcopy(schema.default_recipe)


def test_a_plain_recipe_has_no_refused_quantization(schema: SchemaReply, recipe: dict[str, Any]) -> None:
    bounds = bounds_of(recipe, fields_of(schema.recipe_schema, recipe), schema)
    assert "model.quantization" not in bounds


def test_a_start_from_the_base_leaves_no_quantization(schema: SchemaReply, recipe: dict[str, Any]) -> None:
    recipe = with_value(recipe, "method.init", "pissa")
    bounds = bounds_of(recipe, fields_of(schema.recipe_schema, recipe), schema)
    assert set(bounds["model.quantization"].refused) == {"nf4", "fp4", "int8"}
    assert "PiSSA" in bounds["model.quantization"].refused["nf4"]


def test_and_the_other_way_round(schema: SchemaReply, recipe: dict[str, Any]) -> None:
    recipe = with_value(recipe, "model.quantization", "nf4")
    bounds = bounds_of(recipe, fields_of(schema.recipe_schema, recipe), schema)
    assert {"pissa", "olora", "orthogonal"} <= set(bounds["method.init"].refused)
    refused = refused_variants(recipe, "method", schema)
    assert "full" in refused and "quantized base" in refused["full"]
    assert "lora" not in refused  # what is chosen stays


def test_what_a_form_offers_is_what_the_engine_accepts(schema: SchemaReply, recipe: dict[str, Any]) -> None:
    """Every value of every choice, alone changed in the default recipe and in a quantized one."""
    general = schema.limits
    for quantization in ("none", "nf4"):
        start = with_value(recipe, "model.quantization", quantization)
        fields = fields_of(schema.recipe_schema, start)
        bounds = bounds_of(start, fields, schema)
        chosen = [info for info in (*schema.methods, *schema.objectives) if info.kind in ("lora", "sft")]
        limits = [*general, *(limit for info in chosen for limit in info.limits)]
        assert not broken(start, limits)
        for field in fields:
            for value in field.choices:
                faults = broken(with_value(start, field.path, value), limits)
                refused = field.path in bounds and value in bounds[field.path].refused
                assert refused == bool(faults), (field.path, value)


def test_methods_that_are_offered_are_accepted(schema: SchemaReply, recipe: dict[str, Any]) -> None:
    start = with_value(recipe, "model.quantization", "nf4")
    refused = refused_variants(start, "method", schema)
    for info in schema.methods:
        if info.kind == "lora":
            continue
        options = variant_defaults(schema.recipe_schema, "method", info.kind)
        faults = broken({**start, "method": options}, info.limits)
        assert (info.kind in refused) == bool(faults), info.kind


def test_an_option_that_has_to_stay_says_why() -> None:
    limit = Limit(path="a.smooth", allowed=(0.0,), reason="No place for it.", when={"a.loss": ("hinge",)})
    schema = SchemaReply(
        version="1",
        recipe_schema={
            "properties": {"a": {"properties": {"smooth": {"type": "number", "title": "S"}}, "title": "A"}}
        },
        default_recipe={},
        methods=(VariantInfo(kind="m", title="M", summary=""),),
        limits=(limit,),
    )
    document: dict[str, Any] = {"a": {"loss": "hinge", "smooth": 0.0}}
    fields = fields_of(schema.recipe_schema, document)
    assert bounds_of(document, fields, schema)["a.smooth"].fixed == "No place for it."
    document["a"]["smooth"] = 0.1  # wrong already: it has to be mended, so it stays open
    assert not bounds_of(document, fields, schema)
    document["a"] = {"loss": "sigmoid", "smooth": 0.1}
    assert not bounds_of(document, fields, schema)
