"""Looks at an open window through the accessibility bus, and uses it with mouse and keys as a person would.

Runs under Debian's own Python, because only that has the bindings (`python3-gi`, `gir1.2-atspi-2.0`); nothing of
Luthier is imported. Whatever cannot be found here by its name, a screen reader cannot find either.
"""

from __future__ import annotations

import subprocess
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import framebuffer
import gi

warnings.simplefilter("ignore")
gi.require_version("Atspi", "2.0")
from gi.repository import Atspi  # noqa: E402

APP = "Luthier"
BUTTON = "push button"
FOOT = 28  # points of the status bar, which no page scrolls below
ANSWER_MS = 4000
SCROLLS = 40
LOOKS = 10


class Lost(Exception):
    """Something was not there, or did not come in time."""


@dataclass(frozen=True)
class Widget:
    """One thing in the window, as it was when it was looked at."""

    role: str
    name: str
    text: str
    usable: bool
    checked: bool
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> tuple[int, int]:
        return self.x + self.width // 2, self.y + self.height // 2


class Hands:
    """Eyes and hands of somebody who sits before the window."""

    def __init__(self, screen: Path, pictures: Path) -> None:
        Atspi.init()
        Atspi.set_timeout(ANSWER_MS, 15000)
        self.screen, self.pictures = screen, pictures
        pictures.mkdir(parents=True, exist_ok=True)

    def look(self) -> list[Widget]:
        """Everything that shows, in the window's own order."""
        return list(self._below(self._app()))

    def _app(self) -> Any:
        desktop = Atspi.get_desktop(0)
        for index in range(desktop.get_child_count()):
            child = desktop.get_child_at_index(index)
            if child is not None and child.get_name() == APP:
                return child
        return None

    def _below(self, node: Any) -> Iterator[Widget]:
        if node is None:
            return
        try:
            states = node.get_state_set()
            role = node.get_role_name()
            if role != "application":
                if not states.contains(Atspi.StateType.SHOWING):
                    return
                yield _widget(node, role, states)
            children = [node.get_child_at_index(index) for index in range(node.get_child_count())]
        except Exception:  # a widget may go while it is looked at; what it held is looked for again
            return
        for child in children:
            yield from self._below(child)

    def find(self, *names: str, role: str = "", usable: bool = True) -> Widget | None:
        """The first thing with one of these names; a name that ends with "*" is the beginning of one."""
        for widget in self.look():
            fits = (not role or widget.role == role) and (widget.usable or not usable)
            if fits and any(_fits(widget.name, name) for name in names):
                return widget
        return None

    def wait(self, what: str, ready: Callable[[], Any], *, patience_s: float = 120) -> Any:
        """Look again and again until `ready` gives something; returns it.

        Raises:
            Lost: when it does not in time.
        """
        deadline = time.monotonic() + patience_s
        while time.monotonic() < deadline:
            if found := ready():
                return found
            time.sleep(0.4)
        self.picture("stuck")
        shown = "; ".join(widget.name for widget in self.look() if widget.name)[-700:]
        raise Lost(f"waited {patience_s:.0f} s in vain for {what}. The window shows: {shown}")

    def click(self, *names: str, role: str = BUTTON, patience_s: float = 120) -> str:
        """Wait for a usable thing with one of these names, bring it into sight, and click its middle."""
        widget = self.wait(" or ".join(names), lambda: self.find(*names, role=role), patience_s=patience_s)
        widget = self._into_sight(widget, names, role)
        widget = self._at_rest(widget, names, role)
        x, y = widget.middle
        _xdotool("mousemove", str(x), str(y), "click", "1")
        time.sleep(0.5)
        return str(widget.name)

    def _into_sight(self, widget: Widget, names: tuple[str, ...], role: str) -> Widget:
        """Turn the wheel over the page's scroll bar, where it cannot change a number by accident."""
        frame, bar = self.find("*", role="frame"), self.find("*", role="scroll bar")
        assert frame is not None
        for _ in range(SCROLLS):
            top, bottom = frame.y + 40, frame.y + frame.height - FOOT
            if bar is None or top <= widget.middle[1] < bottom:
                break
            wheel = "5" if widget.middle[1] >= bottom else "4"
            _xdotool("mousemove", *map(str, bar.middle), "click", "--repeat", "3", wheel)
            time.sleep(0.3)
            widget = self.find(*names, role=role) or widget
        return widget

    def _at_rest(self, widget: Widget, names: tuple[str, ...], role: str) -> Widget:
        """Where it is once it no longer moves: a page that still arranges itself would be clicked beside it."""
        for _ in range(LOOKS):
            time.sleep(0.4)
            now = self.find(*names, role=role)
            if now == widget:
                break
            widget = now or widget
        return widget

    def replace(self, name: str, text: str, *, role: str = "spin button") -> None:
        """Type over what a field holds."""
        self.click(name, role=role)
        self.key("ctrl+a")
        self.type(text)
        self.key("Tab")

    def type(self, text: str) -> None:
        _xdotool("type", "--delay", "30", text)

    def key(self, name: str) -> None:
        _xdotool("key", name)

    def picture(self, name: str) -> None:
        """The whole screen as a PNG, once it has come to rest."""
        time.sleep(0.5)
        framebuffer.save(self.screen, self.pictures / f"{name}.png")


def _widget(node: Any, role: str, states: Any) -> Widget:
    place = node.get_extents(Atspi.CoordType.SCREEN)
    text = ""
    if role in ("text", "paragraph", "document frame", "entry"):
        count = Atspi.Text.get_character_count(node)
        text = Atspi.Text.get_text(node, 0, min(count, 5000)) if count > 0 else ""
    return Widget(
        role,
        node.get_name() or "",
        text,
        states.contains(Atspi.StateType.ENABLED) and states.contains(Atspi.StateType.SENSITIVE),
        states.contains(Atspi.StateType.CHECKED),
        place.x,
        place.y,
        place.width,
        place.height,
    )


def _fits(name: str, wanted: str) -> bool:
    return name.startswith(wanted[:-1]) if wanted.endswith("*") else name == wanted


def _xdotool(*words: str) -> None:
    subprocess.run(["xdotool", *words], check=True, capture_output=True)
