"""What importing the libraries may leave out.

peft imports bitsandbytes wherever it is installed, and bitsandbytes hands some of its functions to torch.compile while it is
imported, which loads torch's whole compiler: 1.3 of the 5.2 seconds of processor time that all imports before a first step took.
Only quantized bases call these functions, and uncompiled they give the same.
"""

import sys
from collections.abc import Callable
from typing import Any


def import_bitsandbytes_uncompiled() -> None:
    """Import bitsandbytes, where it is installed and not there yet, without torch's compiler."""
    if "bitsandbytes" in sys.modules:
        return
    import torch

    usual = torch.compile
    torch.compile = _as_it_is  # type: ignore[assignment]  # its overloads are more than this needs
    try:
        import bitsandbytes  # noqa: F401  # for what the import leaves behind
    except (
        ImportError,
        OSError,
        RuntimeError,
    ):  # not installed, or its library does not load: peft will say so
        pass
    finally:
        torch.compile = usual


def _as_it_is(model: Callable[..., Any] | None = None, **options: Any) -> Any:
    return (lambda function: function) if model is None else model
