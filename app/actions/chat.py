"""Two conversations side by side, base and tuned, each with an engine process of its own and the same words."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal

from app.actions.blind import BlindVotes
from app.actions.context import Context, translate
from app.actions.conversations import KeptConversations
from app.actions.memory_wait import MemoryWait
from app.client.engine_client import Accepted, Empty, EngineClient
from app.client.exits import EngineExit
from app.state.changes import (
    ChatAsked,
    ChatEvents,
    ChatFailed,
    ChatLoading,
    ChatReady,
    ChatTurnsSet,
    SamplingSet,
    Side,
    SystemSet,
)
from app.state.memory import still_wanted
from app.state.model import ChatSide, ChatTurn, Version
from app.state.versions import another, switched, versions_at
from engine.contract.errors import ErrorInfo
from engine.contract.messages import ControlRun, Event, LoadChat, RunFinished, Sampling, SendChat, Turn

SIDES: tuple[Side, ...] = ("base", "tuned")
ANSWER_TIMEOUT_S = 60.0  # until the engine takes the question; the answer itself may take as long as it likes


class Column(QObject):
    """One side: its engine, the model in it, and the answer on its way."""

    answered = Signal()
    settled = Signal()  # a model is loaded, or will not be

    def __init__(self, context: Context, side: Side) -> None:
        super().__init__(context.parent)
        self._context = context
        self._store = context.store
        self._side: Side = side
        self._client: EngineClient | None = None
        self._load_run = ""
        self._run = ""  # of the answer on its way
        self._stopping = False

    @property
    def at_work(self) -> bool:
        """Whether it has an engine."""
        return self._client is not None

    def announce(self, title: str, command: LoadChat) -> None:
        """Free the model before it, and show which one comes next."""
        self.unload()
        self._store.dispatch(ChatLoading(self._side, command.model, title, command.context_tokens))

    def load(self, title: str, command: LoadChat) -> None:
        """Load another model; the one before it is freed first."""
        self.announce(title, command)
        name = f"chat-{self._side}"
        client = EngineClient(self._context.program, log_path=self._context.log_path(name), parent=self)
        client.events.connect(lambda events: self._on_events(client, events))
        client.died.connect(lambda how: self._on_died(client, how))
        self._client = client
        client.start()
        client.ask(command, Accepted, timeout_s=120).then(
            lambda accepted: self._loading(client, accepted), lambda error: self._load_failed(client, error)
        )

    def send(
        self,
        turns: tuple[ChatTurn, ...],
        system: str,
        sampling: Sampling,
        *,
        earlier: tuple[Version, ...] = (),
    ) -> None:
        """Ask for the answer to the last of ``turns``, beside the ``earlier`` ones."""
        client = self._client
        if client is None:
            return
        messages = [Turn(role="system", content=system)] if system.strip() else []
        messages += [Turn(role=turn.role, content=turn.content) for turn in turns]
        self._store.dispatch(ChatAsked(self._side, turns, earlier))
        self._stopping = False
        client.ask(
            SendChat(messages=tuple(messages), sampling=sampling), Accepted, timeout_s=ANSWER_TIMEOUT_S
        ).then(lambda accepted: self._answering(client, accepted), self._not_sent)

    def stop_answer(self) -> None:
        """End the answer on its way, keeping what is said."""
        self._stopping = True
        if self._client is not None and self._run:
            self._client.ask(ControlRun(run=self._run, action="cancel"), Empty)

    def unload(self) -> EngineClient | None:
        """Free the model; the engine that ends is returned."""
        client, self._client = self._client, None
        self._load_run = self._run = ""
        if client is not None:
            client.died.connect(client.deleteLater)
            client.stop(grace_s=1.0)
        return client

    @property
    def state(self) -> ChatSide:
        """What the store knows of this side."""
        return getattr(self._store.state.chat, self._side)  # type: ignore[no-any-return]

    # ------------------------------------------------------------ from the engine

    def _loading(self, client: EngineClient, accepted: Accepted) -> None:
        if client is self._client:
            self._load_run = accepted.run

    def _load_failed(self, client: EngineClient, error: ErrorInfo) -> None:
        if client is self._client:
            self._store.dispatch(ChatFailed(self._side, error))
            self.unload()
            self.settled.emit()

    def _answering(self, client: EngineClient, accepted: Accepted) -> None:
        if client is self._client:
            self._run = accepted.run
            if self._stopping:
                self.stop_answer()

    def _not_sent(self, error: ErrorInfo) -> None:
        usable = self._client is not None and self._client.alive
        self._store.dispatch(ChatFailed(self._side, error, usable=usable))

    def _on_events(self, client: EngineClient, events: list[Event]) -> None:
        if client is not self._client:
            return
        for event in events:
            if isinstance(event, RunFinished) and event.run == self._load_run:
                self._loaded(event)
        mine = tuple(event for event in events if self._run and event.run == self._run)
        if mine:
            self._store.dispatch(ChatEvents(self._side, mine))
            if any(isinstance(event, RunFinished) for event in mine):
                self._run = ""
                self.answered.emit()

    def _loaded(self, end: RunFinished) -> None:
        if end.status == "completed":
            self._store.dispatch(ChatReady(self._side))
        elif end.error is not None:
            self._store.dispatch(ChatFailed(self._side, end.error))
            self.unload()
        self.settled.emit()

    def _on_died(self, client: EngineClient, how: EngineExit) -> None:
        if client is self._client:
            self._client = None
            self._store.dispatch(ChatFailed(self._side, how.error))
            client.deleteLater()
            self.settled.emit()


class Chat:
    """What the user does on the Chat page."""

    def __init__(
        self,
        context: Context,
        *,
        add_sources: Callable[[Sequence[str]], None],
        key_for: Callable[[str], str] = lambda model: "",
        pause_run: Callable[[], None] = lambda: None,
    ) -> None:
        self._context = context
        self._store = context.store
        self._add_sources = add_sources
        self._key_for = key_for
        self._columns = {side: Column(context, side) for side in SIDES}
        self.kept = KeptConversations(context)
        self.blind = BlindVotes(context)
        self.memory = MemoryWait(
            context, load_again=lambda side, s: self.load_with(side, patience_s=s), pause_run=pause_run
        )
        for column in self._columns.values():
            column.answered.connect(self.kept.keep)
            column.settled.connect(self._load_next)
        self._next: dict[Side, tuple[str, LoadChat]] = {}

    def load(self, side: Side, model: str) -> None:
        """Load a model into one of the two columns."""
        if model:
            self._load(side, LoadChat(model=model))

    def load_with(
        self, side: Side, *, context_tokens: int | None = None, anyway: bool = False, patience_s: float = 0.0
    ) -> None:
        """Load the model of a column again, with less, or whatever is said against it."""
        column = self._columns[side].state
        tokens = context_tokens or column.context_tokens
        if column.model:
            self._load(
                side,
                LoadChat(model=column.model, context_tokens=tokens, anyway=anyway, patience_s=patience_s),
            )

    def _load(self, side: Side, command: LoadChat) -> None:
        """One after the other, so that the second is weighed against what the first has left."""
        model, state = command.model, self._store.state
        known = {found.path: found.name for found in state.engine.models}
        server, _, name = model.partition("#")
        title = name if server.startswith(("http://", "https://")) else Path(model).name
        title = known.get(model) or title or model
        command = command.model_copy(update={"key": self._key_for(model)})
        other = self._columns["tuned" if side == "base" else "base"]
        self._next[side] = (title, command)
        if other.state.status == "loading" and other.at_work:
            self._columns[side].announce(title, command)
        else:
            self._begin(side)

    def _load_next(self) -> None:
        side = next(iter(self._next), None)
        if side is not None:
            self._begin(side)

    def _begin(self, side: Side) -> None:
        title, command = self._next.pop(side)
        reserved = still_wanted(self._store.state.train)
        self._columns[side].load(title, command.model_copy(update={"reserved_bytes": reserved}))

    def send(self, text: str) -> None:
        """Say something to every model that is ready."""
        text = text.strip()
        if not text:
            return
        asked = False
        for column in self._columns.values():
            if column.state.status == "ready":
                asked = True
                self._ask(column, (*column.state.turns, ChatTurn("user", text)))
        if asked:
            self.blind.shuffle()
        else:
            self._context.notice("warning", translate("Actions", "Load a model first."))

    def stop(self) -> None:
        """End the answers on their way."""
        for column in self._columns.values():
            if column.state.status == "answering":
                column.stop_answer()

    def clear(self) -> None:
        """Begin both conversations anew."""
        self.stop()
        self.kept.begin()
        for side in SIDES:
            self._store.dispatch(ChatTurnsSet(side, ()))

    def regenerate(self) -> None:
        """Answer the last turn again, with the next seed, so that the answer is another one."""
        ready = [column for column in self._columns.values() if column.state.status == "ready"]
        ready = [column for column in ready if any(turn.role == "user" for turn in column.state.turns)]
        if not ready:
            return
        sampling = self._store.state.chat.sampling
        seed = (sampling.seed + 1) % 2**32
        self._store.dispatch(SamplingSet(sampling.model_copy(update={"seed": seed})))
        for column in ready:
            turns = column.state.turns
            place = max(i for i, turn in enumerate(turns) if turn.role == "user") + 1
            earlier = versions_at(turns, place) if place < len(turns) else ()
            self._ask(column, turns[:place], earlier)
        self.blind.shuffle()

    def edit_turn(self, index: int, text: str) -> None:
        """Say the user's turn ``index`` differently and go on from there."""
        text = text.strip()
        for column in self._columns.values():
            places = [i for i, turn in enumerate(column.state.turns) if turn.role == "user"]
            if text and column.state.status == "ready" and 0 <= index < len(places):
                turns, place = column.state.turns, places[index]
                question = another("user", versions_at(turns, place), text)
                self._ask(column, (*turns[:place], question))
                self.blind.shuffle()

    def choose_version(self, place: int, chosen: int) -> None:
        """Go back to another wording of the turn at ``place``, on every side that has it."""
        for side, column in self._columns.items():
            turns = column.state.turns
            known = len(turns[place].versions) if place < len(turns) else 0
            if column.state.status in ("ready", "failed") and 0 <= chosen < known:
                self._store.dispatch(ChatTurnsSet(side, switched(turns, place, chosen)))

    def _ask(self, column: Column, turns: tuple[ChatTurn, ...], earlier: tuple[Version, ...] = ()) -> None:
        chat = self._store.state.chat
        column.send(turns, chat.system, chat.sampling, earlier=earlier)

    def set_system(self, text: str) -> None:
        """What both models are told before the conversation."""
        self._store.dispatch(SystemSet(text))

    def set_sampling(self, sampling: Sampling) -> None:
        """How both models draw their words."""
        self._store.dispatch(SamplingSet(sampling))

    def close(self) -> list[EngineClient]:
        """Free both models; engines that still end are returned."""
        self.kept.close()
        ended = [column.unload() for column in self._columns.values()]
        return [client for client in ended if client is not None]

    # ------------------------------------------------------------ what stays of it

    def save(self, path: str) -> None:
        """Write both conversations: Markdown to read when ``path`` ends in .md, else JSON."""
        chat = self._store.state.chat
        columns = {side: getattr(chat, side) for side in SIDES}
        if Path(path).suffix.lower() == ".md":
            text = _markdown(chat.system, columns)
        else:
            text = _json(chat.system, chat.sampling, columns)
        try:
            Path(path).write_text(text, encoding="utf-8")
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))
            return
        words = translate("Actions", "Conversation saved: {path}").format(path=path)
        action = translate("Actions", "Reveal")
        self._context.notice("success", words, action=action, intent=f"reveal:{path}")

    def add_correction(self, side: Side, index: int, text: str) -> None:
        """Keep a better answer than the model's ``index``-th (counted in its answers) as a row to train on."""
        turns = self._columns[side].state.turns
        places = [i for i, turn in enumerate(turns) if turn.role == "assistant"]
        text = text.strip()
        if not text or not 0 <= index < len(places):
            return
        row = correction_row(turns[: places[index]], text, system=self._store.state.chat.system)
        path = self._context.data_dir / "corrections.jsonl"
        try:
            with path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
        except OSError as error:
            words = translate("Actions", "Cannot write {path}: {reason}")
            self._context.notice("danger", words.format(path=path, reason=error.strerror or error))
            return
        self._add_sources([str(path)])
        self._context.notice("success", translate("Actions", "The corrected answer is in the dataset."))


