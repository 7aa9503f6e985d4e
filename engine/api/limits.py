"""The bounds of the local API, in one place; tests make them small."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How much and how long. A conversation of 8 MiB is far beyond every context."""

    body_bytes: int = 8 << 20
    head_s: float = 10.0  # until a request's head is complete
    body_s: float = 30.0  # until its body is complete
    write_s: float = 30.0  # until a client takes what it is sent
    linger_s: float = (
        5.0  # how long the rest of a refused body is read, so that the client can hear the refusal
    )
    waiting: int = 128  # requests that wait for the model
    answer_s: float = 900.0  # of work on one answer; it is cut there
    connections: int = 512
