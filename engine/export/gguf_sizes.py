"""How large a GGUF file becomes: which type llama.cpp gives to each tensor, and what each type takes.

Its mixtures spend more bits where errors cost most (``llama_tensor_get_type`` in ``llama-quant.cpp``); the rules are
kept here for language models without experts. An importance matrix is assumed wherever we compute one.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.models.tuned import StoredTensor

GgufType = Literal[
    "f32", "f16", "bf16", "q8_0", "q6_k", "q5_k_m", "q4_k_m", "q4_k_s", "q3_k_m", "q2_k",
    "iq4_nl", "iq4_xs", "iq3_m", "iq3_s", "iq3_xxs", "iq2_m", "iq2_s", "iq2_xs", "iq2_xxs", "iq1_m", "iq1_s",
]  # fmt: skip

BITS = {
    "f32": 32.0, "f16": 16.0, "bf16": 16.0, "q8_0": 8.5, "q6_k": 6.5625, "q5_k": 5.5, "q5_1": 6.0, "q5_0": 5.5,
    "q4_k": 4.5, "q3_k": 3.4375, "q2_k": 2.625, "iq4_nl": 4.5, "iq4_xs": 4.25, "iq3_s": 3.4375, "iq3_xxs": 3.0625,
    "iq2_s": 2.5625, "iq2_xs": 2.3125, "iq2_xxs": 2.0625, "iq1_m": 1.75, "iq1_s": 1.5625,
}  # fmt: skip
_MEAN_BITS = {
    "q5_k_m": 5.7, "q4_k_m": 4.9, "q4_k_s": 4.6, "q3_k_m": 4.0, "q2_k": 3.2, "iq4_nl": 4.6, "iq4_xs": 4.4, "iq3_m": 3.7,
    "iq3_s": 3.6, "iq3_xxs": 3.3, "iq2_m": 2.9, "iq2_s": 2.8, "iq2_xs": 2.6, "iq2_xxs": 2.4, "iq1_m": 2.1, "iq1_s": 1.9,
}  # fmt: skip
_MOSTLY = {
    "q5_k_m": "q5_k", "q4_k_m": "q4_k", "q4_k_s": "q4_k", "q3_k_m": "q3_k", "iq3_m": "iq3_s", "iq2_m": "iq2_s",
    "iq2_s": "iq2_xs",
}  # fmt: skip
_FALLBACK = {
    "q4_k": "q5_0",
    "q5_k": "q5_1",
    "q6_k": "q8_0",
}  # rows that are no multiple of 256; all others: iq4_nl
_SMALL_BLOCKS = ("f32", "f16", "bf16", "q8_0", "iq4_nl")
_TINY = ("iq2_xxs", "iq2_xs", "iq2_s", "iq2_m", "iq1_s", "iq1_m")
_PARTS = (
    ("token_embd", re.compile(r"(embed_tokens|wte|word_embeddings|embed_in)\.weight$")),
    ("output", re.compile(r"(lm_head|embed_out)\.weight$")),
    ("attn_qkv", re.compile(r"(c_attn|qkv_proj|query_key_value|Wqkv)\.weight$")),
    ("attn_v", re.compile(r"v_proj\.weight$")),
    ("attn_k", re.compile(r"k_proj\.weight$")),
    ("attn_q", re.compile(r"q_proj\.weight$")),
    ("attn_output", re.compile(r"(o_proj|out_proj|attn\.c_proj|attention\.dense)\.weight$")),
    ("ffn_down", re.compile(r"(down_proj|mlp\.c_proj|fc2|dense_4h_to_h)\.weight$")),
)
_LAYER = re.compile(r"\.(\d+)\.")


@dataclass(frozen=True, slots=True)
class _Place:
    """A tensor among the others: what it is, in which of how many layers, and how many questions share a key."""

    part: str
    layer: int
    layers: int
    shared_by: int


def tensor_bytes(tensors: Sequence[StoredTensor], type_name: str) -> int:
    """Bytes of all tensors in a file of ``type_name``, without its metadata."""
    names = {part_of(tensor.name) for tensor in tensors}
    layers = 1 + max((_layer(tensor.name) for tensor in tensors), default=0)
    shared_by = _shared_by(tensors)
    bits = 0.0
    for tensor in tensors:
        part = part_of(tensor.name)
        if part == "token_embd" and "output" not in names:
            part = "output"  # one matrix for both is treated as the more important of them
        place = _Place(part, _layer(tensor.name), layers, shared_by)
        bits += BITS[type_of(place, tensor.shape, type_name)] * tensor.elements
    return int(bits / 8)


def bits_of(type_name: GgufType) -> float:
    """Bits a weight, the mean over a large model."""
    return _MEAN_BITS.get(type_name, BITS.get(type_name, 0.0))


def part_of(name: str) -> str:
    """What llama.cpp calls a tensor of a Hugging Face model; "" for all others."""
    return next((part for part, pattern in _PARTS if pattern.search(name)), "")


def type_of(place: _Place, shape: Iterable[int], type_name: str) -> str:
    """The type of one tensor."""
    sizes = tuple(shape)
    if len(sizes) < 2:
        return "f32"
    if type_name in ("f32", "f16", "bf16", "q8_0"):
        return type_name
    chosen = _wanted(place, type_name)
    if sizes[-1] % 256 == 0 or chosen in _SMALL_BLOCKS:
        return chosen if sizes[-1] % 32 == 0 or chosen in ("f32", "f16", "bf16") else "f16"
    if sizes[-1] % 32:
        return "f16"
    return "q8_0" if place.part == "output" else _FALLBACK.get(chosen, "iq4_nl")


def _wanted(place: _Place, type_name: str) -> str:
    mostly = _MOSTLY.get(type_name, type_name)
    if place.part == "output":
        return "q5_k" if type_name in (*_TINY, "iq3_xxs") else "q6_k"
    if place.part == "token_embd":
        low = {"iq2_s": "iq3_s", "iq2_m": "iq3_s", "iq3_xxs": "iq3_s"}
        return low.get(type_name, "q2_k" if type_name in _TINY else mostly)
    if type_name in _TINY:
        return _tiny(place, type_name, mostly)
    choose = {
        "attn_v": _attn_v, "ffn_down": _ffn_down, "attn_output": _attn_output, "attn_qkv": _attn_qkv,
        "attn_k": _attn_k, "attn_q": _attn_k,
    }.get(place.part)  # fmt: skip
    return (choose(place, type_name) if choose else "") or mostly


def _tiny(place: _Place, type_name: str, mostly: str) -> str:
    better = "iq3_s" if type_name in ("iq2_s", "iq2_m") else "q2_k"
    if place.part == "attn_v":
        return "q4_k" if place.shared_by >= 4 else better
    if place.part == "ffn_down":
        return better if place.layer < place.layers // 8 else mostly
    if place.part == "attn_output":
        return {"iq1_s": "iq2_xxs", "iq1_m": "iq2_xxs", "iq2_s": "iq3_s", "iq2_m": "iq3_s"}.get(
            type_name, mostly
        )
    return mostly


def _attn_v(place: _Place, type_name: str) -> str:
    many = place.shared_by >= 4
    if type_name in ("q4_k_m", "q5_k_m"):
        return "q6_k" if _more_bits(place) else ""
    if type_name in ("iq4_nl", "iq4_xs"):
        return "q5_k" if many else ""
    if type_name in ("iq3_xxs", "iq3_s"):
        return "q4_k" if many else ""
    return {
        "q2_k": "q4_k" if many else "q3_k",
        "iq3_m": "q4_k",
        "q3_k_m": "q5_k" if place.layer < 2 else "q4_k",
        "q4_k_s": "q5_k" if place.layer < 4 else "",
    }.get(type_name, "")


def _ffn_down(place: _Place, type_name: str) -> str:
    first = place.layer < place.layers // 8
    if type_name in ("q4_k_m", "q5_k_m"):
        return "q6_k" if _more_bits(place) else ""
    return {
        "q2_k": "q3_k",
        "q3_k_m": "q5_k" if place.layer < place.layers // 16 else "q4_k",
        "iq3_m": "q4_k" if first else "",
        "q4_k_s": "q5_k" if first else "",
    }.get(type_name, "")


def _attn_output(place: _Place, type_name: str) -> str:
    return {"q2_k": "q3_k", "iq3_xxs": "iq3_s", "q3_k_m": "q4_k", "iq3_m": "q4_k"}.get(type_name, "")


def _attn_qkv(place: _Place, type_name: str) -> str:
    return {"q3_k_m": "q4_k", "iq3_m": "q4_k", "q4_k_m": "q5_k", "q5_k_m": "q6_k"}.get(type_name, "")


def _attn_k(place: _Place, type_name: str) -> str:
    return "iq2_s" if type_name == "iq3_xxs" else ""


def _more_bits(place: _Place) -> bool:
    eighth = place.layers // 8
    return place.layer < eighth or place.layer >= 7 * place.layers // 8 or (place.layer - eighth) % 3 == 2


def _layer(name: str) -> int:
    found = _LAYER.search(name)
    return int(found[1]) if found else 0


def _shared_by(tensors: Iterable[StoredTensor]) -> int:
    rows: dict[str, int] = {}
    for tensor in tensors:
        rows.setdefault(part_of(tensor.name), tensor.shape[0] if tensor.shape else 0)
    return rows["attn_q"] // rows["attn_k"] if rows.get("attn_k") and rows.get("attn_q") else 1
