"""Where Luthier keeps things on this computer; the one place that decides it."""

import os
from importlib import resources
from pathlib import Path

import platformdirs

HOME_VARIABLE = "LUTHIER_HOME"


def data_dir() -> Path:
    """Folder of models, projects, runs and the library; ``LUTHIER_HOME`` overrides it (created if missing)."""
    override = os.environ.get(HOME_VARIABLE)
    path = Path(override) if override else platformdirs.user_data_path("Luthier", appauthor=False)
    path.mkdir(parents=True, exist_ok=True)
    return path


def resources_dir() -> Path:
    """Folder of the files that ship with Luthier (icons, translations, the sample project)."""
    return Path(str(resources.files("resources")))


def sample_dataset() -> Path:
    """The training rows of the starter project (alpaca JSON)."""
    return resources_dir() / "sample" / "workshop.json"


def sample_heldout() -> Path:
    """The held-out rows of the starter project (alpaca JSON)."""
    return resources_dir() / "sample" / "heldout.json"
