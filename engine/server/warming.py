"""Loads what a run needs before it is asked for: most of the time from Start to the first step is imports."""

import importlib
from typing import Any

from engine.contract.warming import WarmUp
from engine.models.spared import import_bitsandbytes_uncompiled

LIBRARIES = ("torch", "transformers.models.auto.modeling_auto", "accelerate")
OURS = ("engine.data.prepare", "engine.train.loop")


def warm_up(command: WarmUp) -> dict[str, Any]:
    """Import everything in the order in which a run would; no model is loaded."""
    for name in LIBRARIES:
        importlib.import_module(name)
    if not command.quantized:
        import_bitsandbytes_uncompiled()
    for name in ("transformers.generation.utils", "peft", *OURS):
        importlib.import_module(name)
    return {}
