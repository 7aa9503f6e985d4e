"""The runtimes of this computer, as the Settings show them, and what can happen to them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from engine.contract.runtimes import OWN, Installed


@dataclass(frozen=True, slots=True)
class RuntimesState:
    """``chosen`` is what the user wants; ``used`` is what the next engine is started from."""

    items: tuple[Installed, ...] = ()
    chosen: str = OWN
    used: str = OWN
    best: str = OWN
    broken: dict[str, str] = field(default_factory=dict)  # did not start, by name, with the reason


class RuntimesListed(NamedTuple):
    runtimes: RuntimesState


RuntimeChange = RuntimesListed
