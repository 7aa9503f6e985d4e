"""Chat with a GGUF file through llama.cpp; what the context already holds of a conversation is not read again."""

from collections.abc import Callable
from pathlib import Path

from engine.chat.base import Finish, Stopwatch, room_for_answer
from engine.chat.stream import TextStream
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply
from engine.models.gguf_file import GgufFile


class LlamaCppBackend:
    """See ``base.ChatBackend``."""

    def __init__(self, path: Path, *, context_tokens: int) -> None:
        self._file = GgufFile(path, context_tokens=context_tokens)
        try:
            _ = self._file.template  # a model that cannot converse is refused now, not at the first question
        except BaseException:
            self._file.close()
            raise

    @property
    def context_tokens(self) -> int:
        """The asked context, or what the model was made for if that is less."""
        return self._file.context_tokens

    def prompt(self, messages: tuple[Turn, ...]) -> list[int]:
        """The conversation as token ids, by the template inside the file."""
        turns = [{"role": turn.role, "content": turn.content} for turn in messages]
        return self._file.encode(self._file.render(turns))

    def send(
        self,
        messages: tuple[Turn, ...],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
    ) -> ChatReply:
        """See ``base.ChatBackend``."""
        watch = Stopwatch()
        prompt = self.prompt(messages)
        room = room_for_answer(len(prompt), self.context_tokens, sampling.max_tokens)
        stream = TextStream(sampling.stop, on_text)
        tokens = self._file.generate(
            prompt,
            seed=sampling.seed,
            temp=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            min_p=sampling.min_p,
            repeat_penalty=sampling.repeat_penalty,
        )
        finish: Finish = "length"
        for token in tokens:
            watch.token()
            if self._file.ends(token) or stream.feed(self._file.piece(token)):
                finish = "stop"
                break
            if should_stop():
                finish = "cancelled"
                break
            if watch.tokens >= room:
                break
        stream.finish()
        return watch.reply(stream.text, prompt_tokens=len(prompt), finish=finish)

    def close(self) -> None:
        """Free the model."""
        self._file.close()
