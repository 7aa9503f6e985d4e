"""Opens the model that compares answers: whatever can be talked to. What can be wrong is told before the long work."""

from pathlib import Path
from typing import TYPE_CHECKING

from engine.contract.errors import ErrorCode, UserError
from engine.contract.evaluation import JudgeWish

if TYPE_CHECKING:
    from engine.chat import ChatBackend

CONTEXT_TOKENS = 8_192
ADDRESSES = ("http://", "https://")


def check_judge(wish: JudgeWish) -> None:
    """A server must answer now; of a local model only its small files are looked at, as it is loaded later.

    Raises:
        UserError: there is no such model, or it needs code that nobody allowed.
    """
    if wish.model.startswith(ADDRESSES):
        open_judge(wish).close()
        return
    from engine.models.load import STARTER
    from engine.models.servers import LAUNCHERS

    kind, _, served = wish.model.partition(":")
    place = served if kind in LAUNCHERS else wish.model
    if place != STARTER and not Path(place).expanduser().exists():
        raise UserError(
            ErrorCode.NOT_FOUND,
            f"There is no model at {place}",
            hint="Name a model's file or folder, a run's folder, or URL#NAME for a model of a server as the judge.",
        )
    _check_files(place)


def _check_files(place: str) -> None:
    """Code and pickles of the judge's folder, or of its base's where it is a run."""
    from engine.chat.opening import locate
    from engine.models.consent import may_run_code
    from engine.models.guard import check_weights
    from engine.models.load import resolve_model
    from engine.models.tuned import Tuned

    found = locate(place)
    if isinstance(found, Path) and not found.is_dir():
        return
    folder = found.base if isinstance(found, Tuned) else resolve_model(place)
    check_weights(folder)
    may_run_code(folder)


def open_judge(wish: JudgeWish) -> "ChatBackend":
    """The judge, ready to answer.

    Raises:
        UserError: it cannot be opened.
    """
    from engine.chat import open_chat

    return open_chat(wish.model, context_tokens=CONTEXT_TOKENS, key=wish.key)
