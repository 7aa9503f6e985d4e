"""Puts a report page together: no script, no address that is fetched, every text from outside escaped."""

import base64
import time
from collections.abc import Callable, Iterator, Sequence
from html import escape

from engine.contract.evaluation import (
    Answer,
    EvaluationReport,
    Forgetting,
    Judgement,
    Language,
    Measure,
    Overfitting,
    Verdict,
)
from engine.evaluate.chance import said
from engine.evaluate.page.charts import Ink, abilities_chart, curves_chart
from engine.evaluate.page.style import PAPER_SHEET, SHEET
from engine.evaluate.page.words import Words

COLORS: dict[Verdict, tuple[str, str, str]] = {
    "green": ("good", "✓", "good"),
    "amber": ("watch", "▲", "watch"),
    "red": ("bad", "✕", "bad"),
}
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
Drawing = Callable[[str], str]


def page(report: EvaluationReport, *, language: Language = "en") -> str:
    """One self-contained HTML document for the screen."""
    words = Words(language)
    title = escape(words.say("Evaluation of {0}", report.run))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    head = f'<meta charset="utf-8">{policy}<meta name="viewport" content="width=device-width"><title>{title}</title>'
    body = "".join(_parts(report, words, Ink(), lambda drawing: drawing))
    code = "zh-CN" if language == "zh" else "en"
    return f'<!DOCTYPE html>\n<html lang="{code}"><head>{head}<style>{SHEET}</style></head><body><main>{body}</main></body></html>\n'


def paper(report: EvaluationReport, *, language: Language = "en") -> str:
    """The same for printing by what knows little of HTML: charts are pictures in their own right."""
    body = "".join(_parts(report, Words(language), Ink(paper=True), _picture))
    return f"<html><head><style>{PAPER_SHEET}</style></head><body>{body}</body></html>\n"


def _picture(drawing: str) -> str:
    whole = drawing.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    return f'<img src="data:image/svg+xml;base64,{base64.b64encode(whole.encode()).decode()}">'


def _parts(report: EvaluationReport, words: Words, ink: Ink, draw: Drawing) -> Iterator[str]:
    yield _head(report, words)
    yield _section(words.say("Figures"), _figures(report.measures, words))
    if report.overfitting is not None:
        yield _section(words.say("Learnt by heart?"), _overfitting(report.overfitting, words, ink, draw))
    if report.forgetting is not None:
        yield _section(words.say("Forgotten?"), _forgetting(report.forgetting, words, ink, draw))
    if report.judgement is not None:
        yield _section(words.say("Compared by a judge"), _judgement(report.judgement, words))
    if report.answers:
        yield _section(words.say("Answers side by side"), _answers(report.answers, words))
    yield f'<p class="muted">{escape(words.say("Made by Luthier on this computer."))}</p>'


def _section(title: str, body: str) -> str:
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def _head(report: EvaluationReport, words: Words) -> str:
    lines = [words.say("Base model: {0}", report.base)] if report.base else []
    lines.append(words.say("{0} held-out rows ({1}), {2} of them answered", report.rows, words.say(report.split), report.answered))  # fmt: skip
    if report.created:
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(report.created))
        lines.append(words.say("Measured on {0} in {1} s", when, round(report.seconds)))
    title = escape(words.say("Evaluation of {0}", report.run))
    return f"<h1>{title}</h1>" + "".join(f'<p class="muted">{escape(line)}</p>' for line in lines)


def _table(heads: Sequence[str], rows: Sequence[str], *, numbers: Sequence[int] = ()) -> str:
    cells = "".join(_cell(head, "n" if place in numbers else "", tag="th") for place, head in enumerate(heads))  # fmt: skip
    return f'<table width="100%" cellspacing="0"><tr>{cells}</tr>{"".join(rows)}</table>'


def _cell(text: str, kind: str = "", *, tag: str = "td") -> str:
    aligned = ' align="right"' if kind.startswith("n") else ' align="left"'
    if kind == "answer":
        aligned += ' width="33%"'
    return f'<{tag} class="{kind}"{aligned}>{escape(text)}</{tag}>'


