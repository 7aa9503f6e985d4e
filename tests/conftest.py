"""Shared set-up of the tests: Qt without a screen, and a Luthier home of their own."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # as engine.__main__ does for the engine


@pytest.fixture
def luthier_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh, empty data folder for one test."""
    home = tmp_path / "home"
    monkeypatch.setenv("LUTHIER_HOME", str(home))
    return home
