"""Chat with a model folder, or with a run's adapter before any merge, through transformers."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.chat.base import Finish, Stopwatch, room_for_answer
from engine.chat.sampling import draw
from engine.chat.stream import TextStream
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, Turn
from engine.contract.results import ChatReply
from engine.models.load import load_tokenizer
from engine.models.tuned import (
    Tuned,
    encode,
    load_folder,
    load_tuned,
    render_prompt,
    stop_tokens,
    tokenizer_of,
)

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedTokenizerBase


class TransformersBackend:
    """See ``base.ChatBackend``."""

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

    def prompt(self, messages: tuple[Turn, ...]) -> list[int]:
        """The conversation as token ids, by the tokenizer's template."""
        from jinja2 import TemplateError

        turns = [{"role": turn.role, "content": turn.content} for turn in messages]
        try:
            return encode(self._tokenizer, render_prompt(self._tokenizer, turns))
        except TemplateError as error:
            raise UserError(
                ErrorCode.TEMPLATE_MISSING,
                f"The model's chat template cannot render this conversation: {error}",
                hint="Some models take no system prompt, or need user and assistant to take turns.",
            ) from None

    def send(
        self,
        messages: tuple[Turn, ...],
        sampling: Sampling,
        *,
        on_text: Callable[[str], None],
        should_stop: Callable[[], bool],
    ) -> ChatReply:
        """See ``base.ChatBackend``."""
        import torch

        watch = Stopwatch()
        prompt = self.prompt(messages)
        room = room_for_answer(len(prompt), self.context_tokens, sampling.max_tokens)
        stream = TextStream(sampling.stop, on_text)
        pieces = _Pieces(self._tokenizer)
        generator = torch.Generator().manual_seed(sampling.seed)
        answer: list[int] = []
        new = self._forget_all_but_prefix(prompt)
        finish: Finish = "length"
        while True:
            token = draw(self._logits(new), answer, sampling, generator)
            watch.token()
            if token in self._stops or stream.feed(pieces.take(token).encode("utf-8")):
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

    def __init__(self, tokenizer: "PreTrainedTokenizerBase") -> None:
        self._tokenizer = tokenizer
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
        text = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
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
