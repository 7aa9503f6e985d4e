"""Errors that cross the process boundary, and the one exception that carries them.

``UserError`` is for what a user can mend; anything else that escapes is our own mistake and becomes
``ErrorCode.INTERNAL`` in ``engine.server.dispatch``, the only place where that translation happens.
"""

from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict


class ErrorCode(StrEnum):
    """Stable names of what can go wrong; the app words and translates by them."""

    BAD_COMMAND = "bad_command"  # the line was no valid command
    RECIPE_INVALID = "recipe_invalid"
    NOT_FOUND = "not_found"  # a file, folder, run or model is missing
    UNREADABLE = "unreadable"  # it is there but cannot be read as what it should be
    DATA_EMPTY = "data_empty"  # no row is left to train on
    NOTHING_TRAINED = "nothing_trained"  # rows, but not one trained token
    TEMPLATE_MISSING = "template_missing"
    MODEL_UNSUPPORTED = "model_unsupported"
    NOT_FINITE = "not_finite"  # NaN or infinity in the loss or the gradient
    OUT_OF_MEMORY = "out_of_memory"
    DISK_FULL = "disk_full"
    DISK_FAULT = "disk_fault"  # the disk or its connection failed
    CONTEXT_FULL = "context_full"  # the conversation leaves the model no room to answer
    NETWORK = "network"
    CHECKPOINT_DAMAGED = "checkpoint_damaged"
    EXPORT_FAILED = "export_failed"
    BUSY = "busy"  # this engine process already runs a job
    CANCELLED = "cancelled"
    ENGINE_DIED = "engine_died"  # made by the client: the child went away before it answered
    TIMEOUT = "timeout"  # made by the client: no answer in time
    INTERNAL = "internal"  # our own mistake


class FieldError(BaseModel):
    """One thing wrong in a recipe: where, why, and what the user may have meant."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    path: str  # dotted: "method.rank"
    reason: str
    suggestion: str | None = None  # the nearest valid name


class ErrorInfo(BaseModel):
    """An error as it crosses the boundary: one sentence, a way out, and the details behind it."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    code: ErrorCode
    message: str
    hint: str | None = None
    recipe_path: str | None = None
    fields: tuple[FieldError, ...] = ()
    details: dict[str, Any] = {}
    traceback: str | None = None


class UserError(Exception):
    """Something a user can mend. ``message`` says what and where, ``hint`` says what to do."""

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        hint: str | None = None,
        recipe_path: str | None = None,
        fields: tuple[FieldError, ...] = (),
        details: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.info = ErrorInfo(
            code=code,
            message=message,
            hint=hint,
            recipe_path=recipe_path,
            fields=fields,
            details=details or {},
        )
