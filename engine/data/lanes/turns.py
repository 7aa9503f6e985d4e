"""Fast lane of the formats with a list of turns: sharegpt and messages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from engine.data.batches import values
from engine.data.formats.turns import ROLES, known_word
from engine.data.lanes.base import Lane, Mask, conversations, picked, present, single, visible
from engine.data.row_columns import CODES

if TYPE_CHECKING:
    import pyarrow as pa

_KEYS = {"sharegpt": ("conversations", "from", "value"), "messages": ("messages", "role", "content")}
_NOT_HERE = ("tool_calls", "function_call", "reasoning_content")
_CALL_WORDS = ("function_call", "tool_call")
_UNKNOWN = -1
_START = len(CODES)
# Which role [columns] may follow which [rows]; the last row is the beginning.
_FOLLOWS = np.zeros((len(CODES) + 1, len(CODES)), dtype=np.bool_)
for _before, _after in (
    *(("system", "user"), ("user", "assistant"), ("assistant", "user"), ("assistant", "tool")),
    *(("tool", "assistant"), ("tool", "tool")),
):
    _FOLLOWS[CODES[_before], CODES[_after]] = True
_FOLLOWS[_START, [CODES["system"], CODES["user"]]] = True


class TurnsLane(Lane):
    """Conversations of texts with the usual names, in order, without function calls."""

    families = tuple(_KEYS)

    @classmethod
    def suits(cls, family: str, sample: Sequence[Mapping[str, Any]], mapping: Mapping[str, str]) -> bool:
        """Where the first turns have role and text under the names that are asked for."""
        name, *keys = _KEYS[family]
        turns = next((record.get(mapping.get(name, name)) for record in sample), None)
        first = turns[0] if isinstance(turns, list) and turns else None
        return isinstance(first, dict) and all(mapping.get(key, key) in first for key in keys)

    def reads_all_of(self, sample: Sequence[Mapping[str, Any]]) -> bool:
        """Whether this lane reads all columns and all parts of turns."""
        name, *keys = _KEYS[self.family]
        known = {*(self.column(key) for key in keys), *_NOT_HERE}
        lists = [turns for record in sample if isinstance(turns := record.get(self.column(name)), list)]
        turns = [turn for turns in lists for turn in turns if isinstance(turn, dict)]
        return Lane.reads_all_of(self, sample) and all(known.issuperset(turn) for turn in turns)

    def schema(self) -> "pa.Schema":
        """The list of turns, and texts beside it."""
        import pyarrow as pa

        name, *keys = _KEYS[self.family]
        inner = {key: pa.null() for key in _NOT_HERE}
        turn = pa.struct({**inner, **{self.column(key): pa.string() for key in keys}})
        texts = {self.column(key): pa.string() for key in ("system", "tools")}
        return pa.schema({**texts, self.column(name): pa.list_(turn)})

    def sure(self, table: "pa.Table") -> Mask:
        """Every turn has a known role and a text, each may follow the one before, and an answer is last."""
        flat = self._flat(table)
        good = flat.codes != _UNKNOWN
        starts = flat.offsets[:-1]
        some = np.diff(flat.offsets) > 0
        before = np.concatenate([[_START], flat.codes[:-1]])
        before[starts[some]] = _START
        good &= _FOLLOWS[before, np.maximum(flat.codes, 0)]
        answers = flat.codes == CODES["assistant"]
        good &= visible(flat.contents) | (present(flat.contents) & ~answers)
        last = np.zeros(len(starts), dtype=np.bool_)
        last[some] = answers[flat.offsets[1:][some] - 1]
        bad = np.concatenate([[0], np.cumsum(~good)])
        whole = bad[flat.offsets[1:]] == bad[starts]
        tools = visible(self.texts(table, "tools"))
        told = self.unfilled(table, "system", "tools")
        told &= self.column(_KEYS[self.family][0]) not in self.fill
        return some & last & whole & ~tools & told

    def turns(self, table: "pa.Table") -> "pa.Array":
        """The turns as they are, after a system prompt that stands beside them."""
        import pyarrow as pa

        flat = self._flat(table)
        system = self.texts(table, "system")
        told = visible(system) & (flat.codes[flat.offsets[:-1]] != CODES["system"])
        if not told.any():
            return conversations(flat.offsets, flat.codes, flat.contents)
        places = flat.offsets[:-1][told]
        order = np.insert(np.arange(len(flat.codes)), places, len(flat.codes) + np.flatnonzero(told))
        codes = np.insert(flat.codes, places, CODES["system"])
        contents = picked(pa.concat_arrays([flat.contents, system]), order)
        shift = np.concatenate([[0], np.cumsum(told)])
        return conversations(flat.offsets + shift, codes, contents)

    def _flat(self, table: "pa.Table") -> "_Flat":
        """All turns one after the other; a role that is not known, or is not for this lane, is -1."""
        name, role_key, content_key = (self.column(key) for key in _KEYS[self.family])
        column = single(table.column(name))
        offsets = values(column.offsets).astype(np.int64)
        inner = column.values.slice(int(offsets[0]), int(offsets[-1] - offsets[0]))
        words = inner.field(role_key).dictionary_encode()
        codes = np.array(
            [*(self._code(word) for word in words.dictionary.to_pylist()), _UNKNOWN], dtype=np.int8
        )
        numbers = values(words.indices.fill_null(len(codes) - 1))
        found = codes[numbers]
        found[~present(inner)] = _UNKNOWN
        return _Flat(offsets - offsets[0], found, inner.field(content_key))

    def _code(self, word: str) -> int:
        known = known_word(word, self.roles)
        return CODES[ROLES[known]] if known and known not in _CALL_WORDS else _UNKNOWN


@dataclass(frozen=True, slots=True)
class _Flat:
    """Turns of several rows: ``offsets`` [rows + 1], ``codes`` [turns] and ``contents`` [turns]."""

    offsets: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int8]
    contents: "pa.Array"
