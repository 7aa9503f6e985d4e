"""Equal columns, as many as the width allows."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from app.ui.theme import Space


class ColumnGrid(QWidget):
    """Lays its widgets out in equal columns, each at least ``column`` wide; fewer columns where it is narrow."""

    def __init__(
        self, column: int, *, most: int = 6, gap: int = Space.M, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._column, self._most, self._gap = column, most, gap
        self._widgets: list[QWidget] = []
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(gap)
        self._grid.setVerticalSpacing(gap)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def add(self, widget: QWidget) -> None:
        """Append ``widget``."""
        self._widgets.append(widget)
        self._columns = 0
        self._lay_out()

    def set_widgets(self, widgets: list[QWidget]) -> None:
        """Show exactly ``widgets``; others are let go."""
        for widget in self._widgets:
            self._grid.removeWidget(widget)
            if widget not in widgets:
                widget.hide()
                widget.deleteLater()
        self._widgets = list(widgets)
        self._columns = 0
        self._lay_out()

    def widgets(self) -> list[QWidget]:
        """What is shown, in order."""
        return list(self._widgets)

    def minimumSizeHint(self) -> QSize:
        """One column is enough: what holds the grid may become narrower than the columns of the moment."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), self._column), hint.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()  # other columns, another height: whoever holds this must ask again
        return done

    def _lay_out(self) -> None:
        room = self.width() + self._gap
        columns = max(1, min(self._most, room // (self._column + self._gap)))
        if columns == self._columns:
            return
        for index in range(max(self._columns, self._most, columns)):
            self._grid.setColumnStretch(index, 1 if index < columns else 0)
            self._grid.setColumnMinimumWidth(index, 0)
        self._columns = columns
        for place, widget in enumerate(self._widgets):
            self._grid.addWidget(widget, place // columns, place % columns, Qt.AlignmentFlag(0))
            widget.show()
        self._grid.invalidate()
        self.updateGeometry()
