"""What the planner says of models of published sizes on a card, for the tables of other programs.

Only configs are made, no weights. Gradient checkpointing is on, as in those programs.

    python -m tests.benchmarks.planner_cards
"""

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

LLAMA: dict[
    str, tuple[int, int, int, int, int, int]
] = {  # hidden, inner, layers, heads, key heads, vocabulary
    "Llama 3.2 3B": (3072, 8192, 28, 24, 8, 128256),
    "Llama 2 7B": (4096, 11008, 32, 32, 32, 32000),
    "Llama 3.1 8B": (4096, 14336, 32, 32, 8, 128256),
    "Qwen2.5 14B": (5120, 13824, 48, 40, 8, 152064),
    "Qwen2.5 32B": (5120, 27648, 64, 40, 8, 152064),
    "Llama 3.1 70B": (8192, 28672, 80, 64, 8, 128256),
}
WAYS: dict[str, dict[str, Any]] = {
    "full": {"method": {"kind": "full"}, "model": {"dtype": "float32"}},
    "full bf16": {"method": {"kind": "full"}, "model": {"dtype": "bfloat16"}},
    "LoRA": {},
    "8 bits": {"model": {"quantization": "int8"}},
    "4 bits": {"model": {"quantization": "nf4"}},
}
LENGTHS = (1024, 2048, 4096, 8192, 16384, 32768)


def main() -> int:
    from transformers import LlamaConfig

    with tempfile.TemporaryDirectory() as work:
        for name, (hidden, inner, layers, heads, keys, words) in LLAMA.items():
            folder = Path(work) / name.replace(" ", "-")
            LlamaConfig(
                hidden_size=hidden, intermediate_size=inner, num_hidden_layers=layers, num_attention_heads=heads,
                num_key_value_heads=keys, vocab_size=words, architectures=["LlamaForCausalLM"],
                tie_word_embeddings=hidden < 4096,
            ).save_pretrained(folder)  # fmt: skip
            started = time.monotonic()
            cells = [f"{planned(folder, 1, 1024, way) / 1e9:.1f}" for way in WAYS.values()]
            sys.stdout.write(f"| {name} | {' | '.join(cells)} | {time.monotonic() - started:.1f} s\n")
        seven = Path(work) / "Llama-2-7B"
        for batch, lengths in ((4, (1024,)), (1, LENGTHS)):
            for length in lengths:
                found = [
                    f"{planned(seven, batch, length, WAYS[way]) / 1e9:.1f}" for way in ("LoRA", "4 bits")
                ]
                sys.stdout.write(f"7B, {batch} x {length}: LoRA {found[0]}, 4 bits {found[1]}\n")
    return 0


def planned(folder: Path, batch: int, length: int, way: dict[str, Any]) -> int:
    """Bytes on a card with bfloat16."""
    from engine.registry import parse_recipe
    from engine.train.plan import make_plan

    recipe = {
        "method": {"kind": "lora"},
        "objective": {"kind": "sft"},
        **way,
        "model": {"path": str(folder), "gradient_checkpointing": True, **way.get("model", {})},
        "data": {"cutoff_len": length},
        "optim": {"per_device_train_batch_size": batch},
    }
    return make_plan(parse_recipe(recipe), card="80 GB").memory_bytes


if __name__ == "__main__":
    sys.exit(main())
