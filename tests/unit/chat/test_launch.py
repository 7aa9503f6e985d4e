"""vLLM and SGLang are started for a folder where they are installed; a small server stands in for them here."""

import os
import sys
import time
from pathlib import Path

import psutil
import pytest

from engine.chat import open_chat
from engine.contract.errors import ErrorCode, UserError
from engine.contract.messages import Sampling, Turn
from engine.models.servers import found_launchers
from engine.server.handlers import launchers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a script")
ROOT = Path(__file__).resolve().parents[3]
SERVER = """#!{python}
import os, sys
sys.path.insert(0, {root!r})
assert sys.argv[1] == "serve" and sys.argv[sys.argv.index("--host") + 1] == "127.0.0.1"
if "broken" in sys.argv[2]:
    sys.exit(7)
from tests.unit.api.fake import FakeModel
from engine.api.service import Service
port = int(sys.argv[sys.argv.index("--port") + 1])
name = sys.argv[sys.argv.index("--served-model-name") + 1]
print("a word for the log")
service = Service(FakeModel(), name, os.environ["VLLM_API_KEY"], port=port)
service.run(on_ready=lambda address: None, should_stop=lambda: False)
"""


@pytest.fixture
def vllm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of this name on the path."""
    program = tmp_path / "bin" / "vllm"
    program.parent.mkdir()
    program.write_text(SERVER.format(python=sys.executable, root=str(ROOT)), encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def folder(place: Path, name: str = "model") -> Path:
    (place / name).mkdir()
    (place / name / "config.json").write_text("{}", encoding="utf-8")
    return place / name


def children() -> list[psutil.Process]:
    return [
        child for child in psutil.Process().children(recursive=True) if "vllm" in " ".join(child.cmdline())
    ]


def test_a_folder_is_answered_by_a_server_that_ends_with_the_chat(
    vllm: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    backend = open_chat(f"vllm:{folder(tmp_path)}", context_tokens=128)
    assert len(children()) == 1
    turns = (Turn(role="user", content="Hello you"),)
    reply = backend.send(turns, Sampling(), on_text=lambda text: None, should_stop=lambda: False)
    assert reply.text == "Hello you"
    backend.close()
    for _ in range(100):
        if not children():
            break
        time.sleep(0.05)
    assert not children()
    assert capfd.readouterr().out == ""  # the protocol's pipe stays clean


def test_a_server_that_cannot_load_is_a_sentence(vllm: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="vLLM ended with code 7"):
        open_chat(f"vllm:{folder(tmp_path, 'broken')}", context_tokens=128)


def test_only_what_is_installed_is_offered(vllm: Path, tmp_path: Path) -> None:
    assert found_launchers() == ("vllm",) and launchers() == {"vllm": "installed"}
    with pytest.raises(UserError, match="SGLang is not installed") as caught:
        open_chat(f"sglang:{folder(tmp_path)}", context_tokens=128)
    assert caught.value.info.code is ErrorCode.NOT_FOUND


def test_without_any_nothing_is_offered() -> None:
    assert launchers() == {}
