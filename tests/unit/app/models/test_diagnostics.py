"""A diagnostics bundle holds what a report needs and nothing that names a person or opens a door."""

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from app.models import diagnostics
from app.models.redaction import redacted, secrets_of
from app.state.model import ApiState
from engine.contract.errors import ErrorCode, ErrorInfo
from engine.contract.messages import RunFinished
from tests.gui.stories import stories

SECRETS = (
    "hf_" + "aB3" * 9,
    "sk-proj-" + "x1Y2" * 6,
    "ghp_" + "q9W8" * 6,
    "AKIA" + "ABCDEFGH12345678",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtYXJhIn0.c2lnbmF0dXJl",
)


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_key_is_hidden(secret: str) -> None:
    assert secret not in redacted(f"could not log in with {secret}.", "/home/mara")
    assert secret not in redacted(json.dumps({"text": secret}), "/home/mara")


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer pwvalue-123456",
        "api_key=pwvalue-123456&x=1",
        '{"api-key": "pwvalue-123456"}',
        "HF_TOKEN='pwvalue-123456'",
        "password: pwvalue-123456",
        "proxy http://mara:pwvalue-123456@proxy.example.org:3128/",
        "https://pwvalue-123456@git.example.org/x",
    ],
)
def test_values_beside_a_telling_name_are_hidden(line: str) -> None:
    clean = redacted(line, "/home/mara")
    assert "pwvalue" not in clean and "[hidden]" in clean


@pytest.mark.parametrize(
    "line",
    ["train/tokens_per_second 118.2", "max_tokens=512", "cutoff: 512 tokens: 37 rows", "step 12 loss 0.71",
     "model.layers.0.self_attn.q_proj.weight", "https://example.org/a@b"],
)  # fmt: skip
def test_what_a_report_needs_stays(line: str) -> None:
    assert redacted(line, "/home/mara", computer="workbench") == line


def test_folders_of_people_and_the_computers_name_are_hidden() -> None:
    text = "/home/mara/x /home/mara-old/y /home/otto/z C:\\\\Users\\\\Otto\\\\z /media/otto/disk on workbench, workbench-2"
    clean = redacted(text, "/home/mara", computer="workbench")
    assert "mara" not in clean and "otto" not in clean.lower()
    assert clean.startswith("~/x ") and "on [computer], workbench-2" in clean


def test_a_private_key_is_hidden_even_without_its_end() -> None:
    key = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk\nAAAA"
    assert "b3Blbn" not in redacted(f"before\n{key}")
    assert redacted(f"{key}\n-----END OPENSSH PRIVATE KEY-----\nafter").endswith("after")


def test_variables_with_telling_names_are_known_secrets() -> None:
    found = secrets_of(
        {"HF_TOKEN": "abcdefgh", "PATH": "/usr/bin", "MY_API_KEY": "12", "DB_PASSWORD": "hunter22"}
    )
    assert found == {"abcdefgh", "hunter22"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "mara" / "Luthier"
    (home / "logs").mkdir(parents=True)
    (home / "servers.json").write_text(json.dumps([{"url": "u", "models": [], "key": "plain-looking key"}]))
    (home / "logs" / "quick.log").write_text(f"asked with plain-looking key from {tmp_path}/mara/data\n")
    (home / "logs" / "long.log").write_text("".join(f"line {number}\n" for number in range(20_000)))
    return home


def collected(home: Path, tmp_path: Path, **changes: object) -> dict[str, str]:
    state = replace(stories()["crashed"], **changes)
    files = diagnostics.collect(state, home, secrets=("handed over",), user_home=str(tmp_path / "mara"))
    return {file.name: file.text for file in files}


def test_a_bundle_holds_checks_versions_settings_logs_and_errors(home: Path, tmp_path: Path) -> None:
    run = tmp_path / "mara" / "runs" / "r9"
    run.mkdir(parents=True)
    error = ErrorInfo(
        code=ErrorCode.OUT_OF_MEMORY, message="No memory at step 7", traceback="Traceback: handed over"
    )
    (run / "events.jsonl").write_text(
        '{"type": "heartbeat", "run": "r9"}\n'
        + RunFinished(status="failed", error=error).model_dump_json()
        + "\n"
    )
    (run / "engine.log").write_text("INFO begun\n")
    runs = tuple(replace(known, id="r9", dir=str(run)) for known in stories()["crashed"].runs[:1])
    files = collected(home, tmp_path, runs=runs)
    assert set(files) == {
        "about.txt", "versions.json", "doctor.json", "settings.json", "errors.txt", "runs/r9/engine.log",
        "logs/quick.log", "logs/long.log",
    }  # fmt: skip
    assert "out_of_memory No memory at step 7" in files["errors.txt"]
    assert "handed over" not in files["errors.txt"]
    assert json.loads(files["versions.json"])["protocol"] == "1"
    assert json.loads(files["doctor.json"])["cpu_threads"] == 8
    assert json.loads(files["settings.json"])["check_updates"] is False
    assert files["logs/quick.log"] == "asked with [hidden] from ~/data\n"


def test_long_logs_are_cut_at_the_beginning_of_a_line(home: Path, tmp_path: Path) -> None:
    text = collected(home, tmp_path)["logs/long.log"]
    assert text.startswith("line ") and text.endswith("line 19999\n")
    assert len(text) <= diagnostics.LOG_BYTES


def test_the_token_of_the_local_api_is_hidden_wherever_it_stands(home: Path, tmp_path: Path) -> None:
    (home / "logs" / "api.log").write_text("serving with 0123-odd-looking\n")
    files = collected(home, tmp_path, api=ApiState(token="0123-odd-looking"))
    assert not [name for name, text in files.items() if "odd-looking" in text]


def test_what_is_saved_is_what_was_shown(home: Path, tmp_path: Path) -> None:
    files = diagnostics.collect(stories()["crashed"], home)
    target = tmp_path / "out.zip"
    diagnostics.write(target, files)
    with zipfile.ZipFile(target) as archive:
        assert {name: archive.read(name).decode() for name in archive.namelist()} == {
            f.name: f.text for f in files
        }
    assert [path.name for path in tmp_path.glob("out*")] == ["out.zip"]
