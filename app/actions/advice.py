"""The advisor: asked for a goal, and what the user takes of its proposal as one step of undo."""

from collections.abc import Sequence

from app.actions.context import Context, Latest, translate
from app.actions.draft import Draft
from app.client.engine_client import Empty
from app.state.advice import AdviceArrived, AdviceAsked, AdviceClosed, AdviceFailed
from app.state.document import with_value
from app.state.model import AppState
from engine.contract.advice import Advice, AskAdvice, Goal, StopAdvice
from engine.contract.errors import ErrorInfo

ANSWER_TIMEOUT_S = 600  # the rows are counted first
PAGE = "method"  # where the advisor stands


class Advisor:
    """One proposal at a time; a newer question makes the older answer useless. Whoever closes it or turns to another page
    while it counts ends the counting too, so that other questions need not wait behind it."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._store = context.store
        self._quick = context.quick
        self._draft = draft
        self._answers: Latest[Advice] = Latest(context.quick, Advice, timeout_s=ANSWER_TIMEOUT_S)
        context.store.changed.connect(self._look)

    def ask(self, goal: Goal) -> None:
        """Ask what to train for ``goal``."""
        self._store.dispatch(AdviceAsked(goal))
        self._answers.ask(AskAdvice(recipe=self._draft.document, goal=goal), self._arrived, self._failed)

    def _arrived(self, found: Advice) -> None:
        if self._store.state.advice.asking:  # else it was closed meanwhile
            self._store.dispatch(AdviceArrived(found))

    def _failed(self, error: ErrorInfo) -> None:
        if self._store.state.advice.asking:
            self._store.dispatch(AdviceFailed(error))

    def apply(self, paths: Sequence[str]) -> None:
        """Take the choices at ``paths`` over into the draft."""
        found = self._store.state.advice.found
        if found is None:
            return
        document = self._draft.document
        taken = [choice for choice in found.choices if choice.path in paths]
        for choice in taken:
            if choice.needs in ("", *paths):
                for path, value in choice.options.items():
                    document = with_value(document, path, value)
        self._draft.change(document, what=translate("Actions", "advice"))
        self.close()

    def close(self) -> None:
        """Take the proposal off the page, and leave what is counted for it."""
        asking = self._store.state.advice.asking
        self._store.dispatch(AdviceClosed())
        if asking:
            self._quick.ask(StopAdvice(), Empty).then(lambda _: None, lambda error: None)

    def _look(self, state: AppState) -> None:
        if state.advice.asking and state.page != PAGE:
            self.close()
