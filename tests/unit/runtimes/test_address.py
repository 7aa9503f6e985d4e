"""Runtimes from an address: whole whatever happens on the way, and never from the network while Luthier stays offline."""

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.network import switch_offline
from engine.contract.runtimes import runtimes_dir
from engine.models import transfer
from engine.runtimes import fetch
from engine.runtimes.install import install, verify
from tests.integration.quiet_job import QuietJob
from tests.unit.models.hub_server import COMMIT, HubState, serving
from tests.unit.models.test_hub import Stopping
from tests.unit.runtimes.stand_in import make_file, shown

NAME = "cuda 0.1.luthier-runtime"


@pytest.fixture
def state(tmp_path: Path) -> HubState:
    return HubState({NAME: make_file(tmp_path, size=300_000).read_bytes()})


@pytest.fixture
def address(state: HubState, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(transfer, "WAIT_S", 0.01)
    monkeypatch.setattr(transfer, "CHUNK_BYTES", 4096)
    with serving(state) as base:
        yield f"{base}/resolve/{COMMIT}/{quote(NAME)}"


def refused(source: str, code: ErrorCode, **options: str) -> str:
    with pytest.raises(UserError) as refusal:
        install(source, job=QuietJob(), **options)
    assert refusal.value.info.code is code
    assert refusal.value.info.hint
    return refusal.value.info.message


def downloads(home: Path) -> list[Path]:
    return sorted((runtimes_dir(home) / ".downloads").glob("*"))


@pytest.mark.parametrize("seed", range(10))
def test_cut_at_random_bytes_it_arrives_whole(
    seed: int, state: HubState, address: str, luthier_home: Path
) -> None:
    chance = random.Random(seed)
    whole = len(state.files[NAME])
    state.cuts = [chance.randrange(0, whole // 4) for _ in range(12)]
    assert (
        install(address, job=QuietJob(), sha256=hashlib.sha256(state.files[NAME]).hexdigest()) == "cuda-0.1"
    )
    assert verify("cuda-0.1", job=QuietJob()) == 9
    assert len(state.ranges) > 2 and downloads(luthier_home) == []
    assert shown(luthier_home) == {"cuda-0.1"}


@pytest.mark.parametrize("seed", range(4))
def test_a_cancelled_download_is_gone_on_with(
    seed: int, state: HubState, address: str, luthier_home: Path
) -> None:
    stop_at = random.Random(seed).randrange(20_000, len(state.files[NAME]) - 20_000)
    with pytest.raises(Cancelled):
        install(address, job=Stopping(stop_at))
    assert shown(luthier_home) == set() and len(downloads(luthier_home)) == 1
    state.ranges.clear()
    assert install(address, job=QuietJob()) == "cuda-0.1"
    (asked,) = state.ranges
    assert int(asked[6:-1]) >= stop_at - 8192, "what had come was not fetched again"


def test_an_unfinished_download_of_another_file_is_not_gone_on_with(
    state: HubState, address: str, luthier_home: Path, tmp_path: Path
) -> None:
    other = make_file(tmp_path / "new", name="cuda-0.2", size=300_000).read_bytes()
    size = max(len(other), len(state.files[NAME]))
    state.files[NAME] = state.files[NAME].ljust(size, b"\0")
    with pytest.raises(Cancelled):
        install(address, job=Stopping(100_000))
    state.files[NAME] = other.ljust(size, b"\0")
    state.ranges.clear()
    assert install(address, job=QuietJob()) == "cuda-0.2" and state.ranges == []


def test_what_was_fetched_stays_when_the_disk_has_no_room_for_it_unpacked(
    state: HubState, address: str, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.runtimes.install.free_disk", lambda place: 1_000_000)
    refused(address, ErrorCode.DISK_FULL)
    monkeypatch.undo()
    monkeypatch.setenv("LUTHIER_HOME", str(luthier_home))
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("engine.runtimes.fetch.transfer", lambda *_: pytest.fail("it was fetched again"))
    assert install(address, job=QuietJob()) == "cuda-0.1" and downloads(luthier_home) == []


def test_wrong_bytes_are_refused_and_thrown_away(state: HubState, address: str, luthier_home: Path) -> None:
    assert "arrived damaged or changed" in refused(address, ErrorCode.UNREADABLE, sha256="0" * 64)
    state.lies[NAME] = state.files[NAME][:1000] + bytes(1000) + state.files[NAME][2000:]
    message = refused(address, ErrorCode.UNREADABLE)
    assert message.startswith(NAME) and "nothing was installed" in message
    assert downloads(luthier_home) == [] and shown(luthier_home) == set()
    refused(address, ErrorCode.BAD_COMMAND, sha256="abc")


def test_nothing_is_fetched_while_luthier_stays_offline(
    state: HubState, address: str, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    luthier_home.mkdir()
    switch_offline(luthier_home, True)
    assert "set to stay offline" in refused(address, ErrorCode.NETWORK)
    switch_offline(luthier_home, False)
    monkeypatch.setenv("LUTHIER_OFFLINE", "1")
    assert "LUTHIER_OFFLINE" in refused(address, ErrorCode.NETWORK)
    assert state.sent == 0


def test_what_cannot_be_fetched_is_told(
    state: HubState, address: str, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused(address.replace("resolve", "nothing"), ErrorCode.NOT_FOUND)
    refused("http://example.org/x", ErrorCode.BAD_COMMAND)
    refused("file:///etc/passwd", ErrorCode.BAD_COMMAND)
    monkeypatch.setattr(transfer, "TRIES", 2)
    refused("http://127.0.0.1:9/x", ErrorCode.NETWORK)
    monkeypatch.setattr(fetch, "SPARE_BYTES", 1 << 60)
    refused(address, ErrorCode.DISK_FULL)


def test_no_credential_goes_along(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    wanted, _ = fetch._look(address, "")
    assert "authorization" not in {name.lower() for name in wanted.headers}
