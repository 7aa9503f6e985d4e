"""Which engine program the app starts next: that of the chosen runtime, or the app's own where it cannot be used."""

from pathlib import Path

from app.client.process import EngineProgram
from engine.contract.messages import PROTOCOL_VERSION
from engine.contract.runtimes import OWN, Choice, choice, program_environment


class Engines:
    """Asked before each start, so that a choice counts for the next engine and disturbs none that runs."""

    def __init__(self, own: EngineProgram, home: Path) -> None:
        self.own = own
        self.broken: dict[
            str, str
        ] = {}  # runtimes that did not start since the app was opened, with the reason
        self._home = home

    def choice(self) -> Choice:
        """What is started next; where the chosen one is not, the reason is in it."""
        found = choice(self._home, PROTOCOL_VERSION)
        if found.name in self.broken:
            return Choice(OWN, reason=self.broken[found.name])
        return found

    def program(self) -> EngineProgram:
        """The program of the next engine."""
        found = self.choice().program
        if found is None:
            return self.own
        environment = {**self.own.environment, **program_environment()}
        return EngineProgram(str(found), ("serve",), environment)
