"""Text to token ids with a mark on every token that is learnt."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.data.template import Rendered, Span

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase


@dataclass(frozen=True, slots=True)
class Encoded:
    """A tokenized text. ``input_ids`` int32 [tokens], ``trained`` bool [tokens].

    ``starts`` and ``ends``: int64 [tokens], characters of the text that each token covers; together they cover
    it without gaps, and the bytes of one character that several tokens share are given to the first of them.
    """

    input_ids: npt.NDArray[np.int32]
    trained: npt.NDArray[np.bool_]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.input_ids)


def encode(
    tokenizer: "PreTrainedTokenizerBase", texts: Sequence[Rendered], *, train_on_prompt: bool = False
) -> list[Encoded]:
    """Tokenize a batch. Nothing is added: the template holds every special token.

    The first token is never learnt, since nothing predicts it.
    """
    if not texts:
        return []
    if not tokenizer.is_fast:
        return [_encode_slowly(tokenizer, item, train_on_prompt) for item in texts]
    batch: Any = tokenizer(
        [item.text for item in texts],
        add_special_tokens=False,
        return_offsets_mapping=True,
        return_attention_mask=False,
        return_token_type_ids=False,
        verbose=False,
    )
    pairs = zip(texts, batch["input_ids"], batch["offset_mapping"], strict=True)
    return [_encoded(item, ids, offsets, train_on_prompt) for item, ids, offsets in pairs]


def _encoded(item: Rendered, ids: list[int], offsets: list[Span], train_on_prompt: bool) -> Encoded:
    pairs = np.asarray(offsets, dtype=np.int64).reshape(-1, 2)
    raw_starts, raw_ends = pairs[:, 0], pairs[:, 1]
    reached = np.maximum.accumulate(raw_ends) if len(ids) else raw_ends  # some tokenizers trim blanks away
    before = np.concatenate([np.zeros(1, dtype=np.int64), reached])[: len(ids)]
    starts = np.where(raw_starts < raw_ends, np.minimum(raw_starts, before), before)
    trained = np.zeros(len(ids), dtype=np.bool_)
    for begin, end in ((0, len(item.text)),) if train_on_prompt else item.trained_spans:
        trained |= (starts < end) & (reached > begin) & (reached > starts)
    if train_on_prompt:
        trained[:] = True
    trained[:1] = False
    return Encoded(np.asarray(ids, dtype=np.int32), trained, np.maximum(starts, before), reached)


def _encode_slowly(tokenizer: "PreTrainedTokenizerBase", item: Rendered, train_on_prompt: bool) -> Encoded:
    """For tokenizers that cannot say where a token stands: tokenize learnt and other pieces one by one."""
    ids: list[int] = []
    trained: list[bool] = []
    starts: list[int] = []
    ends: list[int] = []
    cuts = [0, *(place for span in item.trained_spans for place in span), len(item.text)]
    for number, (begin, end) in enumerate(itertools.pairwise(cuts)):
        piece = tokenizer.encode(item.text[begin:end], add_special_tokens=False) if begin < end else []
        ids += piece
        trained += [train_on_prompt or number % 2 == 1] * len(piece)
        starts += [begin] + [end] * (len(piece) - 1) if piece else []
        ends += [end] * len(piece)
    mask = np.asarray(trained, dtype=np.bool_)
    mask[:1] = False
    return Encoded(
        np.asarray(ids, dtype=np.int32),
        mask,
        np.asarray(starts, dtype=np.int64),
        np.asarray(ends, dtype=np.int64),
    )
