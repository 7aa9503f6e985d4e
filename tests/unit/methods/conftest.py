"""One random model of each architecture for all tests of the methods."""

from pathlib import Path

import pytest

from tests.unit.methods.tiny import ARCHITECTURES, make_base


@pytest.fixture(scope="session")
def bases(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders by architecture."""
    folder = tmp_path_factory.mktemp("bases")
    return {name: make_base(folder / name, name) for name in ARCHITECTURES}
