"""Says before a run starts what it will take: memory part by part, disk, steps and time, and what to change if it
does not fit. Nothing is loaded; see ``footprint`` for how the model is weighed, ``memory`` for how the parts add up."""

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.disk import free_disk
from engine.contract.places import runs_dirs
from engine.contract.recipe import RecipeBase
from engine.contract.results import CardFit, Change, DataReport, Plan
from engine.models.load import pick_device, resolve_model
from engine.train.answers_plan import answer_passes, answers_a_row, giving_seconds, with_answers
from engine.train.combination import check_combination
from engine.train.devices import CARDS, Target, card_named, this_machine
from engine.train.fitting import changes_for
from engine.train.footprint import Footprint, measure
from engine.train.lengths import Lengths, lengths_of
from engine.train.memory import memory_of
from engine.train.order import Order
from engine.train.tried import corrected, measured_for

if TYPE_CHECKING:
    import torch

START_S = (4.0, 20.0)  # loading, from a warm and from a cold disk
EFFICIENCY = (0.8, 0.35)  # share of the matrix multiply rate that training reaches: at best, at worst


def make_plan(
    recipe: RecipeBase,
    *,
    statistics: Callable[[RecipeBase], DataReport] | None = None,
    card: str = "",
    all_cards: bool = False,
    changes: bool | None = None,
) -> Plan:
    """Weigh ``recipe`` for this computer, or for a named graphics ``card``; ``all_cards``: say of each known one
    whether it is large enough; ``changes``: say what would take less always, never (which is quicker), or where it does
    not fit. ``statistics`` counts its data (a service that remembers, or else ``engine.data.api``). What a real step of the same shape took here counts more than
    what is predicted.

    Raises:
        UserError: the model, the data or the card cannot be used.
    """
    check_combination(recipe)
    device = pick_device()
    target = card_named(card) if card else this_machine(device)
    report = _report(recipe, statistics)
    lengths = with_answers(recipe, lengths_of(recipe, report))
    folder = resolve_model(recipe.model.path)
    footprint = measure(recipe, folder, target)
    predicted = memory_of(recipe, footprint, lengths, target)
    measured = measured_for(recipe, report.content_hash, target) if report is not None and not card else None
    memory = predicted if measured is None else corrected(recipe, predicted, measured)
    steps, tokens = _schedule(recipe, lengths)
    timed = bool(tokens) and not card
    plan = Plan(
        memory=memory,
        memory_bytes=sum(memory.values()),
        available_bytes=target.memory_bytes,
        device=target.name,
        fits=False,
        total_steps=steps,
        train_rows=lengths.rows,
        tokens=tokens,
        trainable_parameters=footprint.trainable,
        parameters=footprint.base.parameters,
        disk_bytes=disk_bytes(recipe, footprint),
        free_disk_bytes=_free_disk(recipe),
        seconds=seconds_of(recipe, footprint, lengths, tokens, device) if timed else (0.0, 0.0),
        cards=tuple(_on_card(recipe, folder, lengths, card) for card in CARDS) if all_cards else (),
        tried=measured is not None,
        predicted_bytes=sum(predicted.values()),
    )
    return _judged(plan, recipe, footprint, lengths, target, changes=changes)


def _judged(
    plan: Plan,
    recipe: RecipeBase,
    footprint: Footprint,
    lengths: Lengths,
    target: Target,
    *,
    changes: bool | None,
) -> Plan:
    """``plan`` with whether it fits, and what to do where it does not or ``changes`` are asked for."""
    beyond = max(0, plan.memory_bytes - plan.predicted_bytes)  # expected of a changed recipe as well
    fits = plan.memory_bytes <= target.memory_bytes
    room = replace(target, memory_bytes=target.memory_bytes - beyond)
    wanted = not fits if changes is None else changes
    found = changes_for(recipe, footprint, lengths, room) if wanted else ()
    missing = plan.disk_bytes - plan.free_disk_bytes
    disk_advice = (f"Free {_gb(missing)} of disk: the checkpoints need it.",) if missing > 0 else ()
    return plan.model_copy(
        update={
            "fits": fits and missing <= 0,
            "changes": found,
            "asked_changes": wanted,
            "advice": (*(_sentence(change, already=fits) for change in found), *disk_advice),
        }
    )


