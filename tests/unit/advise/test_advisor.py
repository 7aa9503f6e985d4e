"""The advisor's rules hold whatever the draft was: small data stays small, rows decide the stage, what is too large is
held in fewer bits, and every choice has a sentence and a source."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.advise.advisor import advise
from engine.advise.rules import FITTING, RULES, WARNINGS, Fact
from engine.cli.main import run
from engine.contract.advice import GOALS, Advice, Choice, Goal
from engine.contract.limits import value_at
from engine.contract.recipe import RecipeBase, Source
from engine.contract.results import DataReport, InspectedFile, Inspection, Plan, SourceStatistics
from engine.registry import broken_limits, parse_recipe, save_recipe, variants

GB = 10**9
FAMILIES = {"conversation": "alpaca", "text": "text", "pair": "preference", "verdict": "kto"}


@dataclass
class Rows:
    """As much of a dataset as the advisor asks for."""

    rows: int
    kind: str = "conversation"
    longest: int = 300
    languages: tuple[tuple[str, int], ...] = (("en", 100),)

    def inspect(self, sources: tuple[Source, ...]) -> Inspection:
        file = InspectedFile(
            path="/rows", format="json", family=FAMILIES[self.kind], confidence=1.0, columns=(), rows=self.rows,
            accepted=self.rows, rejected=(),
        )  # fmt: skip
        return Inspection(files=(file,))

    def statistics(self, recipe: RecipeBase) -> DataReport:
        reads = {"conversation": ("sft",), "text": ("pt",), "pair": ("dpo", "rm"), "verdict": ("kto",)}
        assert recipe.objective.kind in reads[self.kind], "counting would find no row"
        languages = {name: self.rows * share // 100 for name, share in self.languages}
        source = SourceStatistics(
            path="/rows", rows=self.rows, turns=1, roles={}, tokens=1, trained_tokens=1, languages=languages, duplicates=0
        )  # fmt: skip
        return DataReport(
            rows=self.rows, rejected=0, train_rows=self.rows, validation_rows=0, tokens=self.rows * 100, trained_tokens=1,
            longest=self.longest, median=1, p95=1, over_cutoff=0, bin_tokens=10, histogram=(self.rows,), sources=(source,),
        )  # fmt: skip


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": "llama", "max_position_embeddings": 2048}))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    (folder / "README.md").write_text("---\nlanguage:\n- en\n---\nA model.")
    return folder


def planner(parameters: int = 135_000_000, free: int = 16 * GB) -> Any:
    """A plan by three numbers a weight: 2 bytes, half a byte in 4 bits, and activations that checkpointing halves."""

    def plan(recipe: RecipeBase) -> Plan:
        assert not broken_limits(recipe)
        whole = parameters * (0.5 if recipe.model.quantization == "nf4" else 2)
        kept = 10**9 * recipe.optim.per_device_train_batch_size
        needed = int(whole + kept / (4 if recipe.model.gradient_checkpointing else 1))
        return Plan(
            memory={}, memory_bytes=needed, available_bytes=free, device="x", fits=needed <= free, total_steps=1, train_rows=1,
            tokens=1, trainable_parameters=1, parameters=parameters, disk_bytes=0, free_disk_bytes=1, seconds=(1, 2),
        )  # fmt: skip

    return plan


def ask(
    model: Path, rows: Rows | None, goal: Goal = "style", *, plan: Any = None, **sections: dict[str, Any]
) -> Advice:
    document: dict[str, Any] = {
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        "model": {"path": str(model)},
    }
    if rows is not None:
        document["data"] = {"sources": [{"path": "/rows"}]}
    for name, options in sections.items():
        document[name] = {**document.get(name, {}), **options}
    return advise(parse_recipe(document), goal, data=rows or Rows(0), planner=plan or planner())


def chosen(found: Advice) -> dict[str, Choice]:
    return {choice.path: choice for choice in found.choices}


SIZES = (5, 50, 400, 3_000, 60_000)


@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("rows", SIZES)
@pytest.mark.parametrize("kind", [*FAMILIES])
def test_every_proposal_is_a_small_adapter_with_sentences(
    model: Path, goal: Goal, rows: int, kind: str
) -> None:
    """Whatever was in the draft; also that the recipe of the proposal is what taking all its choices gives."""
    method = {"kind": "full"}
    found = ask(model, Rows(rows, kind), goal, method=method, data={"sources": [{"path": "/rows"}]})
    recipe = found.recipe
    assert recipe["method"]["kind"] == "lora" and recipe["method"]["rank"] <= 32
    assert (
        recipe["objective"]["kind"]
        == {"conversation": "sft", "text": "pt", "pair": "dpo", "verdict": "kto"}[kind]
    )
    document = parse_recipe({**recipe, "method": method, "objective": {"kind": "sft"}}).model_dump(
        mode="json"
    )
    for choice in found.choices:
        assert (
            choice.sentence.endswith((".",)) and "{" not in choice.sentence and choice.source and choice.title
        )
        for path, value in choice.options.items():
            parent, _, name = path.rpartition(".")
            (value_at(document, parent) if parent else document)[name] = value
    assert document == recipe
    if rows <= 50:
        assert recipe["method"]["rank"] == 4 and found.cautions


def test_fewer_rows_than_fifty_are_warned_of_and_some_are_held_out_from_thirty_on(model: Path) -> None:
    few, more, many = (ask(model, Rows(count)) for count in (20, 40, 6_000))
    assert any("learnt by heart" in item.sentence for item in few.cautions)
    ratios = [item.recipe["data"]["validation"]["ratio"] for item in (few, more, many)]
    assert ratios == [0.0, 0.1, 0.05]
    assert [item.recipe["run"]["early_stopping_patience"] for item in (few, more, many)] == [0, 2, 0]
    held_out = ask(model, Rows(6_000), data={"sources": [{"path": "/rows"}], "validation": {"count": 9}})
    assert "data.validation.ratio" not in chosen(held_out)


def test_what_does_not_fit_gets_fewer_bits_last(model: Path) -> None:
    roomy = chosen(ask(model, Rows(3_000), plan=planner(7 * GB, 24 * GB)))
    assert not {"model.quantization", "model.gradient_checkpointing"} & roomy.keys()
    tight = ask(model, Rows(3_000), plan=planner(7 * GB, 16 * GB))
    assert tight.recipe["model"]["gradient_checkpointing"] and tight.recipe["model"]["quantization"] == "none"
    small = ask(model, Rows(3_000), plan=planner(7 * GB, 6 * GB))
    assert (
        small.fits
        and small.recipe["model"]["quantization"] == "nf4"
        and small.recipe["method"]["kind"] == "lora"
    )
    optim = small.recipe["optim"]
    assert (optim["per_device_train_batch_size"], optim["gradient_accumulation_steps"]) == (1, 16)
    hopeless = ask(model, Rows(3_000), plan=planner(70 * GB, 6 * GB))
    assert not hopeless.fits and "35.2 GB are needed and 6.0 GB are free" in hopeless.cautions[-1].sentence


def test_the_size_of_the_model_decides_too(model: Path) -> None:
    free = 999 * GB
    large = ask(model, Rows(3_000), plan=planner(30 * GB, free))
    assert large.recipe["optim"]["learning_rate"] == 1e-4
    prompt = ask(model, Rows(60), "small_data", plan=planner(30 * GB, free))
    assert (
        prompt.recipe["method"]["kind"] == "prompt_tuning" and prompt.recipe["optim"]["learning_rate"] == 3e-2
    )
    assert "method.rank" not in chosen(prompt)
    assert ask(model, Rows(60), "small_data").recipe["method"]["kind"] == "lora"


def test_lengths_and_languages_of_the_rows(model: Path) -> None:
    assert ask(model, Rows(100, longest=300)).recipe["data"]["cutoff_len"] == 512
    long = ask(model, Rows(100, longest=90_000))
    assert long.recipe["data"]["cutoff_len"] == 2048, "no more than the model reads"
    assert "what is longer is cut" in chosen(long)["data.cutoff_len"].sentence
    mixed = ask(model, Rows(100, languages=(("zh", 80), ("en", 20))))
    assert mixed.recipe["data"]["validation"]["stratify_by"] == "language"
    assert any("other languages" in item.sentence and "(zh)" in item.sentence for item in mixed.cautions)
    assert ask(model, Rows(100)).recipe["data"]["validation"]["stratify_by"] is None


@pytest.mark.parametrize(
    ("goal", "kind", "words"),
    [("facts", "conversation", "several ways"), ("preferences", "conversation", "better and a worse"),
     ("pretraining", "pair", "running text"), ("style", "text", "forgets some")],
)  # fmt: skip
def test_a_goal_that_the_rows_do_not_serve_is_said(model: Path, goal: Goal, kind: str, words: str) -> None:
    assert any(words in item.sentence for item in ask(model, Rows(500, kind), goal).cautions)


def test_a_model_without_template(model: Path) -> None:
    (model / "tokenizer_config.json").write_text("{}")
    assert any("no chat template" in item.sentence for item in ask(model, Rows(500)).cautions)


def test_without_data_the_goal_and_the_machine_decide(model: Path) -> None:
    found = ask(model, None)
    assert found.rows == 0 and found.kind == "" and found.recipe["method"]["kind"] == "lora"
    assert any("no dataset" in item.sentence for item in found.cautions)
    assert "data.cutoff_len" not in chosen(found)


def test_options_that_stay_are_told_from_those_that_change(model: Path) -> None:
    found = chosen(ask(model, Rows(3_000), method={"rank": 8, "use_dora": True}))
    assert not found["method.kind"].changed and not found["method.rank"].changed
    assert found["method.kind"].options["method"]["use_dora"], "what else was set of the method stays"
    other = chosen(ask(model, Rows(3_000), method={"kind": "full"}))
    assert other["method.kind"].changed and other["method.rank"].needs == "method.kind"
    assert found["method.rank"].needs == "" and other["method.rank"].before is None


def test_the_rules_name_options_and_facts_that_exist() -> None:
    known = {"goal", "kind", "rows", "longest", "languages", "main_language", "parameters", "instruct", "foreign", "cutoff",
             "held_out", "over", "twice_rank", "batch"}  # fmt: skip
    default = parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": "sft"}}).model_dump(mode="json")
    for item in (*RULES, *FITTING, *WARNINGS):
        assert item.sentence.count("{") == len(item.values) and set(item.values) <= known
        assert all("." in name or name in known for name in item.when)
    for rule in (*RULES, *FITTING):
        for path, value in rule.options.items():
            *parents, name = path.split(".")
            assert name in (value_at(default, ".".join(parents)) or {}), path
            assert not isinstance(value, Fact) or value.name in known
    kinds = {
        str(item.model_fields["kind"].default)
        for name in ("methods", "objectives")
        for item in variants(f"engine.{name}")
    }
    assert {
        rule.options[path]
        for rule in RULES
        for path in ("method.kind", "objective.kind")
        if path in rule.options
    } <= kinds


def test_the_command_line(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    rows = tmp_path / "rows.json"
    rows.write_text(
        json.dumps([{"instruction": f"What is {n}?", "output": f"A number, {n}."} for n in range(50)])
    )
    out = tmp_path / "proposed.yaml"
    assert run(["advise", "--data", str(rows), "--goal", "small_data", "--out", str(out)], claimed=None) == 0
    said = capfdbinary.readouterr().out.decode()
    assert "method.rank = 4 (now 8)" in said and "beware: With 50 rows" in said
    assert "rank: 4" in out.read_text(encoding="utf-8")
    save_recipe(parse_recipe({"method": {"kind": "lora"}, "objective": {"kind": "sft"}}), tmp_path / "r.yaml")
    assert run(["advise"], claimed=None) == 2
