"""GGUF models that were made to give vectors: nobody can talk to them, and the local API serves their vectors."""

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from engine.chat.tools import Said
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Turn
from engine.contract.results import ChatReply


class EmbeddingModel:
    """See ``base.LocalModel`` and ``base.Embedder``; ``pooling`` is what the file says of itself."""

    call_opening = ""

    def __init__(self, path: Path, *, pooling: int, context_tokens: int) -> None:
        import llama_cpp

        try:
            self._llama: Any = llama_cpp.Llama(
                str(path),
                embedding=True,
                pooling_type=pooling,
                n_ctx=context_tokens,
                n_batch=context_tokens,  # a text is read in one piece
                n_ubatch=context_tokens,
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise UserError(
                ErrorCode.UNREADABLE,
                f"llama.cpp cannot load {path}: {error}",
                hint="The file may be cut short, of an unknown architecture, or larger than the free memory.",
            ) from None
        self.context_tokens = int(self._llama.n_ctx())

    @property
    def vocabulary(self) -> int:
        """See ``base.LocalModel``."""
        return int(self._llama.n_vocab())

    def embed(self, text: str | list[int]) -> tuple[list[float], int]:
        """See ``base.Embedder``."""
        if not isinstance(text, str):
            raise UserError(
                ErrorCode.MODEL_UNSUPPORTED, "Vectors are made of texts, not of tokens", hint="Send the text."
            )
        count = len(self._llama.tokenize(text.encode("utf-8")))
        if not count:
            raise UserError(ErrorCode.DATA_EMPTY, "An empty text has no vector", hint="Leave it out.")
        if count > self.context_tokens:
            raise UserError(
                ErrorCode.CONTEXT_FULL,
                f"The text is {count} tokens long; the model reads {self.context_tokens} at once.",
                hint="Send it in parts.",
            )
        vector = [float(value) for value in self._llama.embed(text, normalize=False)]
        length = math.sqrt(sum(value * value for value in vector)) or 1.0
        return [value / length for value in vector], count

    def prompt(
        self, messages: Sequence[Turn] | Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> list[int]:
        """Refused."""
        self._refuse()

    def encode_text(self, text: str) -> list[int]:
        """Refused."""
        self._refuse()

    def read_calls(self, text: str) -> Said:
        """Nothing is ever called."""
        return Said(text, ())

    def send(self, *arguments: Any, **options: Any) -> ChatReply:
        """Refused."""
        self._refuse()

    def answer(self, *arguments: Any, **options: Any) -> ChatReply:
        """Refused."""
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise UserError(
            ErrorCode.MODEL_UNSUPPORTED,
            "This model gives vectors and answers nothing",
            hint="Load a model that was made for conversation.",
        )

    def close(self) -> None:
        """Free the model."""
        self._llama.close()
