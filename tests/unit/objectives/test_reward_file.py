"""A Python file of rewards: it runs only as it was allowed, and what goes wrong in it is told with file and line."""

from pathlib import Path
from typing import Any

import pytest

from engine.cli.main import run
from engine.contract.errors import ErrorCode, UserError
from engine.models.code_reading import read_code
from engine.models.consent import allow, code_of, withdraw
from engine.objectives.reward_file import WHERE, RewardFile, check_reward_file
from engine.registry import parse_recipe

SHORT = "def reward(prompt, completion, row):\n    return -len(completion) + row['bonus']\n"


@pytest.fixture
def path(tmp_path: Path, luthier_home: Path) -> Path:
    return tmp_path / "rewards.py"


def allowed(path: Path, text: str | bytes) -> str:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    code = code_of(path)
    assert code is not None
    allow(path, code.digest)
    return str(path)


def refused(call: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        call()
    assert caught.value.info.recipe_path == WHERE and caught.value.info.hint
    return caught.value


def test_a_file_that_was_allowed_gives_its_numbers(path: Path) -> None:
    reward = RewardFile(allowed(path, SHORT))
    assert reward("say", "abc", {"bonus": 5}) == 2.0
    assert isinstance(reward("say", "abc", {"bonus": 5}), float)


def test_nothing_runs_before_exactly_this_text_was_allowed(path: Path, tmp_path: Path) -> None:
    canary = tmp_path / "fired"
    text = f"from pathlib import Path\nPath({str(canary)!r}).touch()\n{SHORT}"
    exec(compile(text, "unsafe", "exec"), {})  # the control: this is what would happen
    assert canary.exists()
    canary.unlink()
    path.write_text(text)
    error = refused(lambda: RewardFile(str(path))).info
    assert error.code is ErrorCode.RECIPE_INVALID and str(path) in error.message
    assert error.details["code_folder"] == str(path) and list(error.details["code_files"]) == ["rewards.py"]
    refused(lambda: check_reward_file(str(path)))
    shown = read_code(str(path))
    assert shown.purpose == "rewards" and shown.needed and not shown.allowed and shown.text == text
    assert shown.digest == error.details["code_digest"] and not canary.exists()
    with pytest.raises(UserError):
        allow(path, "0" * 64)
    allow(path, shown.digest)
    check_reward_file(str(path))
    assert not canary.exists()  # allowed, not run
    RewardFile(str(path))
    assert canary.exists()
    canary.unlink()
    path.write_text(text + "\n")
    refused(lambda: RewardFile(str(path)))
    path.write_text(text)
    withdraw(shown.digest)
    refused(lambda: RewardFile(str(path)))
    assert not canary.exists()


def test_files_beside_it_are_not_imported(path: Path) -> None:
    """They were not shown, so they must not run."""
    (path.parent / "beside_rewards.py").write_text("raise SystemExit('ran')\n")
    error = refused(lambda: RewardFile(allowed(path, f"import beside_rewards\n{SHORT}"))).info
    assert "ModuleNotFoundError" in error.message and "line 1" in error.message


FAULTS: list[tuple[str | bytes, str, str]] = [
    ("def reward(prompt, completion, row)\n    return 1\n", "line 1", "SyntaxError"),
    ("def reward(prompt, completion, row):\n\n    return 1 / 0\n", "line 3", "ZeroDivisionError: division by zero"),
    ("def reward(prompt, completion, row):\n    return row['no such']\n", "line 2", "KeyError"),
    ("import json\ndef reward(p, c, r):\n    return json.loads('{')\n", "line 3", "JSONDecodeError"),
    ("x = 1\n\ndef reward(p, c, r):\n    return None\n", "line 3", "gave None, which is no finite number"),
    ("def reward(p, c, r):\n    return float('nan')\n", "line 1", "gave nan"),
    ("def reward(p, c, r):\n    return 10 ** 999\n", "line 1", "no finite number"),
    ("def reward(p, c, r):\n    return '1'\n", "line 1", "gave '1'"),
    ("def reward(p, c, r):\n    return [1.0]\n", "line 1", "gave [1.0]"),
    ("def reward(p, c, r):\n    import sys\n    sys.exit('enough')\n", "line 3", "SystemExit: enough"),
    ("\nraise RuntimeError('not\\nnow')\n", "line 2", "RuntimeError: not"),
    ("def prize(p, c, r):\n    return 1\n", "rewards.py", "defines no function called reward"),
    ("def reward(completions, **columns):\n    return 1\n", "line 1", "does not take a prompt, a completion and a row"),
    ("reward = 3\n", "rewards.py", "defines no function called reward"),
    (b"\x00\xff", "rewards.py", "no Python that can be read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "place", "what"), FAULTS)
def test_what_goes_wrong_is_told_with_file_and_line(
    path: Path, text: str | bytes, place: str, what: str
) -> None:
    name = allowed(path, text)
    error = refused(lambda: RewardFile(name)("say", "abc", {})).info
    assert str(path) in error.message and place in error.message and what in error.message
    assert error.details.get("line") == (int(place.split()[1]) if place.startswith("line") else None)


@pytest.mark.parametrize("name", ["nowhere.py", "notes.txt", ""])
def test_what_is_no_python_file_is_refused(name: str, path: Path) -> None:
    (path.parent / "notes.txt").write_text(SHORT)
    assert refused(lambda: check_reward_file(str(path.parent / name))).info.code is ErrorCode.NOT_FOUND


def test_numbers_of_numpy_and_torch_and_flags_are_numbers(path: Path) -> None:
    text = (
        "import dataclasses\nimport numpy\nimport torch\n"
        "@dataclasses.dataclass\nclass Kept:\n    value: 'float'\n"
        "def reward(prompt, completion, row):\n"
        "    return [True, numpy.float32(0.5), torch.tensor(2.0), Kept(1).value][row['which']]\n"
    )
    reward = RewardFile(allowed(path, text))
    assert [reward("", "", {"which": which}) for which in range(4)] == [1.0, 0.5, 2.0, 1.0]


def test_a_recipe_names_the_file_and_may_leave_out_every_rule(path: Path) -> None:
    def recipe(**options: Any) -> Any:
        document = {"method": {"kind": "lora"}, "objective": {"kind": "grpo", "exact_match": 0.0, **options}}
        return parse_recipe(document).objective

    assert recipe(reward_funcs=str(path)).code_file == str(path)
    assert recipe(reward_funcs=str(path), reward_funcs_weight=0.0, length=1.0).code_file == ""
    with pytest.raises(UserError, match="no answer is worth anything"):
        recipe(reward_funcs=str(path), reward_funcs_weight=0.0)


def test_the_command_shows_and_allows_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path.write_text(SHORT)
    code = code_of(path)
    assert code is not None
    assert run(["allow-code", str(path)], claimed=None) == 0
    assert code.digest in capsys.readouterr().out
    refused(lambda: RewardFile(str(path)))
    assert run(["allow-code", str(path), "--digest", code.digest], claimed=None) == 0
    RewardFile(str(path))
