"""The full product of methods, objectives, number formats and architectures; hours, so only `make soak` runs it."""

from pathlib import Path

import pytest

from tests.unit.methods.table import CASES, DTYPES, OBJECTIVES, check
from tests.unit.methods.tiny import ARCHITECTURES

pytestmark = pytest.mark.soak

TRANSPOSED = ("oft", "oft-exact", "loha", "lokr", "loftq", "olora")  # do not know GPT-2's layers
WITHOUT_BIASES = ("llama", "qwen3", "gemma2", "gemma3", "mistral")
UNSUITED = {("gpt2", name) for name in TRANSPOSED} | {(name, "bitfit") for name in WITHOUT_BIASES}


@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_a_method_over_an_architecture(
    name: str, architecture: str, objective: str, bases: dict[str, Path], tmp_path: Path
) -> None:
    results = {
        dtype: check(CASES[name], bases[architecture], dtype, tmp_path / dtype, objective=objective)
        for dtype in DTYPES
    }
    suits = (architecture, name) not in UNSUITED
    assert ("trained" in results.values()) == suits
