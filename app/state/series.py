"""A curve that grows by appending, shared by all its snapshots: O(1) a point, safe to hold in frozen state."""

from array import array
from dataclasses import dataclass, field


def _buffer() -> "array[float]":
    """Doubles side by side: a quarter of a list's memory, and nothing the garbage collector must walk."""
    return array("d")


@dataclass(frozen=True, slots=True)
class Series:
    """The first ``length`` points of a shared, append-only buffer."""

    length: int = 0
    _steps: "array[float]" = field(default_factory=_buffer, repr=False, compare=False)
    _values: "array[float]" = field(default_factory=_buffer, repr=False, compare=False)

    def extended(self, steps: list[int], values: list[float]) -> "Series":
        """A longer series; a step at or before the last one cuts the curve back first (a resumed run)."""
        keep = self.length
        while keep and steps and self._steps[keep - 1] >= steps[0]:
            keep -= 1
        own_steps, own_values = self._steps, self._values
        if keep != len(own_steps):  # another snapshot grew this buffer, or the curve is cut back
            own_steps, own_values = own_steps[:keep], own_values[:keep]
        own_steps.extend(steps)
        own_values.extend(values)
        return Series(len(own_steps), own_steps, own_values)

    @property
    def steps(self) -> list[float]:
        """Steps of all points (a copy)."""
        return self._steps[: self.length].tolist()

    @property
    def values(self) -> list[float]:
        """Values of all points (a copy)."""
        return self._values[: self.length].tolist()

    def continues(self, older: "Series") -> bool:
        """Whether this curve is ``older`` with points appended, so that only its tail is new."""
        return self._steps is older._steps and self.length >= older.length

    def since(self, start: int) -> tuple[list[float], list[float]]:
        """Steps and values from point ``start`` on (copies of that tail only)."""
        return self._steps[start : self.length].tolist(), self._values[start : self.length].tolist()

    @property
    def last(self) -> float | None:
        """The newest value."""
        return self._values[self.length - 1] if self.length else None

    def __len__(self) -> int:
        return self.length
