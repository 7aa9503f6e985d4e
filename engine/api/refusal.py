"""Refusals of the local API in the shape that OpenAI's clients read: a status, a sentence, a code."""

import re
from typing import Any

from pydantic import ValidationError

from engine.contract.errors import ErrorCode, ErrorInfo

_STATUS = {
    ErrorCode.DATA_EMPTY: (400, "invalid_value"),
    ErrorCode.CONTEXT_FULL: (400, "context_length_exceeded"),
    ErrorCode.TEMPLATE_MISSING: (400, "conversation_refused"),
    ErrorCode.MODEL_UNSUPPORTED: (400, "not_supported"),
    ErrorCode.OUT_OF_MEMORY: (503, "out_of_memory"),
    ErrorCode.CANCELLED: (503, "ending"),
}
_BRANCH = re.compile(r"str|constrained-.*|.*\[.*")  # how pydantic names the kinds that a value may have
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class Refusal(Exception):
    """A request that is not carried out: HTTP ``status``, a sentence, a ``code`` for programs."""

    def __init__(self, status: int, message: str, *, code: str, param: str | None = None) -> None:
        super().__init__(message)
        self.status, self.message, self.code, self.param = status, message, code, param

    @property
    def body(self) -> dict[str, Any]:
        """The object that clients raise their error from."""
        kind = _TYPES.get(self.status, "server_error" if self.status >= 500 else "invalid_request_error")
        return {
            "error": {"message": self.message, "type": kind, "param": self.param, "code": self.code},
        }

    @property
    def headers(self) -> dict[str, str]:
        """What the status asks for."""
        if self.status == 401:
            return {"www-authenticate": "Bearer"}
        return {"retry-after": "5"} if self.status in (429, 503) else {}


def of_error(info: ErrorInfo) -> Refusal:
    """An error of the engine that a user can mend."""
    status, code = _STATUS.get(info.code, (400, info.code.value))
    return Refusal(status, f"{info.message} {info.hint or ''}".strip(), code=code)


def of_fault(error: ValidationError) -> Refusal:
    """The first thing that is wrong with a request's body."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"] if not _BRANCH.fullmatch(str(part)))
    code = "invalid_json" if first["type"] == "json_invalid" else "invalid_value"
    return Refusal(400, f"{place}: {first['msg']}" if place else first["msg"], code=code, param=place or None)
