"""Shared set-up of the tests: Qt without a screen, a Luthier home of their own, and no verdict by the clock."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("GOMP_SPINCOUNT", "1000")  # as engine.__main__ does for the engine

settings.register_profile("luthier", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("luthier")


@pytest.fixture
def luthier_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh, empty data folder for one test."""
    home = tmp_path / "home"
    monkeypatch.setenv("LUTHIER_HOME", str(home))
    return home
