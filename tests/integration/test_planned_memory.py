"""The peak that a run reports lies near the one that was planned for it: each case is a real run in a process of its own."""

import json
import sys
from pathlib import Path

import pytest

from engine.models.starter import is_installed
from tests.benchmarks.planner_memory import Case, measure

CASES = (
    Case("lora", length=256, batch=1),
    Case("lora nf4", section={"quantization": "nf4"}, batch=1),
    Case("full", method={"kind": "full"}, length=64, batch=1),
)
OFF = 0.15


@pytest.mark.slow
@pytest.mark.skipif(not is_installed(), reason="the starter model is not installed")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the peak is read from /proc")
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_reported_peak_is_near_the_planned_one(case: Case, tmp_path: Path) -> None:
    measure(case, tmp_path)
    report = json.loads((tmp_path / "run" / "report.json").read_text(encoding="utf-8"))
    assert report["planned_memory_bytes"] == sum(report["planned_memory"].values())
    assert report["planned_memory_bytes"] == pytest.approx(report["peak_memory_bytes"], rel=OFF)
