"""Holds the rules against a recipe's model and data and against this machine, and makes a proposal of them."""

import copy
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.advise.facts import DataAnswers, DataFacts, cutoff_for, data_facts, kind_of_data, model_facts
from engine.advise.rules import FITTING, RULES, TOO_LARGE, WARNINGS, Fact, Rule, When
from engine.contract.advice import Advice, Caution, Choice, Goal
from engine.contract.limits import value_at
from engine.contract.recipe import RecipeBase
from engine.contract.results import DataReport, Plan
from engine.models.load import resolve_model
from engine.registry import broken_limits, parse_recipe, variants

Document = dict[str, Any]
Planner = Callable[[RecipeBase], Plan]
SECTIONS = {"objective.kind": "objective", "method.kind": "method"}


def advise(recipe: RecipeBase, goal: Goal, *, data: DataAnswers, planner: Planner | None = None) -> Advice:
    """What to train with ``recipe``'s model and data for ``goal``. Nothing is loaded.

    Raises:
        UserError: the model or the data cannot be used.
    """
    folder = resolve_model(recipe.model.path)
    kind = kind_of_data(recipe, data)
    draft = _Proposal(recipe, {"goal": goal, "kind": kind})
    draft.take(rule for rule in RULES if "objective.kind" in rule.options)
    report = data.statistics(draft.recipe()) if kind else None
    found = data_facts(kind, report)
    planner = planner or _planner(report)
    plan = planner(draft.recipe())  # for the number of parameters
    draft.facts |= _facts(recipe, folder, found, plan)
    draft.take(rule for rule in RULES if "objective.kind" not in rule.options)
    cautions = [
        Caution(sentence=_said(item, draft.facts), source=item.source)
        for item in WARNINGS
        if draft.holds(item.when)
    ]
    plan = _fitted(draft, planner, cautions)
    proposed = draft.recipe()
    return Advice(
        goal=goal,
        kind=kind,
        rows=found.rows,
        parameters=plan.parameters,
        choices=tuple(draft.choices()),
        cautions=tuple(cautions),
        recipe=proposed.model_dump(mode="json"),
        memory_bytes=plan.memory_bytes,
        available_bytes=plan.available_bytes,
        fits=_fits(plan),
        seconds=plan.seconds,
    )


def _planner(report: DataReport | None) -> Planner:
    """The planner with rows that are counted once: what a proposal changes of them changes no figure by much."""
    from engine.train.plan import make_plan

    return lambda recipe: make_plan(recipe, statistics=(lambda _: report) if report else None)


def _facts(recipe: RecipeBase, folder: Path, found: DataFacts, plan: Plan) -> dict[str, Any]:
    model, held_out = model_facts(folder), recipe.data.validation
    known = {name: getattr(found, name) for name in ("rows", "longest", "languages", "main_language")}
    foreign = bool(model.languages and found.main_language and found.main_language not in model.languages)
    cutoff = cutoff_for(found.longest, model.context)
    return known | {
        "parameters": plan.parameters,
        "instruct": model.instruct,
        "foreign": foreign,
        "cutoff": cutoff,
        "over": found.longest > cutoff,
        "held_out": bool(held_out.path or held_out.count or held_out.column or held_out.ratio),
    }