def _on_card(recipe: RecipeBase, folder: Path, lengths: Lengths, card: Target) -> CardFit:
    needed = sum(memory_of(recipe, measure(recipe, folder, card), lengths, card).values())
    return CardFit(
        name=card.name, memory_bytes=card.memory_bytes, needed_bytes=needed, fits=needed <= card.memory_bytes
    )


def _sentence(change: Change, *, already: bool) -> str:
    enough = "; then it fits" if change.fits and not already else ""
    return f"{change.title} (saves {_gb(change.saves_bytes)}{enough}). {change.cost}"


def _schedule(recipe: RecipeBase, lengths: Lengths) -> tuple[int, int]:
    """Optimizer steps and real tokens of the whole run; zeros while neither data nor a step count is known."""
    if not lengths.rows and recipe.optim.max_steps is None:
        return 0, 0
    order = Order(
        examples=max(1, lengths.rows),
        batch_size=recipe.optim.per_device_train_batch_size,
        accumulation=recipe.optim.gradient_accumulation_steps,
        shuffle=recipe.data.shuffle,
        seed=recipe.run.seed,
    )
    steps = order.total_steps(recipe.optim)
    examples = steps * order.batch_size * order.accumulation
    if lengths.rows:
        examples = min(examples, math.ceil(order.epoch_of(steps) * lengths.rows))
    return steps, round(examples * answers_a_row(recipe) * lengths.mean)


def _report(recipe: RecipeBase, statistics: Callable[[RecipeBase], DataReport] | None) -> DataReport | None:
    if not recipe.data.sources:
        return None
    if statistics is not None:
        return statistics(recipe)
    from engine.data import api

    return api.statistics(recipe)


# ---------------------------------------------------------------- disk and time


def disk_bytes(recipe: RecipeBase, footprint: Footprint) -> int:
    """Checkpoints (those kept, the best one, and the one being written) and the result."""
    state = footprint.optimizer_state(recipe.optim.optimizer)
    checkpoint = footprint.gradients + state
    return checkpoint * (recipe.run.save_total_limit + 2) + footprint.gradients


def _free_disk(recipe: RecipeBase) -> int:
    return free_disk(Path(recipe.run.output_dir) if recipe.run.output_dir else runs_dirs()[0])


def seconds_of(
    recipe: RecipeBase, footprint: Footprint, lengths: Lengths, tokens: int, device: "torch.device"
) -> tuple[float, float]:
    """Earliest and latest end. A weight costs two operations a token forward, two for the gradient of its input,
    and two more where it is trained itself; attention and the output head are added."""
    from engine.train.calibration import multiply_rate

    base = footprint.base.linear_elements
    added = footprint.adapter / 4 or base  # whole-model methods train the layers themselves
    passes = 2 + (1 if recipe.model.gradient_checkpointing else 0)
    body = 2.0 * base * passes + 2.0 * added * (passes + 1 if footprint.adapter else 1)
    head = 2.0 * footprint.base.hidden * footprint.base.vocabulary * 2 * lengths.trained_share
    attention = 4.0 * footprint.base.layers * footprint.base.hidden * (lengths.mean / 2) * 3.5
    rate = multiply_rate(device, threads=recipe.run.num_threads)
    learnt, read = answer_passes(recipe)
    work = tokens * (learnt * (body + head + attention) + read * (2.0 * base + (head + attention) / 3))
    questions = tokens / max(1.0, lengths.mean * answers_a_row(recipe))
    giving = giving_seconds(recipe, device.type, weights=footprint.weights, questions=questions)
    return (
        round(START_S[0] + work / (rate * EFFICIENCY[0]) + giving[0], 1),
        round(START_S[1] + work / (rate * EFFICIENCY[1]) + giving[1], 1),
    )


def _gb(size_bytes: int) -> str:
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 1e8 else f"{size_bytes / 1e6:.0f} MB"
