"""What the model answers while it learns: the newest live sample, with the earlier ones a click away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from app.state.model import SampleMark
from app.ui.theme import Space
from app.ui.widgets import Card, body_label, caption_label, chip, icon_button


class SamplesCard(Card):
    """One sample at a time; follows the newest one until the user looks back."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Live samples"), parent)
        self._samples: tuple[SampleMark, ...] = ()
        self._index = -1
        self._follow = True
        self.step = chip("")
        self.earlier = icon_button("chevron-left", self.tr("Earlier sample"))
        self.later = icon_button("chevron-right", self.tr("Later sample"))
        self.earlier.clicked.connect(lambda: self._go(-1))
        self.later.clicked.connect(lambda: self._go(1))
        self.header.insertWidget(1, self.step)
        self.header.addWidget(self.earlier)
        self.header.addWidget(self.later)
        self.prompt, self.answer, self.reference = body_label(), body_label(), body_label()
        self.reference_caption = caption_label(self.tr("Wanted"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(Space.XL)
        grid.setVerticalSpacing(Space.XS)
        columns = (
            (caption_label(self.tr("Question")), self.prompt),
            (caption_label(self.tr("Model now")), self.answer),
            (self.reference_caption, self.reference),
        )
        for column, (caption, text) in enumerate(columns):
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(caption, 0, column)
            grid.addWidget(text, 1, column, Qt.AlignmentFlag.AlignTop)
            grid.setColumnStretch(column, 1)
        self.body.addLayout(grid)
        self.hide()

    def show_state(self, samples: tuple[SampleMark, ...]) -> None:
        """Show the newest of ``samples``, or hide without any."""
        if samples is self._samples:
            return
        self._samples = samples
        self.setVisible(bool(samples))
        if self._follow or self._index >= len(samples):
            self._index = len(samples) - 1
        self._show()

    def _go(self, by: int) -> None:
        self._index = min(max(self._index + by, 0), len(self._samples) - 1)
        self._follow = self._index == len(self._samples) - 1
        self._show()

    def _show(self) -> None:
        if not self._samples:
            return
        sample = self._samples[self._index]
        self.step.setText(self.tr("at step {step}").format(step=f"{sample.step:,}"))
        self.prompt.setText(sample.prompt)
        self.answer.setText(sample.answer or self.tr("(no answer)"))
        self.reference.setText(sample.reference)
        self.reference.setVisible(bool(sample.reference))
        self.reference_caption.setVisible(bool(sample.reference))
        self.earlier.setEnabled(self._index > 0)
        self.later.setEnabled(self._index < len(self._samples) - 1)
