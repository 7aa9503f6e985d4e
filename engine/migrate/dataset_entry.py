"""A dataset file as an entry of LLaMA-Factory's ``dataset_info.json``: the way back from ``data.dataset_info``."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from engine.data.dataset_info import ALPACA, ROLES
from engine.data.formats.base import Misfit
from engine.data.formats.turns import ROLES as SPOKEN
from engine.data.formats.turns import known_word, parse_list, turn_keys
from engine.migrate.seen import SeenSource

SUFFIXES = (".json", ".jsonl", ".csv", ".parquet", ".arrow", ".txt")
OTHER_TYPE = "LLaMA-Factory does not read this type of file; write the dataset as JSON Lines first."
OTHER_FORM = "LLaMA-Factory has no such format; write the dataset as JSON Lines first."
_TURNS = {"sharegpt": "conversations", "messages": "messages"}
_ANSWERS = {"prompt_completion": {"prompt": "prompt", "response": "completion"}, "text": {"prompt": "text"}}


def entry_of(seen: SeenSource) -> tuple[dict[str, Any], str]:
    """The entry, and what LLaMA-Factory cannot do with this file ("" where it can)."""
    source = seen.source
    entry: dict[str, Any] = {"file_name": source.path}
    parts = _parts(seen)
    if parts is not None:
        entry |= parts
    if source.max_samples is not None:
        entry["num_samples"] = source.max_samples
    if seen.trouble:
        return entry, f"It was not looked at: {seen.trouble}"
    if Path(source.path).suffix.lower() not in SUFFIXES:
        return entry, OTHER_TYPE
    return entry, "" if parts is not None else OTHER_FORM


def _parts(seen: SeenSource) -> dict[str, Any] | None:
    family = seen.family
    if family in ("preference", "kto"):
        return _judged(seen)
    if family in _TURNS:
        return _turns(seen, _TURNS[family]) | {"columns": _columns(seen, {"messages": _TURNS[family]})}
    if family == "alpaca":
        return {"columns": _columns(seen, {**ALPACA, "response": "output"})}
    if family in _ANSWERS:
        return {"columns": _columns(seen, _ANSWERS[family])}
    return None


def _judged(seen: SeenSource) -> dict[str, Any] | None:
    """Pairs and verdicts: a question in columns or as turns, and the answers or the verdict beside it."""
    mapping = seen.mapping
    turns = next((name for name in ("conversations", "messages") if name in mapping), "")
    asked = "instruction" if "instruction" in mapping else "prompt"
    if seen.family == "kto":
        verdict = "label" if "label" in mapping else "kto_tag"
        answer = "output" if "output" in mapping else "completion"
        told = {"kto_tag": verdict} if turns else {"kto_tag": verdict, "response": answer}
        kind: dict[str, Any] = {}
    else:
        told = {"chosen": "chosen", "rejected": "rejected"}
        kind = {"ranking": True}
    if turns:
        return kind | _turns(seen, turns) | {"columns": _columns(seen, {"messages": turns, **told})}
    if asked not in mapping:
        return None  # both answers hold the whole conversation
    return kind | {"columns": _columns(seen, {**ALPACA, "prompt": asked, **told})}


def _columns(seen: SeenSource, names: Mapping[str, str]) -> dict[str, str]:
    """Their names and the file's columns, where it has them."""
    names = {**names, "system": "system", "tools": "tools"}
    return {theirs: seen.mapping[ours] for theirs, ours in names.items() if ours in seen.mapping}


def _turns(seen: SeenSource, name: str) -> dict[str, Any]:
    """The tags of turns as they stand in the first rows."""
    column = seen.mapping.get(name, name)
    roles = seen.source.roles
    turns = [turn for row in seen.examples for turn in _list(row.get(column), column)]
    usual = ("from", "value") if name == "conversations" else ("role", "content")
    wished = seen.source.columns.get(usual[0], usual[0]), seen.source.columns.get(usual[1], usual[1])
    role, content = turn_keys(turns, wished[0], wished[1], roles) if turns else wished
    words = {_tag(word, roles): word for word in (str(turn.get(role, "")) for turn in turns)}
    tags = {"role_tag": role, "content_tag": content, **{tag: word for tag, word in words.items() if tag}}
    defaults = {"user_tag": "user", "assistant_tag": "assistant", "system_tag": "system"}
    if name == "messages":
        return {"formatting": "openai", "tags": {**defaults, **tags}}
    return {"formatting": "sharegpt", "tags": tags}


def _tag(word: str, roles: Mapping[str, str]) -> str:
    known = known_word(word, roles)
    if known in ("function_call", "tool_call"):
        return "function_tag"
    tags = {role: tag for tag, role in ROLES.items()}
    return tags.get(SPOKEN[known], "") if known else ""


def _list(value: Any, column: str) -> Iterable[Mapping[str, Any]]:
    try:
        found = parse_list(value, column)
    except Misfit:
        return ()
    return [turn for turn in found if isinstance(turn, dict)]
