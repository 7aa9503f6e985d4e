"""What goes together: declared as data, refused with a reason, and without typing mistakes in the declarations."""

from typing import Any

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.limits import broken, value_at
from engine.contract.messages import CheckRecipe
from engine.contract.results import Limit, VariantInfo
from engine.registry import check_limits, parse_recipe, recipe_type, schema_reply
from engine.server.handlers import check_recipe

ONLY_PLAIN = Limit(path="model.kind", allowed=("plain",), reason="It must be plain.", when={"a.b": (1, True)})


@pytest.mark.parametrize(
    ("document", "refused"),
    [
        ({"a": {"b": 1}, "model": {"kind": "fancy"}}, True),
        ({"a": {"b": 1}, "model": {"kind": "plain"}}, False),
        ({"a": {"b": 2}, "model": {"kind": "fancy"}}, False),
        ({"model": {"kind": "fancy"}}, False),
    ],
)
def test_a_limit_counts_where_its_condition_holds(document: dict[str, Any], refused: bool) -> None:
    faults = broken(document, [ONLY_PLAIN, ONLY_PLAIN])
    assert [(fault.path, fault.reason) for fault in faults] == (
        [("model.kind", "It must be plain.")] if refused else []
    )


def recipe(method: dict[str, Any], **sections: Any) -> dict[str, Any]:
    return {"method": method, "objective": {"kind": "sft"}, **sections}


@pytest.mark.parametrize(
    ("document", "path"),
    [
        (recipe({"kind": "full"}, model={"quantization": "nf4"}), "model.quantization"),
        (recipe({"kind": "lora", "init": "pissa"}, model={"quantization": "int8"}), "model.quantization"),
        (recipe({"kind": "lora", "init": "loftq"}), "model.quantization"),
        (recipe({"kind": "lora", "init": "olora", "use_dora": True}), "method.use_dora"),
        (recipe({"kind": "lora", "init": "pissa", "modules_to_save": "lm_head"}), "method.modules_to_save"),
        (
            recipe({"kind": "prefix_tuning"}, model={"gradient_checkpointing": True}),
            "model.gradient_checkpointing",
        ),
        (recipe({"kind": "prompt_tuning"}, model={"attention": "flash_attention_2"}), "model.attention"),
        (recipe({"kind": "p_tuning_v2"}, model={"attention": "eager"}), "data.packing"),
        (
            recipe(
                {"kind": "lora"}, optim={"optimizer": "schedule_free_adamw", "lr_scheduler_type": "cosine"}
            ),
            "optim.lr_scheduler_type",
        ),
    ],
)
def test_what_does_not_go_together_is_refused_with_its_place(document: dict[str, Any], path: str) -> None:
    with pytest.raises(UserError) as caught:
        check_limits(parse_recipe(document))
    info = caught.value.info
    assert info.code is ErrorCode.RECIPE_INVALID and info.recipe_path == path
    assert info.message.endswith(".") and path in str(info.hint)
    reply = check_recipe(CheckRecipe(recipe=document))
    assert [fault.path for fault in reply.errors] == [path] and reply.recipe is None


def test_the_default_recipe_keeps_every_limit() -> None:
    check_limits(parse_recipe(recipe({"kind": "lora"})))


def variants_with_limits() -> list[VariantInfo]:
    reply = schema_reply()
    return [*reply.methods, *reply.objectives]


@pytest.mark.parametrize("info", variants_with_limits(), ids=lambda info: info.kind)
def test_declared_limits_name_options_and_values_that_exist(info: VariantInfo) -> None:
    required = {"adapter_path": "x"} if info.kind == "continue" else {}
    kind = {"kind": info.kind, **required}
    document = recipe(kind) if info in schema_reply().methods else recipe({"kind": "lora"}, objective=kind)
    for limit in (*info.limits, *schema_reply().limits):
        assert limit.reason.endswith(".") and limit.allowed
        for path, values in {limit.path: limit.allowed, **limit.when}.items():
            section, _, name = path.partition(".")
            assert name and value_at(parse_recipe(document).model_dump(mode="json"), section)
            for value in values:
                changed = {**document, section: {**document.get(section, {}), name: value}}
                recipe_type().model_validate(changed)
