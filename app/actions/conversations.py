"""Conversations are kept by themselves after each answer, and found and opened again."""

import sqlite3
import time
import uuid

from app.actions.context import Context, translate
from app.state.changes import ChatTurnsSet, ConversationsFound, SamplingSet, SystemSet
from app.state.conversations import Conversations, sampling_of, turns_of


class KeptConversations:
    """The list, and which of them is on the page."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = context.store
        self._table: Conversations | None = None
        self._present = ""

    def keep(self) -> None:
        """An answer has arrived: keep the conversation as it is now."""
        chat = self._store.state.chat
        table = self._open()
        if table is None or not (chat.base.turns or chat.tuned.turns):
            return
        self._present = self._present or uuid.uuid4().hex
        table.put(self._present, chat, changed=time.time())

    def begin(self) -> None:
        """The next answer belongs to another conversation."""
        self._present = ""

    def search(self, query: str) -> None:
        """List those in which every word of ``query`` is said."""
        table = self._open()
        if table is not None:
            self._store.dispatch(ConversationsFound(table.find(query)))

    def open(self, identity: str) -> None:
        """Put one on the page, to be read and gone on with; the models that are loaded stay."""
        chat = self._store.state.chat
        table = self._open()
        if table is None or "answering" in (chat.base.status, chat.tuned.status):
            return
        document = table.get(identity)
        if document is None:
            return
        try:
            sides = [(side, turns_of(document[side])) for side in ("base", "tuned")]
            sampling = sampling_of(document)
        except (KeyError, TypeError, ValueError):
            self._context.notice("danger", translate("Actions", "This conversation cannot be read any more."))
            return
        self._present = identity
        self._store.dispatch(SystemSet(str(document.get("system") or "")))
        self._store.dispatch(SamplingSet(sampling))
        for side, turns in sides:
            self._store.dispatch(ChatTurnsSet("base" if side == "base" else "tuned", turns))

    def delete(self, identity: str, query: str) -> None:
        """Take one out of the list; it can be undone until Luthier is closed."""
        table = self._open()
        if table is None:
            return
        table.delete(identity)
        if identity == self._present:
            self._present = ""
        self.search(query)
        text = translate("Actions", "The conversation is deleted.")
        undo = translate("Actions", "Undo")
        self._context.notice("info", text, action=undo, intent=f"undo_conversation:{identity}")

    def restore(self, identity: str) -> None:
        """Undo ``delete``."""
        table = self._open()
        if table is not None:
            table.delete(identity, undo=True)
            self.search("")

    def close(self) -> None:
        """Let go of the file."""
        if self._table is not None:
            self._table.close()

    def _open(self) -> Conversations | None:
        if self._table is None:
            path = self._context.data_dir / "conversations.sqlite"
            try:
                self._table = Conversations(path)
            except sqlite3.Error as error:
                words = translate("Actions", "Conversations cannot be kept in {path}: {reason}")
                self._context.notice("warning", words.format(path=path, reason=error))
        return self._table
