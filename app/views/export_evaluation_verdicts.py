"""The verdicts of an evaluation: what was learnt by heart, what was forgotten, each with what it rests on."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from app.ui.engine_text import engine_text
from app.ui.labels import set_property
from app.ui.theme import Space, Theme
from app.ui.widgets import Fold, body_label, caption_label, chip_label, clear_layout, rule, strong_label
from engine.contract.evaluation import AbilityScore, Forgetting, Judgement, Overfitting, Verdict

if TYPE_CHECKING:
    from app.views.export_evaluation_curves import LossCurves


SURE = 0.05  # a difference less probable than this is shown in colour


class VerdictPanel(QWidget):
    """A name, a coloured mark, and sentences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = strong_label()
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(Space.S)
        self.body.addWidget(rule())
        head = QHBoxLayout()
        head.setSpacing(Space.S)
        self.mark = chip_label("")
        head.addWidget(self.title, 1)
        head.addWidget(self.mark)
        self.body.addLayout(head)
        self.sentence = body_label()
        self.reason = caption_label()
        for text in (self.sentence, self.reason):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self.body.addWidget(text)

    def show_verdict(self, verdict: Verdict, sentence: str, reason: str) -> None:
        """Show the colour with its words; the shape says the same as the colour."""
        words, tone = {
            "green": (self.tr("✓ good"), "success"),
            "amber": (self.tr("▲ look closer"), "warning"),
            "red": (self.tr("✕ bad"), "danger"),
        }[verdict]
        self.mark.setText(words)
        set_property(self.mark, "tone", tone)
        self.sentence.setText(sentence)
        self.reason.setText(reason)
        self.reason.setVisible(bool(reason))


class OverfittingPanel(VerdictPanel):
    """Signs of what was learnt by heart, with the losses over the steps."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title.setText(self.tr("Learnt by heart?"))
        self._theme = theme
        self._shown: Overfitting | None = None
        self.curves: LossCurves | None = None

    def show_overfitting(self, found: Overfitting | None) -> None:
        """Show ``found``; the plotting library is loaded with the first curve."""
        self.setVisible(found is not None)
        if found is None or found == self._shown:
            return
        self._shown = found
        signs = [engine_text(sign) for sign in found.signs]
        self.show_verdict(found.verdict, "\n".join(signs), "")
        drawable = any(len(curve.steps) > 1 for curve in found.curves)
        if drawable and self.curves is None:
            from app.views.export_evaluation_curves import LossCurves

            self.curves = LossCurves(self._theme)
            self.body.addWidget(self.curves)
        if self.curves is not None:
            self.curves.setVisible(drawable)
            self.curves.show_curves(found.curves)


class ForgettingPanel(VerdictPanel):
    """What became of the general questions, ability by ability."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title.setText(self.tr("Forgotten?"))
        self._shown: Forgetting | None = None
        self.table = QWidget()
        self._grid = QGridLayout(self.table)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(Space.M)
        self._grid.setVerticalSpacing(Space.XS)
        self._grid.setColumnStretch(0, 1)
        self.lost = Fold(self.tr("Questions that were lost"))
        self.body.addWidget(self.table)
        self.body.addWidget(self.lost)

    def show_forgetting(self, found: Forgetting | None) -> None:
        """Show ``found``."""
        self.setVisible(found is not None)
        if found is None or found == self._shown:
            return
        self._shown = found
        self.show_verdict(found.verdict, engine_text(found.sentence), engine_text(found.reason))
        self._fill(found.abilities)
        clear_layout(self.lost.body)
        self.lost.setVisible(bool(found.examples))
        for item in found.examples:
            words = self.tr("{question} – right: {right}; chosen now: {chosen}")
            text = words.format(question=item.question, right=item.right, chosen=item.chosen)
            self.lost.body.addWidget(caption_label(text))

    def _fill(self, scores: tuple[AbilityScore, ...]) -> None:
        clear_layout(self._grid)
        languages = list(dict.fromkeys(score.language for score in scores))
        abilities = list(dict.fromkeys(score.ability for score in scores))
        self._grid.addWidget(caption_label(self.tr("Answered right, before → after")), 0, 0)
        for column, language in enumerate(languages, start=1):
            self._grid.addWidget(caption_label(self._language(language)), 0, column)
        for row, ability in enumerate(abilities, start=1):
            self._grid.addWidget(body_label(engine_text(ability)), row, 0)
        for score in scores:
            words = self.tr("{before} → {after} of {count}")
            text = body_label(
                words.format(before=score.right_before, after=score.right_after, count=score.questions)
            )
            text.setWordWrap(False)
            place = abilities.index(score.ability) + 1, languages.index(score.language) + 1
            self._grid.addWidget(text, *place)

    def _language(self, code: str) -> str:
        return {"en": self.tr("in English"), "zh": self.tr("in Chinese")}.get(code, code)


class JudgementPanel(VerdictPanel):
    """Which answers a judge prefers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title.setText(self.tr("Compared by a judge"))

    def show_judgement(self, found: Judgement | None) -> None:
        """Show ``found``; the mark is coloured only where chance hardly explains the difference."""
        self.setVisible(found is not None)
        if found is None:
            return
        sure = found.p_value is not None and found.p_value < SURE
        tone = "neutral" if not sure else "success" if found.wins > found.losses else "danger"
        score = self.tr("{wins} better, {ties} alike, {losses} worse")
        self.mark.setText(score.format(wins=found.wins, ties=found.ties, losses=found.losses))
        set_property(self.mark, "tone", tone)
        sentence = self.tr("{judge} compared {count} pairs of answers, each in both orders.")
        self.sentence.setText(sentence.format(judge=Path(found.judge).name, count=found.pairs))
        reason = self.tr(
            "{split} pairs are alike because the orders disagreed; {unclear} judgements could not be read."
        )
        words = reason.format(split=found.split, unclear=found.unclear)
        self.reason.setText(words if found.p_value is None else f"{words} p = {found.p_value:.4f}")
