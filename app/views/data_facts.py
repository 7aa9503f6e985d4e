"""What is in the cleaned dataset, altogether and by file."""

from pathlib import Path

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.state.dataset import rows_out
from app.state.model import AppState
from app.ui import format as human
from app.ui.theme import Space
from app.ui.widgets import Card, ElidedLabel, Fold, KeyValueRow, Skeleton, clear_layout, rule
from app.views.data_row_edit import role_words
from app.views.data_words import language_name
from engine.contract.results import DataReport, SourceStatistics

MOST_LANGUAGES = 3


class SourceFacts(QWidget):
    """One file after cleaning."""

    def __init__(self, facts: SourceStatistics, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.XS)
        name = ElidedLabel(Path(facts.path).name, middle=True)
        name.setToolTip(facts.path)
        column.addWidget(name)
        share = facts.trained_tokens / facts.tokens if facts.tokens else 0.0
        lines = [
            (self.tr("Rows"), human.number(facts.rows)),
            (self.tr("Turns"), human.number(facts.turns)),
            (self.tr("Tokens"), human.short_count(facts.tokens)),
            (self.tr("Trained"), human.percent(share)),
            (self.tr("Duplicates"), human.number(facts.duplicates)),
        ]
        lines += [(role_words(role).capitalize(), human.number(count)) for role, count in facts.roles.items()]
        lines += languages_of(facts.languages)
        for key, value in lines:
            column.addWidget(KeyValueRow(key, value))
        column.addWidget(rule())


class ContentsCard(Card):
    """Figures of the cleaned dataset."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("What is in it"), parent)
        self._shown: DataReport | None = None
        self.rows = KeyValueRow(self.tr("Rows"))
        self.tokens = KeyValueRow(self.tr("Tokens"))
        self.trained = KeyValueRow(self.tr("Trained"))
        self.turns = KeyValueRow(self.tr("Turns a row"))
        self.duplicates = KeyValueRow(self.tr("Duplicates"))
        self.duplicates.setToolTip(self.tr("Rows that say the same as an earlier one, before cleaning"))
        self.waiting = Skeleton(3)
        self._lines = (self.rows, self.tokens, self.trained, self.turns, self.duplicates)
        for line in (*self._lines, self.waiting):
            self.body.addWidget(line)
        self._languages = QVBoxLayout()
        self._languages.setSpacing(Space.S)
        self.body.addLayout(self._languages)
        self.by_file = Fold(self.tr("By file"))
        self.by_file.button.setToolTip(self.tr("Rows, turns, roles, tokens and languages of each file"))
        self._sources = QVBoxLayout()
        self._sources.setSpacing(Space.S)
        self.by_file.body.addLayout(self._sources)
        self.body.addWidget(self.by_file)

    def show_state(self, state: AppState) -> None:
        """Show the newest report."""
        report = state.data.report
        self.waiting.setVisible(report is None and "statistics" in state.data.busy)
        for line in self._lines:
            line.setVisible(report is not None)
        self.by_file.setVisible(report is not None and bool(report.sources))
        if report is self._shown:
            return
        self._shown = report
        clear_layout(self._languages)
        clear_layout(self._sources)
        if report is None:
            return
        self.rows.set_value(human.number(rows_out(report)))
        self.tokens.set_value(human.short_count(report.tokens))
        share = report.trained_tokens / report.tokens if report.tokens else 0.0
        trained = f"{human.short_count(report.trained_tokens)} ({human.percent(share)})"
        self.trained.set_value(trained, "" if report.trained_tokens else "danger")
        self.turns.set_value(f"{report.turns:.1f}")
        self.duplicates.set_value(human.number(sum(item.duplicates for item in report.sources)))
        self.duplicates.setVisible(bool(report.sources))
        for key, value in all_languages(report):
            self._languages.addWidget(KeyValueRow(key, value))
        for facts in report.sources:
            self._sources.addWidget(SourceFacts(facts))


def all_languages(report: DataReport) -> list[tuple[str, str]]:
    """The languages of all rows; of an engine that did not tell them, the share of Chinese."""
    total: dict[str, int] = {}
    for facts in report.sources:
        for code, count in facts.languages.items():
            total[code] = total.get(code, 0) + count
    if not total:
        return [(language_name("zh"), human.percent(report.chinese_share))]
    return languages_of(total)


def languages_of(counts: dict[str, int]) -> list[tuple[str, str]]:
    """The most frequent languages with their share of the rows; the others together."""
    rows = sum(counts.values())
    ranked = sorted(counts.items(), key=lambda item: -item[1])
    found = [(language_name(code), count) for code, count in ranked[:MOST_LANGUAGES]]
    rest = sum(count for _, count in ranked[MOST_LANGUAGES:])
    found += [(language_name(""), rest)] if rest else []
    return [(name, human.percent(count / rows)) for name, count in found if rows]
