"""The first run: five short steps over the window's pages, from the language to the first model.

Enter goes on (or presses the button that has the focus), Esc skips the rest, Alt+Left goes back. What is chosen counts
at once; the steps only lead past it.
"""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from app.actions.intents import Intents
from app.state.model import AppState
from app.state.store import Store
from app.state.welcome import STEPS, WelcomeStep
from app.ui.flow import FlowLayout
from app.ui.labels import chip_label, muted_label, set_property, title_label
from app.ui.theme import Size, Space
from app.ui.widgets import link_button, primary_button, scrolled, secondary_button
from app.views.first_run_look import LookStep
from app.views.first_run_parts import Step


class FirstRun(QWidget):
    """Shows the step that ``state.welcome`` names; each is made when it is first shown."""

    def __init__(self, store: Store, intents: Intents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._store, self._intents = store, intents
        self._steps: dict[WelcomeStep, Step] = {}
        self._shown: WelcomeStep = ""
        self.setAccessibleName(self.tr("Welcome to Luthier"))
        outer = QHBoxLayout(self)
        outer.setContentsMargins(Space.XL, Space.XL, Space.XL, Space.L)
        middle = QWidget()
        middle.setMaximumWidth(Size.READING * 2 // 3)
        outer.addStretch(1)
        outer.addWidget(middle, 20)
        outer.addStretch(1)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.M)
        column.addWidget(self._way())
        self.title = title_label()
        self.words = muted_label()
        column.addWidget(self.title)
        column.addWidget(self.words)
        self.stack = QStackedWidget()
        column.addWidget(self.stack, 1)
        column.addLayout(self._foot())
        self._key("Alt+Left", self.back)
        self._key("Esc", intents.end_welcome)

    def _way(self) -> QWidget:
        """Where we are among the steps."""
        names = {
            "look": self.tr("Language and look"),
            "places": self.tr("Folders"),
            "checks": self.tr("Check"),
            "models": self.tr("Models"),
            "start": self.tr("Start"),
        }
        holder = QWidget()
        flow = FlowLayout(holder, spacing=Space.S, line_spacing=Space.XS)
        self.marks = {}
        for number, step in enumerate(STEPS, start=1):
            self.marks[step] = chip_label(f"{number} · {names[step]}")
            flow.addWidget(self.marks[step])
        return holder

    def _foot(self) -> QHBoxLayout:
        self.skip = link_button(
            self.tr("Skip"), self.tr("Go to the pages; the welcome can be shown again (Esc)")
        )
        self.skip.clicked.connect(self._intents.end_welcome)
        self.back_button = secondary_button(self.tr("Back"), self.tr("To the step before (Alt+Left)"))
        self.back_button.clicked.connect(self.back)
        self.next = primary_button(self.tr("Next"), self.tr("Keep this and go on (Enter)"))
        self.next.clicked.connect(self.go_on)
        row = QHBoxLayout()
        row.setSpacing(Space.S)
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back_button)
        row.addWidget(self.next)
        return row

    def _key(self, keys: str, run: Callable[[], None]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(run)

    # ------------------------------------------------------------ showing

    def render(self, state: AppState) -> None:  # type: ignore[override]  # QWidget.render paints elsewhere; pages do not
        """Show the step of ``state``."""
        name = state.welcome.step
        if name not in STEPS:
            return
        step = self.step(name)
        step.render_state(state)
        last = name == STEPS[-1]
        self.back_button.setVisible(name != STEPS[0])
        self.next.setVisible(not last)
        self.next.setEnabled(step.can_go_on)
        if name != self._shown:
            self._shown = name
            self.title.setText(step.title)
            self.words.setText(step.words)
            self.stack.setCurrentWidget(step.area)
            for other, mark in self.marks.items():
                set_property(mark, "tone", "accent" if other == name else "neutral")
            (step.first_focus or self.next).setFocus(Qt.FocusReason.OtherFocusReason)

    def step(self, name: WelcomeStep) -> Step:
        """The step called ``name``, made now if it was not shown before."""
        if name not in self._steps:
            step = self._made(name)
            step.area = scrolled(step)
            step.changed.connect(lambda: self.next.setEnabled(step.can_go_on))
            self._steps[name] = step
            self.stack.addWidget(step.area)
        return self._steps[name]

    def _made(self, name: WelcomeStep) -> Step:
        if name == "look":
            return LookStep(self._intents)
        from app.views import first_run_places, first_run_steps  # not needed for the first paint

        kinds: dict[str, Callable[[Intents], Step]] = {
            "places": first_run_places.PlacesStep,
            "checks": first_run_steps.ChecksStep,
            "models": first_run_steps.ModelsStep,
            "start": first_run_steps.StartStep,
        }
        return kinds[name](self._intents)

    # ------------------------------------------------------------ going

    def go_on(self) -> None:
        """Keep what this step chose, and show the next."""
        name = self._store.state.welcome.step
        if name not in STEPS or not self.step(name).can_go_on:
            return
        self.step(name).keep()
        if name != STEPS[-1]:
            self._intents.show_welcome(STEPS[STEPS.index(name) + 1])

    def back(self) -> None:
        """Show the step before."""
        name = self._store.state.welcome.step
        if name in STEPS[1:]:
            self._intents.show_welcome(STEPS[STEPS.index(name) - 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if isinstance(focused, QAbstractButton) and focused.isVisible() and focused is not self.next:
            focused.click()
        elif self.next.isVisible():
            self.go_on()
