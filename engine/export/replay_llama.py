"""Verification's view of a GGUF file, through llama.cpp."""

from pathlib import Path

from engine.models.gguf_file import GgufFile


class LlamaReplay:
    """See ``verify.Replay``: renders by the template inside the file."""

    def __init__(self, path: Path, *, context_tokens: int) -> None:
        self._file = GgufFile(path, context_tokens=context_tokens, all_logits=True)

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """Rendered and tokenized by the file alone."""
        return self._file.encode(self._file.render(messages))

    def greedy(self, prompt: list[int], *, max_tokens: int, guess: list[int]) -> list[int]:
        """Its answer, said token by token as a user's program would; ``guess`` is not used."""
        return self._file.greedy(prompt, max_tokens=max_tokens)

    def next_tokens(self, prompt: list[int], answer: list[int]) -> list[int]:
        """What it would say along ``answer``."""
        return self._file.next_tokens(prompt, answer)

    def ends(self, token: int) -> bool:
        """Whether llama.cpp stops at ``token``."""
        return self._file.ends(token)

    def close(self) -> None:
        """Free the model."""
        self._file.close()
