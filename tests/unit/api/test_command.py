"""``luthier-engine api`` as a process: what it prints, whom it answers, how it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import openai
import pytest

from tests.unit.export.tiny import make_base

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.skipif(sys.platform == "win32", reason="ends by SIGINT")
def test_the_command_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    model = make_base(tmp_path / "tiny")
    command = [sys.executable, "-m", "engine", "api", str(model), "--port", "0", "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("LUTHIER_API_TOKEN", None)
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        told = json.loads(process.stdout.readline())
        assert told["model"] == "tiny" and told["address"].startswith("http://127.0.0.1:")
        assert len(told["token"]) >= 40
        with openai.OpenAI(base_url=told["address"], api_key=told["token"], max_retries=0) as client:
            assert [found.id for found in client.models.list()] == ["tiny"]
        process.send_signal(signal.SIGINT)
        rest, log = process.communicate(timeout=60)
    assert process.returncode == 0 and rest == b"" and told["token"].encode() not in log


def test_a_port_out_of_range_is_wrong_usage() -> None:
    command = [sys.executable, "-m", "engine", "api", "starter", "--port", "70000"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 2 and "--port" in done.stderr
