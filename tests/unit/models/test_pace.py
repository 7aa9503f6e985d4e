"""The number of threads is found by measuring, and found again when the machine has changed."""

import itertools

import pytest

from engine.models.pace import STRETCH_TOKENS, TRIAL_TOKENS, Pace


class Machine:
    """Says tokens as fast as ``speeds`` (tokens/s by threads) allow; its clock is the only one."""

    def __init__(self, speeds: dict[int, float]) -> None:
        self.speeds, self.now, self.threads, self.said = speeds, 0.0, max(speeds), 0
        self.pace = Pace(max(speeds), self.set, clock=lambda: self.now)

    def set(self, count: int) -> None:
        self.threads = count

    def say(self, tokens: int) -> None:
        for _ in range(tokens):
            self.now += 1.0 / self.speeds[self.threads]
            self.pace.token()


@pytest.mark.parametrize(
    ("speeds", "best"),
    [({8: 40.0, 4: 25.0, 1: 8.0}, 8), ({8: 2.0, 4: 25.0, 1: 8.0}, 4), ({2: 24.0, 1: 71.0}, 1), ({1: 5.0}, 1)],
)
def test_the_fastest_count_is_kept(speeds: dict[int, float], best: int) -> None:
    machine = Machine(speeds)
    machine.pace.begin()
    machine.say(TRIAL_TOKENS * len(speeds))
    assert machine.threads == machine.pace.threads == best


def test_a_machine_that_became_free_is_noticed() -> None:
    machine = Machine({2: 24.0, 1: 71.0})
    machine.pace.begin()
    machine.say(2 * TRIAL_TOKENS)
    assert machine.threads == 1
    machine.speeds = {2: 120.0, 1: 71.0}
    machine.say(STRETCH_TOKENS + 2 * TRIAL_TOKENS)
    assert machine.threads == 2


def test_trials_cost_little() -> None:
    machine = Machine({2: 24.0, 1: 71.0})
    machine.pace.begin()
    machine.say(400)
    assert 400 / machine.now > 0.85 * 71.0


def test_what_was_found_holds_in_the_next_answer() -> None:
    machine = Machine({2: 24.0, 1: 71.0})
    machine.pace.begin()
    machine.say(2 * TRIAL_TOKENS)
    machine.pace.begin()
    assert machine.threads == 1
    machine.say(STRETCH_TOKENS + TRIAL_TOKENS)
    assert machine.threads == 2  # tried once more, and given up after its first slow tokens
    machine.say(TRIAL_TOKENS)
    assert machine.threads == 1


def test_a_trial_that_was_broken_off_is_made_again() -> None:
    machine = Machine({2: 24.0, 1: 71.0})
    machine.pace.begin()
    machine.say(TRIAL_TOKENS - 1)
    machine.now += 100.0  # the user reads the answer
    machine.pace.begin()
    machine.say(2 * TRIAL_TOKENS)
    assert machine.threads == 1


def test_many_short_answers_cost_next_to_nothing() -> None:
    machine = Machine({2: 20.0, 1: 71.0})
    for _ in range(40):
        machine.pace.begin()
        machine.say(50)
    assert 2000 / machine.now > 0.97 * 71.0


def test_a_count_that_wins_again_is_asked_less_often() -> None:
    machine = Machine({2: 20.0, 1: 71.0})
    machine.pace.begin()
    changes = []
    for place in range(3000):
        before = machine.threads
        machine.say(1)
        if machine.threads == 2 and before == 1:
            changes.append(place)
    gaps = [later - earlier for earlier, later in itertools.pairwise(changes)]
    assert gaps == sorted(gaps) and gaps[-1] > 2 * gaps[0]
