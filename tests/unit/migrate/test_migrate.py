"""Configurations of other programs: what has a counterpart moves, everything else is listed, the recipe is valid."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.contract.errors import UserError
from engine.contract.results import ImportedConfig
from engine.migrate.convert import import_config
from engine.registry import parse_recipe


def convert(folder: Path, document: Any) -> ImportedConfig:
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    found = import_config(path)
    assert parse_recipe(found.recipe).model_dump(mode="json") == found.recipe
    return found


def left(found: ImportedConfig) -> set[str]:
    return {item.option for item in found.unmapped}


LLAMA_FACTORY: dict[str, Any] = {
    "model_name_or_path": "some/model", "trust_remote_code": True, "stage": "dpo", "do_train": True,
    "finetuning_type": "lora", "lora_rank": 16, "lora_target": "q_proj,v_proj", "pref_beta": 0.2, "pref_loss": "orpo",
    "quantization_bit": 4, "quantization_method": "bnb", "dataset": "pairs,elsewhere", "template": "qwen", "val_size": 0.1,
    "cutoff_len": 512, "max_samples": 100, "output_dir": "out", "learning_rate": 5.0e-6, "num_train_epochs": 2.0,
    "lr_scheduler_type": "cosine", "warmup_ratio": 0.1, "bf16": True, "optim": "paged_adamw_8bit", "flash_attn": "fa2",
    "eval_strategy": "steps", "eval_steps": 50, "deepspeed": "ds.json", "mixture_of_depths": "convert", "report_to": None,
}  # fmt: skip


def test_llama_factory(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    info = {
        "pairs": {"file_name": "pairs.json", "ranking": True, "columns": {"prompt": "q"}},
        "elsewhere": {"hf_hub_url": "a/b"},
    }
    (tmp_path / "data" / "dataset_info.json").write_text(json.dumps(info), encoding="utf-8")
    found = convert(tmp_path, LLAMA_FACTORY)
    recipe = found.recipe
    assert found.program == "LLaMA-Factory"
    assert recipe["objective"] | {"kind": "dpo", "loss": "orpo", "beta": 0.2} == recipe["objective"]
    method = recipe["method"]
    assert (method["rank"], method["lora_alpha"], method["target_modules"]) == (16, 32.0, "q_proj,v_proj")
    assert (recipe["model"]["quantization"], recipe["model"]["dtype"]) == ("nf4", "bfloat16")
    missing = set() if importlib.util.find_spec("flash_attn") else {"model.attention"}
    assert recipe["model"]["attention"] == ("auto" if missing else "flash_attention_2")
    (source,) = recipe["data"]["sources"]
    assert source["path"] == str(tmp_path / "data" / "pairs.json") and source["format"] == "preference"
    assert recipe["data"]["validation"]["ratio"] == 0.1 and recipe["run"]["eval_steps"] == 50
    assert recipe["run"]["output_dir"] == str(tmp_path / "out")
    assert recipe["optim"]["optimizer"] == "paged_adamw_8bit" and recipe["optim"]["learning_rate"] == 5e-6
    assert (
        left(found)
        == {
            "trust_remote_code",
            "do_train",
            "dataset",
            "template",
            "deepspeed",
            "mixture_of_depths",
        }
        | missing
    )
    assert all(item.reason for item in found.unmapped)


def test_nothing_is_dropped_in_silence(tmp_path: Path) -> None:
    """Each option of a configuration is either listed, or leaving it out gives another recipe or another list."""
    whole = convert(tmp_path, LLAMA_FACTORY)
    for name, value in LLAMA_FACTORY.items():
        if value is None or name in ("finetuning_type", "lr_scheduler_type", "quantization_method"):
            continue  # not set, or what is taken without it
        without = convert(tmp_path, {key: item for key, item in LLAMA_FACTORY.items() if key != name})
        assert without != whole, name


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"finetuning_type": "full"}, "full"), ({"finetuning_type": "freeze", "freeze_trainable_layers": 3}, "freeze"),
     ({"finetuning_type": "oft", "oft_block_size": 16}, "oft"), ({"adapter_name_or_path": "a,b"}, "continue"),
     ({"use_llama_pro": True}, "llama_pro"), ({"finetuning_type": "galore?"}, "lora")],
)  # fmt: skip
def test_methods_of_llama_factory(tmp_path: Path, change: dict[str, Any], kind: str) -> None:
    document = {"model_name_or_path": "a", "stage": "sft", "cutoff_len": 9, **change}
    assert convert(tmp_path, document).recipe["method"]["kind"] == kind


def test_a_value_that_we_do_not_take_is_listed(tmp_path: Path) -> None:
    document = {
        "model_name_or_path": "a",
        "stage": "dreaming",
        "learning_rate": 7.0,
        "cutoff_len": 4,
        "lora_rank": 8,
    }
    found = convert(tmp_path, document)
    assert {"stage", "optim.learning_rate", "data.cutoff_len"} <= left(found)
    assert found.recipe["objective"]["kind"] == "sft"


def test_ppo_of_llama_factory(tmp_path: Path) -> None:
    document = {
        "model_name_or_path": "a", "stage": "ppo", "cutoff_len": 64, "reward_model": "saves/reward", "ppo_epochs": 2,
        "ppo_target": 3.0, "max_new_tokens": 512, "top_p": 0.9, "top_k": 0, "ppo_buffer_size": 2, "ppo_score_norm": True,
        "reward_model_type": "lora",
    }  # fmt: skip
    found = convert(tmp_path, document)
    told = {"kind": "ppo", "exact_match": 0.0, "num_iterations": 2, "kl_target": 3.0, "max_completion_tokens": 512,
            "reward_model": str(tmp_path / "saves" / "reward"), "kl_weight": 0.2}  # fmt: skip
    assert found.recipe["objective"] | told == found.recipe["objective"]
    assert left(found) == {"top_p", "top_k", "ppo_buffer_size", "ppo_score_norm"}
    asked = convert(tmp_path, {**document, "reward_model_type": "api"})
    assert "reward_model" in left(asked) and asked.recipe["objective"]["reward_model"] == ""


def test_grpo_of_trl_and_axolotl(tmp_path: Path) -> None:
    options = {"num_generations": 4, "max_completion_length": 99, "epsilon": 0.1, "scale_rewards": "none",
               "num_iterations": 2, "loss_type": "dr_grpo", "temperature": 0.7, "reward_funcs": ["think_format_reward"]}  # fmt: skip
    trl = convert(
        tmp_path, {"model_name_or_path": "a", "dataset_name": "b", "use_peft": True, "beta": 0.1, **options}
    )
    told = {"kind": "grpo", "loss": "dr_grpo", "beta": 0.1, "num_generations": 4, "max_completion_tokens": 99, "epsilon": 0.1,
            "epsilon_high": 0.1, "num_iterations": 2, "scale_rewards": False, "unbiased_kl": True}  # fmt: skip
    assert trl.program == "TRL" and trl.recipe["objective"] | told == trl.recipe["objective"]
    assert left(trl) == {"dataset_name", "temperature", "reward_funcs"}
    plain = convert(tmp_path, {"model_name_or_path": "a", "use_peft": True, "num_generations": 8})
    assert (plain.recipe["objective"]["loss"], plain.recipe["objective"]["beta"]) == ("dapo", 0.0)
    document = {
        "base_model": "a",
        "micro_batch_size": 1,
        "adapter": "lora",
        "rl": "grpo",
        "trl": {**options, "beta": 0.1, "vllm_host": "x"},
    }
    axolotl = convert(tmp_path, document)
    assert axolotl.program == "Axolotl" and axolotl.recipe["objective"] == trl.recipe["objective"]
    assert left(axolotl) == {"temperature", "reward_funcs", "trl.vllm_host"}


def test_the_newer_form(tmp_path: Path) -> None:
    document = {
        "model": "some/model", "model_class": "llm", "micro_batch_size": 2, "train_dataset": "data/x.yaml", "cutoff_len": 64,
        "peft_config": {"name": "lora", "r": 4, "lora_alpha": 9, "target_modules": "all"},
        "quant_config": {"name": "bnb", "quantization_bit": 8}, "kernel_config": {"name": "auto"},
    }  # fmt: skip
    found = convert(tmp_path, document)
    assert found.recipe["method"]["rank"] == 4 and found.recipe["method"]["lora_alpha"] == 9.0
    assert found.recipe["model"]["quantization"] == "int8"
    assert found.recipe["optim"]["per_device_train_batch_size"] == 2
    assert left(found) == {"model_class", "train_dataset", "kernel_config.name"}


def test_axolotl(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("{}\n", encoding="utf-8")
    document = {
        "base_model": "some/model", "load_in_4bit": True, "adapter": "qlora", "lora_r": 32, "lora_alpha": 64,
        "lora_target_modules": ["q_proj", "v_proj"], "sequence_len": 2048, "sample_packing": True, "val_set_size": 0.05,
        "datasets": [{"path": "rows.jsonl", "type": "alpaca"}, {"path": "org/hub-set", "type": "sharegpt"}],
        "micro_batch_size": 2, "optimizer": "adamw_bnb_8bit", "rl": "ipo", "rl_beta": 0.3, "wandb_project": "x",
    }  # fmt: skip
    found = convert(tmp_path, document)
    recipe = found.recipe
    assert found.program == "Axolotl" and recipe["model"]["quantization"] == "nf4"
    assert recipe["method"]["target_modules"] == ["q_proj", "v_proj"] and recipe["method"]["rank"] == 32
    assert (recipe["objective"]["loss"], recipe["objective"]["beta"]) == ("ipo", 0.3)
    assert [item["format"] for item in recipe["data"]["sources"]] == ["alpaca"]
    assert recipe["optim"]["optimizer"] == "adamw_8bit" and left(found) == {"datasets", "wandb_project"}
    assert convert(tmp_path, {"base_model": "a", "micro_batch_size": 1}).recipe["method"]["kind"] == "full"


def test_trl(tmp_path: Path) -> None:
    document = {
        "model_name_or_path": "some/model", "dataset_name": "org/set", "use_peft": True, "lora_r": 8, "max_length": 256,
        "lora_target_modules": "all-linear", "beta": 0.2, "loss_type": "robust", "dtype": "bfloat16", "bf16_full_eval": True,
    }  # fmt: skip
    found = convert(tmp_path, document)
    assert found.program == "TRL" and found.recipe["method"]["target_modules"] == "all"
    assert found.recipe["objective"]["kind"] == "dpo" and found.recipe["objective"]["loss"] == "robust"
    assert found.recipe["data"]["cutoff_len"] == 256 and left(found) == {"dataset_name", "bf16_full_eval"}
    plain = convert(
        tmp_path, {"model_name_or_path": "a", "dataset_name": "b", "max_length": 9, "loss_type": "nll"}
    )
    assert plain.recipe["method"]["kind"] == "full" and plain.recipe["objective"]["kind"] == "sft"


def test_accelerate(tmp_path: Path) -> None:
    found = convert(
        tmp_path, {"compute_environment": "LOCAL", "distributed_type": "FSDP", "mixed_precision": "fp16"}
    )
    assert found.program == "Accelerate" and found.recipe["model"]["dtype"] == "float16"
    assert left(found) == {"compute_environment", "distributed_type"}


@pytest.mark.parametrize("document", [{}, {"hello": 1}, {"data": [1]}])
def test_what_is_no_configuration_is_refused(tmp_path: Path, document: Any) -> None:
    with pytest.raises(UserError):
        convert(tmp_path, document)
