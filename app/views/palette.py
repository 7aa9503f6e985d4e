"""Ctrl+K: one field that finds every page, action, run and option."""

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
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

from app.ui import icons
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Size, Space, Type, colors_of
from app.views.commands import Command, ranked

_ROW = 44
_MOST = 60


class _CommandDelegate(QStyledItemDelegate):
    """Icon, title over detail, shortcut at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        command: Command = index.data(Qt.ItemDataRole.UserRole)
        widget: QWidget = option.widget  # type: ignore[attr-defined]
        rect: QRect = option.rect  # type: ignore[attr-defined]
        colors = colors_of(widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:  # type: ignore[attr-defined]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colors.accent_soft))
            painter.drawRoundedRect(rect.adjusted(2, 1, -2, -1), Size.RADIUS, Size.RADIUS)
        pixels = icons.pixmap(command.icon, colors.muted, Size.ICON, 2.0)
        painter.drawPixmap(
            rect.left() + Space.M, rect.center().y() - Size.ICON // 2, Size.ICON, Size.ICON, pixels
        )
        room = rect.adjusted(Space.M * 2 + Size.ICON, 5, -Space.M, -5)
        font = widget.font()
        font.setPixelSize(Type.CAPTION)
        painter.setFont(font)
        painter.setPen(QColor(colors.muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, command.shortcut)
        if command.shortcut:
            room.setRight(room.right() - 90)
        detail = painter.fontMetrics().elidedText(command.detail, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom, detail)
        font.setPixelSize(Type.BODY)
        painter.setFont(font)
        painter.setPen(QColor(colors.text))
        title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop, title)
        painter.restore()


class CommandPalette(QDialog):
    """Type, choose with the arrows, run with Enter; Esc goes away."""

    def __init__(self, commands: list[Command], parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self._commands = commands
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        frame = QFrame()
        frame.setProperty("shell", "palette")
        outer.addWidget(frame)
        column = QVBoxLayout(frame)
        column.setContentsMargins(Space.S, Space.S, Space.S, Space.S)
        column.setSpacing(Space.XS)
        self.field = QLineEdit()
        self.field.setProperty("frameless", True)
        self.field.setProperty("search", True)
        self.field.setPlaceholderText(self.tr("Search pages, actions, runs and options"))
        set_accessible(self.field, self.tr("Search"), self.tr("Type a few letters of what you look for"))
        self.list = QListWidget()
        self.list.setProperty("frameless", True)
        self.list.setItemDelegate(_CommandDelegate(self.list))
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        set_accessible(self.list, self.tr("Found"))
        self.nothing = caption_label(self.tr("Nothing found. Try fewer letters."))
        self.nothing.setContentsMargins(Space.M, Space.S, Space.M, Space.M)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        column.addWidget(self.nothing)
        self.field.textChanged.connect(self._search)
        self.field.installEventFilter(self)
        self.list.itemClicked.connect(self._run)
        self.setFixedSize(Size.PALETTE_W, Size.PALETTE_H)
        self._search("")

    def open_over(self, host: QWidget) -> None:
        """Show in the upper middle of ``host``."""
        corner = host.mapToGlobal(host.rect().topLeft())
        self.move(corner.x() + (host.width() - self.width()) // 2, corner.y() + Size.HEADER + Space.XXL)
        self.show()
        self.field.setFocus()

    def _search(self, query: str) -> None:
        self.list.clear()
        for command in ranked(query, self._commands)[:_MOST]:
            item = QListWidgetItem(command.title)
            item.setData(Qt.ItemDataRole.UserRole, command)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.nothing.setVisible(self.list.count() == 0)
        self.list.setVisible(self.list.count() > 0)

    def _run(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        command: Command = item.data(Qt.ItemDataRole.UserRole)
        self.accept()
        command.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.field and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            moves = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8, Qt.Key.Key_PageUp: -8}
            move = moves.get(Qt.Key(event.key()))
            if move is not None:
                row = self.list.currentRow() + move
                self.list.setCurrentRow(max(0, min(self.list.count() - 1, row)))
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self.list.currentItem())
                return True
        return super().eventFilter(watched, event)
