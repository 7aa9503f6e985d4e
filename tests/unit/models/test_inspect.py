"""The models on this computer, found where each program keeps them."""

import json
import struct
from pathlib import Path

import pytest

from engine.contract.results import LocalModel
from engine.models.gguf_header import NotGguf, read_header
from engine.models.inspect import describe_folder, list_models, scan


def text(value: str) -> bytes:
    data = value.encode()
    return struct.pack("<Q", len(data)) + data


def gguf(path: Path, *, template: bool = True, architecture: str = "llama") -> Path:
    """A GGUF with the usual order of keys: general ones, the vocabulary, the template."""
    pairs = [
        text("general.architecture") + struct.pack("<I", 8) + text(architecture),
        text("general.name") + struct.pack("<I", 8) + text("小枫"),
        text("general.license") + struct.pack("<I", 8) + text("apache-2.0"),
        text("general.file_type") + struct.pack("<II", 4, 7),
        text("llama.rope.freq_base") + struct.pack("<If", 6, 10000.0),
        text("general.parameter_count") + struct.pack("<IQ", 10, 135_000_000),
        text("tokenizer.ggml.tokens") + struct.pack("<IIQ", 9, 8, 2) + text("a") + text("b"),
    ]
    if template:
        pairs.append(text("tokenizer.chat_template") + struct.pack("<I", 8) + text("{{ messages }}"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<4sIQQ", b"GGUF", 3, 0, len(pairs)) + b"".join(pairs) + bytes(64))
    return path


def hf(folder: Path, *, architecture: str = "LlamaForCausalLM", weights: str = "model.safetensors") -> Path:
    """A Hugging Face folder with one small tensor."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps({"architectures": [architecture], "model_type": "llama"}))
    header = json.dumps(
        {"__metadata__": {"format": "pt"}, "w": {"dtype": "F32", "shape": [6, 7], "data_offsets": [0, 168]}}
    )
    (folder / weights).write_bytes(struct.pack("<Q", len(header)) + header.encode() + bytes(168))
    (folder / "tokenizer_config.json").write_text(json.dumps({"chat_template": "{{ messages }}"}))
    (folder / "README.md").write_text("---\nlicense: mit\n---\n")
    return folder


@pytest.fixture
def user(tmp_path: Path, luthier_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's home without any model."""
    home = tmp_path / "user"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    for name in ("HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "OLLAMA_MODELS"):
        monkeypatch.delenv(name, raising=False)
    return home


def test_a_gguf_is_read_without_a_library(tmp_path: Path) -> None:
    header = read_header(gguf(tmp_path / "m.gguf"))
    assert (header.architecture, header.name, header.licence) == ("llama", "小枫", "apache-2.0")
    assert (header.quantization, header.parameters, header.has_template) == ("Q8_0", 135_000_000, True)
    assert not read_header(gguf(tmp_path / "n.gguf", template=False)).has_template


def test_what_is_no_gguf_is_refused_at_any_length(tmp_path: Path) -> None:
    whole = gguf(tmp_path / "m.gguf").read_bytes()
    path = tmp_path / "cut.gguf"
    for cut in range(0, whole.index(b"tokenizer.ggml.tokens")):
        path.write_bytes(whole[:cut])
        with pytest.raises(NotGguf):
            read_header(path)
    for damaged in (
        b"GGML" + whole[4:],
        whole[:4] + b"\x09" + whole[5:],
        whole[:24] + b"\xff" * 8 + whole[32:],
    ):
        path.write_bytes(damaged)
        with pytest.raises(NotGguf):
            read_header(path)


def test_a_folder_tells_what_it_holds(tmp_path: Path) -> None:
    model = describe_folder(hf(tmp_path / "m"), "folder")
    assert model == LocalModel(
        name="m", path=str(tmp_path / "m"), origin="folder", format="safetensors", architecture="LlamaForCausalLM",
        parameters=42, size_bytes=(tmp_path / "m" / "model.safetensors").stat().st_size, licence="mit",
        has_template=True, trainable=True,
    )  # fmt: skip


@pytest.mark.parametrize(
    "options, trainable, format",
    [
        ({"architecture": "BertModel"}, False, "safetensors"),
        ({"weights": "pytorch_model.bin"}, False, "other"),
    ],
)
def test_not_every_model_can_be_trained(
    tmp_path: Path, options: dict[str, str], trainable: bool, format: str
) -> None:
    model = describe_folder(hf(tmp_path / "m", **options), "folder")
    assert model is not None and (model.trainable, model.format) == (trainable, format)


@pytest.mark.parametrize("config", ["", "[]", "{", "\x00", "[" * 100_000])
def test_a_damaged_folder_is_passed_over(tmp_path: Path, config: str) -> None:
    folder = hf(tmp_path / "m")
    (folder / "config.json").write_text(config)
    assert describe_folder(folder, "folder") is None


def test_a_damaged_weight_file_has_no_count(tmp_path: Path) -> None:
    folder = hf(tmp_path / "m")
    (folder / "model.safetensors").write_bytes(b"\xff" * 20)
    model = describe_folder(folder, "folder")
    assert model is not None and model.parameters is None


def test_models_are_found_in_every_place_and_each_once(
    user: Path, luthier_home: Path, tmp_path: Path
) -> None:
    own = hf(tmp_path / "mine" / "tuned")
    hub = user / ".cache" / "huggingface" / "hub" / "models--Org--Tiny-1B"
    old, new = hf(hub / "snapshots" / "aaa"), hf(hub / "snapshots" / "bbb")
    (hub / "refs").mkdir()
    (hub / "refs" / "main").write_text("aaa")
    studio = gguf(user / ".lmstudio" / "models" / "pub" / "repo" / "m-Q4_K_M.gguf")
    ollama = user / ".ollama" / "models"
    blob = gguf(ollama / "blobs" / "sha256-123")
    manifest = ollama / "manifests" / "registry.ollama.ai" / "library" / "smol" / "latest"
    manifest.parent.mkdir(parents=True)
    layers = [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:123"}]
    manifest.write_text(json.dumps({"layers": layers}))
    exported = gguf(luthier_home / "runs" / "r1" / "exports" / "r1-q8_0.gguf")
    found = {(model.origin, model.name): model.path for model in list_models((tmp_path / "mine", own)).models}
    assert found == {
        ("folder", "tuned"): str(own),
        ("run", "r1-q8_0"): str(exported),
        ("hugging_face", "Org/Tiny-1B"): str(old),
        ("lm_studio", "m-Q4_K_M"): str(studio),
        ("ollama", "smol:latest"): str(blob),
    }
    assert str(new) not in found.values()


def test_places_named_by_the_environment_are_looked_in(
    user: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HOME", str(tmp_path / "hf"))
    hf(tmp_path / "hf" / "hub" / "models--a--b" / "snapshots" / "c")
    assert [model.name for model in list_models().models] == ["a/b"]


def test_a_manifest_cannot_point_out_of_its_folder(user: Path) -> None:
    ollama = user / ".ollama" / "models"
    gguf(user / "secret.gguf")
    (ollama / "blobs").mkdir(parents=True)
    manifest = ollama / "manifests" / "h" / "o" / "n" / "t"
    manifest.parent.mkdir(parents=True)
    layers = [{"mediaType": "application/vnd.ollama.image.model", "digest": "../../../secret.gguf"}, "junk"]
    manifest.write_text(json.dumps({"layers": layers}))
    assert list_models().models == ()


def test_links_to_folders_are_not_followed_and_a_loop_ends(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    hf(tmp_path / "a" / "m")
    assert [model.name for model in scan(tmp_path, "folder")] == ["m"]
    assert list(scan(tmp_path / "missing", "folder")) == []
