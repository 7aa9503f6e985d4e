"""Whatever a record holds, every format makes a row or a rejection of it, and nothing else."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.contract.results import Rejection
from engine.data.rows import Record, Row
from engine.data.store import formats

FORMATS = formats()
NAMES = sorted({name for item in FORMATS.values() for name in item.names})
WORDS = st.sampled_from(
    [
        *(
            "user",
            "human",
            "assistant",
            "gpt",
            "function_call",
            "tool",
            "system",
            "text",
            "reasoning",
            "image_url",
        ),
        *(
            "[",
            "[{}]",
            '[{"role": "user"}]',
            '{"name": "f"}',
            "<|im_start|>user\nq",
            "Human: q\n\nAssistant: a",
            "",
        ),
    ]
)
LEAF = st.none() | st.booleans() | st.integers(-2, 2) | st.floats() | WORDS | st.text(max_size=5)
KEYS = st.sampled_from(
    [
        *("role", "content", "from", "value", "type", "text", "tool_calls", "function", "name", "arguments"),
        *("function_call", "reasoning_content", "human", "assistant"),
    ]
)
VALUE = st.recursive(
    LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=12
)
TOLD = st.dictionaries(WORDS, WORDS, max_size=2)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=6), TOLD, st.booleans())
def test_a_row_or_a_rejection(fields, roles, filled):
    fill = dict.fromkeys(fields, "filled") if filled else {}
    for item in FORMATS.values():
        detection = item.detect(list(fields), [fields], roles=roles, fill=fill)
        assert 0 <= detection.confidence <= 1 and detection.reason
        made = item.row("file", Record(3, fields), detection.mapping, roles=roles, fill=fill)
        assert isinstance(made, Row | Rejection) and made.line == 3
        if isinstance(made, Rejection):
            assert made.code and made.reason
            continue
        assert made.raw is fields and made.messages[-1].role == "assistant"
        assert all(
            turn.content.strip() or turn.tool_calls for turn in made.messages if turn.role == "assistant"
        )
        assert bool(made.rejected) == (item.family == "preference")
        assert (made.label is not None) == (item.family == "kto")
        json.dumps([turn.as_dict() for turn in made.messages])
        json.dumps(made.tools)
