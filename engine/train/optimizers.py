"""One or two of torch's optimizers as one, and how their state goes into a checkpoint and back without pickle.

A state is written as tensors by name: ``<parameter>.<key>``, with the type added where a plain number stood
(``lm_head.weight.step#int``), and ``@<group>.<key>#<type>`` for the numbers that some optimizers keep in their groups.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

RUNNING = ("k", "weight_sum", "lr_max", "train_mode")  # of a group: what schedule-free AdamW counts there
NUMBERS: dict[str, type] = {"int": int, "float": float, "bool": bool}


class Optimizers:
    """Steps all of its parts; every parameter belongs to one of them."""

    def __init__(self, *parts: "torch.optim.Optimizer") -> None:
        self.parts = parts

    @property
    def param_groups(self) -> list[dict[str, Any]]:
        """The groups of all parts, in order; the dictionaries are the optimizers' own."""
        return [group for part in self.parts for group in part.param_groups]

    def step(self) -> None:
        """Move the weights by the gradients that they hold."""
        for part in self.parts:
            part.step()

    def zero_grad(self) -> None:
        """Forget the gradients."""
        for part in self.parts:
            part.zero_grad(set_to_none=True)

    def for_steps(self) -> None:
        """Schedule-free methods: let the weights be those that the next gradient is taken at."""
        for part in self.parts:
            if hasattr(part, "train"):
                part.train()

    def for_use(self) -> None:
        """Schedule-free methods: let the weights be the average that is the result."""
        for part in self.parts:
            if hasattr(part, "eval"):
                part.eval()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """The result's weights for the length of the block."""
        self.for_use()
        try:
            yield
        finally:
            self.for_steps()

    def state_tensors(self, trained: "Mapping[str, nn.Parameter]") -> "dict[str, torch.Tensor]":
        """Everything that a later ``restore`` needs."""
        names = {id(parameter): name for name, parameter in trained.items()}
        found: dict[str, torch.Tensor] = {}
        for part in self.parts:
            for parameter, values in part.state.items():
                for key, value in values.items():
                    found.update([_named(f"{names[id(parameter)]}.{key}", value)])
        for index, group in enumerate(self.param_groups):
            found.update(_named(f"@{index}.{key}", group[key]) for key in RUNNING if key in group)
        return found

    def restore(self, trained: "Mapping[str, nn.Parameter]", saved: "Mapping[str, torch.Tensor]") -> None:
        """Take up the state that ``state_tensors`` gave of the same parameters."""
        by_owner: dict[str, dict[str, torch.Tensor]] = {}
        for name, tensor in saved.items():
            owner, _, key = name.rpartition(".")
            by_owner.setdefault(owner, {})[key] = tensor
        for index, group in enumerate(self.param_groups):
            group.update(_value(key, tensor) for key, tensor in by_owner.get(f"@{index}", {}).items())
        names = {id(parameter): name for name, parameter in trained.items()}
        for part in self.parts:
            part.state.clear()
            for group_index, group in enumerate(part.param_groups):
                for index, parameter in enumerate(group["params"]):
                    values = by_owner.get(names[id(parameter)])
                    if values:
                        _restore_one(part, group, parameter, values, (group_index, index))


def _restore_one(
    part: "torch.optim.Optimizer",
    group: dict[str, Any],
    parameter: "nn.Parameter",
    values: "Mapping[str, torch.Tensor]",
    place: tuple[int, int],
) -> None:
    import torch

    begin: Any = getattr(part, "init_state", None)
    if begin is not None:  # bitsandbytes lays its state out itself, perhaps in paged memory
        begin(group, parameter, *place)
    state = part.state[parameter]
    for name, tensor in values.items():
        key, value = _value(name, tensor)
        old = state.get(key)
        if isinstance(old, torch.Tensor) and isinstance(value, torch.Tensor) and old.shape == value.shape:
            old.copy_(value)
        elif isinstance(value, torch.Tensor):
            on_cpu = value.ndim == 0 and not group.get("fused")  # fused ones count beside the weights
            state[key] = value.to("cpu" if on_cpu else parameter.device)
        else:
            state[key] = value


def _named(name: str, value: Any) -> "tuple[str, torch.Tensor]":
    import torch

    if isinstance(value, torch.Tensor):
        return name, value
    return f"{name}#{type(value).__name__}", torch.tensor(value, dtype=torch.float64)


def _value(key: str, tensor: "torch.Tensor") -> tuple[str, Any]:
    name, found, kind = key.partition("#")
    return (name, NUMBERS[kind](tensor.item())) if found else (key, tensor)
