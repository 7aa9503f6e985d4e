"""One tiny base for all export tests, and a fresh run for each."""

from pathlib import Path

import pytest
import torch

from tests.unit.export.tiny import make_base, make_run


@pytest.fixture(scope="session")
def tiny_base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the tiny base model."""
    return make_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def tiny_bases(tiny_base: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[torch.dtype, Path]:
    """The tiny base in two number formats."""
    half = make_base(tmp_path_factory.mktemp("base16"), dtype="bfloat16")
    return {torch.float32: tiny_base, torch.bfloat16: half}


@pytest.fixture
def tiny_run(tiny_base: Path, tmp_path: Path) -> Path:
    """Folder of a finished run over the tiny base."""
    return make_run(tmp_path / "run", tiny_base)
