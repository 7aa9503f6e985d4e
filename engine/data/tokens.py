"""Text to token ids with a mark on every token that is learnt.

The ids are those that the tokenizer gives for the whole text, with one exception: a control token that somebody typed
(``<|im_end|>`` inside a question) is spelt out, so that it cannot end a turn. Only rows with such a text are affected.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.data.edges import Span
from engine.data.template import Rendered

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
    special = special_ids(tokenizer)
    pairs = zip(texts, batch["input_ids"], batch["offset_mapping"], strict=True)
    return [
        _encoded(item, *_spelt_out(tokenizer, item, ids, offsets, special), train_on_prompt)
        for item, ids, offsets in pairs
    ]


def special_ids(tokenizer: "PreTrainedTokenizerBase") -> dict[int, str]:
    """The control tokens and how they are written."""
    return {
        number: str(token.content)
        for number, token in tokenizer.added_tokens_decoder.items()
        if token.special and token.content
    }


def _spelt_out(
    tokenizer: "PreTrainedTokenizerBase",
    item: Rendered,
    ids: list[int],
    offsets: list[Span],
    special: Mapping[int, str],
) -> tuple[list[int], list[Span]]:
    """``ids`` and ``offsets``, made anew with the control tokens in texts spelt out if there are any."""
    if not item.texts or special.keys().isdisjoint(ids):
        return ids, offsets
    typed = list(_typed(item, ids, offsets, special))
    if not typed:
        return ids, offsets
    made: list[int] = []
    places: list[Span] = []
    reached = 0
    for start, end, number in [*typed, (len(item.text), len(item.text), -1)]:
        for begin, stop, plain in ((reached, start, False), (start, end, True)):
            part, where = _encode_part(tokenizer, item.text[begin:stop], first=begin == 0, plain=plain)
            if plain and number in part:  # the tokenizer knows it only as a control token
                return ids, offsets
            made += part
            places += [(begin + left, begin + right) for left, right in where]
        reached = end
    return made, places


def _typed(
    item: Rendered, ids: Sequence[int], offsets: Sequence[Span], special: Mapping[int, str]
) -> Iterator[tuple[int, int, int]]:
    """Range and id of every control token that stands inside a text."""
    texts = iter(item.texts)
    begin, end = next(texts)
    for number, (left, right) in zip(ids, offsets, strict=True):
        if number not in special:
            continue
        place = item.text.find(special[number], left, right)
        while place >= end:
            begin, end = next(texts, (len(item.text), len(item.text) + 1))
        if begin <= place and place + len(special[number]) <= end:
            yield place, place + len(special[number]), number


def _encode_part(
    tokenizer: "PreTrainedTokenizerBase", text: str, *, first: bool, plain: bool
) -> tuple[list[int], list[Span]]:
    """Ids and offsets of a part of a text. One from the middle is read behind a newline, which is taken off again,
    because some tokenizers put a blank in front of whatever comes first."""
    if not text:
        return [], []
    front = "" if first else "\n"
    options: Any = {"add_special_tokens": False, "return_offsets_mapping": True, "verbose": False}
    made: Any = tokenizer(front + text, split_special_tokens=plain, **options)
    ids, offsets = list(made["input_ids"]), list(made["offset_mapping"])
    count = next((place for place, (_, right) in enumerate(offsets) if right > len(front)), len(ids))
    if front and tokenizer(front, **options)["input_ids"] != ids[:count]:
        made = tokenizer(text, split_special_tokens=plain, **options)
        return list(made["input_ids"]), list(made["offset_mapping"])
    shift = len(front)
    return ids[count:], [(max(0, left - shift), right - shift) for left, right in offsets[count:]]


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
    special = special_ids(tokenizer).values()
    typed = [
        (begin, end) for begin, end in item.texts if any(token in item.text[begin:end] for token in special)
    ]
    cuts = {0, len(item.text), *(place for span in (*item.trained_spans, *typed) for place in span)}
    for begin, end in itertools.pairwise(sorted(cuts)):
        plain = _within(typed, begin, end)
        piece = tokenizer.encode(item.text[begin:end], add_special_tokens=False, split_special_tokens=plain)
        ids += piece
        trained += [train_on_prompt or _within(item.trained_spans, begin, end)] * len(piece)
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


def _within(spans: Sequence[Span], begin: int, end: int) -> bool:
    return any(left <= begin and end <= right for left, right in spans)
