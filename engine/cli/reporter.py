"""Shows a job on a terminal: phases as lines, progress as one moving line (or now and then a line in a log)."""

import math
import shutil
import time

from engine.cli.output import Output
from engine.contract.messages import Checkpoint, Event, Metrics, Phase, Progress, Sample, Warn

LOG_EVERY_S = 10.0
SHOW_EVERY_S = 0.2
BAR_CELLS = 20
QUIET_PHASES = frozenset({"save", "train"})  # a checkpoint says itself where it is; training has its bar


class Reporter:
    """A sink of events that writes to stderr."""

    def __init__(self, output: Output) -> None:
        self._output = output
        self._started: dict[str, float] = {}
        self._loss = ""
        self._bar = False
        self._logged: dict[str, float] = {}
        self._completed: dict[str, float | None] = {}  # totals that were reached, which is said once

    def __call__(self, event: Event) -> None:
        """Show ``event``, if it is worth a line."""
        if isinstance(event, Metrics):
            losses = event.series.get("train/loss")
            if losses:
                self._loss = f"  loss {losses[-1]:.4f}"
            rewards = event.series.get("train/reward")
            if rewards:
                self._loss = f"  reward {rewards[-1]:.3f}"
            judged = event.series.get("eval/reward")
            if judged:
                self._line(f"step {event.step[-1]}: held-out reward {judged[-1]:.3f}")
            held_out = event.series.get("eval/loss")
            if held_out:
                self._line(f"step {event.step[-1]}: held-out loss {held_out[-1]:.4f}")
        elif isinstance(event, Progress):
            self._progress(event)
        elif isinstance(event, Phase):
            self._phase(event)
        elif isinstance(event, Checkpoint):
            self._line(f"step {event.step}: checkpoint {event.path}")
        elif isinstance(event, Sample):
            self._line(f"step {event.step}: {event.prompt!r} -> {event.answer!r}")
        elif isinstance(event, Warn):
            self._line(f"warning: {event.message}" + (f" {event.hint}" if event.hint else ""))

    def close(self) -> None:
        """End the moving line."""
        if self._bar:
            self._output.note("")
            self._bar = False

    def _phase(self, event: Phase) -> None:
        if event.name in QUIET_PHASES:
            return
        if event.state == "started":
            self._started[event.name] = event.t
            return
        seconds = event.t - self._started.get(event.name, event.t)
        detail = f" ({event.detail})" if event.detail else ""
        self._line(f"{event.name}{detail}: {seconds:.1f} s")

    def _progress(self, event: Progress) -> None:
        complete = event.total is not None and event.done >= event.total
        if complete and self._completed.get(event.name) == event.total:
            return
        self._completed[event.name] = event.total if complete else None
        if self._output.terminal:
            self._show(_describe(event, self._loss, bar=True))
            if complete:
                self.close()
            return
        now = time.monotonic()
        if complete or now - self._logged.get(event.name, -math.inf) >= LOG_EVERY_S:
            self._logged[event.name] = now
            self._line(_describe(event, self._loss, bar=False))

    def _show(self, text: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        self._output.note("\r" + text[:width].ljust(width), end="")
        self._bar = True

    def _line(self, text: str) -> None:
        if self._bar:
            self._show("")
            self._output.note("\r", end="")
            self._bar = False
        self._output.note(text)


class Moving:
    """Shows how far a question is that no job answers; called as often as one likes."""

    def __init__(self, output: Output) -> None:
        self._reporter = None if output.json else Reporter(output)
        self._shown = -math.inf

    def __call__(self, name: str, done: int, total: int | None) -> None:
        """Show it, at most five times a second."""
        now = time.monotonic()
        if self._reporter is not None and now - self._shown >= SHOW_EVERY_S:
            self._shown = now
            self._reporter(Progress(name=name, done=done, total=total, unit="rows"))

    def close(self) -> None:
        """End the moving line."""
        if self._reporter is not None:
            self._reporter.close()


def _describe(event: Progress, loss: str, *, bar: bool) -> str:
    amount = _number(event.done)
    cells = ""
    if event.total:
        share = min(1.0, event.done / event.total)
        amount = f"{amount}/{_number(event.total)}"
        filled = round(share * BAR_CELLS)
        cells = f"[{'#' * filled}{'.' * (BAR_CELLS - filled)}] {share:4.0%} " if bar else ""
    unit = f" {event.unit}" if event.unit else ""
    left = f"  {_clock(event.eta_s[0])} to {_clock(event.eta_s[1])} left" if event.eta_s else ""
    if event.total is not None and event.done >= event.total:
        left = ""
    return f"{event.name} {cells}{amount}{unit}{left}{loss if event.name == 'train' else ''}"


def _number(value: float) -> str:
    return f"{value:.0f}" if value == round(value) or abs(value) >= 100 else f"{value:.1f}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
