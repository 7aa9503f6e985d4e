"""What every cleaning step is: one pass over the rows that keeps, changes or removes them."""

from engine.contract.recipe import Variant


class Step(Variant):
    """Base of the cleaning steps."""
