"""Commands, replies and events: strict on the way in, lenient on the way out."""

import math
from typing import Any

import pytest

from engine.contract import messages as m
from engine.contract.codec import decode, encode
from engine.contract.errors import ErrorCode, ErrorInfo, UserError


def test_a_command_reads_back_as_its_own_type() -> None:
    command = m.StartRun(id=7, recipe={"method": {"kind": "lora"}}, resume=True)
    assert m.parse_command(decode(encode(command.model_dump(mode="json")))) == command


@pytest.mark.parametrize(
    "message, place",
    [
        ({}, "command"),
        ({"type": "nope", "id": 1}, "command"),
        ({"type": "hello", "id": "x"}, "hello.id"),
        ({"type": "hello", "extra": 1}, "hello.extra"),
        ({"type": "run.control", "run": "r", "action": "explode"}, "run.control.action"),
        ({"type": "chat.send", "messages": [{"role": "robot", "content": ""}]}, "chat.send.messages.0.role"),
    ],
)
def test_a_wrong_command_names_the_place(message: dict[str, Any], place: str) -> None:
    with pytest.raises(UserError) as caught:
        m.parse_command(message)
    assert caught.value.info.code is ErrorCode.BAD_COMMAND
    assert caught.value.info.message.startswith(place)


def test_metrics_are_open_and_keep_what_is_not_a_number() -> None:
    event = m.Metrics(step=[1, 2], **{"train/loss": [2.5, float("nan")], "new/metric": [1.0, math.inf]})
    back = m.parse_from_engine(decode(encode(event.model_dump(mode="json"))))
    assert isinstance(back, m.Metrics)
    assert set(back.series) == {"train/loss", "new/metric"}
    assert math.isnan(back.series["train/loss"][1]) and back.series["new/metric"][1] == math.inf


def test_an_event_of_a_newer_engine_is_passed_over_and_its_new_fields_too() -> None:
    assert m.parse_from_engine({"type": "hologram", "run": "r1"}) is None
    event = m.parse_from_engine({"type": "heartbeat", "memory_bytes": 5, "mood": "good"})
    assert event == m.Heartbeat(memory_bytes=5)


def test_every_event_and_command_type_is_named_once() -> None:
    names = [str(member.model_fields["type"].default) for member in m.Event.__subclasses__()]
    assert sorted(names) == sorted(set(names))
    assert set(names) == m.EVENT_TYPES


def test_an_error_reads_back_whole() -> None:
    info = ErrorInfo(code=ErrorCode.DISK_FULL, message="full", hint="free some", details={"free": 3})
    failure = m.parse_from_engine(decode(encode(m.Failure(id=None, error=info).model_dump(mode="json"))))
    assert failure == m.Failure(id=None, error=info)
