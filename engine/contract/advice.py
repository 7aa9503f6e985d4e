"""What the advisor is asked and what it proposes: choices, each with a sentence and where it comes from."""

from typing import Any, Literal

from engine.contract.command import Command
from engine.contract.results import Result

Goal = Literal["style", "facts", "preferences", "pretraining", "small_data"]
GOALS: tuple[Goal, ...] = ("style", "facts", "preferences", "pretraining", "small_data")


class AskAdvice(Command):
    """A stage, a method and their main options for the recipe's model and data. Reply: ``Advice``."""

    type: Literal["advise"] = "advise"
    recipe: dict[str, Any]
    goal: Goal = "style"


class StopAdvice(Command):
    """Nobody waits for the advice any more: what is counted for it is left. Reply: an empty result."""

    type: Literal["advise.stop"] = "advise.stop"


class Choice(Result):
    """One proposed option. ``needs`` is the path of the choice that it makes no sense without."""

    path: str
    title: str
    before: Any
    value: Any
    options: dict[str, Any]  # by dotted path, what taking it sets
    sentence: str
    source: str
    changed: bool
    needs: str = ""


class Caution(Result):
    """What to beware of."""

    sentence: str
    source: str = ""


class Advice(Result):
    """``recipe`` is the complete recipe with all choices taken; figures are what it would take here."""

    goal: Goal
    kind: str  # of rows: conversation, text, pair, verdict; "" where there are none
    rows: int
    parameters: int
    choices: tuple[Choice, ...]
    cautions: tuple[Caution, ...] = ()
    recipe: dict[str, Any]
    memory_bytes: int = 0
    available_bytes: int = 0
    fits: bool = True
    seconds: tuple[float, float] = (0.0, 0.0)
