"""What every command of the protocol is: frozen, strict about names, with an id. Needed by the files that declare some."""

from pydantic import BaseModel, ConfigDict


class Message(BaseModel):
    """Frozen; strict about names on the way in to the engine."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Command(Message):
    id: int = 0
