"""Nothing becomes slower or larger unseen: what a step and a start cost is counted and held against a table.

No figure is a time, so a busy machine changes none. A figure above its mark means that something costs more than it did;
one far below means that something became cheaper, and the table should hold the gain. Either way: find out why, then run
``python tests/unit/guard/counting.py --renew`` and say in the commit what it is.
"""

import json
from pathlib import Path

import pytest

from tests.unit.export.tiny import make_base
from tests.unit.guard import counting

KNOWN: dict[str, int] = json.loads(counting.TABLE.read_text(encoding="utf-8"))
# How far a figure may be above and below its mark. Other versions of Python and the libraries differ by less.
ROOM = {"modules": (0.05, 0.15), "operators": (0.02, 0.10), "flops": (0.01, 0.05), "bytes": (0.03, 0.10), "events": (0.0, 0.0)}  # fmt: skip


def hold(name: str, count: int) -> None:
    """Fail where ``count`` is too far from what the table has under ``name``."""
    part = name.partition(".")[0] if name.startswith("modules.") else name.rpartition(".")[2]
    above, below = ROOM[part]
    mark = KNOWN[name]
    how = "see tests/unit/guard/counting.py for how to renew the table"
    assert count <= mark * (1 + above), f"{name} costs more: {count} instead of {mark}; {how}"
    assert count >= mark * (1 - below), f"{name} became cheaper: {count} instead of {mark}; {how}"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("guard") / "tiny")


@pytest.mark.parametrize("name", counting.MODULES)
def test_a_program_loads_no_more_than_it_did(name: str, tmp_path: Path) -> None:
    hold(f"modules.{name}", counting.modules(name, tmp_path / "home"))


@pytest.mark.parametrize("name", counting.METHODS)
def test_a_step_costs_no_more_than_it_did(name: str, model: Path, tmp_path: Path) -> None:
    for what, count in counting.step(tmp_path / name, model, counting.METHODS[name]).items():
        hold(f"{name}.{what}", count)


def test_the_table_holds_every_figure() -> None:
    steps = {
        f"{name}.{what}" for name in counting.METHODS for what in ("operators", "flops", "bytes", "events")
    }
    assert set(KNOWN) == steps | {f"modules.{name}" for name in counting.MODULES}


def test_a_figure_that_moved_is_told() -> None:
    for name in KNOWN:
        hold(name, KNOWN[name])
        with pytest.raises(AssertionError, match="costs more"):
            hold(name, int(KNOWN[name] * 1.06) + 1)
        with pytest.raises(AssertionError, match="cheaper"):
            hold(name, int(KNOWN[name] * 0.8) - 1)
