"""Importing the libraries of a run without a quantized base leaves torch's compiler out, and takes nothing from anybody."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

RUN = """
import sys
import torch
from engine.contract.recipe import ModelSection
from engine.models.load import load_base
usual = torch.compile
model = load_base(ModelSection(path=sys.argv[1], quantization=sys.argv[2]))
import peft
peft.get_peft_model(model, peft.LoraConfig(r=2, target_modules="all-linear"))
assert torch.compile is usual
import bitsandbytes
four, state = bitsandbytes.functional.quantize_4bit(torch.linspace(-1, 1, 128).reshape(2, 64))
assert (bitsandbytes.functional.dequantize_4bit(four, state) - torch.linspace(-1, 1, 128).reshape(2, 64)).abs().max() < 0.2
print("torch._inductor.select_algorithm" in sys.modules)
"""


@pytest.mark.parametrize(("quantization", "loaded"), [("none", "False"), ("nf4", "True")])
def test_the_compiler_is_loaded_only_for_quantized_bases(
    quantization: str, loaded: str, tmp_path: Path
) -> None:
    from tests.unit.export.tiny import make_base

    model = make_base(tmp_path / "tiny")
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(model), quantization], capture_output=True, text=True, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == loaded
