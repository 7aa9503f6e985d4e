"""Every way to end has its own words."""

import signal

import pytest

from app.client.exits import word_exit
from engine.contract.errors import ErrorCode


def test_asked_is_no_accident() -> None:
    how = word_exit(code=9, crashed=True, asked=True)
    assert how.kind == "asked" and how.text == "The engine was stopped."


def test_never_started_names_program_and_reason() -> None:
    how = word_exit(started=False, program="luthier-engine", reason="No such file")
    assert how.kind == "not_started"
    assert "luthier-engine" in how.text and "No such file" in how.text and how.hint


@pytest.mark.parametrize("code", [0, 1, 7])
def test_a_code_is_named(code: int) -> None:
    how = word_exit(code=code)
    assert how.kind == "code" and f"code {code}." in how.text
    assert how.error.code == ErrorCode.ENGINE_DIED


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="signals of POSIX")
def test_sigkill_not_by_us_is_told_as_memory() -> None:
    how = word_exit(code=int(signal.SIGKILL), crashed=True)
    assert how.kind == "memory" and how.error.code == ErrorCode.OUT_OF_MEMORY
    assert how.hint and "memory ran out" in how.text


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (int(signal.SIGSEGV), "native code (SIGSEGV)"),
        (int(signal.SIGTERM), "ended from outside (SIGTERM)"),
        (250, "signal 250"),
    ],
)
def test_other_signals_are_named(number: int, words: str) -> None:
    how = word_exit(code=number, crashed=True)
    assert how.kind == "signal" and words in how.text


def test_the_log_goes_with_the_error() -> None:
    how = word_exit(code=1, log=tuple(f"line {n}" for n in range(50)))
    assert how.error.details["log"] == [f"line {n}" for n in range(30, 50)]
