"""The set-up scripts are programs in a folder that is no package: load them by path.

`packaging` must stay without an `__init__.py`, or it would hide the library of the same name.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(autouse=True)
def scripts_on_path() -> Iterator[None]:
    folder = str(ROOT / "packaging")
    sys.path.insert(0, folder)
    yield
    sys.path.remove(folder)
