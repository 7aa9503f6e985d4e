"""What to change in a recipe so that it fits: each change with what it saves and what it costs, the best first."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

from engine.contract.recipe import RecipeBase
from engine.contract.results import Change
from engine.methods.base import Method
from engine.models.load import resolve_model
from engine.registry import broken_limits, default_recipe, parse_recipe
from engine.train.devices import Target
from engine.train.footprint import Footprint, measure
from engine.train.lengths import Lengths
from engine.train.memory import memory_of

SHORTEST = 64  # tokens; below, a cutoff leaves nothing to learn
ADAPTER_RATE = 2e-4  # Hu et al., 2021, table 11, and what LoRA's users take
WORTH = 0.01  # a change that saves less of the whole is not named


@dataclass(frozen=True, slots=True)
class Wish:
    """A change of options by dotted path. ``price``: 0 changes no result, 3 another one."""

    title: str
    cost: str
    price: int
    options: dict[str, Any]


def changes_for(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, target: Target
) -> tuple[Change, ...]:
    """Changes that save memory: first those after which it fits, of these the cheapest; then by what they save."""
    now = sum(memory_of(recipe, footprint, lengths, target).values())
    found: list[tuple[int, Change]] = []
    for wish in _wishes(recipe, lengths):
        changed = with_options(recipe, wish.options)
        if broken_limits(changed):
            continue
        weighed = measure(changed, resolve_model(changed.model.path), target)
        cut = lengths.at_most(changed.data.cutoff_len)
        then = sum(memory_of(changed, weighed, cut, target).values())
        if now - then < WORTH * now:
            continue
        change = Change(
            title=wish.title,
            cost=wish.cost,
            options=wish.options,
            saves_bytes=now - then,
            fits=then <= target.memory_bytes,
        )
        found.append((wish.price, change))
    found.sort(key=lambda item: (not item[1].fits, item[0] if item[1].fits else 0, -item[1].saves_bytes))
    return tuple(change for _, change in found)


def with_options(recipe: RecipeBase, options: dict[str, Any]) -> RecipeBase:
    """``recipe`` with ``options`` set, by dotted path."""
    document = recipe.model_dump(mode="json")
    for path, value in options.items():
        *sections, name = path.split(".")
        place = document
        for section in sections:
            place = place[section]
        place[name] = value
    return parse_recipe(document)


def _wishes(recipe: RecipeBase, lengths: Lengths) -> Iterator[Wish]:
    """Everything that may be changed, fitting or not."""
    model, optim = recipe.model, recipe.optim
    batch, accumulation = optim.per_device_train_batch_size, optim.gradient_accumulation_steps
    for smaller in sorted({max(1, batch // 2), 1} - {batch}, reverse=True):
        steps = accumulation * math.ceil(batch / smaller)
        yield Wish(
            f"Reduce the batch size to {smaller} with {steps} accumulation steps",
            "The same result, a little slower.",
            0,
            _batches(smaller, steps),
        )
    checkpointing = {"model.gradient_checkpointing": True}
    if not model.gradient_checkpointing:
        yield Wish(
            "Turn on gradient checkpointing", "The same result, about a third slower.", 1, checkpointing
        )
        if batch > 1:
            yield Wish(
                f"Turn on gradient checkpointing and reduce the batch size to 1 with {accumulation * batch} "
                "accumulation steps",
                "The same result, about half slower.",
                1,
                checkpointing | _batches(1, accumulation * batch),
            )
    if optim.optimizer == "adamw":
        eight = {"optim.optimizer": "adamw_8bit"}
        yield Wish("Take 8-bit AdamW", "Nearly the same result.", 1, eight)
    if model.quantization == "none":
        four, eight = {"model.quantization": "nf4"}, {"model.quantization": "int8"}
        yield Wish("Hold the base model in 8 bits", "A little less exact, and slower.", 2, eight)
        yield Wish("Hold the base model in 4 bits", "Less exact: the base loses some quality.", 2, four)
    half = recipe.data.cutoff_len // 2
    if half >= SHORTEST and lengths.longest > half * lengths.sequences:
        cut = {"data.cutoff_len": half}
        yield Wish(f"Reduce the cutoff length to {half} tokens", "Longer examples lose their ends.", 3, cut)
    if not cast(Method, recipe.method).adapter:
        adapter = {"method": default_recipe()["method"], "optim.learning_rate": ADAPTER_RATE}
        yield Wish(
            "Train an adapter beside the weights", "Learns less that is new; forgets less.", 3, adapter
        )


def _batches(size: int, accumulation: int) -> dict[str, Any]:
    return {"optim.per_device_train_batch_size": size, "optim.gradient_accumulation_steps": accumulation}
