"""What a run is planned for: this computer, or a graphics card by its name or its memory, present or not."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from engine.contract.errors import ErrorCode, UserError

if TYPE_CHECKING:
    import torch

GIB = 1 << 30
RESERVED = 0.04  # of a card's memory: what the driver and a desktop keep of it


@dataclass(frozen=True, slots=True)
class Target:
    """``memory_bytes`` is what a run may take there."""

    name: str
    kind: Literal["cpu", "cuda"]
    memory_bytes: int
    bfloat16: bool


def _card(gigabytes: int, names: str, *, bfloat16: bool = True) -> Target:
    return Target(f"{gigabytes} GB ({names})", "cuda", int(gigabytes * GIB * (1.0 - RESERVED)), bfloat16)


CARDS = (
    _card(6, "RTX 2060, GTX 1660", bfloat16=False),
    _card(8, "RTX 3070, RTX 4060"),
    _card(10, "RTX 3080"),
    _card(12, "RTX 3060, RTX 4070"),
    _card(16, "RTX 4080, RTX 5080"),
    _card(20, "RTX 4000 Ada, RTX A4500"),
    _card(24, "RTX 3090, RTX 4090"),
    _card(32, "RTX 5090"),
    _card(40, "A100 40 GB"),
    _card(48, "A6000, L40S"),
    _card(80, "A100 80 GB, H100"),
)


def this_machine(device: "torch.device") -> Target:
    """``device`` of this computer with the memory that is free now."""
    if device.type == "cuda":
        import torch

        free = int(torch.cuda.mem_get_info(device)[0])
        return Target("cuda", "cuda", free, torch.cuda.is_bf16_supported())
    import psutil

    return Target("cpu", "cpu", int(psutil.virtual_memory().available), True)


def card_named(text: str) -> Target:
    """The card of ``CARDS`` that ``text`` names: its memory (``24``, ``24 GB``) or its name (``RTX 4090``).

    Raises:
        UserError: ``BAD_COMMAND`` when there is none.
    """
    wanted = "".join(text.lower().split())
    for card in CARDS:
        size, names = card.name.lower().replace(" ", "").split("(", 1)
        if wanted in (size, size.removesuffix("gb")) or wanted in names.rstrip(")").split(","):
            return card
    raise UserError(
        ErrorCode.BAD_COMMAND,
        f"No graphics card is known as {text!r}",
        hint="Name its memory, for example 24 GB: " + ", ".join(card.name for card in CARDS),
    )
