"""Charts of a report page as SVG: they take their colours from classes, or have them written in for paper."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from engine.contract.evaluation import AbilityScore, Curve
from engine.evaluate.page.words import Words

WIDTH, HEIGHT = 680, 220
LEFT, RIGHT, TOP, FOOT = 56, 16, 12, 28
LABEL, ROW, BAR = 190, 30, 9
PAPER = {"c0": "#0072B2", "c1": "#D55E00", "muted": "#5C6270", "line": "#E3E4E8", "text": "#1B1D22"}


@dataclass(frozen=True, slots=True)
class Ink:
    """How shapes are coloured. ``paper``: as attributes, since what prints knows no classes."""

    paper: bool = False

    def stroke(self, name: str) -> str:
        """A line's colour."""
        return f'stroke="{PAPER[name]}"' if self.paper else f'class="s-{name}"'

    def fill(self, name: str) -> str:
        """An area's or a word's colour."""
        return f'fill="{PAPER[name]}"' if self.paper else f'class="f-{name}"'


def curves_chart(curves: Sequence[Curve], words: Words, ink: Ink) -> str:
    """Losses over steps; "" where no curve has two points."""
    shown = [curve for curve in curves if len(curve.steps) > 1]
    if not shown:
        return ""
    steps = [step for curve in shown for step in curve.steps]
    values = [value for curve in shown for value in curve.values]
    first, last, top = min(steps), max(steps), _round_up(max(values))

    def x(step: float) -> float:
        return LEFT + (step - first) / max(1, last - first) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return TOP + (1.0 - value / top) * (HEIGHT - TOP - FOOT)

    parts = [_grid(top, y, ink), _text(LEFT, HEIGHT - 8, f"{first:,}", ink), _text(WIDTH - RIGHT, HEIGHT - 8, f"{last:,}", ink, "end")]  # fmt: skip
    for curve in shown:
        color = "c0" if curve.name == "train" else "c1"
        points = [(x(step), y(value)) for step, value in zip(curve.steps, curve.values, strict=True)]
        line = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke-width="2" {ink.stroke(color)}/>')
        if curve.name == "held_out":
            parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="4" {ink.fill(color)}/>' for a, b in points]
    title = words.say("Loss over the steps of the run")
    legend = [(words.say("train" if c.name == "train" else "held out"), "c0" if c.name == "train" else "c1") for c in shown]  # fmt: skip
    return _svg(WIDTH, HEIGHT, title, [*parts, *_legend(legend, ink)])


def abilities_chart(scores: Sequence[AbilityScore], words: Words, ink: Ink) -> str:
    """Right answers of each ability before and after, as two bars a row."""
    height = TOP + ROW * len(scores) + FOOT
    room = WIDTH - LABEL - RIGHT - 40
    parts = []
    for place, score in enumerate(scores):
        top = TOP + place * ROW
        name = f"{words.say(score.ability)} · {words.say(language_name(score.language))}"
        parts.append(_text(LABEL - 10, top + BAR + 5, name, ink, "end"))
        for count, color, down in ((score.right_before, "muted", 0), (score.right_after, "c0", BAR + 2)):
            wide = room * count / max(1, score.questions)
            parts.append(f'<rect x="{LABEL}" y="{top + down}" width="{wide:.1f}" height="{BAR}" rx="2" {ink.fill(color)}/>')  # fmt: skip
        figures = f"{score.right_before} → {score.right_after}"
        parts.append(_text(LABEL + room + 8, top + BAR + 5, figures, ink))
    legend = [(words.say("Before"), "muted"), (words.say("After"), "c0")]
    title = words.say("General questions answered right, by ability")
    return _svg(WIDTH, height, title, [*parts, *_legend(legend, ink, y=height - 8, x=LABEL)])


def language_name(code: str) -> str:
    """The page's word for a language of the questions."""
    return {"en": "English", "zh": "Chinese"}.get(code, code)


def _grid(top: float, y: object, ink: Ink) -> str:
    assert callable(y)
    lines = []
    for share in (0.0, 0.5, 1.0):
        height = y(share * top)
        lines.append(f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}" {ink.stroke("line")}/>')  # fmt: skip
        lines.append(_text(LEFT - 8, height + 4, f"{share * top:.3g}", ink, "end"))
    return "".join(lines)


def _legend(entries: Sequence[tuple[str, str]], ink: Ink, *, y: float = 24, x: float = WIDTH - 190) -> list[str]:  # fmt: skip
    parts = []
    for name, color in entries:
        parts.append(f'<rect x="{x:.0f}" y="{y - 9:.0f}" width="12" height="9" rx="2" {ink.fill(color)}/>')
        parts.append(_text(x + 18, y, name, ink))
        x += 90
    return parts


def _text(x: float, y: float, words: str, ink: Ink, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="12" text-anchor="{anchor}" {ink.fill("text")}>{escape(words)}</text>'  # fmt: skip


def _svg(width: float, height: float, title: str, parts: Sequence[str]) -> str:
    name = escape(title, quote=True)
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="{name}">{"".join(parts)}</svg>'
    )


def _round_up(value: float) -> float:
    """The next round number above, for the top of an axis."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    size = 10 ** math.floor(math.log10(value))
    return next(step * size for step in (1, 1.5, 2, 3, 4, 5, 7.5, 10) if step * size >= value)
