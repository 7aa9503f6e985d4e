"""The LoRA as a GGUF: base and adapter through llama.cpp say what the trained model says."""

from pathlib import Path

import peft
import pytest

from engine.contract.errors import UserError
from engine.export.run import export
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_run


def _lora(**options: object) -> object:
    return peft.LoraConfig(task_type="CAUSAL_LM", r=4, target_modules="all-linear", **options)


@pytest.mark.parametrize(
    "options",
    [
        {"lora_alpha": 6},
        {"use_rslora": True},
        {"rank_pattern": {"q_proj": 2}, "alpha_pattern": {"up_proj": 3}},
    ],
    ids=["plain", "rslora", "patterns"],
)
def test_base_and_adapter_say_what_the_trained_model_says(
    options: dict[str, object], tiny_base: Path, tmp_path: Path
) -> None:
    run = make_run(tmp_path / "run", tiny_base, config=_lora(**options))
    (found,) = export(run, targets=["gguf_adapter"], job=QuietJob()).targets
    assert found.verification.status == "passed", found.verification
    assert found.verification.kl is not None and found.verification.kl < 1e-3
    assert Path(found.path).suffix == ".gguf" and found.size_bytes < 1_000_000
    assert list((run / "exports").iterdir()) == [Path(found.path)]


@pytest.mark.parametrize(
    "config",
    [
        _lora(use_dora=True),
        peft.IA3Config(task_type="CAUSAL_LM", target_modules=["k_proj"], feedforward_modules=[]),
        peft.LoraConfig(task_type="CAUSAL_LM", target_modules=["q_proj"], modules_to_save=["norm"]),
    ],
    ids=["dora", "ia3", "saved module"],
)
def test_what_llama_cpp_has_no_form_for_is_refused(config: object, tiny_base: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", tiny_base, config=config)
    with pytest.raises(UserError, match="plain LoRA"):
        export(run, targets=["gguf_adapter"], job=QuietJob())
