"""The rail at the left: the project, the pages, and the promise that nothing leaves the computer."""

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from app.state.model import PAGES, AppState, Page
from app.ui import format, icons
from app.ui.labels import caption_label, set_accessible
from app.ui.theme import Size, Space, Type, colors_of
from app.ui.widgets import ElidedLabel, IconButton, icon_button
from app.views import names


class RailButton(QAbstractButton):
    """One page: icon, word and shortcut in a line, or icon over word when the rail is narrow."""

    def __init__(self, page: Page, index: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.page = page
        self._shortcut = f"Ctrl+{index}"
        self._wide = True
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setText(names.page_title(page))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        set_accessible(self, self.text(), f"{names.page_tooltip(page)} ({self._shortcut})")

    def set_wide(self, wide: bool) -> None:
        """Switch between the two forms."""
        self._wide = wide
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(Size.RAIL - 2 * Space.S, Size.RAIL_ITEM if self._wide else Size.RAIL_ITEM + Space.L)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colors = colors_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(colors.accent_soft if self.isChecked() else colors.hover))
            painter.drawRoundedRect(frame, Size.RADIUS, Size.RADIUS)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(colors.accent), 1))
            painter.drawRoundedRect(frame, Size.RADIUS, Size.RADIUS)
        tone = colors.accent_text if self.isChecked() else colors.muted
        pixels = icons.pixmap(self.page, tone, Size.ICON, max(2.0, self.devicePixelRatioF()))
        if self._wide:
            self._paint_line(painter, tone)
            painter.drawPixmap(Space.S + 1, (self.height() - Size.ICON) // 2, Size.ICON, Size.ICON, pixels)
        else:
            self._paint_stack(painter, tone)
            painter.drawPixmap((self.width() - Size.ICON) // 2, Space.S - 1, Size.ICON, Size.ICON, pixels)
        painter.end()

    def _paint_line(self, painter: QPainter, tone: str) -> None:
        font = self.font()
        font.setPixelSize(Type.BODY)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(tone))
        room = self.rect().adjusted(Space.S + Size.ICON + Space.M, 0, -Space.S, 0)
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())
        font.setPixelSize(Type.CAPTION - 1)
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(colors_of(self).muted))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._shortcut)

    def _paint_stack(self, painter: QPainter, tone: str) -> None:
        font = self.font()
        font.setPixelSize(Type.CAPTION - 2)
        font.setWeight(QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal)
        painter.setFont(font)
        painter.setPen(QColor(tone))
        room = QRect(0, Size.ICON + Space.M, self.width(), Space.L)
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text())


class ProjectCard(QFrame):
    """What is being worked on; a click leads home."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("shell", "project")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S + 2, Space.S, Space.S, Space.S)
        column.setSpacing(2)
        self.title = ElidedLabel()
        self.title.setProperty("role", "section")
        self.detail = caption_label()
        column.addWidget(self.title)
        column.addWidget(self.detail)

    def render_state(self, state: AppState) -> None:
        """Show the draft's name, model and rows."""
        self.title.set_full_text(names.project_title(state))
        parts = []
        path = str(state.draft.recipe.get("model", {}).get("path", ""))
        if path:
            parts.append(names.model_name(path, state))
        rows = names.row_count(state)
        parts.append(
            self.tr("no data yet") if rows is None else self.tr("{0} rows").format(format.number(rows))
        )
        self.detail.setText(" · ".join(parts))
        set_accessible(
            self,
            self.title.full_text(),
            self.tr("The project being prepared: {0}").format(self.detail.text()),
        )

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        self.clicked.emit()


class Rail(QFrame):
    """Emits ``chosen`` with a page and ``fold`` when the user makes it wide or narrow."""

    chosen = Signal(str)
    fold = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("shell", "rail")
        self._wide = True
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.S, Space.M, Space.S, Space.M)
        column.setSpacing(2)
        self.project = ProjectCard()
        self.project.clicked.connect(lambda: self.chosen.emit("home"))
        column.addWidget(self.project)
        column.addSpacing(Space.M)
        self.buttons: dict[Page, RailButton] = {}
        for index, page in enumerate(PAGES, start=1):
            button = RailButton(page, index)
            button.clicked.connect(lambda _=False, page=page: self.chosen.emit(page))
            self.buttons[page] = button
            column.addWidget(button)
        column.addStretch(1)
        foot = QHBoxLayout()
        foot.setSpacing(Space.XS)
        self.promise = caption_label()
        self.toggle: IconButton = icon_button("sidebar", self.tr("Make the rail narrow or wide"))
        self.toggle.clicked.connect(lambda: self.fold.emit(not self._wide))
        foot.addWidget(self.promise, 1)
        foot.addWidget(self.toggle, 0, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter)
        column.addLayout(foot)
        self.set_wide(True)

    def set_wide(self, wide: bool) -> None:
        """Switch between icon-and-word in a line and icon over word."""
        self._wide = wide
        self.setFixedWidth(Size.RAIL_WIDE if wide else Size.RAIL)
        self.project.setVisible(wide)
        self.promise.setVisible(wide)
        for button in self.buttons.values():
            button.set_wide(wide)

    def render_state(self, state: AppState) -> None:
        """Mark the page in front and name the project."""
        self.buttons[state.page].setChecked(True)
        self.project.render_state(state)
        self.promise.setText(
            self.tr("Offline · nothing leaves this computer")
            if state.preferences.offline
            else self.tr("Your data stay on this computer")
        )
