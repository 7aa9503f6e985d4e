"""Short messages at the edge of the window, and a call for attention when it is in the background."""

from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from app.state.model import Notice
from app.ui.engine_text import engine_text
from app.ui.labels import body_label, set_accessible
from app.ui.theme import Size, Space
from app.ui.widgets import IconLabel, icon_button, link_button

_ICONS = {
    "info": ("info", "muted"),
    "success": ("success", "success"),
    "warning": ("warning", "warning"),
    "danger": ("error", "danger"),
}
_LASTS_MS = 8000  # good news goes by itself, so that nothing beneath it stays covered
_LASTS_WITH_ACTION_MS = 14000
_SHOWN = 4


class NoticeIntents(Protocol):
    """The part of the intents that a notice needs."""

    def dismiss_notice(self, notice_id: int) -> None: ...
    def run_intent(self, intent: str) -> None: ...


class Toast(QFrame):
    """One notice with at most one action."""

    def __init__(self, notice: Notice, intents: NoticeIntents, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("toast", True)
        self.setFixedWidth(Size.TOAST)
        self._notice, self._intents = notice, intents
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.M, Space.S, Space.S, Space.S)
        row.setSpacing(Space.S)
        name, tone = _ICONS[notice.kind]
        row.addWidget(IconLabel(name, tone=tone))
        row.addWidget(body_label(engine_text(notice.text)), 1)
        if notice.action:
            action = link_button(notice.action)
            action.clicked.connect(self._act)
            row.addWidget(action)
        close = icon_button("close", self.tr("Close this message"))
        close.clicked.connect(self._close)
        row.addWidget(close)
        set_accessible(self, notice.text)
        if notice.kind in ("info", "success"):
            QTimer.singleShot(_LASTS_WITH_ACTION_MS if notice.action else _LASTS_MS, self, self._close)

    def _act(self) -> None:
        self._intents.run_intent(self._notice.intent)
        self._intents.dismiss_notice(self._notice.id)

    def _close(self) -> None:
        self._intents.dismiss_notice(self._notice.id)


class ToastStack(QWidget):
    """The newest notices at the top of ``host`` in the middle, where neither buttons nor fields are; above everything else."""

    def __init__(self, host: QWidget, intents: NoticeIntents) -> None:
        super().__init__(host)
        self._intents = intents
        self._toasts: dict[int, Toast] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.S)
        host.installEventFilter(self)
        self.hide()

    def set_notices(self, notices: tuple[Notice, ...]) -> None:
        """Show ``notices``: new ones come, answered ones go."""
        shown = notices[-_SHOWN:]
        wanted = {notice.id for notice in shown}
        for key in [key for key in self._toasts if key not in wanted]:
            toast = self._toasts.pop(key)
            self._column.removeWidget(toast)
            toast.hide()
            toast.deleteLater()
        for notice in shown:
            if notice.id not in self._toasts:
                toast = Toast(notice, self._intents, self)
                self._toasts[notice.id] = toast
                self._column.addWidget(toast)
                toast.show()
                call_attention(self.window())
        self.setVisible(bool(self._toasts))
        self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        host = self.parentWidget()
        if host is None or not self._toasts:
            return
        height = sum(
            max(toast.sizeHint().height(), toast.heightForWidth(Size.TOAST)) + Space.S
            for toast in self._toasts.values()
        )
        self.setGeometry(
            (host.width() - Size.TOAST) // 2,
            Space.XS,
            Size.TOAST,
            height - Space.S,
        )
        self.raise_()


def call_attention(window: QWidget) -> None:
    """Let the task bar's entry of ``window`` ask to be looked at, unless the window is in front already."""
    if not window.isActiveWindow():
        QApplication.alert(window)
