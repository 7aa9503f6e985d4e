"""Verification's view of an ONNX folder, through ONNX Runtime."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.contract.errors import ErrorCode, UserError
from engine.models.tuned import encode, render_prompt, stop_tokens

_PAST = "past_key_values."


class OnnxReplay:
    """See ``verify.Replay``: graph, tokenizer and stop tokens all come from the exported folder."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from transformers import AutoTokenizer

        try:
            self._session: Any = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), providers=["CPUExecutionProvider"]
            )
            self._tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        except Exception as error:  # the runtime's own errors share no class but this one
            first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            raise UserError(
                ErrorCode.UNREADABLE, f"ONNX Runtime cannot open {folder.name}: {first}"
            ) from None
        self._stops = stop_tokens(self._tokenizer, folder)
        self._past = [item for item in self._session.get_inputs() if item.name.startswith(_PAST)]

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """Rendered and tokenized by the folder's tokenizer."""
        return encode(self._tokenizer, render_prompt(self._tokenizer, messages))

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer, token by token with the cache, as a user's program would; ``guess`` is not used."""
        answer: list[int] = []
        logits, cache = self._run(prompt, self._empty(), read=0)
        while True:
            token = int(logits[-1].argmax())
            answer.append(token)
            if len(answer) >= max_tokens or token in self._stops:
                return answer
            logits, cache = self._run([token], cache, read=len(prompt) + len(answer) - 1)

    def logits(self, prompt: list[int], answer: list[int]) -> np.ndarray:
        """What it would say along ``answer``."""
        logits, _ = self._run(prompt + answer, self._empty(), read=0)
        return logits[len(prompt) - 1 : len(prompt) + len(answer) - 1]

    def _empty(self) -> list[np.ndarray]:
        return [np.zeros((1, item.shape[1], 0, item.shape[3]), dtype=np.float32) for item in self._past]

    def _run(
        self, ids: list[int], cache: list[np.ndarray], *, read: int
    ) -> tuple[np.ndarray, list[np.ndarray]]:
        """Logits [ids, vocabulary] after ``read`` tokens that ``cache`` knows, and the cache with ``ids``."""
        count = len(ids)
        feed = {
            "input_ids": np.array([ids], dtype=np.int64),
            "attention_mask": np.ones((1, read + count), dtype=np.int64),
            "position_ids": np.arange(read, read + count, dtype=np.int64)[None],
        }
        feed |= {item.name: tensor for item, tensor in zip(self._past, cache, strict=True)}
        logits, *present = self._session.run(None, feed)
        return logits[0], present

    def ends(self, token: int) -> bool:
        """Whether the folder's configuration stops at ``token``."""
        return token in self._stops

    def close(self) -> None:
        """Free the graph."""
        del self._session
