"""What the routes share: the model, its name, the line in front of it, and how a request is read."""

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from engine.api.refusal import Refusal, of_fault
from engine.api.seat import Seat
from engine.chat.base import LocalModel

Asked = TypeVar("Asked", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Desk:
    """``name`` is what clients call the model; ``fingerprint`` changes when an answer may."""

    model: LocalModel
    name: str
    fingerprint: str
    seat: Seat
    created: int

    async def read(self, request: Request, kind: type[Asked]) -> Asked:
        """The request's body.

        Raises:
            Refusal: it is none, or it is for another model.
        """
        media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media != "application/json":
            raise Refusal(415, "The body must be application/json.", code="unsupported_media_type")
        try:
            asked = kind.model_validate_json(await request.body())
        except ValidationError as error:
            raise of_fault(error) from None
        self.check_name(str(getattr(asked, "model", "")))
        return asked

    def check_name(self, name: str) -> None:
        """Raise ``Refusal`` if ``name`` is not the model that is loaded."""
        if name != self.name:
            raise Refusal(
                404,
                f"The model {name[:100]!r} is not loaded here; this server answers as {self.name!r}.",
                code="model_not_found",
                param="model",
            )
