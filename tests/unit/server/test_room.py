"""A model that does not fit beside what else holds the memory is refused before it is loaded, with ways out."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.chat.size import need_of
from engine.contract import messages as m
from engine.contract.errors import ErrorCode, ErrorInfo, UserError
from engine.contract.results import Device
from engine.models.starter import starter_gguf
from engine.server import room, tasks
from engine.server.handlers import ChatSeat
from engine.server.room import require_room
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base, make_run

SetFree = Callable[[int], None]


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> SetFree:
    """Sets how much memory is free."""

    def set_free(size: int) -> None:
        found = (Device(kind="cpu", name="x", memory_bytes=10**12, free_bytes=size),)
        monkeypatch.setattr(room, "devices", lambda: found)

    return set_free


def _needed(context_tokens: int) -> int:
    need = need_of("starter")
    assert need is not None
    return need.bytes_for(context_tokens)


def _refusal(context_tokens: int, **options: object) -> ErrorInfo:
    with pytest.raises(UserError) as caught:
        require_room("starter", context_tokens=context_tokens, **options)  # type: ignore[arg-type]
    assert caught.value.info.code is ErrorCode.OUT_OF_MEMORY
    return caught.value.info


def test_what_fits_is_let_in_and_one_byte_less_is_not(free: SetFree) -> None:
    free(_needed(4096))
    require_room("starter", context_tokens=4096)
    free(_needed(4096) - 1)
    info = _refusal(4096)
    assert info.details["needed_bytes"] == _needed(4096) and info.details["free_bytes"] == _needed(4096) - 1
    assert "are free" in info.message


def test_what_a_run_will_still_take_is_not_given_away(free: SetFree) -> None:
    free(_needed(4096) + 1000)
    info = _refusal(4096, reserved_bytes={"cpu": 1001})
    assert "beside the run" in info.message
    require_room("starter", context_tokens=4096, reserved_bytes={"cpu": 1000, "cuda": 10**12})


def test_the_longest_context_that_fits_is_offered(free: SetFree) -> None:
    free(_needed(2048))
    assert _refusal(4096).details["context_tokens"] == 2048
    free(_needed(512) - 1)
    assert "context_tokens" not in _refusal(4096).details


def test_a_smaller_file_of_the_same_model_is_offered(free: SetFree, tmp_path: Path) -> None:
    large, small, other = (tmp_path / name for name in ("a-q8_0.gguf", "a-q4_0.gguf", "b-q4_0.gguf"))
    shutil.copy(starter_gguf(), large)
    for path in (small, other):
        path.write_bytes(large.read_bytes()[: 50 << 20])
    free(_needed(512) - 1)
    with pytest.raises(UserError) as caught:
        require_room(str(large), context_tokens=512)
    assert caught.value.info.details["smaller"] == str(small)
    require_room(str(small), context_tokens=512)


def test_memory_that_is_being_given_back_is_waited_for(
    free: SetFree, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(0)
    looks: list[float] = []

    def sleep(seconds: float) -> None:
        looks.append(seconds)
        if len(looks) == 3:
            free(10**12)

    monkeypatch.setattr(room.time, "sleep", sleep)
    require_room("starter", context_tokens=512, patience_s=60.0)
    assert len(looks) == 3


@pytest.mark.parametrize("what", ["export", "evaluate"])
def test_exports_and_evaluations_ask_too(free: SetFree, tmp_path: Path, what: str) -> None:
    run = make_run(tmp_path / "run", make_base(tmp_path / "base"))
    free(1000)
    task = (
        tasks.evaluate_task(str(run))
        if what == "evaluate"
        else tasks.export_task(str(run), targets=["gguf:f16"], out=str(tmp_path / "out"))
    )
    with pytest.raises(UserError) as caught:
        task.work(QuietJob())
    assert caught.value.info.code is ErrorCode.OUT_OF_MEMORY and run.name in caught.value.info.message
    assert not (tmp_path / "out").exists()


def test_the_chat_asks_before_it_loads_unless_told_not_to(free: SetFree) -> None:
    free(1000)
    seat = ChatSeat()
    with pytest.raises(UserError) as caught:
        seat.load(m.LoadChat(model="starter", context_tokens=256)).work(QuietJob())
    assert caught.value.info.code is ErrorCode.OUT_OF_MEMORY
    loaded = seat.load(m.LoadChat(model="starter", context_tokens=256, anyway=True)).work(QuietJob())
    assert loaded.status == "completed"
