"""What is told of models before anything is done with them: what a hub has, how they suit, which code they bring."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Cancelled
from engine.contract.network import offline_because, switch_offline
from engine.contract.paths import data_dir
from engine.models import hub, transfer
from engine.models.code_reading import TEXT_BYTES, read_code
from engine.models.consent import allow
from engine.models.hub_offer import downloads, drop_download, look_up, read_address
from engine.models.inspect import describe_folder, list_models
from engine.train.model_fit import NEEDS_CONVERSION, fit_of
from tests.integration.quiet_job import QuietJob
from tests.unit.methods.tiny import make_base
from tests.unit.models.hostile_folders import code, foreign_code, good_folder
from tests.unit.models.hub_server import HubState, serving
from tests.unit.models.test_hub import WEIGHTS, Stopping
from tests.unit.models.test_inspect import gguf


@pytest.fixture
def state() -> HubState:
    return HubState({"config.json": b"{}", "model.safetensors": WEIGHTS, "model.bin": bytes(50_000)})


@pytest.fixture
def endpoint(state: HubState, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "LUTHIER_OFFLINE", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)
    monkeypatch.setattr(transfer, "CHUNK_BYTES", 4096)
    with serving(state) as address:
        yield address


def test_an_offer_says_what_would_come_and_fetches_nothing(state: HubState, endpoint: str) -> None:
    offer = look_up("org/name", endpoint=endpoint)
    assert (offer.size_bytes, offer.files, offer.licence) == (len(WEIGHTS) + 2, 2, "apache-2.0")
    assert (offer.here_bytes, offer.complete, state.sent) == (0, False, 0)
    hub.download("org/name", job=QuietJob(), endpoint=endpoint)
    offer = look_up("org/name", endpoint=endpoint)
    assert offer.complete and Path(offer.folder, "model.safetensors").is_file()


def test_a_broken_off_download_is_listed_until_it_is_dropped(state: HubState, endpoint: str) -> None:
    with pytest.raises(Cancelled):
        hub.download("org/name", job=Stopping(100_000), endpoint=endpoint)
    (left,) = downloads()
    assert (left.name, left.hub, left.endpoint) == ("org/name", "hugging_face", endpoint)
    assert 0 < left.here_bytes < left.size_bytes == len(WEIGHTS) + 2
    assert look_up("org/name", endpoint=endpoint).here_bytes == left.here_bytes
    drop_download("org/name", "hugging_face")
    assert downloads() == () and not list((data_dir() / "models").rglob("*.part"))


def test_two_files_of_one_repository_stand_beside_each_other(state: HubState, endpoint: str) -> None:
    state.files = {"a-q4.gguf": b"GGUF" + bytes(100), "a-q8.gguf": b"GGUF" + bytes(200)}
    first = hub.download("org/name/a-q4.gguf", job=QuietJob(), endpoint=endpoint)
    second = hub.download("org/name/a-q8.gguf", job=QuietJob(), endpoint=endpoint)
    assert (first / "a-q4.gguf").is_file() and (second / "a-q8.gguf").is_file()


@pytest.mark.parametrize(
    ("text", "name", "place"),
    [
        ("org/name", "org/name", "modelscope"),
        ("https://huggingface.co/org/name", "org/name", "hugging_face"),
        ("huggingface.co/org/name/tree/main", "org/name", "hugging_face"),
        ("https://hf.co/org/name/blob/main/a-q8.gguf", "org/name/a-q8.gguf", "hugging_face"),
        ("https://www.modelscope.cn/models/org/name/summary", "org/name", "modelscope"),
        ("https://mirror.example/org/name", "org/name", "modelscope"),
    ],
)
def test_addresses_of_pages_are_names(text: str, name: str, place: str) -> None:
    assert read_address(text, "modelscope") == (name, place)


def test_the_switch_keeps_everything_at_home(state: HubState, endpoint: str) -> None:
    assert offline_because() == ""
    switch_offline(data_dir(), True)
    for ask in (look_up, lambda name, endpoint: hub.download(name, job=QuietJob(), endpoint=endpoint)):
        with pytest.raises(UserError, match="set to stay offline") as refusal:
            ask("org/name", endpoint=endpoint)  # type: ignore[operator]
        assert refusal.value.info.code is ErrorCode.NETWORK
    switch_offline(data_dir(), False)
    assert look_up("org/name", endpoint=endpoint).files == 2


def test_downloaded_models_are_found_by_their_names(luthier_home: Path) -> None:
    folder = data_dir() / "models" / "hugging_face" / "org--name"
    folder.parent.mkdir(parents=True)
    make_base(folder, "llama")
    (model,) = [found for found in list_models().models if found.origin == "downloaded"]
    assert (model.name, model.path) == ("org/name", str(folder))


def test_a_small_model_fits_and_a_gguf_is_converted_first(
    tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fit = fit_of(str(make_base(tmp_path / "tiny", "llama")))
    assert [one.state for one in (fit.chat, fit.lora, fit.qlora)] == ["fits"] * 3
    assert 0 < fit.chat.needed_bytes < fit.available_bytes
    file = fit_of(str(gguf(tmp_path / "a.gguf")))
    assert (file.chat.state, file.lora.state, file.lora.reason) == ("fits", "unknown", NEEDS_CONVERSION)
    missing = fit_of(str(tmp_path / "nowhere"))
    assert missing.chat.state == "unknown" and "no model folder" in missing.chat.reason
    monkeypatch.setattr("engine.train.model_fit.this_machine", lambda _: _tiny_machine())
    monkeypatch.setattr("engine.train.plan.this_machine", lambda _: _tiny_machine())
    fit = fit_of(str(tmp_path / "tiny"))
    assert [one.state for one in (fit.chat, fit.lora, fit.qlora)] == ["too_large"] * 3


def _tiny_machine() -> object:
    from engine.train.devices import Target

    return Target("cpu", "cpu", 1000, True)


def test_code_is_shown_with_nothing_hidden_and_none_of_it_run(tmp_path: Path, luthier_home: Path) -> None:
    folder, canary = good_folder(tmp_path / "m"), tmp_path / "fired"
    assert read_code(str(folder)).digest == ""
    code()(folder, canary)
    with (folder / "modeling_own.py").open("a", encoding="utf-8") as file:
        file.write("# \u202egnp.exe\u202c\n" + "x = 1\n" * TEXT_BYTES)
    (folder / "helper.py").write_text("y = 2\n")
    shown = read_code(str(folder))
    assert [file.name for file in shown.files] == ["helper.py", "modeling_own.py"]
    assert shown.file == "modeling_own.py" and shown.needed and not shown.allowed
    assert "\u202e" not in shown.text and "\\u202egnp" in shown.text and "more bytes are in" in shown.text
    assert read_code(str(folder), "helper.py").text == "y = 2\n"
    with pytest.raises(UserError, match="no code called"):
        read_code(str(folder), "../tokenizer.json")
    allow(folder, shown.digest)
    assert read_code(str(folder)).allowed and not canary.exists()
    model = describe_folder(folder, "folder")
    assert model is not None and model.own_code and "modeling_own.py" in model.notes[0]


def test_code_that_is_not_needed_or_stands_elsewhere_is_said(tmp_path: Path, luthier_home: Path) -> None:
    known = good_folder(tmp_path / "known")
    code(known=True)(known, tmp_path / "fired")
    assert not read_code(str(known)).needed
    foreign = good_folder(tmp_path / "foreign")
    foreign_code(foreign, tmp_path / "fired")
    assert read_code(str(foreign)).foreign == "else/where--modeling_own.OwnConfig"