def correction_row(turns: Sequence[ChatTurn], answer: str, *, system: str = "") -> dict[str, Any]:
    """An alpaca row whose last question is the last of ``turns`` and whose output is ``answer``."""
    pairs: list[list[str]] = []
    question = ""
    for turn in turns:
        if turn.role == "user":
            question = turn.content
        else:
            pairs.append([question, turn.content])
    row: dict[str, Any] = {"instruction": question, "input": "", "output": answer}
    if system.strip():
        row["system"] = system
    if pairs:
        row["history"] = pairs
    return row


def _markdown(system: str, columns: dict[Side, ChatSide]) -> str:
    parts = [f"> {system}\n"] if system.strip() else []
    for side, column in columns.items():
        if column.turns:
            parts.append(f"# {column.title or side}\n")
            parts += [f"**{turn.role}:** {turn.content}\n" for turn in column.turns]
    return "\n".join(parts)


def _json(system: str, sampling: Sampling, columns: dict[Side, ChatSide]) -> str:
    lead = [{"role": "system", "content": system}] if system.strip() else []
    document = {
        "sampling": sampling.model_dump(mode="json"),
        "conversations": [
            {
                "model": column.model,
                "messages": lead + [{"role": turn.role, "content": turn.content} for turn in column.turns],
            }
            for column in columns.values()
            if column.turns
        ],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
