"""Models from a hub: fetched whole whatever happens on the way, and nothing that is not what the hub names."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.models import hub, transfer
from engine.models.hub import download
from tests.integration.quiet_job import QuietJob
from tests.unit.models.hub_server import COMMIT, HubState, serving

WEIGHTS = random.Random(7).randbytes(300_000)


@pytest.fixture
def state() -> HubState:
    return HubState(
        {
            "config.json": b'{"model_type": "llama"}',
            "model.safetensors": WEIGHTS,
            "README.md": "名字".encode(),
            "pytorch_model.bin": b"pickle" * 3000,
            "tf_model.h5": b"keras",
            "onnx/model.onnx": b"graph",
        }
    )


@pytest.fixture
def endpoint(state: HubState, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(transfer, "WAIT_S", 0.01)
    monkeypatch.setattr(transfer, "CHUNK_BYTES", 4096)
    with serving(state) as address:
        yield address


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != hub.RECORD}


def test_a_model_arrives_whole_without_the_weights_that_nobody_needs(state: HubState, endpoint: str) -> None:
    folder = download("org/name", job=QuietJob(), endpoint=endpoint)
    wanted = ("config.json", "model.safetensors", "README.md")
    assert contents(folder) == {name: state.files[name] for name in wanted}
    sent = state.sent
    assert download("org/name", job=QuietJob(), endpoint=endpoint) == folder
    assert state.sent == sent


def test_transfers_that_break_off_anywhere_go_on_where_they_ended(state: HubState, endpoint: str) -> None:
    chance = random.Random(3)
    state.cuts = [chance.randrange(0, 60_000) for _ in range(12)]
    folder = download("org/name", job=QuietJob(), endpoint=endpoint)
    assert contents(folder)["model.safetensors"] == WEIGHTS
    assert state.cuts == [] or len(state.ranges) > 3
    assert state.sent < len(WEIGHTS) + 100_000  # nothing was sent twice


@pytest.mark.parametrize("seed", range(8))
def test_an_interrupted_download_is_resumed_by_the_next_one(
    seed: int, state: HubState, endpoint: str
) -> None:
    stop_at = random.Random(seed).randrange(1, len(WEIGHTS))
    job = Stopping(stop_at)
    with pytest.raises(Cancelled):
        download("org/name", job=job, endpoint=endpoint)
    folder = hub.models_dirs()[0] / "hugging_face" / "org--name"
    assert not folder.exists()  # what is not whole is not there
    state.ranges.clear()
    assert download("org/name", job=QuietJob(), endpoint=endpoint) == folder
    assert contents(folder)["model.safetensors"] == WEIGHTS
    assert all(int(asked[6:-1]) >= min(stop_at, 4096) - 4096 for asked in state.ranges)
    assert state.ranges or stop_at < 4200


class Stopping(QuietJob):
    """Is cancelled when so many bytes have come."""

    def __init__(self, stop_at: int) -> None:
        super().__init__()
        self.stop_at, self.done = stop_at, 0.0

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        self.done = done

    def check(self) -> None:
        if self.done >= self.stop_at:
            raise Cancelled


def test_a_server_that_knows_no_ranges_costs_time_and_nothing_else(state: HubState, endpoint: str) -> None:
    state.cuts, state.ignores_ranges = [50_000, 70_000], True
    folder = download("org/name", job=QuietJob(), endpoint=endpoint)
    assert contents(folder)["model.safetensors"] == WEIGHTS


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_a_wrong_hash_is_refused_and_the_bytes_are_thrown_away(
    name: str, state: HubState, endpoint: str
) -> None:
    good = state.files[name]
    state.lies[name] = bytes([good[0] ^ 1]) + good[1:]
    with pytest.raises(UserError) as refusal:
        download("org/name", job=QuietJob(), endpoint=endpoint)
    assert refusal.value.info.code is ErrorCode.UNREADABLE
    assert name in refusal.value.info.message
    left = list((hub.models_dirs()[0]).rglob(f"{name}*"))
    assert left == []
    state.lies.clear()
    assert contents(download("org/name", job=QuietJob(), endpoint=endpoint))[name] == good


def test_a_part_that_was_changed_on_disk_is_noticed(state: HubState, endpoint: str) -> None:
    with pytest.raises(Cancelled):
        download("org/name", job=Stopping(100_000), endpoint=endpoint)
    (part,) = (hub.models_dirs()[0]).rglob("*.part")
    data = bytearray(part.read_bytes())
    data[10] ^= 1
    part.write_bytes(data)
    with pytest.raises(UserError, match="hash"):
        download("org/name", job=QuietJob(), endpoint=endpoint)
    assert contents(download("org/name", job=QuietJob(), endpoint=endpoint))["model.safetensors"] == WEIGHTS


def test_a_server_that_sends_more_than_it_lists_is_stopped(state: HubState, endpoint: str) -> None:
    state.lies["model.safetensors"] = WEIGHTS + bytes(100_000)
    with pytest.raises(UserError, match="more of"):
        download("org/name", job=QuietJob(), endpoint=endpoint)


@pytest.mark.parametrize("name", ["../../evil.json", "/etc/evil.json", "a\\..\\evil.json", "C:evil.json"])
def test_a_listing_cannot_name_places_outside(name: str, state: HubState, endpoint: str) -> None:
    state.listed["config.json"] = name
    with pytest.raises(UserError, match="outside"):
        download("org/name", job=QuietJob(), endpoint=endpoint)


def test_modelscope_is_spoken_too(state: HubState, endpoint: str) -> None:
    state.cuts = [1000, 90_000]
    folder = download("org/name", job=QuietJob(), hub="modelscope", endpoint=endpoint)
    assert contents(folder)["model.safetensors"] == WEIGHTS
    assert folder.parent.name == "modelscope"


def test_one_gguf_of_a_repository(state: HubState, endpoint: str) -> None:
    del state.files["model.safetensors"], state.files["pytorch_model.bin"]
    state.files |= {"a-q4.gguf": b"GGUF" + bytes(100), "a-q8.gguf": b"GGUF" + bytes(200)}
    with pytest.raises(UserError) as refusal:
        download("org/name", job=QuietJob(), endpoint=endpoint)
    assert "org/name/a-q4.gguf" in str(refusal.value.info.hint)
    folder = download("org/name/a-q8.gguf", job=QuietJob(), endpoint=endpoint)
    assert list(contents(folder)) == ["a-q8.gguf"]


def test_what_is_not_there_is_said(state: HubState, endpoint: str) -> None:
    state.status = 404
    with pytest.raises(UserError) as refusal:
        download("org/name", job=QuietJob(), endpoint=endpoint)
    assert refusal.value.info.code is ErrorCode.NOT_FOUND
    state.status = 200
    with pytest.raises(UserError, match="no name of a model"):
        download("../etc", job=QuietJob(), endpoint=endpoint)
    with pytest.raises(UserError, match="no address"):
        download("org/name", job=QuietJob(), endpoint="http://example.org")


def test_offline_nothing_is_asked(state: HubState, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LUTHIER_OFFLINE", "1")
    with pytest.raises(UserError) as refusal:
        download("org/name", job=QuietJob(), endpoint=endpoint)
    assert refusal.value.info.code is ErrorCode.NETWORK
    assert "offline" in refusal.value.info.message
    assert state.sent == 0 and COMMIT
