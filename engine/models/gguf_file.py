"""One open GGUF file: quiet loading, its own template, exact token ids and bytes.

Wraps llama-cpp-python where that is imprecise: pieces longer than 32 bytes, long metadata, tokens that end an
answer. Chat and verification both stand on it.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.models.chat_jinja import render
from engine.models.pace import Pace

_RANDOM_SEED = 0xFFFFFFFF  # llama.cpp reads this one as "draw a seed"


class GgufFile:
    """A loaded GGUF model with a context of ``context_tokens``; close it to free the memory."""

    def __init__(
        self, path: Path, *, context_tokens: int, all_logits: bool = False, adapter: Path | None = None
    ) -> None:
        if not path.is_file():
            raise UserError(ErrorCode.NOT_FOUND, f"There is no GGUF file at {path}")
        import llama_cpp

        self._lib: Any = llama_cpp
        gpu = bool(llama_cpp.llama_supports_gpu_offload())
        threads = _physical_cores()
        try:
            self.llama: Any = llama_cpp.Llama(
                model_path=str(path),
                n_ctx=context_tokens,
                n_gpu_layers=-1 if gpu else 0,
                n_threads=threads,
                n_threads_batch=threads,
                logits_all=all_logits,
                lora_path=None if adapter is None else str(adapter),
                verbose=False,
            )
        except (ValueError, RuntimeError) as error:
            raise UserError(
                ErrorCode.UNREADABLE,
                f"llama.cpp cannot load {path}: {error}",
                hint="The file may be cut short, of an unknown architecture, or larger than the free memory.",
            ) from None
        self._vocab: Any = self.llama._model.vocab
        self._pace = Pace(
            threads, lambda count: llama_cpp.llama_set_n_threads(self.llama.ctx, count, threads)
        )
        trained = int(self.llama._model.n_ctx_train())
        self.context_tokens = min(int(self.llama.n_ctx()), trained) if trained else int(self.llama.n_ctx())

    @property
    def template(self) -> str:
        """The chat template inside the file.

        Raises:
            UserError: ``TEMPLATE_MISSING``.
        """
        text = self._lib.llama_model_chat_template(self.llama.model, None)
        if not text:
            raise UserError(
                ErrorCode.TEMPLATE_MISSING,
                f"{Path(self.llama.model_path).name} holds no chat template",
                hint="Choose a model that was made for conversation, or export it again with Luthier.",
            )
        return str(text.decode("utf-8"))

    def render(
        self, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None = None
    ) -> str:
        """The conversation up to where the answer begins, by the file's own template."""
        bos, eos = self.text_of(self.llama.token_bos()), self.text_of(self.llama.token_eos())
        return render(self.template, messages, bos_token=bos, eos_token=eos, tools=tools)

    def text_of(self, token: int) -> str:
        """How the vocabulary spells a token, control tokens too; empty for none."""
        return "" if token < 0 else str(self._lib.llama_vocab_get_text(self._vocab, token).decode("utf-8"))

    @property
    def adds_bos(self) -> bool:
        """Whether programs that go by the file begin every text with its first token by themselves."""
        return bool(self._lib.llama_vocab_get_add_bos(self._vocab))

    def encode(self, text: str) -> list[int]:
        """Token ids of rendered text, special tokens read as such, nothing added."""
        return list(self.llama.tokenize(text.encode("utf-8"), add_bos=False, special=True))

    def piece(self, token: int, *, special: bool = False) -> bytes:
        """The bytes that a token stands for; control tokens stand for none, unless ``special``."""
        import ctypes

        size = 64
        while True:
            buffer = ctypes.create_string_buffer(size)
            count = self._lib.llama_token_to_piece(self._vocab, token, buffer, size, 0, special)
            if count >= 0:
                return buffer.raw[:count]
            size = -count

    def ends(self, token: int) -> bool:
        """Whether ``token`` ends an answer."""
        return bool(self._lib.llama_vocab_is_eog(self._vocab, token))

    def generate(self, prompt: list[int], *, seed: int = 0, **sampling: Any) -> Iterator[int]:
        """Tokens after ``prompt`` without end, the stop token included; what the context knows is not read twice."""
        self.llama.set_seed(min(seed, _RANDOM_SEED - 1))
        first = True
        for token in self.llama.generate(prompt, **sampling):
            if first:  # reading the prompt is another kind of work and is not timed
                self._pace.begin()
                first = False
            else:
                self._pace.token()
            yield token

    def logits(self) -> Any:
        """What the model said at the newest place: float32 [vocabulary], valid until the next token is computed."""
        import numpy as np

        pointer = self._lib.llama_get_logits_ith(self.llama.ctx, -1)
        return np.ctypeslib.as_array(pointer, shape=(self.llama.n_vocab(),))

    def greedy(self, prompt: list[int], *, max_tokens: int) -> list[int]:
        """The most probable answer, with the stop token if it was reached."""
        answer: list[int] = []
        for token in self.generate(prompt, temp=0.0, repeat_penalty=1.0):
            answer.append(int(token))
            if len(answer) >= max_tokens or self.ends(token):
                break
        return answer

    def logits_along(self, prompt: list[int], answer: list[int]) -> Any:
        """What the model would say at each place of ``answer``: [answer, vocabulary]; needs ``all_logits``."""
        self.llama.reset()
        self.llama.eval(prompt + answer)
        return self.llama.scores[len(prompt) - 1 : len(prompt) + len(answer) - 1].copy()

    def close(self) -> None:
        """Free the model."""
        self.llama.close()


def _physical_cores() -> int:
    import psutil

    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed))
