"""Chat with a GGUF file through llama.cpp; what the context already holds of a conversation is not read again."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from engine.chat.base import PLAIN, Extras, Finish, Stopwatch, as_messages, room_for_answer, score
from engine.chat.stream import TextStream
from engine.chat.tools import Said, ToolTalk
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply
from engine.models.gguf_file import GgufFile


class LlamaCppBackend:
    """See ``base.LocalModel``."""

    def __init__(self, path: Path, *, context_tokens: int) -> None:
        self._file = GgufFile(path, context_tokens=context_tokens)
        try:
            template = (
                self._file.template
            )  # a model that cannot converse is refused now, not at the first question
        except BaseException:
            self._file.close()
            raise
        self._tools = ToolTalk(template, self._file.render)

    @property
    def context_tokens(self) -> int:
        """The asked context, or what the model was made for if that is less."""
        return self._file.context_tokens

    @property
    def vocabulary(self) -> int:
        """See ``base.LocalModel``."""
        return int(self._file.llama.n_vocab())

    @property
    def call_opening(self) -> str:
        """See ``base.LocalModel``."""
        return self._tools.marks[0].strip()

    def prompt(
        self, messages: Sequence[Turn] | Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> list[int]:
        """The conversation as token ids, by the template inside the file."""
        return self._file.encode(self._tools.prompt(as_messages(messages), tools))

    def encode_text(self, text: str) -> list[int]:
        """See ``base.LocalModel``; begins as the file says that texts do."""
        tokens = self._file.encode(text)
        begin = int(self._file.llama.token_bos())
        return [begin, *tokens] if self._file.adds_bos and tokens[:1] != [begin] else tokens

    def read_calls(self, text: str) -> Said:
        """See ``base.LocalModel``."""
        return self._tools.read(text)

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
        return self.answer(
            self.prompt(messages), sampling, on_text=on_text, should_stop=should_stop, watch=watch
        )

    def answer(
        self,
        prompt: list[int],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
        extras: Extras = PLAIN,
        watch: Stopwatch | None = None,
    ) -> ChatReply:
        """See ``base.LocalModel``; ``watch`` may have been started before the prompt was made."""
        watch = watch or Stopwatch()
        room = room_for_answer(len(prompt), self.context_tokens, sampling.max_tokens)
        stream = TextStream(sampling.stop, on_text)
        finish: Finish = "length"
        for token in self._tokens(prompt, sampling):
            watch.token()
            if self._file.ends(token):
                finish = "stop"
                break
            if extras.on_score is not None:
                extras.on_score(score(self._file.logits(), token, extras.likeliest, self._spelt))
            if stream.feed(self._file.piece(token, special=extras.special)):
                finish = "stop"
                break
            if should_stop():
                finish = "cancelled"
                break
            if watch.tokens >= room:
                break
        stream.finish()
        return watch.reply(stream.text, prompt_tokens=len(prompt), finish=finish)

    def _tokens(self, prompt: list[int], sampling: Sampling) -> Any:
        return self._file.generate(
            prompt,
            seed=sampling.seed,
            temp=sampling.temperature,
            top_k=sampling.top_k,
            top_p=sampling.top_p,
            min_p=sampling.min_p,
            repeat_penalty=sampling.repeat_penalty,
        )

    def _spelt(self, token: int) -> bytes:
        return self._file.piece(token, special=True)

    def close(self) -> None:
        """Free the model."""
        self._file.close()
