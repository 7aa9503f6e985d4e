"""The list from which a cleaning step is taken: grouped, and searched while one types."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from app.ui.i18n import schema_text
from app.ui.labels import set_accessible
from app.ui.theme import Space, Type, colors_of
from app.views.commands import score
from engine.contract.results import VariantInfo

KIND, SUMMARY = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
WIDTH, HEIGHT = 400, 460
ITEM, HEADING = 46, 28
Index = QModelIndex | QPersistentModelIndex


class StepDelegate(QStyledItemDelegate):
    """A title over what the step does; headings in small letters."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Draw one line of the list."""
        colors = colors_of(option.widget)  # type: ignore[attr-defined]
        rect = QRect(option.rect)  # type: ignore[attr-defined]
        painter.save()
        kind = index.data(KIND)
        if kind and option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent_soft))
            painter.drawRoundedRect(rect, 6, 6)
        font = painter.font()
        inner = rect.adjusted(Space.S, Space.XS, -Space.S, -Space.XS)
        if not kind:
            font.setPixelSize(Type.CAPTION)
            painter.setFont(font)
            painter.setPen(QColor(colors.muted))
            painter.drawText(
                inner, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, str(index.data())
            )
            painter.restore()
            return
        font.setPixelSize(Type.BODY)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        half = inner.height() // 2
        upper = QRect(inner.left(), inner.top(), inner.width(), half)
        painter.drawText(upper, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, str(index.data()))
        font.setPixelSize(Type.CAPTION)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        lower = QRect(inner.left(), inner.top() + half, inner.width(), half)
        words = painter.fontMetrics().elidedText(
            str(index.data(SUMMARY)), Qt.TextElideMode.ElideRight, lower.width()
        )
        painter.drawText(lower, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Steps take two lines, headings one."""
        return QSize(0, ITEM if index.data(KIND) else HEADING)


class AddStepPopup(QFrame):
    """Opens over the page; Return takes the chosen step, Escape closes."""

    chosen = Signal(str)

    def __init__(self, steps: tuple[VariantInfo, ...], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setProperty("shell", "palette")
        self._steps = steps
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        column.setSpacing(Space.S)
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search steps"))
        set_accessible(self.search, self.tr("Search steps"), self.tr("Words of what a step does"))
        self.list = QListWidget()
        self.list.setProperty("frameless", True)
        self.list.setItemDelegate(StepDelegate(self.list))
        self.list.setMouseTracking(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_accessible(self.list, self.tr("Cleaning steps"))
        column.addWidget(self.search)
        column.addWidget(self.list)
        self.search.textChanged.connect(self._fill)
        self.search.returnPressed.connect(self._take)
        self.list.itemClicked.connect(lambda _: self._take())
        self.list.itemEntered.connect(self._hover)
        self._fill("")
        self.resize(WIDTH, HEIGHT)

    def open_at(self, widget: QWidget) -> None:
        """Open beneath ``widget``, or above it where there is no room."""
        screen = widget.screen().availableGeometry()
        place = widget.mapToGlobal(QPoint(0, widget.height() + Space.XS))
        if place.y() + HEIGHT > screen.bottom():
            place.setY(max(screen.top(), widget.mapToGlobal(QPoint(0, 0)).y() - HEIGHT - Space.XS))
        place.setX(min(place.x(), screen.right() - WIDTH))
        self.move(place)
        self.show()
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def kinds(self) -> list[str]:
        """What is listed now."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [str(item.data(KIND)) for item in items if item.data(KIND)]

    def _fill(self, query: str) -> None:
        self.list.clear()
        matching = [step for step in self._steps if _matches(step, query)]
        groups = list(dict.fromkeys(step.group for step in matching))
        for group in groups:
            heading = QListWidgetItem(schema_text(group) if group else self.tr("Other"))
            heading.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(heading)
            for step in (item for item in matching if item.group == group):
                line = QListWidgetItem(schema_text(step.title))
                line.setData(KIND, step.kind)
                line.setData(SUMMARY, schema_text(step.summary))
                line.setToolTip(schema_text(step.summary))
                self.list.addItem(line)
        self._step_to(0, 1)

    def _step_to(self, row: int, by: int) -> None:
        """Choose the next line from ``row`` on that is no heading."""
        while 0 <= row < self.list.count():
            if self.list.item(row).data(KIND):
                self.list.setCurrentRow(row)
                return
            row += by

    def _hover(self, item: QListWidgetItem) -> None:
        if item.data(KIND):
            self.list.setCurrentItem(item)

    def _take(self) -> None:
        item = self.list.currentItem()
        if item is not None and item.data(KIND):
            self.close()
            self.chosen.emit(str(item.data(KIND)))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down walk the list while the words are typed; Escape closes."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        if event.key() in steps:
            by = steps[Qt.Key(event.key())]
            self._step_to(self.list.currentRow() + by, by)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._take()
        elif event.key() == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _matches(step: VariantInfo, query: str) -> bool:
    words = (schema_text(step.title), schema_text(step.summary), schema_text(step.group), step.kind)
    return not query.strip() or any(
        (found := score(query, text)) is not None and found < 100 for text in words
    )
