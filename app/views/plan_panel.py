"""What a run will cost, beside the form that decides it: memory part by part, steps, time, disk, advice."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.ui import format
from app.ui.bars import PartsBar, Swatch
from app.ui.engine_text import engine_text
from app.ui.labels import (
    body_label,
    caption_label,
    chip_label,
    clear_layout,
    figure_label,
    muted_label,
    set_property,
)
from app.ui.theme import Space
from app.ui.widgets import Card, ErrorBanner, Fold, IconLabel, KeyValueRow, Skeleton
from app.views.error_ways import WayButton
from app.views.plan_changes import CardList, ChangeList, Smaller
from app.views.plan_step import StepMeasure
from engine.contract.results import Plan

translate = QCoreApplication.translate


def part_title(name: str) -> str:
    """A part of the memory by its name in the plan."""
    return {
        "weights": translate("Plan", "Weights"),
        "quantization": translate("Plan", "Scales of the quantized base"),
        "adapter": translate("Plan", "Adapter"),
        "gradients": translate("Plan", "Gradients"),
        "optimizer": translate("Plan", "Optimizer"),
        "activations": translate("Plan", "Activations"),
        "logits": translate("Plan", "Logits"),
        "temporary": translate("Plan", "Intermediate results"),
        "overhead": translate("Plan", "Libraries and reserve"),
        "loading": translate("Plan", "Files while loading"),
    }.get(name, name)


class PlanCard(Card):
    """Live memory bar with its legend and the other figures of the plan."""

    def __init__(self, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Plan", "Plan"), parent)
        self.fit = chip_label("")
        self.header.addWidget(self.fit)
        self.figure = figure_label(small=True)
        self.room = muted_label()
        self.bar = PartsBar()
        self._legend_box = QWidget()
        self._legend = QGridLayout(self._legend_box)
        self._legend.setContentsMargins(0, 0, 0, 0)
        self._legend.setHorizontalSpacing(Space.S)
        self._legend.setVerticalSpacing(Space.XS)
        self._legend.setColumnMinimumWidth(0, 10)
        self._legend.setColumnStretch(1, 1)
        self._rows = {
            "steps": KeyValueRow(self.tr("Steps")),
            "rows": KeyValueRow(self.tr("Training rows")),
            "tokens": KeyValueRow(self.tr("Tokens seen")),
            "time": KeyValueRow(self.tr("Time")),
            "trained": KeyValueRow(self.tr("Trained weights")),
            "disk": KeyValueRow(self.tr("Disk")),
        }
        self._figures = QWidget()
        column = QVBoxLayout(self._figures)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.S)
        top = QHBoxLayout()
        top.setSpacing(Space.S)
        top.addWidget(self.figure)
        top.addWidget(self.room, 1)
        column.addLayout(top)
        for part in (self.bar, self._legend_box, *self._rows.values()):
            column.addWidget(part)
        self._counted: list[QWidget] = [
            self.figure,
            self.room,
            self.bar,
            self._legend_box,
            *self._rows.values(),
        ]
        self.step = StepMeasure(intents)
        column.addWidget(self.step)
        self.changes = ChangeList(intents)
        column.addWidget(self.changes)
        self.smaller = Smaller(intents)
        column.addWidget(self.smaller)
        self.advice = QVBoxLayout()
        self.advice.setSpacing(Space.S)
        column.addLayout(self.advice)
        self.cards = CardList()
        self.cards_fold = Fold(self.tr("Graphics cards"))
        self.cards_fold.body.addWidget(self.cards)
        self.cards_fold.toggled.connect(intents.plan_for_cards)
        column.addWidget(self.cards_fold)
        self._counted += [self.changes, self.smaller, self.cards_fold]
        self.waiting = Skeleton(5)
        self.nothing = muted_label()
        self.error = ErrorBanner()
        self.way = WayButton(intents)
        self.error.action_row.addWidget(self.way)
        for part in (self.error, self.nothing, self.waiting, self._figures):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self._shown: Plan | None = None

    def render_state(self, state: AppState) -> None:
        """Show the newest plan; an older one stays while a newer is counted."""
        draft = state.draft
        plan = draft.plan
        self.way.show_error(draft.plan_error)
        self.error.set_error(draft.plan_error)
        self.error.action_part.setVisible(not self.way.isHidden())
        self._figures.setVisible(plan is not None)
        self.waiting.setVisible(plan is None and draft.planning)
        idle = plan is None and not draft.planning and draft.plan_error is None
        self.nothing.setVisible(idle)
        if idle:
            self.nothing.setText(self.tr("Memory, time and disk are counted as soon as there is a dataset."))
        self._show_fit(plan, draft.planning)
        self.step.render_state(state)
        old = plan is not None and draft.planning
        for part in self._counted:
            part.setEnabled(not old)
        set_property(self.figure, "tone", "muted" if old else "")
        if plan is not None and plan is not self._shown:
            self._shown = plan
            self._show(plan)

    def _show_fit(self, plan: Plan | None, planning: bool) -> None:
        self.fit.setVisible(plan is not None or planning)
        if planning or plan is None:
            words, tone = self.tr("… counting"), "neutral"
        elif plan.fits:
            words, tone = self.tr("✓ fits"), "success"
        else:
            words, tone = self.tr("✕ does not fit"), "danger"
        self.fit.setText(words)
        set_property(self.fit, "tone", tone)

    def _show(self, plan: Plan) -> None:
        self.figure.setText(format.size(plan.memory_bytes))
        self.room.setText(self.tr("of {0} free · {1}").format(format.size(plan.available_bytes), plan.device))
        parts = [(name, value) for name, value in plan.memory.items() if value > 0]
        words = ", ".join(f"{part_title(name)} {format.size(value)}" for name, value in parts)
        self.bar.set_parts([value for _, value in parts], plan.available_bytes, words)
        clear_layout(self._legend)
        for row, (name, value) in enumerate(parts):
            amount = body_label(format.size(value))
            amount.setWordWrap(False)
            amount.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._legend.addWidget(Swatch(row), row, 0)
            self._legend.addWidget(muted_label(part_title(name)), row, 1)
            self._legend.addWidget(amount, row, 2)
        share = plan.trainable_parameters / plan.parameters if plan.parameters else 0.0
        trained = f"{format.short_count(plan.trainable_parameters)} ({format.percent(share, 1)})"
        disk = self.tr("{0}, {1} free").format(
            format.size(plan.disk_bytes), format.size(plan.free_disk_bytes)
        )
        values = {
            "steps": format.number(plan.total_steps),
            "rows": format.number(plan.train_rows),
            "tokens": format.short_count(plan.tokens),
            "time": format.duration_range(plan.seconds),
            "trained": trained,
            "disk": disk,
        }
        for name, text in values.items():
            self._rows[name].set_value(text)
        tight = plan.disk_bytes > plan.free_disk_bytes
        self._rows["disk"].set_value(disk, "danger" if tight else "")
        too_large = plan.memory_bytes > plan.available_bytes
        self.changes.show_plan(plan, shown=too_large)
        self.smaller.show_plan(plan, too_large=too_large)
        self._show_advice(plan.advice[len(plan.changes) :])  # the changes say the first of them
        self.cards.show_cards(plan.cards)

    def _show_advice(self, advice: tuple[str, ...]) -> None:
        clear_layout(self.advice)
        for text in advice:
            line = QHBoxLayout()
            line.setSpacing(Space.S)
            holder = QWidget()
            holder.setLayout(line)
            line.setContentsMargins(0, 0, 0, 0)
            line.addWidget(IconLabel("info", tone="accent", size=16))
            line.addWidget(caption_label(engine_text(text)), 1)
            self.advice.addWidget(holder)


class HelpCard(Card):
    """Help on the field in focus, where the page has room for it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(QCoreApplication.translate("Plan", "About this option"), parent)
        self.text = caption_label()
        self.body.addWidget(self.text)
        self.hide()

    def render_state(self, state: AppState) -> None:
        """Show the help of the field in focus; hidden without one."""
        title, text = state.focus_help
        self.setVisible(bool(title))
        if title:
            self.title.setText(title)
            self.text.setText(text)
