"""A tiny random model with a strong random adapter, as the folder of a finished run: exports take seconds."""

import json
from pathlib import Path
from typing import Any

from engine.registry import parse_recipe, save_recipe

QUESTIONS = ("Who are you?", "你是谁？", "Say 🦊 and 1234 twice!", "def f(x):\n    return x  # tab\there")


def make_base(folder: Path, *, dtype: str = "float32", width: int = 64) -> Path:
    """A two-layer Llama, 64 wide, of decisive opinions, with the starter's tokenizer and template."""
    import torch
    from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM

    from engine.models.starter import starter_path

    tokenizer = AutoTokenizer.from_pretrained(starter_path())
    torch.manual_seed(11)
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=width,
        intermediate_size=2 * width,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        initializer_range=0.3,  # the usual 0.02 leaves all tokens equally probable, and a rounding decides
        tie_word_embeddings=True,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    LlamaForCausalLM(config).to(getattr(torch, dtype)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def make_adapter(folder: Path, base: Path, config: Any, *, seed: int = 5) -> Path:
    """A PEFT adapter whose trained weights are random and large."""
    import torch
    from peft import get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(seed)
    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    tuned: Any = get_peft_model(model, config)
    for name, parameter in tuned.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(parameter, std=0.3)
        elif parameter.requires_grad and "lora_A" not in name:
            with torch.no_grad():
                parameter.add_(torch.randn_like(parameter), alpha=0.3)
    tuned.save_pretrained(folder)
    return folder


def make_run(
    folder: Path,
    base: Path,
    *,
    template: str = "auto",
    seed: int = 5,
    config: Any = None,
    quantization: str = "none",
) -> Path:
    """A run's folder with an adapter, LoRA if no other ``config`` is given."""
    from peft import LoraConfig

    lora = LoraConfig(task_type="CAUSAL_LM", r=4, lora_alpha=8, target_modules="all-linear")
    make_adapter(folder / "adapter", base, config or lora, seed=seed)
    document = {
        "name": "Tiny run",
        "model": {"path": str(base), "quantization": quantization},
        "data": {"template": template, "sources": [{"path": "/home/someone/secret place/rows.json"}]},
        "method": {"kind": "lora", "rank": 4},
        "objective": {"kind": "sft"},
    }
    save_recipe(parse_recipe(document), folder / "recipe.yaml")
    rows = [{"messages": [{"role": "user", "content": text}], "reference": "So."} for text in QUESTIONS]
    (folder / "heldout.json").write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
    return folder
