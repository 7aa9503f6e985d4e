"""Every colour, size and font of the app: the tokens, and the object that lays them over Qt.

The only place with a colour or a size. Anything that paints asks ``colors_of(widget)``; anything that is styled
carries a dynamic property that ``app.ui.style`` knows. Imported by everything in ``app`` that draws.
"""

import sys
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory, QWidget

Mode = Literal["system", "light", "dark"]


class Space:
    """Distances in pixels."""

    XS, S, M, L, XL, XXL = 4, 8, 12, 16, 24, 32


class Size:
    """Measures in pixels."""

    RADIUS, RADIUS_CARD = 6, 10
    CONTROL, CONTROL_SMALL, CHIP = 32, 26, 24
    RAIL, RAIL_WIDE, RAIL_ITEM = 64, 188, 36
    HEADER, STATUS = 34, 28
    PANEL, PANEL_WIDE, FORM_FIELD, FORM_LABEL = 296, 340, 220, 168
    READING = 1200
    ICON, ICON_SMALL, ICON_LARGE = 18, 14, 40
    BAR, LINE = 6, 1
    SWITCH_W, SWITCH_H = 30, 18
    WINDOW_W, WINDOW_H, WINDOW_MIN_W, WINDOW_MIN_H = 1440, 900, 1024, 700
    DIALOG, PALETTE_W, PALETTE_H, TOAST = 440, 620, 420, 400


class Type:
    """Font sizes in pixels."""

    CAPTION, BODY, SECTION, TITLE, FIGURE = 12, 13, 15, 20, 28
    MONO = 12


@dataclass(frozen=True, slots=True)
class Colors:
    """One set of colours, as ``#RRGGBB``."""

    background: str
    surface: str
    raised: str  # menus, tool tips, toasts
    line: str
    line_strong: str  # frame of a control
    text: str
    muted: str
    accent: str
    accent_hover: str
    accent_text: str  # the accent as words on its own soft ground
    on_accent: str
    accent_soft: str
    hover: str
    chip: str
    track: str
    success: str
    success_soft: str
    warning: str
    warning_soft: str
    danger: str
    danger_soft: str
    trained: str  # background of a token that is learnt
    read_only: str  # background of a token that is only read


LIGHT = Colors(
    background="#F7F7F8", surface="#FFFFFF", raised="#FFFFFF", line="#E3E4E8", line_strong="#CDD0D7",
    text="#1B1D22", muted="#5C6270", accent="#B45F06", accent_hover="#9A5105", accent_text="#9A5105", on_accent="#FFFFFF",
    accent_soft="#FFF2E2", hover="#F0F1F3", chip="#EEEFF2", track="#E3E4E8",
    success="#1A7343", success_soft="#E4F4EB", warning="#855800", warning_soft="#FFF4D6",
    danger="#B3261E", danger_soft="#FDECEA", trained="#FAD9B0", read_only="#EEEFF2",
)  # fmt: skip
DARK = Colors(
    background="#15171B", surface="#1D2026", raised="#262A32", line="#2E323B", line_strong="#434956",
    text="#ECEDEF", muted="#9AA1AE", accent="#F2A65A", accent_hover="#F6B878", accent_text="#F2A65A", on_accent="#1B1D22",
    accent_soft="#33271A", hover="#262A32", chip="#282C35", track="#2E323B",
    success="#4CC38A", success_soft="#19332A", warning="#E5B454", warning_soft="#352C17",
    danger="#FF8A80", danger_soft="#3B2122", trained="#6B4518", read_only="#2A2E37",
)  # fmt: skip

# Okabe and Ito's colours, which stay apart for colour-blind eyes, in a fixed order.
CURVES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#F0E442", "#999999")

_UI_FAMILIES = {
    "win32": ("Segoe UI Variable Text", "Segoe UI"),
    "darwin": (".AppleSystemUIFont",),
}
_LINUX_FAMILIES = ("Inter", "Cantarell", "Ubuntu", "Noto Sans")
_CJK_FAMILIES = (
    "Microsoft YaHei UI", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC",
    "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
)  # fmt: skip
_MONO_FAMILIES = (
    "Cascadia Mono",
    "Consolas",
    "SF Mono",
    "Menlo",
    "JetBrains Mono",
    "DejaVu Sans Mono",
    "Monospace",
)


def colors_of(widget: QWidget) -> Colors:
    """The set in force where ``widget`` stands, told from its palette: painters need no reference to the theme.

    Asks for a role that no rule of the style sheet overrides in the palette of a single widget.
    """
    return DARK if widget.palette().color(QPalette.ColorRole.Midlight).lightness() < 128 else LIGHT


