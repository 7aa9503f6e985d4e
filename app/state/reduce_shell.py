"""What happens to the window, the quick engine and the conversations."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from app.state import changes as c
from app.state.model import AppState, ChatSide
from app.state.versions import another
from engine.contract.messages import RunFinished, Text
from engine.contract.results import ChatReply

Handler = Callable[[AppState, Any], AppState]
NOTICES_KEPT = 5

# ---------------------------------------------------------------- window


def _page_shown(state: AppState, change: c.PageShown) -> AppState:
    """A page that is asked for comes out from behind the welcome."""
    return replace(state, page=change.page, welcome=replace(state.welcome, step=""))


def _preferences_set(state: AppState, change: c.PreferencesSet) -> AppState:
    return replace(state, preferences=change.preferences)


def _focus_help_set(state: AppState, change: c.FocusHelpSet) -> AppState:
    return replace(state, focus_help=(change.title, change.text))


def _notice_added(state: AppState, change: c.NoticeAdded) -> AppState:
    """A newer notice of the same words takes the place of the older one."""
    others = tuple(notice for notice in state.notices if notice.text != change.notice.text)
    return replace(state, notices=(*others, change.notice)[-NOTICES_KEPT:])


def _notice_dismissed(state: AppState, change: c.NoticeDismissed) -> AppState:
    return replace(state, notices=tuple(n for n in state.notices if n.id != change.notice_id))


# ---------------------------------------------------------------- quick engine


def _engine_starting(state: AppState, change: c.EngineStarting) -> AppState:
    return replace(state, engine=replace(state.engine, status="starting", detail=change.detail))


def _engine_ready(state: AppState, change: c.EngineReady) -> AppState:
    engine = replace(state.engine, status="ready", detail="", versions=change.ready.versions)
    return replace(state, engine=engine)


def _engine_failed(state: AppState, change: c.EngineFailed) -> AppState:
    return replace(state, engine=replace(state.engine, status="failed", detail=change.detail))


def _schema_arrived(state: AppState, change: c.SchemaArrived) -> AppState:
    return replace(state, engine=replace(state.engine, schema=change.schema))


def _doctor_arrived(state: AppState, change: c.DoctorArrived) -> AppState:
    return replace(state, engine=replace(state.engine, doctor=change.doctor))


# ---------------------------------------------------------------- chat


def _side(state: AppState, name: c.Side) -> ChatSide:
    return state.chat.base if name == "base" else state.chat.tuned


def _with_side(state: AppState, name: c.Side, side: ChatSide) -> AppState:
    chat = replace(state.chat, base=side) if name == "base" else replace(state.chat, tuned=side)
    return replace(state, chat=chat)


def _chat_loading(state: AppState, change: c.ChatLoading) -> AppState:
    side = replace(
        _side(state, change.side),
        model=change.model,
        title=change.title,
        context_tokens=change.context_tokens,
        status="loading",
        partial="",
        error=None,
    )
    return _with_side(state, change.side, side)


def _chat_waiting(state: AppState, change: c.ChatWaiting) -> AppState:
    return _with_side(state, change.side, replace(_side(state, change.side), status="waiting"))


def _chat_ready(state: AppState, change: c.ChatReady) -> AppState:
    return _with_side(state, change.side, replace(_side(state, change.side), status="ready", error=None))


def _chat_unloaded(state: AppState, change: c.ChatUnloaded) -> AppState:
    return _with_side(state, change.side, ChatSide())


def _chat_failed(state: AppState, change: c.ChatFailed) -> AppState:
    side = _side(state, change.side)
    turns = side.turns
    if side.partial:  # what was said before it failed is not lost
        turns = (*turns, another("assistant", side.earlier, side.partial))
    failed = replace(side, status="failed", turns=turns, partial="", earlier=(), error=change.error)
    return _with_side(state, change.side, replace(failed, status="ready") if change.usable else failed)


def _chat_asked(state: AppState, change: c.ChatAsked) -> AppState:
    side = replace(
        _side(state, change.side),
        status="answering",
        turns=change.turns,
        partial="",
        earlier=change.earlier,
        error=None,
    )
    return _with_side(state, change.side, side)


def _chat_turns_set(state: AppState, change: c.ChatTurnsSet) -> AppState:
    side = replace(_side(state, change.side), turns=change.turns, partial="")
    return _with_side(state, change.side, side)


def _chat_events(state: AppState, change: c.ChatEvents) -> AppState:
    side = _side(state, change.side)
    pieces = [event.text for event in change.events if isinstance(event, Text)]
    if pieces and side.status == "answering":
        side = replace(side, partial=side.partial + "".join(pieces))
    end = next((event for event in change.events if isinstance(event, RunFinished)), None)
    if end is not None and side.status == "answering":
        side = _answer_ended(side, end)
    return _with_side(state, change.side, side)


def _answer_ended(side: ChatSide, end: RunFinished) -> ChatSide:
    try:
        reply = ChatReply.model_validate(end.result)
    except ValidationError:
        reply = None
    text = reply.text if reply is not None else side.partial
    turns = side.turns
    if text or reply:
        turns = (*turns, another("assistant", side.earlier, text, reply))
    return replace(side, status="ready", turns=turns, partial="", earlier=(), error=end.error)


def _conversations_found(state: AppState, change: c.ConversationsFound) -> AppState:
    return replace(state, chat=replace(state.chat, kept=change.kept))


def _blind_set(state: AppState, change: c.BlindSet) -> AppState:
    return replace(state, chat=replace(state.chat, blind=change.blind))


def _servers_known(state: AppState, change: c.ServersKnown) -> AppState:
    return replace(state, chat=replace(state.chat, servers=change.servers, asking="", server_error=None))


def _server_asked(state: AppState, change: c.ServerAsked) -> AppState:
    return replace(state, chat=replace(state.chat, asking=change.url, server_error=None))


def _server_failed(state: AppState, change: c.ServerFailed) -> AppState:
    return replace(state, chat=replace(state.chat, asking="", server_error=change.error))


def _system_set(state: AppState, change: c.SystemSet) -> AppState:
    return replace(state, chat=replace(state.chat, system=change.text))


def _sampling_set(state: AppState, change: c.SamplingSet) -> AppState:
    return replace(state, chat=replace(state.chat, sampling=change.sampling))


HANDLERS: dict[type[Any], Handler] = {
    c.PageShown: _page_shown,
    c.PreferencesSet: _preferences_set,
    c.FocusHelpSet: _focus_help_set,
    c.NoticeAdded: _notice_added,
    c.NoticeDismissed: _notice_dismissed,
    c.EngineStarting: _engine_starting,
    c.EngineReady: _engine_ready,
    c.EngineFailed: _engine_failed,
    c.SchemaArrived: _schema_arrived,
    c.DoctorArrived: _doctor_arrived,
    c.ChatLoading: _chat_loading,
    c.ChatWaiting: _chat_waiting,
    c.ChatReady: _chat_ready,
    c.ChatUnloaded: _chat_unloaded,
    c.ChatFailed: _chat_failed,
    c.ChatAsked: _chat_asked,
    c.ChatTurnsSet: _chat_turns_set,
    c.ChatEvents: _chat_events,
    c.ConversationsFound: _conversations_found,
    c.BlindSet: _blind_set,
    c.ServersKnown: _servers_known,
    c.ServerAsked: _server_asked,
    c.ServerFailed: _server_failed,
    c.SystemSet: _system_set,
    c.SamplingSet: _sampling_set,
}
