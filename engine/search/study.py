"""Optuna behind a small door: what to try next, and whether a trial is worth its time, from the trials that are known.

The study lives in memory and is made anew from our own records, so that a search that was killed proposes what it would
have proposed without it. Akiba et al., 2019, arXiv:1907.10902; TPE: Bergstra et al., 2011; Hyperband: Li et al., 2016,
arXiv:1603.06560.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.contract.results import Scalar
from engine.contract.search import Axis, SearchWish, Trial

if TYPE_CHECKING:
    import optuna

RANDOM_TRIALS = 5  # before the sampler goes by what it saw
FULL_TRIALS = 1  # that the median pruner lets end before it gives one up


class Study:
    """Proposes and judges; one trial at a time. ``evaluations``: how often a trial is measured."""

    def __init__(self, wish: SearchWish, known: Iterable[Trial], *, evaluations: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.WARNING)
        self._wish = wish
        self._space = {axis.path: _distribution(axis) for axis in wish.axes}
        self._study = optuna.create_study(
            study_name="search", direction="minimize", pruner=_pruner(wish, evaluations)
        )
        self._current: optuna.Trial | None = None
        for trial in known:
            self._add(trial)

    def _add(self, trial: Trial) -> None:
        """Take up a trial of before; one that failed says nothing."""
        import optuna

        states = {"completed": optuna.trial.TrialState.COMPLETE, "pruned": optuna.trial.TrialState.PRUNED}
        state = states.get(trial.state, optuna.trial.TrialState.FAIL)
        seen = dict(enumerate(trial.losses, start=1)) if state != optuna.trial.TrialState.FAIL else {}
        self._study.add_trial(
            optuna.trial.create_trial(
                state=state, value=trial.value if state == optuna.trial.TrialState.COMPLETE else None,
                params=dict(trial.params), distributions=self._space, intermediate_values=seen,
            )
        )  # fmt: skip

    def propose(self, number: int, given: dict[str, Scalar] | None = None) -> dict[str, Scalar]:
        """The options of trial ``number``, or ``given`` ones that were proposed before a kill. The sampler is a new one
        for each trial, seeded by its number, so that nothing hangs on what this process did before."""
        import optuna

        if given is not None:
            self._study.enqueue_trial(given)
        self._study.sampler = optuna.samplers.TPESampler(
            seed=(self._wish.seed + 7919 * number) % 2**31, n_startup_trials=RANDOM_TRIALS
        )
        self._current = self._study.ask(self._space)
        return dict(self._current.params)

    def hopeless(self, evaluation: int, loss: float) -> bool:
        """Take note of a held-out loss of the current trial; whether it is not worth going on."""
        assert self._current is not None
        self._current.report(loss, evaluation)
        return bool(self._current.should_prune())

    def tell(self, trial: Trial) -> None:
        """How the current trial ended."""
        import optuna

        assert self._current is not None
        states: dict[str, Any] = {"completed": None, "pruned": optuna.trial.TrialState.PRUNED}
        state = states.get(trial.state, optuna.trial.TrialState.FAIL)
        self._study.tell(self._current, trial.value if state is None else None, state=state)
        self._current = None


def _distribution(axis: Axis) -> "optuna.distributions.BaseDistribution":
    from optuna import distributions

    if axis.choices:
        return distributions.CategoricalDistribution(axis.choices)
    if axis.whole:
        return distributions.IntDistribution(int(axis.low), int(axis.high), log=axis.log and axis.low >= 1)
    return distributions.FloatDistribution(axis.low, axis.high, log=axis.log and axis.low > 0)


def _pruner(wish: SearchWish, evaluations: int) -> "optuna.pruners.BasePruner":
    from optuna import pruners

    if wish.pruner == "none" or evaluations < 2:
        return pruners.NopPruner()
    if wish.pruner == "hyperband":
        return pruners.HyperbandPruner(min_resource=1, max_resource=evaluations, reduction_factor=3)
    return pruners.MedianPruner(n_startup_trials=FULL_TRIALS, n_warmup_steps=0)
