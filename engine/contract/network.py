"""Whether Luthier may go to the network: one switch for the app, the engine and the command line."""

import os
from pathlib import Path

from engine.contract.paths import data_dir

VARIABLES = ("LUTHIER_OFFLINE", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE")
SWITCH = "offline"  # a file in the data folder; while it is there, nothing is fetched


def offline_because() -> str:
    """What says to stay offline: a variable of the environment, ``switch``, or "" where nothing does."""
    for name in VARIABLES:
        if os.environ.get(name, "").lower() in ("1", "true", "yes", "on"):
            return name
    return "switch" if is_switched_offline(data_dir()) else ""


def is_switched_offline(home: Path) -> bool:
    """Whether the user turned the switch on."""
    return (home / SWITCH).exists()


def switch_offline(home: Path, on: bool) -> None:
    """Turn the switch; every process of Luthier sees it at its next download."""
    if on:
        (home / SWITCH).touch()
    else:
        (home / SWITCH).unlink(missing_ok=True)
