"""The window's registries, as a build writes them down."""

import json
from pathlib import Path

import pytest

from app import contents as app_contents
from engine.contract import contents


def test_charts_are_those_of_the_folder() -> None:
    folder = Path(str(app_contents.__file__)).parent / "charts"
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "base"}
    assert set(app_contents.registries()["app.charts"]) == files


def test_a_build_that_lost_a_chart_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app_contents.problems() == []
    monkeypatch.setattr(contents.engine, "__file__", str(tmp_path / "__init__.py"))
    wanted = app_contents.registries()
    wanted["app.charts"] = [*wanted["app.charts"], "weather"]
    (tmp_path / contents.NAME).write_text(json.dumps({"app": wanted}), encoding="utf-8")
    assert app_contents.problems() == ["app.charts lacks weather."]
