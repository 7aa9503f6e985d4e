"""The recipe: all faults at once with the nearest names, YAML and JSON the same, versions, round trips, registry."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.contract import migrations
from engine.contract.errors import ErrorCode, UserError
from engine.contract.recipe import Tier, Variant
from engine.registry import (
    default_recipe,
    load_recipe,
    parse_recipe,
    recipe_type,
    save_recipe,
    schema_reply,
    variants,
)

MINIMAL: dict[str, Any] = {"method": {"kind": "lora"}, "objective": {"kind": "sft"}}

ISSUE = """\
schema_version: 1
model: {path: starter}
data: {sources: [{path: alpaca.json}], template: auto, cutoff_len: 512, packing: true, shuffle: true, validation: {ratio: 0.1}}
method: {kind: lora, rank: 8, lora_alpha: 16, lora_dropout: 0.0, target_modules: all}
objective: {kind: sft}
optim: {learning_rate: 1.0e-4, max_steps: 20, per_device_train_batch_size: 4, gradient_accumulation_steps: 1, lr_scheduler_type: cosine, warmup_ratio: 0.1}
run: {output_dir: out, seed: 42, logging_steps: 1, save_steps: 10}
"""


def faults(document: dict[str, Any]) -> dict[str, tuple[str, str | None]]:
    with pytest.raises(UserError) as caught:
        parse_recipe(document)
    assert caught.value.info.code is ErrorCode.RECIPE_INVALID
    return {item.path: (item.reason, item.suggestion) for item in caught.value.info.fields}


def test_every_fault_is_reported_at_once_with_path_reason_and_nearest_name() -> None:
    found = faults(
        {
            "method": {"kind": "lora", "rnk": 8, "lora_dropout": 2.0},
            "objective": {"kind": "sftt"},
            "optim": {"learning_rat": 1e-4, "lr_scheduler_type": "cosin"},
            "data": {"sources": [{"path": "a.json"}, {"pth": "b.json"}], "cutof_len": 5},
            "modle": {},
        }
    )
    assert found["method.rnk"][1] == "rank"
    assert found["method.lora_dropout"][0].startswith("input should be less than 1")
    reason, near = found["objective.kind"]
    assert reason.startswith("unknown kind 'sftt'; one of: ") and near == "sft"
    assert found["optim.learning_rat"][1] == "learning_rate"
    assert found["optim.lr_scheduler_type"][1] == "cosine"
    assert found["data.sources[1].pth"][1] == "path"
    assert found["data.sources[1].path"][0] == "is required"
    assert found["data.cutof_len"][1] == "cutoff_len"
    assert found["modle"][1] == "model"
    assert len(found) == 9


def test_an_unknown_method_names_those_there_are() -> None:
    reason, suggestion = faults({**MINIMAL, "method": {"kind": "lorra"}})["method.kind"]
    assert suggestion == "lora"
    assert "full" in reason and "lora" in reason


def test_a_wrong_type_says_what_it_got() -> None:
    reason, _ = faults({**MINIMAL, "optim": {"max_steps": "many"}})["optim.max_steps"]
    assert "'many'" in reason


@pytest.mark.parametrize("missing", ["method", "objective"])
def test_a_missing_section_is_required(missing: str) -> None:
    document = {key: value for key, value in MINIMAL.items() if key != missing}
    assert faults(document) == {missing: ("is required", None)}


def test_the_recipe_of_the_documentation_reads_the_same_as_yaml_and_as_json(tmp_path: Path) -> None:
    as_yaml, as_json = tmp_path / "r.yaml", tmp_path / "r.json"
    as_yaml.write_text(ISSUE, encoding="utf-8")
    as_json.write_text(json.dumps(yaml.safe_load(ISSUE)), encoding="utf-8")
    recipe = load_recipe(as_yaml)
    assert recipe == load_recipe(as_json)
    assert recipe.data.sources[0].path == str(tmp_path / "alpaca.json")
    assert recipe.run.output_dir == str(tmp_path / "out")
    assert recipe.model.path == "starter"
    assert recipe.optim.learning_rate == 1e-4


@pytest.mark.parametrize("text, value", [("1e-4", 1e-4), ("2.5E-05", 2.5e-5), ("3e-1", 0.3), (".5", 0.5)])
def test_numbers_are_read_as_everybody_writes_them(tmp_path: Path, text: str, value: float) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(f"method: {{kind: lora}}\nobjective: {{kind: sft}}\noptim: {{learning_rate: {text}}}\n")
    assert load_recipe(path).optim.learning_rate == value


def test_overrides_reach_any_depth(tmp_path: Path) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(ISSUE)
    recipe = load_recipe(
        path, overrides=["optim.learning_rate=3e-4", "data.validation.ratio=0.2", "method.rank=4"]
    )
    assert (recipe.optim.learning_rate, recipe.data.validation.ratio) == (3e-4, 0.2)
    assert recipe.method.model_dump()["rank"] == 4


@pytest.mark.parametrize("override", ["learning_rate", "=3", "model.path.deeper=1"])
def test_a_senseless_override_is_a_sentence(tmp_path: Path, override: str) -> None:
    path = tmp_path / "r.yaml"
    path.write_text(ISSUE)
    with pytest.raises(UserError):
        load_recipe(path, overrides=[override])


@pytest.mark.parametrize(
    "content, code",
    [
        (b"a: [", ErrorCode.RECIPE_INVALID),
        (b"- 1\n- 2\n", ErrorCode.RECIPE_INVALID),
        (b"\xff\xfe\x00", ErrorCode.UNREADABLE),
        (b"!!python/object/apply:os.system ['true']", ErrorCode.RECIPE_INVALID),
    ],
)
def test_files_that_are_no_recipe(tmp_path: Path, content: bytes, code: ErrorCode) -> None:
    path = tmp_path / "r.yaml"
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        load_recipe(path)
    assert caught.value.info.code is code


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        load_recipe(tmp_path / "none.yaml")
    assert caught.value.info.code is ErrorCode.NOT_FOUND


def test_an_older_recipe_is_lifted_and_a_newer_one_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def one_to_two(document: dict[str, Any]) -> dict[str, Any]:
        old = document.pop("old")
        return {**document, "renamed": old}

    monkeypatch.setattr(migrations, "SCHEMA_VERSION", 2)
    monkeypatch.setitem(migrations.MIGRATIONS, 1, one_to_two)
    given_document = {"schema_version": 1, "old": 5}
    assert migrations.migrate(given_document) == {"schema_version": 2, "renamed": 5}
    assert given_document == {"schema_version": 1, "old": 5}
    with pytest.raises(UserError) as caught:
        migrations.migrate({"schema_version": 3})
    assert "newer" in (caught.value.info.hint or "")


@pytest.mark.parametrize("version", ["1", True, 0, None, 1.0])
def test_a_senseless_version_is_refused(version: object) -> None:
    with pytest.raises(UserError) as caught:
        parse_recipe({**MINIMAL, "schema_version": version})
    assert caught.value.info.recipe_path == "schema_version"


optims = st.fixed_dictionaries(
    {
        "learning_rate": st.floats(1e-9, 1.0),
        "max_steps": st.none() | st.integers(1, 10_000),
        "warmup_ratio": st.floats(0.0, 0.99),
        "lr_scheduler_type": st.sampled_from(["linear", "cosine", "constant", "warmup_stable_decay"]),
    }
)


@given(
    optim=optims,
    rank=st.integers(1, 1024),
    name=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30),
)
def test_saving_and_reading_gives_the_same_recipe(
    tmp_path_factory: pytest.TempPathFactory, optim: dict[str, Any], rank: int, name: str
) -> None:
    path = tmp_path_factory.mktemp("recipe") / "r.yaml"
    recipe = parse_recipe(
        {"method": {"kind": "lora", "rank": rank}, "objective": {"kind": "sft"}, "optim": optim, "name": name}
    )
    save_recipe(recipe, path)
    assert load_recipe(path) == recipe


def test_the_registry_is_the_folder() -> None:
    for package, folder in (
        ("engine.methods", "methods"),
        ("engine.objectives", "objectives"),
        ("engine.data.steps", "data/steps"),
    ):
        files = {path.stem for path in (Path("engine") / folder).glob("*.py")}
        modules = {item.__module__.rpartition(".")[2] for item in variants(package)}
        assert modules <= files
        assert modules, package
    kinds = {str(item.model_fields["kind"].default) for item in variants("engine.methods")}
    assert {"lora", "full"} <= kinds


def test_every_option_of_every_section_has_title_help_and_tier() -> None:
    def walk(model: Any, seen: set[Any]) -> None:
        for name, field in model.model_fields.items():
            if name in ("kind", "schema_version"):
                continue
            extra = field.json_schema_extra or {}
            assert field.title and field.description, f"{model.__name__}.{name}"
            assert extra.get("tier") in set(Tier), f"{model.__name__}.{name}"
            inner = field.annotation
            if isinstance(inner, type) and hasattr(inner, "model_fields") and inner not in seen:
                walk(inner, seen | {inner})

    walk(recipe_type(), set())
    for package in ("engine.methods", "engine.objectives", "engine.data.steps"):
        for variant in variants(package):
            assert issubclass(variant, Variant) and variant.title and variant.summary
            walk(variant, set())


def test_the_default_recipe_is_complete_and_valid() -> None:
    document = default_recipe()
    assert parse_recipe(document).model_dump(mode="json") == document
    reply = schema_reply()
    assert reply.default_recipe == document
    assert {info.kind for info in reply.methods} >= {"lora", "full"}
    assert "optim" in reply.recipe_schema["properties"]
