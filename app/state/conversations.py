"""Conversations that were had, in SQLite: kept as they are, listed newest first, searched by their words.

A deleted one stays until the next start, so that deleting can be undone.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any, Literal

from app.state.model import ChatState, ChatTurn, KeptConversation, Version
from engine.contract.messages import Sampling
from engine.contract.results import ChatReply

SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY,
    changed REAL NOT NULL,
    title TEXT NOT NULL,
    words TEXT NOT NULL,
    document TEXT NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0
)
"""
LISTED = 100
TITLE_CHARACTERS = 80
_MOST_DEEP = 40  # branches of branches


class Conversations:
    """The table. Every method is one short transaction."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=5.0, isolation_level=None)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(SCHEMA)
        self._db.execute("DELETE FROM conversations WHERE deleted = 1")

    def put(self, identity: str, chat: ChatState, *, changed: float) -> None:
        """Keep what is said now."""
        row = (
            identity,
            changed,
            title_of(chat),
            words_of(chat),
            json.dumps(document_of(chat), ensure_ascii=False),
        )
        self._db.execute(
            "INSERT OR REPLACE INTO conversations (id, changed, title, words, document) VALUES (?, ?, ?, ?, ?)",
            row,
        )

    def find(self, query: str = "") -> tuple[KeptConversation, ...]:
        """Those in which every word of ``query`` is said, newest first."""
        clauses, values = ["deleted = 0"], []
        for word in query.split():
            clauses.append("words LIKE ? ESCAPE '\\'")
            escaped = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values.append(f"%{escaped}%")
        rows = self._db.execute(
            f"SELECT id, title, changed FROM conversations WHERE {' AND '.join(clauses)} "
            f"ORDER BY changed DESC LIMIT {LISTED}",
            values,
        )
        return tuple(KeptConversation(*row) for row in rows)

    def get(self, identity: str) -> dict[str, Any] | None:
        """The document of one."""
        row = self._db.execute("SELECT document FROM conversations WHERE id = ?", (identity,)).fetchone()
        return dict(json.loads(row[0])) if row else None

    def delete(self, identity: str, *, undo: bool = False) -> None:
        """Take one out of the list, or back in."""
        self._db.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (int(not undo), identity))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def title_of(chat: ChatState) -> str:
    """The first question."""
    turns = chat.tuned.turns or chat.base.turns
    first = next((turn.content for turn in turns if turn.role == "user"), "")
    return " ".join(first.split())[:TITLE_CHARACTERS]


def words_of(chat: ChatState) -> str:
    """Everything that is said, to be searched."""
    turns = (*chat.base.turns, *chat.tuned.turns)
    return "\n".join((chat.system, chat.base.title, chat.tuned.title, *(turn.content for turn in turns)))


def document_of(chat: ChatState) -> dict[str, Any]:
    """Everything that is needed to go on."""
    sides = {
        name: {
            "model": side.model,
            "title": side.title,
            "turns": [_turn_document(turn) for turn in side.turns],
        }
        for name, side in (("base", chat.base), ("tuned", chat.tuned))
    }
    return {"system": chat.system, "sampling": chat.sampling.model_dump(mode="json"), **sides}


def turns_of(side: dict[str, Any]) -> tuple[ChatTurn, ...]:
    """The turns of a document's side."""
    return _turns(side.get("turns") or ())


def sampling_of(document: dict[str, Any]) -> Sampling:
    """How its words were drawn."""
    return Sampling.model_validate_json(json.dumps(document.get("sampling") or {}))


def _turn_document(turn: ChatTurn) -> dict[str, Any]:
    made: dict[str, Any] = {"role": turn.role, "content": turn.content, "reply": _reply_document(turn.reply)}
    if turn.versions:
        made["chosen"] = turn.chosen
        made["versions"] = [
            {
                "content": version.content,
                "reply": _reply_document(version.reply),
                "tail": [_turn_document(later) for later in version.tail],
            }
            for version in turn.versions
        ]
    return made


def _reply_document(reply: ChatReply | None) -> dict[str, Any] | None:
    return reply.model_dump(mode="json") if reply is not None else None


def _turns(items: Any, depth: int = 0) -> tuple[ChatTurn, ...]:
    return tuple(_turn(item, depth) for item in items) if depth < _MOST_DEEP else ()


def _turn(item: dict[str, Any], depth: int) -> ChatTurn:
    versions = tuple(
        Version(
            version["content"], _reply(version.get("reply")), _turns(version.get("tail") or (), depth + 1)
        )
        for version in item.get("versions") or ()
    )
    role: Literal["user", "assistant"] = "user" if item["role"] == "user" else "assistant"
    return ChatTurn(role, item["content"], _reply(item.get("reply")), versions, int(item.get("chosen") or 0))


def _reply(document: dict[str, Any] | None) -> ChatReply | None:
    return ChatReply.model_validate(document) if document else None