def ui_families(installed: list[str]) -> list[str]:
    """The system's own font first, then a Chinese font that is really there, then the generic one."""
    known = set(installed)
    preferred = list(_UI_FAMILIES.get(sys.platform, ()))
    if not preferred:
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()
        # a desktop without settings answers with the generic name, behind which hides whatever comes first
        preferred = [system] if system in known and system != "Sans Serif" else []
        preferred += [name for name in _LINUX_FAMILIES if name in known]
    chinese = [name for name in _CJK_FAMILIES if name in known]
    return [*preferred, *chinese, "Sans Serif"]


def mono_families(installed: list[str]) -> list[str]:
    """Fixed-width families that are there, with a Chinese one behind them."""
    known = set(installed)
    chinese = [name for name in ("Noto Sans Mono CJK SC", *_CJK_FAMILIES) if name in known]
    return [*[name for name in _MONO_FAMILIES if name in known], *chinese[:1], "monospace"]


def tabular(font: QFont) -> QFont:
    """``font`` with figures of one width, so that a changing number does not dance."""
    if hasattr(font, "setFeature"):
        font.setFeature(QFont.Tag.fromString("tnum"), 1)  # Qt >= 6.7
    return font


def mono_font() -> QFont:
    """The fixed-width font for code, tokens and paths."""
    font = QFont()
    font.setFamilies(mono_families(QFontDatabase.families()))
    font.setPixelSize(Type.MONO)
    return font


def ui_font(size: int = Type.BODY) -> QFont:
    """The font of the interface."""
    font = QFont()
    font.setFamilies(ui_families(QFontDatabase.families()))
    font.setPixelSize(size)
    return font


class Theme(QObject):
    """The theme in force. ``changed`` after the colours did; widgets on palette and style follow by themselves."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = "system"
        self._app: QApplication | None = None
        self._colors = LIGHT
        self._images = tempfile.TemporaryDirectory(prefix="luthier-style-", ignore_cleanup_errors=True)
        self._applied: Colors | None = None

    @property
    def colors(self) -> Colors:
        """The set in force."""
        return self._colors

    @property
    def dark(self) -> bool:
        """Whether the dark set is in force."""
        return self._colors is DARK

    @property
    def mode(self) -> Mode:
        """What the user chose."""
        return self._mode

    def color(self, name: str) -> QColor:
        """A token (``"accent"``) or a curve colour (``"curve0"`` ... ``"curve7"``)."""
        if name.startswith("curve"):
            return QColor(CURVES[int(name[5:]) % len(CURVES)])
        return QColor(getattr(self._colors, name))

    def apply(self, app: QApplication, mode: str = "system") -> None:
        """Lay the tokens over ``app``; with ``system`` follow what the desktop says, also later."""
        if self._app is None:
            self._app = app
            app.setStyle(QStyleFactory.create("Fusion"))
            app.setFont(tabular(ui_font()))
            QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._mode = mode if mode in ("light", "dark") else "system"  # type: ignore[assignment]
        self._lay_over()

    def _system_changed(self) -> None:
        if self._mode == "system":
            self._lay_over()

    def _wanted(self) -> Colors:
        if self._mode != "system":
            return DARK if self._mode == "dark" else LIGHT
        return DARK if QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT

    def _lay_over(self) -> None:
        from app.ui.style import style_sheet, write_images

        app, wanted = self._app, self._wanted()
        if app is None or wanted is self._applied:
            return
        self._colors = self._applied = wanted
        app.setPalette(qt_palette(wanted))
        folder = Path(self._images.name) / ("dark" if wanted is DARK else "light")
        write_images(wanted, folder)
        app.setStyleSheet(style_sheet(wanted, folder))
        self.changed.emit()


def qt_palette(colors: Colors) -> QPalette:
    """``colors`` as Qt's roles, for whatever the style sheet leaves to the style."""
    role = QPalette.ColorRole
    roles = {
        role.Window: colors.background, role.WindowText: colors.text, role.Base: colors.surface,
        role.AlternateBase: colors.hover, role.Text: colors.text, role.Button: colors.surface,
        role.ButtonText: colors.text, role.BrightText: colors.danger, role.ToolTipBase: colors.raised,
        role.ToolTipText: colors.text, role.PlaceholderText: colors.muted, role.Highlight: colors.accent,
        role.HighlightedText: colors.on_accent, role.Link: colors.accent, role.LinkVisited: colors.accent,
        role.Light: colors.raised, role.Midlight: colors.line, role.Mid: colors.line_strong,
        role.Dark: colors.line_strong, role.Shadow: colors.line, role.Accent: colors.accent,
    }  # fmt: skip
    palette = QPalette()
    for name, value in roles.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(colors.muted))
    return palette


def token_names() -> tuple[str, ...]:
    """Names that ``Theme.color`` knows."""
    return tuple(item.name for item in fields(Colors))
