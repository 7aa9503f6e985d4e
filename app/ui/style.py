"""The one style sheet, generated from the tokens. Widgets are told apart by dynamic properties, never by colour."""

from pathlib import Path
from string import Template

from app.ui import icons
from app.ui.theme import Colors, Size, Space, Type

# name of the picture in the style sheet -> (icon, colour token)
_IMAGES = {
    "down": ("chevron-down", "muted"),
    "up": ("chevron-up", "muted"),
    "right": ("chevron-right", "muted"),
    "check": ("check", "on_accent"),
    "dash": ("minus", "on_accent"),
}

_SHEET = Template("""
QWidget { color: $text; }
QMainWindow, QDialog, QWidget[page="true"] { background: $background; }
QToolTip { background: $raised; color: $text; border: 1px solid $line_strong; border-radius: ${r}px; padding: 5px 8px; }
QScrollArea, QScrollArea > QWidget > QWidget[plain="true"], QStackedWidget { background: transparent; border: none; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: ${f_title}px; font-weight: 700; }
QLabel[role="section"] { font-size: ${f_body}px; font-weight: 700; }
QLabel[role="heading"] { font-size: ${f_section}px; font-weight: 700; }
QLabel[role="body"] { font-size: ${f_body}px; }
QLabel[role="muted"] { font-size: ${f_body}px; color: $muted; }
QLabel[role="strong"] { font-size: ${f_body}px; font-weight: 600; }
QLabel[role="strong"]:disabled { color: $muted; }
QLabel[role="caption"] { font-size: ${f_caption}px; color: $muted; }
QLabel[role="figure"] { font-size: ${f_figure}px; font-weight: 600; }
QLabel[role="figure-small"] { font-size: ${f_title}px; font-weight: 600; }
QLabel[tone="accent"] { color: $accent; }
QLabel[tone="success"] { color: $success; }
QLabel[tone="warning"] { color: $warning; }
QLabel[tone="danger"] { color: $danger; }
QLabel[tone="muted"] { color: $muted; }

QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: ${rc}px; }
QFrame[card="true"][tone="accent"] { border-color: $accent; }
QFrame[card="true"][tone="danger"] { border-color: $danger; background: $danger_soft; }
QFrame[card="true"][tone="warning"] { border-color: $warning; background: $warning_soft; }
QFrame[card="true"][tone="success"] { border-color: $success; background: $success_soft; }
QFrame[card="true"][clickable="true"]:hover { border-color: $line_strong; background: $hover; }
QFrame[card="true"][clickable="true"]:focus { border-color: $accent; }
QFrame[card="true"][clickable="true"]:disabled { background: $background; border-color: $line; }
QFrame[card="true"][selected="true"] { border: 2px solid $accent; background: $accent_soft; }
QFrame[rule="true"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QFrame[rule="vertical"] { background: $line; border: none; max-width: 1px; min-width: 1px; }
QFrame[dropmark="true"] { background: $accent; border: none; border-radius: 1px; }
QFrame[banner="danger"] { background: $danger_soft; border: 1px solid $danger; border-radius: ${rc}px; }
QFrame[banner="warning"] { background: $warning_soft; border: 1px solid $warning; border-radius: ${rc}px; }
QFrame[banner="info"] { background: $surface; border: 1px solid $line_strong; border-radius: ${rc}px; }
QFrame[banner="success"] { background: $success_soft; border: 1px solid $success; border-radius: ${rc}px; }
QFrame[toast="true"] { background: $raised; border: 1px solid $line_strong; border-radius: ${rc}px; }

QPushButton { background: $surface; border: 1px solid $line_strong; border-radius: ${r}px; min-height: ${inner}px;
  padding: 0 ${m}px; font-size: ${f_body}px; font-weight: 500; }
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $chip; }
QPushButton:focus { border-color: $accent; }
QPushButton:disabled { color: $muted; background: $background; border-color: $line; }
QPushButton[kind="primary"] { background: $accent; border-color: $accent; color: $on_accent; font-weight: 600; padding: 0 ${l}px; }
QPushButton[kind="primary"]:hover, QPushButton[kind="primary"]:pressed { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; padding: 0 15px; min-height: ${inner2}px; }
QPushButton[kind="primary"]:disabled { background: $chip; border-color: $line; color: $muted; }
QPushButton[kind="danger"] { color: $danger; border-color: $danger; }
QPushButton[kind="danger"]:hover { background: $danger_soft; }
QPushButton[kind="link"] { background: transparent; border: 1px solid transparent; color: $accent; padding: 0 ${xs}px; }
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border-color: $accent; }
QPushButton[chip="true"], QLabel[chip="true"] { background: $chip; color: $muted; border: 1px solid transparent;
  border-radius: 12px; min-height: 22px; max-height: 22px; padding: 0 9px; font-size: ${f_caption}px; font-weight: 400; }
QPushButton[chip="true"]:hover { color: $text; border-color: $line_strong; }
QPushButton[chip="true"]:focus { border-color: $accent; }
QPushButton[chip="true"]:checked { background: $accent_soft; color: $accent_text; }
QPushButton[chip="true"]:disabled { color: $muted; background: $background; }
QPushButton[tone="accent"][chip="true"], QLabel[tone="accent"][chip="true"] { background: $accent_soft; color: $accent_text; }
QPushButton[tone="success"][chip="true"], QLabel[tone="success"][chip="true"] { background: $success_soft; color: $success; }
QPushButton[tone="warning"][chip="true"], QLabel[tone="warning"][chip="true"] { background: $warning_soft; color: $warning; }
QPushButton[tone="danger"][chip="true"], QLabel[tone="danger"][chip="true"] { background: $danger_soft; color: $danger; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: ${r}px; padding: 4px; }
QToolButton[grip="true"] { padding: 4px 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:checked { background: $chip; }
QToolButton:focus { border-color: $accent; }
QToolButton::menu-indicator, QPushButton::menu-indicator { image: none; width: 0; }

QFrame[segments="true"] { background: $chip; border: 1px solid $line; border-radius: ${r}px; }
QPushButton[segment="true"] { background: transparent; border: 1px solid transparent; border-radius: 5px; color: $muted;
  min-height: 24px; padding: 0 10px; font-weight: 500; }
QPushButton[segment="true"]:hover { color: $text; }
QPushButton[segment="true"]:checked { background: $surface; border-color: $line_strong; color: $text; }
QPushButton[segment="true"]:focus { border-color: $accent; }

QLineEdit, QAbstractSpinBox, QComboBox { background: $surface; border: 1px solid $line_strong; border-radius: ${r}px;
  min-height: ${inner}px; padding: 0 ${s}px; font-size: ${f_body}px;
  selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit, QTextEdit, QTextBrowser, QListView, QTreeView, QTableView { background: $surface; border: 1px solid $line;
  border-radius: ${r}px; selection-background-color: $accent_soft; selection-color: $text; }
QLineEdit:hover, QAbstractSpinBox:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus { border-color: $accent; }
QLineEdit[invalid="true"], QAbstractSpinBox[invalid="true"], QComboBox[invalid="true"] { border-color: $danger; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { background: $background; color: $muted; border-color: $line; }
QLineEdit[frameless="true"], QPlainTextEdit[frameless="true"], QTextEdit[frameless="true"], QTextBrowser[frameless="true"],
QListView[frameless="true"], QTableView[frameless="true"] { border: none; background: transparent; }
QLineEdit[search="true"] { font-size: ${f_section}px; }
QAbstractSpinBox { padding: 0; }
QAbstractSpinBox > QLineEdit { border: none; background: transparent; padding: 0 6px; min-height: 0; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url($images/down.png); width: 14px; height: 14px; }
QComboBox QAbstractItemView { background: $raised; border: 1px solid $line_strong; border-radius: ${r}px; padding: 4px;
  selection-background-color: $accent_soft; selection-color: $text; outline: none; }
QComboBox QAbstractItemView::item { min-height: 28px; padding: 0 6px; border-radius: 4px; }
QAbstractSpinBox::up-button { border: none; width: 20px; subcontrol-position: top right; }
QAbstractSpinBox::down-button { border: none; width: 20px; subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: url($images/up.png); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url($images/down.png); width: 10px; height: 10px; }

QCheckBox { spacing: ${s}px; background: transparent; }
QCheckBox::indicator, QListView::indicator, QTableView::indicator { width: 16px; height: 16px; border: 1px solid $muted; border-radius: 4px; background: $surface; }
QCheckBox::indicator:checked, QListView::indicator:checked, QTableView::indicator:checked { background: $accent; border-color: $accent; image: url($images/check.png); }
QCheckBox::indicator:indeterminate { background: $accent; border-color: $accent; image: url($images/dash.png); }
QCheckBox:focus { color: $accent; }
QCheckBox:disabled { color: $muted; }

QProgressBar { background: $track; border: none; border-radius: 3px; min-height: 6px; max-height: 6px; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider { min-height: 20px; background: transparent; }
QSlider::groove:horizontal { height: 4px; background: $track; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $surface; border: 2px solid $accent; width: 10px; height: 10px; margin: -5px 0; border-radius: 7px; }
QSlider::handle:horizontal:focus { background: $accent; }

QMenu { background: $raised; border: 1px solid $line_strong; border-radius: ${r}px; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QTableView { gridline-color: transparent; }
QTableView::item { border-bottom: 1px solid $line; padding: 4px 8px; }
QHeaderView { background: transparent; border: none; }
QHeaderView::section { background: transparent; color: $muted; border: none; border-bottom: 1px solid $line; padding: 6px 8px;
  font-size: ${f_caption}px; font-weight: 400; }
QListView::item { padding: 6px 8px; border-radius: 4px; }
QListView::item:selected { background: $accent_soft; color: $text; }
QListView::item:hover { background: $hover; }

QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: $line_strong; border-radius: 4px; margin: 1px; }
QScrollBar::handle:vertical { min-height: 32px; }
QScrollBar::handle:horizontal { min-width: 32px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }

QFrame[shell="rail"] { background: $surface; border: none; border-right: 1px solid $line; }
QFrame[shell="header"] { background: $surface; border: none; border-bottom: 1px solid $line; }
QFrame[shell="status"] { background: $surface; border: none; border-top: 1px solid $line; }
QFrame[shell="help"] { background: $surface; border: none; border-left: 1px solid $line; }
QFrame[shell="project"] { border: 1px solid $line; border-radius: 8px; background: $surface; }
QFrame[shell="project"]:hover { background: $hover; }
QFrame[shell="palette"] { background: $raised; border: 1px solid $line_strong; border-radius: ${rc}px; }
QPushButton[shell="command"] { border: none; background: transparent; color: $muted; font-size: ${f_caption}px; font-weight: 400; min-height: 24px; }
QPushButton[shell="command"]:hover { color: $text; }
QPushButton[fold="true"] { border: 1px solid transparent; background: transparent; font-weight: 600; text-align: left; padding: 0 ${xs}px; }
QPushButton[fold="true"]:hover { background: $hover; }
QPushButton[fold="true"]:focus { border-color: $accent; }
""")


def style_sheet(colors: Colors, images: Path) -> str:
    """The sheet for one set of colours; ``images`` is the folder that ``write_images`` filled."""
    values = {name: str(getattr(colors, name)) for name in colors.__slots__}
    sizes = {
        "r": Size.RADIUS, "rc": Size.RADIUS_CARD, "inner": Size.CONTROL - 2, "inner2": Size.CONTROL - 4,
        "xs": Space.XS, "s": Space.S, "m": Space.M, "l": Space.L,
        "f_caption": Type.CAPTION, "f_body": Type.BODY, "f_section": Type.SECTION, "f_title": Type.TITLE,
        "f_figure": Type.FIGURE,
    }  # fmt: skip
    return _SHEET.substitute(values, images=images.as_posix(), **{k: str(v) for k, v in sizes.items()})


def write_images(colors: Colors, folder: Path) -> None:
    """Draw the few pictures a style sheet can only take from files, at 1x and 2x."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, (icon, token) in _IMAGES.items():
        for scale, suffix in ((1, ""), (2, "@2x")):
            pixels = icons.pixmap(icon, getattr(colors, token), Size.ICON_SMALL, scale)
            pixels.setDevicePixelRatio(1.0)
            pixels.save(str(folder / f"{name}{suffix}.png"))
