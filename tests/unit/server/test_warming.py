"""A warmed engine has what a run needs, and a run of another kind of base gets bitsandbytes as it is."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
CODE = """
import sys
from engine.contract.warming import WarmUp
from engine.server.handlers import questions
before = [name for name in ("torch", "transformers", "peft") if name in sys.modules]
answer = questions()["engine.warm"].answer(WarmUp(quantized=sys.argv[1] == "True"))
after = [name for name in ("torch", "transformers", "peft", "engine.train.loop") if name in sys.modules]
print(before, answer, len(after), "torch._inductor.select_algorithm" in sys.modules)
"""


@pytest.mark.parametrize("quantized", [False, True])
def test_the_libraries_are_there_afterwards(quantized: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, str(quantized)], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == f"[] {{}} 4 {quantized}", done.stderr
