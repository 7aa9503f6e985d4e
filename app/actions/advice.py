"""The advisor: asked for a goal, and what the user takes of its proposal as one step of undo."""

from collections.abc import Sequence

from app.actions.context import Context, Latest, translate
from app.actions.draft import Draft
from app.state.advice import AdviceArrived, AdviceAsked, AdviceClosed, AdviceFailed
from app.state.document import with_value
from engine.contract.advice import Advice, AskAdvice, Goal
from engine.contract.errors import ErrorInfo

ANSWER_TIMEOUT_S = 600  # the rows are counted first


class Advisor:
    """One proposal at a time; a newer question makes the older answer useless."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._store = context.store
        self._draft = draft
        self._answers: Latest[Advice] = Latest(context.quick, Advice, timeout_s=ANSWER_TIMEOUT_S)

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
        """Take the proposal off the page."""
        self._store.dispatch(AdviceClosed())