def _figures(measures: Sequence[Measure], words: Words) -> str:
    heads = ("Figure", "Before", "After", "Change", "Rows better", "Rows worse", "Chance")
    rows = [_figure_row(item, words) for item in measures]
    return _table([words.say(head) for head in heads], rows, numbers=range(1, 7))


def _figure_row(item: Measure, words: Words) -> str:
    better = item.after > item.before if item.better == "higher" else item.after < item.before
    change = "equal" if item.after == item.before else "better" if better else "worse"
    tone = {"equal": "n muted", "better": "n good", "worse": "n bad"}[change]
    counted = item.p_value is not None
    return "<tr>{}</tr>".format(
        "".join(
            (
                _cell(words.engine(item.title)),
                _cell(figure(item, item.before), "n"),
                _cell(figure(item, item.after), "n"),
                _cell(words.say(change), tone),
                _cell(str(item.improved) if counted else "–", "n"),
                _cell(str(item.worsened) if counted else "–", "n"),
                _cell(said(item.p_value) if item.p_value is not None else "–", "n muted"),
            )
        )
    )


def figure(item: Measure, value: float) -> str:
    """A measure's value as people write it."""
    return f"{value:.1f}%" if item.unit == "%" else f"{value:.4g}"


def _verdict(verdict: Verdict, words: Words) -> str:
    kind, mark, word = COLORS[verdict]
    return f'<span class="verdict {kind}">{mark} {escape(words.say(word))}</span> '


def _overfitting(found: Overfitting, words: Words, ink: Ink, draw: Drawing) -> str:
    first, *others = found.signs or ("",)
    text = f"<p>{_verdict(found.verdict, words)}{escape(words.engine(first))}</p>"
    text += "".join(f"<p>{escape(words.engine(sign))}</p>" for sign in others)
    chart = curves_chart(found.curves, words, ink)
    return text + (draw(chart) if chart else "")


def _forgetting(found: Forgetting, words: Words, ink: Ink, draw: Drawing) -> str:
    text = f"<p>{_verdict(found.verdict, words)}{escape(words.engine(found.sentence))}</p>"
    text += f'<p class="muted">{escape(words.engine(found.reason))}</p>'
    text += draw(abilities_chart(found.abilities, words, ink))
    if not found.examples:
        return text
    rows = [
        f"<tr>{_cell(words.say(item.ability))}{_cell(item.question)}{_cell(item.right)}{_cell(item.chosen)}</tr>"
        for item in found.examples
    ]
    heads = [words.say(head) for head in ("Ability", "Question", "Right answer", "Chosen now")]
    return text + f"<h2>{escape(words.say('Questions that were lost'))}</h2>" + _table(heads, rows)


def _judgement(found: Judgement, words: Words) -> str:
    sentence = "Of {0} pairs, {1} answers after training were preferred, {2} before it; {3} were ties."
    orders = "Each pair was judged in both orders; {0} ties are pairs where the orders disagreed, and {1} judgements could not be read."  # fmt: skip
    text = words.say(sentence, found.pairs, found.wins, found.losses, found.ties)
    if found.p_value is not None:
        text += f" ({said(found.p_value)})"
    lines = [words.say("Judge: {0}", found.judge), words.say(orders, found.split, found.unclear)]
    muted = "".join(f'<p class="muted">{escape(line)}</p>' for line in lines)
    return f"<p>{escape(text)}</p>{muted}"


def _answers(answers: Sequence[Answer], words: Words) -> str:
    heads = [words.say("Before"), words.say("After"), words.say("Wanted")]
    parts = []
    for answer in answers:
        texts = (answer.before, answer.after, answer.reference)
        row = "<tr>" + "".join(_cell(text or "–", "answer") for text in texts) + "</tr>"
        line = f"<p><b>{escape(answer.prompt)}</b></p>"
        if answer.preferred is not None:
            side = {"before": "Before", "after": "After", "tie": "equal"}[answer.preferred]
            line += f'<p class="muted">{escape(words.say("Preferred"))}: {escape(words.say(side))}</p>'
        parts.append(f'<div class="pair">{line}{_table(heads, [row])}</div>')
    return "".join(parts)
