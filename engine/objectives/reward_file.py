"""Rewards that the user writes in Python: a file with a function ``reward(prompt, completion, row)`` that gives a number.

Such a file is code, so it runs under the same consent as code in a model's folder (``engine.models.consent``): for exactly
the bytes whose hash was shown. What runs is what was read and hashed, never the file once more, and the folder around it is
no place to import from, since other files there were not shown.
"""

import inspect
import itertools
import math
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.models.consent import code_of_file, is_allowed

WHERE = "objective.reward_funcs"
FUNCTION = "reward"
MAX_BYTES = 4 << 20
_counter = itertools.count(1)


def check_reward_file(path: str) -> CodeType:
    """The file's program, which was allowed and can be read; nothing of it runs.

    Raises:
        UserError: there is none, it is no Python, or nobody allowed it; ``details`` then hold what has to be shown.
    """
    place = Path(path).expanduser()
    if not place.is_file() or place.suffix != ".py":
        raise _unusable(ErrorCode.NOT_FOUND, f"There is no Python file at {place}")
    if place.stat().st_size > MAX_BYTES:
        raise _unusable(ErrorCode.UNREADABLE, f"{place} is larger than a file of rewards can be")
    data = place.read_bytes()
    code = code_of_file(place, data)
    if not is_allowed(code):
        raise UserError(
            ErrorCode.RECIPE_INVALID,
            f"The rewards in {place} are code, which could do anything that you can",
            hint="If you trust its source, look at the code and allow it in the window, or with "
            "`luthier-engine allow-code FILE`.",
            recipe_path=WHERE,
            details={"code_folder": str(place), "code_digest": code.digest, "code_files": code.files},
        )
    try:
        return compile(data, str(place), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _raised(place, error, "it is no Python that can be read") from None


class RewardFile:
    """The function of a file, run once to define it. Whatever it raises becomes a sentence with its file and line."""

    def __init__(self, path: str) -> None:
        """
        Raises:
            UserError: as ``check_reward_file``, or the file raises, or defines no such function.
        """
        program = check_reward_file(path)
        self._path = Path(path).expanduser()
        module = ModuleType(f"luthier_rewards_{next(_counter)}")
        module.__file__ = str(self._path)
        sys.modules[module.__name__] = module  # dataclasses look themselves up there
        try:
            exec(program, module.__dict__)
        except (Exception, SystemExit) as error:
            raise _raised(self._path, error, "the file could not be run") from None
        self._function: Callable[..., Any] = self._found(module)

    def _found(self, module: ModuleType) -> Callable[..., Any]:
        function = getattr(module, FUNCTION, None)
        if not callable(function):
            raise _unusable(ErrorCode.NOT_FOUND, f"{self._path} defines no function called {FUNCTION}")
        try:
            inspect.signature(function).bind("", "", {})
        except TypeError:
            raise self._of_function(
                function, f"{FUNCTION} does not take a prompt, a completion and a row"
            ) from None
        except ValueError:  # it tells nothing of what it takes
            pass
        return function

    def __call__(self, prompt: str, completion: str, row: Mapping[str, Any]) -> float:
        """What the function gives for ``completion``.

        Raises:
            UserError: it raises, or gives no finite number.
        """
        try:
            found = self._function(prompt, completion, dict(row))
        except (Exception, SystemExit) as error:
            raise _raised(self._path, error, f"{FUNCTION} raised an error") from None
        number = _number(found)
        if number is None:
            raise self._of_function(
                self._function, f"{FUNCTION} gave {repr(found)[:80]}, which is no finite number"
            )
        return number

    def _of_function(self, function: Callable[..., Any], what: str) -> UserError:
        line = getattr(getattr(inspect.unwrap(function), "__code__", None), "co_firstlineno", 0)
        return _at_line(self._path, line, what)


def _number(found: Any) -> float | None:
    """``found`` as a finite number; also of numpy and torch, never a text."""
    if not hasattr(found, "__float__"):
        return None
    try:
        number = float(found)
    except (TypeError, ValueError, OverflowError, RuntimeError):
        return None
    return number if math.isfinite(number) else None


def _raised(path: Path, error: BaseException, what: str) -> UserError:
    lines = [item.lineno for item in traceback.extract_tb(error.__traceback__) if item.filename == str(path)]
    line = (lines[-1] if lines else 0) or 0
    if isinstance(error, SyntaxError) and error.filename == str(path):
        line = error.lineno or 0
    first = (str(getattr(error, "msg", "") or error).strip() or "…").splitlines()[0][:300]
    return _at_line(path, line, f"{what}; Python says {type(error).__name__}: {first}")


def _at_line(path: Path, line: int, what: str) -> UserError:
    if not line:
        return _unusable(ErrorCode.RECIPE_INVALID, f"In the file {path}: {what}")
    return _unusable(ErrorCode.RECIPE_INVALID, f"In {path}, line {line}: {what}", line=line)


def _unusable(code: ErrorCode, message: str, *, line: int = 0) -> UserError:
    details = {"line": line} if line else {}
    hint = "It needs a function reward(prompt, completion, row) that returns a number."
    return UserError(code, message, hint=hint, recipe_path=WHERE, details=details)
