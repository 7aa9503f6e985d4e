"""Chat with a model folder, or with a run's adapter before any merge, through transformers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.chat.base import PLAIN, Extras, Finish, Stopwatch, as_messages, room_for_answer, score
from engine.chat.sampling import draw
from engine.chat.stream import TextStream
from engine.chat.tools import Said, ToolTalk
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply
from engine.models.load import load_tokenizer
from engine.models.tuned import (
    Tuned,
    encode,
    load_folder,
    load_tuned,
    stop_tokens,
    tokenizer_of,
)

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase


class TransformersBackend:
    """See ``base.LocalModel``."""

    def __init__(
        self,
        model: "nn.Module",
        tokenizer: "PreTrainedTokenizerBase",
        *,
        stops: tuple[int, ...],
        context_tokens: int,
    ) -> None:
        self._model: Any = model
        self._tokenizer = tokenizer
        self._stops = stops
        made_for = getattr(self._model.config, "max_position_embeddings", None) or context_tokens
        self.context_tokens = min(context_tokens, made_for)
        self._cache: Any = None
        self._known: list[int] = []  # the tokens that the cache holds
        self._tools = ToolTalk(str(tokenizer.chat_template), self._render)

    @property
    def vocabulary(self) -> int:
        """See ``base.LocalModel``."""
        return int(self._model.config.vocab_size)

    @property
    def call_opening(self) -> str:
        """See ``base.LocalModel``."""
        return self._tools.marks[0].strip()

    def prompt(
        self, messages: Sequence[Turn] | Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] = ()
    ) -> list[int]:
        """The conversation as token ids, by the tokenizer's template."""
        return encode(self._tokenizer, self._tools.prompt(as_messages(messages), tools))

    def encode_text(self, text: str) -> list[int]:
        """See ``base.LocalModel``; begins as the tokenizer says that texts do."""
        return [int(token) for token in self._tokenizer(text)["input_ids"]]

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
        import torch

        watch = watch or Stopwatch()
        room = room_for_answer(len(prompt), self.context_tokens, sampling.max_tokens)
        stream = TextStream(sampling.stop, on_text)
        pieces = _Pieces(self._tokenizer, special=extras.special)
        generator = torch.Generator().manual_seed(sampling.seed)
        answer: list[int] = []
        new = self._forget_all_but_prefix(prompt)
        finish: Finish = "length"
        while True:
            logits = self._logits(new)
            token = draw(logits, answer, sampling, generator)
            watch.token()
            if token in self._stops:
                finish = "stop"
                break
            if extras.on_score is not None:
                extras.on_score(score(logits.float().numpy(), token, extras.likeliest, self._spelt))
            if stream.feed(pieces.take(token).encode("utf-8")):
                finish = "stop"
                break
            answer.append(token)
            if should_stop():
                finish = "cancelled"
                break
            if watch.tokens >= room:
                break
            new = [token]
        if finish != "stop":
            stream.feed(pieces.rest().encode("utf-8"))
        stream.finish()
        return watch.reply(stream.text, prompt_tokens=len(prompt), finish=finish)

    def _render(self, chat: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]] | None) -> str:
        from jinja2 import TemplateError

        try:
            return str(
                self._tokenizer.apply_chat_template(
                    list(chat),
                    tools=list(tools) if tools else None,  # type: ignore[arg-type]
                    tokenize=False,
                    add_generation_prompt=True,
                )
            )
        except (TemplateError, TypeError, KeyError, ValueError, IndexError, AttributeError) as error:
            raise UserError(
                ErrorCode.TEMPLATE_MISSING,
                f"The model's chat template cannot render this conversation: {error}",
                hint="Some models take no system prompt, or need user and assistant to take turns.",
            ) from None

    def _spelt(self, token: int) -> bytes:
        return str(self._tokenizer.decode([token])).encode("utf-8")

    def _forget_all_but_prefix(self, prompt: list[int]) -> list[int]:
        """Cut the cache back to what it shares with ``prompt``; the tokens of ``prompt`` that are left to read."""
        shared = 0
        while shared < min(len(self._known), len(prompt) - 1) and self._known[shared] == prompt[shared]:
            shared += 1
        surplus = len(self._known) - shared
        crop: Any = getattr(self._cache, "crop", None)
        if surplus and (not shared or crop is None):
            self._cache, self._known = None, []
        elif surplus:
            crop(-surplus)  # from the end, as a trained prompt may stand before the first token
            self._known = self._known[:shared]
        return prompt[len(self._known) :]

    def _logits(self, new: list[int]) -> Any:
        """Read ``new`` tokens; logits [vocabulary] after the last, on the CPU."""
        import torch

        ids = torch.tensor([new], device=next(self._model.parameters()).device)
        with torch.inference_mode():
            out = self._model(input_ids=ids, past_key_values=self._cache, use_cache=True, logits_to_keep=1)
        self._cache = out.past_key_values
        self._known += new
        return out.logits[0, -1].cpu()

    def close(self) -> None:
        """Free the model."""
        self._model = self._cache = None


class _Pieces:
    """Text of tokens one by one; a character that several tokens make comes with the last of them."""

    def __init__(self, tokenizer: "PreTrainedTokenizerBase", *, special: bool = False) -> None:
        self._tokenizer, self._special = tokenizer, special
        self._tokens: list[int] = []  # a little context, as some tokenizers treat a first token differently
        self._done = 0

    def take(self, token: int) -> str:
        self._tokens.append(token)
        text = self._decode(self._tokens)
        if text.endswith("\ufffd"):
            return ""
        return self._advance(text)

    def rest(self) -> str:
        """What is left when the answer ends inside a character."""
        return self._advance(self._decode(self._tokens))

    def _advance(self, text: str) -> str:
        new = text[len(self._decode(self._tokens[: self._done])) :]
        self._tokens = self._tokens[self._done :]
        self._done = len(self._tokens)
        return new

    def _decode(self, tokens: list[int]) -> str:
        text = self._tokenizer.decode(
            tokens, skip_special_tokens=not self._special, clean_up_tokenization_spaces=False
        )
        return str(text)


def open_folder(folder: Path, *, context_tokens: int) -> TransformersBackend:
    """A complete model folder."""
    tokenizer = load_tokenizer(str(folder))
    if not tokenizer.chat_template:
        raise UserError(
            ErrorCode.TEMPLATE_MISSING,
            f"The model in {folder} has no chat template",
            hint="Choose a model that was made for conversation.",
        )
    stops = stop_tokens(tokenizer, folder)
    return TransformersBackend(load_folder(folder), tokenizer, stops=stops, context_tokens=context_tokens)


def open_tuned(tuned: Tuned, *, context_tokens: int) -> TransformersBackend:
    """A run's base and adapter, unmerged."""
    tokenizer = tokenizer_of(tuned)
    stops = stop_tokens(tokenizer, tuned.base)
    return TransformersBackend(load_tuned(tuned), tokenizer, stops=stops, context_tokens=context_tokens)
