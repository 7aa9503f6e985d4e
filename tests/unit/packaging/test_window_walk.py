"""The walk through an installed window, against a window that is a list of what shows on each of its pages."""

import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

BUTTONS = {
    "language": ["Next", "Skip"],
    "check": ["Next", "Back", "Skip"],
    "ready": ["Try the sample", "Start with my own data", "Skip"],
    "home": ["Try the sample"],
}


@pytest.fixture(autouse=True)
def without_the_bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The bindings of the accessibility library belong to the system's Python; here nothing needs them."""
    library: Any = types.ModuleType("gi")
    library.require_version = lambda *_: None
    repository: Any = types.ModuleType("gi.repository")
    repository.Atspi = object()
    monkeypatch.setitem(sys.modules, "gi", library)
    monkeypatch.setitem(sys.modules, "gi.repository", repository)
    yield
    for name in ("window_walk", "window_hands"):
        sys.modules.pop(name, None)


class Window:
    """Pages in an order; "Next" leads to the next one, "Skip" to the last."""

    def __init__(self, *pages: str) -> None:
        self.pages, self.at = pages, 0
        self.clicked: list[str] = []

    @property
    def page(self) -> str:
        return self.pages[self.at]

    def find(self, *names: str, role: str = "", usable: bool = True) -> Any:
        shown = BUTTONS[self.page] if role != "label" else [f"· {self.page.title()}"]
        return next((types.SimpleNamespace(name=name) for name in names if name in shown), None)

    def click(self, *names: str, **_: Any) -> str:
        found = self.find(*names)
        assert found is not None, f"{names} on {self.page}"
        self.clicked.append(found.name)
        if found.name in ("Next", "Skip"):
            self.at = self.at + 1 if found.name == "Next" else len(self.pages) - 1
        return str(found.name)

    def wait(self, what: str, ready: Callable[[], Any], **_: Any) -> Any:
        found = ready()
        assert found, what
        return found

    def picture(self, name: str) -> None:
        pass


def welcomed(window: Window, *, epochs: str = "") -> Any:
    import window_walk

    walk = window_walk.Walk(window, epochs=epochs)
    walk.welcome()
    return walk


def test_the_welcome_is_followed_to_the_sample_which_then_goes_alone() -> None:
    window = Window("language", "check", "ready", "home")
    walk = welcomed(window)
    assert window.clicked == ["Next", "Next", "Try the sample"]
    assert walk.tour and walk.seen == {"welcome_pages": 2}


def test_with_fewer_epochs_the_steps_are_taken_by_hand() -> None:
    window = Window("language", "ready", "home")
    walk = welcomed(window, epochs="0.1")
    assert window.clicked == ["Next", "Skip", "Try the sample"]
    assert window.page == "home" and not walk.tour


def test_without_a_welcome_the_home_page_has_the_sample() -> None:
    window = Window("home")
    assert not welcomed(window).tour
    assert window.clicked == ["Try the sample"]


@pytest.mark.parametrize(
    ("name", "wanted", "fits"),
    [
        ("Start training: 5 min", "Start training: *", True),
        ("Next", "Next", True),
        ("Nextcloud", "Next", False),
    ],
)
def test_a_star_stands_for_the_rest_of_a_name(name: str, wanted: str, fits: bool) -> None:
    import window_hands

    assert window_hands._fits(name, wanted) is fits


def test_the_walker_needs_nothing_but_what_is_copied_beside_it() -> None:
    import ast

    import seat

    folder = Path(str(seat.__file__)).parent
    known = {Path(name).stem for name in seat.WALKER} | set(sys.stdlib_module_names) | {"gi"}
    for name in seat.WALKER:
        tree = ast.parse((folder / name).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert {each.partition(".")[0] for each in names} <= known