class _Proposal:
    """The recipe as the rules change it, and which rule changed what."""

    def __init__(self, recipe: RecipeBase, facts: dict[str, Any]) -> None:
        self._before: Document = recipe.model_dump(mode="json")
        self.document: Document = recipe.model_dump(mode="json")
        self.facts: dict[str, Any] = {"rows": 0, **facts}
        self._taken: dict[str, tuple[Rule, Any]] = {}

    def recipe(self) -> RecipeBase:
        """The proposal as it stands."""
        return parse_recipe(self.document)

    def holds(self, when: When) -> bool:
        """Whether all of ``when`` is so, by the facts and by what was chosen so far."""
        return all(self._value(name) in allowed for name, allowed in when.items())

    def _value(self, name: str) -> Any:
        return value_at(self.document, name) if "." in name else self.facts.get(name)

    def take(self, rules: Iterable[Rule]) -> None:
        """Set what those of ``rules`` say that apply, and keep which one had the last word."""
        for rule in rules:
            if self.holds(rule.when):
                self.set(rule)

    def set(self, rule: Rule) -> None:
        """Set the options of one rule."""
        values = {path: self._resolved(value) for path, value in rule.options.items()}
        for path, plain in values.items():
            section = SECTIONS.get(path)
            if section is not None:
                self._choose(section, str(plain))
            else:
                parent, _, name = path.rpartition(".")
                value_at(self.document, parent)[name] = plain
            self._taken.pop(path, None)  # the order is that of the last word
            self._taken[path] = (rule, plain)

    def could(self, rule: Rule) -> bool:
        """Whether the recipe would still hold together with ``rule``."""
        trial = _Proposal(self.recipe(), self.facts)
        trial.set(rule)
        return not broken_limits(trial.recipe())

    def _choose(self, section: str, kind: str) -> None:
        """Another method or objective: with the options that it had at first, else with its defaults."""
        if self.document[section]["kind"] != kind:
            self.document[section] = self._variant(section, kind)

    def _variant(self, section: str, kind: str) -> Document:
        if self._before[section]["kind"] == kind:
            return copy.deepcopy(self._before[section])
        known = variants(f"engine.{section}s")
        chosen = next(item for item in known if item.model_fields["kind"].default == kind)
        return chosen().model_dump(mode="json")

    def _resolved(self, value: Any) -> Any:
        if not isinstance(value, Fact):
            return value
        if value.name == "twice_rank":
            return 2.0 * value_at(self.document, "method.rank")
        if value.name == "batch":
            optim = self.document["optim"]
            return optim["per_device_train_batch_size"] * optim["gradient_accumulation_steps"]
        return self.facts[value.name]

    def choices(self) -> Iterable[Choice]:
        """What was chosen, in the recipe's order of sections, each with its rule's sentence."""
        for path, (rule, value) in sorted(self._taken.items(), key=lambda item: _rank(item[0])):
            section, before = SECTIONS.get(path), value_at(self._before, path)
            needs = next(
                (kind for kind, name in SECTIONS.items() if path.startswith(f"{name}.") and kind != path), ""
            )
            needed = bool(needs) and value_at(self._before, needs) != value_at(self.document, needs)
            yield Choice(
                path=path,
                title=_title(path, self.recipe()),
                before=before,
                value=value,
                options={section: self._variant(section, str(value))} if section else {path: value},
                sentence=_said(rule, self.facts),
                source=rule.source,
                changed=before != value,
                needs=needs if needed else "",
            )


def _rank(path: str) -> int:
    order = ("objective.kind", "method.kind", "method", "optim", "objective", "data", "run", "model")
    return next(index for index, name in enumerate(order) if path == name or path.startswith(f"{name}."))


def _title(path: str, recipe: RecipeBase) -> str:
    """What the form calls the option."""
    if path in SECTIONS:
        return str(type(recipe).model_fields[SECTIONS[path]].title)
    section: Any = recipe
    *parents, last = path.split(".")
    for parent in parents:
        section = getattr(section, parent)
    return str(type(section).model_fields[last].title or last)


def _said(item: Any, facts: Mapping[str, Any]) -> str:
    values = [
        f"{value:,}" if isinstance(value, int) else str(value)
        for value in (facts[name] for name in item.values)
    ]
    text: str = item.sentence.format(*values)
    return text


def _fits(plan: Plan) -> bool:
    return plan.memory_bytes <= plan.available_bytes


def _fitted(draft: _Proposal, planner: Planner, cautions: list[Caution]) -> Plan:
    """Change the proposal until it fits this machine, as far as there is something to change."""
    plan = planner(draft.recipe())
    for rule in FITTING:
        if _fits(plan):
            return plan
        if not draft.could(rule):  # the method does not go together with it
            continue
        draft.set(rule)
        plan = planner(draft.recipe())
    if not _fits(plan):
        sizes = {"needed": f"{plan.memory_bytes / 1e9:.1f}", "free": f"{plan.available_bytes / 1e9:.1f}"}
        cautions.append(Caution(sentence=_said(TOO_LARGE, sizes), source=TOO_LARGE.source))
    return plan
