"""``POST /v1/embeddings``, for models that were made to give them."""

import base64
import struct
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from engine.api.desk import Desk
from engine.api.refusal import Refusal
from engine.api.requests import EmbeddingRequest
from engine.api.seat import Talk
from engine.api.streaming import gathered
from engine.chat.base import Embedder


class EmbeddingDesk(Desk):
    """Answers with vectors, or says that the model has none."""

    async def embed(self, request: Request) -> Response:
        """The route."""
        asked = await self.read(request, EmbeddingRequest)
        model = self.model
        if not isinstance(model, Embedder):
            raise Refusal(
                400,
                f"{self.name!r} gives no embeddings; load a model that was made for them.",
                code="not_supported",
            )
        talk: Talk[Any] = self.seat.take(lambda talk: _work(talk, model, asked))
        found = await gathered(request, talk)
        pack = _packed if asked.encoding_format == "base64" else list
        data = [
            {"object": "embedding", "index": place, "embedding": pack(vector)}
            for place, (vector, _) in enumerate(found)
        ]
        count = sum(tokens for _, tokens in found)
        counts = {"prompt_tokens": count, "total_tokens": count}
        return JSONResponse({"object": "list", "model": self.name, "data": data, "usage": counts})


def _work(talk: Talk[Any], model: Embedder, asked: EmbeddingRequest) -> None:
    for text in asked.inputs:
        if talk.stopped():
            return
        talk.say(model.embed(text))


def _packed(vector: list[float]) -> str:
    return base64.b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
