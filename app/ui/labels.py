"""Words on the screen: labels by role, chips, and the small helpers that every widget of the kit needs."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLayout, QSizePolicy, QWidget

from app.ui.theme import Space, tabular


def set_property(widget: QWidget, name: str, value: object) -> None:
    """Set a dynamic property and restyle ``widget`` if it changed."""
    if (widget.property(name) or "") == (value or ""):  # what was never set counts as off
        return
    widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def set_accessible(widget: QWidget, name: str, tooltip: str = "") -> None:
    """Name ``widget`` for screen readers; the tooltip should say more than the label."""
    widget.setAccessibleName(name)
    if tooltip:
        widget.setToolTip(tooltip)
        widget.setAccessibleDescription(tooltip)


def label(
    text: str, role: str, *, wrap: bool = True, tone: str = "", parent: QWidget | None = None
) -> QLabel:
    """A plain-text label styled by ``role``."""
    result = QLabel(text, parent)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("role", role)
    if tone:
        result.setProperty("tone", tone)
    result.setWordWrap(wrap)
    if wrap:
        policy = result.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        result.setSizePolicy(policy)
    return result


def pad_spin_box(box: QAbstractSpinBox) -> None:
    """Keep the figures off the frame: the style sheet's padding does not reach inside a spin box."""
    box.lineEdit().setTextMargins(Space.XS + 2, 0, 0, 0)


def title_label(text: str = "") -> QLabel:
    """The name of a page."""
    return label(text, "title")


def section_label(text: str = "") -> QLabel:
    """The name of a card."""
    return label(text, "section")


def body_label(text: str = "") -> QLabel:
    """Running text; figures keep their width."""
    return label(text, "body")


def muted_label(text: str = "") -> QLabel:
    """Running text in the second rank."""
    return label(text, "muted")


def strong_label(text: str = "") -> QLabel:
    """Running text that stands out."""
    return label(text, "strong")


def caption_label(text: str = "") -> QLabel:
    """Small text under or beside something."""
    return label(text, "caption")


def figure_label(text: str = "", *, small: bool = False) -> QLabel:
    """A large number with tabular figures."""
    result = label(text, "figure-small" if small else "figure", wrap=False)
    result.setFont(tabular(result.font()))
    return result


def chip_label(text: str, kind: str = "neutral", tooltip: str = "") -> QLabel:
    """A small rounded mark that cannot be clicked."""
    result = QLabel(text)
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setProperty("chip", True)
    result.setProperty("tone", kind)
    result.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    if tooltip:
        result.setToolTip(tooltip)
    return result


def elided(widget: QWidget, text: str, mode: Qt.TextElideMode) -> str:
    """``text`` shortened to the present width of ``widget``."""
    return widget.fontMetrics().elidedText(text, mode, max(widget.width(), 1))


def clear_layout(layout: QLayout) -> None:
    """Take everything out of ``layout`` and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner is not None:
            clear_layout(inner)
