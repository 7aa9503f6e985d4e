"""The order of the rows: each once an epoch, the same for a seed, and a pure function of the step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.contract.recipe import OptimSection
from engine.train.order import Order

orders = st.builds(
    Order,
    examples=st.integers(1, 60),
    batch_size=st.integers(1, 9),
    accumulation=st.integers(1, 4),
    shuffle=st.booleans(),
    seed=st.integers(0, 2**31 - 1),
)


@given(order=orders, epoch=st.integers(0, 3))
def test_each_epoch_takes_each_row_once(order: Order, epoch: int) -> None:
    per_epoch = order.steps_per_epoch
    rows = [
        row
        for step in range(epoch * per_epoch, (epoch + 1) * per_epoch)
        for micro in order.micro_batches(step)
        for row in micro
    ]
    assert sorted(rows) == list(range(order.examples))
    if not order.shuffle:
        assert rows == list(range(order.examples))


@given(order=orders, step=st.integers(0, 100))
def test_sizes_hold(order: Order, step: int) -> None:
    micro = order.micro_batches(step)
    assert 1 <= len(micro) <= order.accumulation
    assert all(1 <= len(rows) <= order.batch_size for rows in micro)
    assert micro == order.micro_batches(step)


def test_epochs_differ_when_shuffled() -> None:
    order = Order(examples=50, batch_size=50, accumulation=1, shuffle=True, seed=1)
    assert order.micro_batches(0) != order.micro_batches(1)
    assert order.micro_batches(0) != Order(50, 50, 1, True, 2).micro_batches(0)


def test_total_steps() -> None:
    order = Order(examples=10, batch_size=4, accumulation=1, shuffle=True, seed=1)
    assert order.steps_per_epoch == 3
    assert order.total_steps(OptimSection(num_train_epochs=1.5)) == 5
    assert order.total_steps(OptimSection(num_train_epochs=1.5, max_steps=2)) == 2


@given(
    order=orders,
    steps=st.integers(1, 40),
    padded=st.booleans(),
    sizes=st.lists(st.integers(1, 30), min_size=60, max_size=60),
)
def test_no_micro_batch_of_the_steps_is_larger_than_the_largest(
    order: Order, steps: int, padded: bool, sizes: list[int]
) -> None:
    def tokens(rows: list[int]) -> int:
        found = [sizes[row] for row in rows]
        return max(found) * len(found) if padded else sum(found)

    largest = order.largest_micro_batch(np.array(sizes), steps=steps, padded=padded)
    made = [rows for step in range(steps) for rows in order.micro_batches(step)]
    assert largest in made
    assert tokens(largest) == max(map(tokens, made))
