"""The draft's cleaning steps: set as a list, and proposed by the engine."""

from collections.abc import Sequence

from app.actions.context import Context, translate
from app.actions.draft import Draft
from app.state.changes import DataAnswered, DataAsked, StepsProposed
from app.state.dataset import ProposedStep, Step
from app.state.document import get_value, with_value
from engine.contract.errors import ErrorInfo
from engine.contract.messages import SuggestSteps
from engine.contract.results import SuggestedSteps

SUGGEST_S = 1800.0


class CleaningSteps:
    """Every change is one step of undo with a name."""

    def __init__(self, context: Context, draft: Draft) -> None:
        self._context = context
        self._store = context.store
        self._draft = draft

    def set_steps(self, steps: Sequence[Step], what: str = "") -> None:
        """Replace the list of steps."""
        document = with_value(self._draft.document, "data.steps", list(steps))
        self._draft.change(document, what=what or translate("Actions", "cleaning steps"))

    def clean_for_me(self) -> None:
        """Let the engine look at the rows and put in the steps that suit them, as one step of undo."""
        asked = get_value(self._draft.document, "data.steps") or []
        self._store.dispatch(StepsProposed(()), DataAsked("suggest"))

        def proposed(found: SuggestedSteps) -> None:
            kinds = {step.get("kind") for step in asked}
            fresh = [item for item in found.steps if item.step.get("kind") not in kinds]
            reasons = tuple(ProposedStep(str(item.step.get("kind", "")), item.reason) for item in fresh)
            self._store.dispatch(DataAnswered("suggest"))
            if not fresh:
                words = translate(
                    "Actions", "The rows are clean already: no further step would change anything."
                )
                self._context.notice("success", words)
            elif (get_value(self._draft.document, "data.steps") or []) == asked:
                self._store.dispatch(StepsProposed(reasons))
                steps = with_proposed(asked, [item.step for item in found.steps])
                self.set_steps(steps, translate("Actions", "clean for me"))

        def failed(error: ErrorInfo) -> None:
            self._store.dispatch(DataAnswered("suggest"))
            if not self._store.state.data.halted:
                self._context.notice_error(error)

        command = SuggestSteps(recipe=self._draft.document)
        self._context.quick.ask(command, SuggestedSteps, timeout_s=SUGGEST_S).then(proposed, failed)

    def dismiss_proposal(self) -> None:
        """The reasons have been read."""
        self._store.dispatch(StepsProposed(()))


def with_proposed(steps: Sequence[Step], proposed: Sequence[Step]) -> list[Step]:
    """``steps`` as they are, and between them the ``proposed`` ones of other kinds, each before what should follow it."""
    result = list(steps)
    order = [step.get("kind") for step in proposed]
    for place, step in enumerate(proposed):
        if any(own.get("kind") == step.get("kind") for own in result):
            continue
        later = set(order[place + 1 :])
        where = next((index for index, own in enumerate(result) if own.get("kind") in later), len(result))
        result.insert(where, step)
    return result
