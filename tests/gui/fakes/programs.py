"""The fake engine as an ``EngineProgram``."""

import os
import sys
from pathlib import Path

from app.client.process import EngineProgram

FAKE = Path(__file__).with_name("fake_engine.py")
ROOT = FAKE.parents[3]


def fake_program(*arguments: str) -> EngineProgram:
    """The fake engine with these modes and options."""
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    return EngineProgram(sys.executable, (str(FAKE), *arguments), {"PYTHONPATH": path})
