"""How an engine is made ready before it is given work."""

from typing import Literal

from engine.contract.command import Command


class WarmUp(Command):
    """Load the libraries that a run needs; a run that comes meanwhile waits for the rest of it. Reply ``{}``.

    ``quantized``: its base is, which takes bitsandbytes as it is.
    """

    type: Literal["engine.warm"] = "engine.warm"
    quantized: bool = False
