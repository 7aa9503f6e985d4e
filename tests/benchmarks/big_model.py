"""Writes a model of random numbers in the shape of Llama 7B, and an adapter for it, without holding it in memory.

python -m tests.benchmarks.big_model FOLDER LAYERS RANK
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from engine.export.tensor_files import Entry, layout, write_index, write_tensor_file

HIDDEN, INNER, VOCABULARY = 4096, 11008, 32000
LINEAR = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (HIDDEN, HIDDEN),
    "self_attn.v_proj": (HIDDEN, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (INNER, HIDDEN),
    "mlp.up_proj": (INNER, HIDDEN),
    "mlp.down_proj": (HIDDEN, INNER),
}


def main() -> None:
    """Write base and adapter."""
    folder, layers, rank = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    _base(folder / "base", layers)
    _adapter(folder / "adapter", layers, rank)


def _base(folder: Path, layers: int) -> None:
    folder.mkdir(parents=True)
    shapes = {"model.embed_tokens.weight": (VOCABULARY, HIDDEN)}
    for index in range(layers):
        shapes |= {f"model.layers.{index}.{name}.weight": shape for name, shape in LINEAR.items()}
        for name in ("input_layernorm", "post_attention_layernorm"):
            shapes[f"model.layers.{index}.{name}.weight"] = (HIDDEN,)  # type: ignore[assignment]
    shapes |= {"model.norm.weight": (HIDDEN,), "lm_head.weight": (VOCABULARY, HIDDEN)}  # type: ignore[dict-item]
    entries = [Entry(name, "BF16", shape, folder, 0) for name, shape in shapes.items()]
    shards = layout(entries, shard_bytes=5_000_000_000)
    for shard in shards:
        write_tensor_file(shard, folder / shard.name, _random)
    write_index(shards, folder)
    config = {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "hidden_size": HIDDEN,
        "intermediate_size": INNER,
        "num_hidden_layers": layers,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "vocab_size": VOCABULARY,
        "max_position_embeddings": 4096,
        "tie_word_embeddings": False,
        "dtype": "bfloat16",
    }
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _random(entry: Entry) -> Iterator[memoryview]:
    """Bytes of small numbers: the upper half of random float32 ones is bfloat16."""
    random = np.random.default_rng(7)
    left = entry.elements
    while left:
        count = min(left, 4 << 20)
        numbers = random.standard_normal(count, dtype=np.float32) * np.float32(0.02)
        yield memoryview(np.ascontiguousarray(numbers.view(np.uint16)[1::2])).cast("B")
        left -= count


def _adapter(folder: Path, layers: int, rank: int) -> None:
    from peft import LoraConfig
    from safetensors.numpy import save_file

    folder.mkdir()
    LoraConfig(
        task_type="CAUSAL_LM",
        r=rank,
        lora_alpha=32,
        target_modules=sorted({name.rpartition(".")[2] for name in LINEAR}),
    ).save_pretrained(folder)
    random = np.random.default_rng(8)
    tensors = {}
    for index in range(layers):
        for name, (rows, columns) in LINEAR.items():
            prefix = f"base_model.model.model.layers.{index}.{name}"
            for side, shape in (("A", (rank, columns)), ("B", (rows, rank))):
                tensors[f"{prefix}.lora_{side}.weight"] = (
                    random.standard_normal(shape, dtype=np.float32) * 0.02
                )
    save_file(tensors, folder / "adapter_model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
