"""The command line of the engine. Exit codes: 0 done, 1 failed, 2 wrong usage or recipe, 3 stopped or paused by
the user, 130 interrupted with Ctrl+C."""

from engine.cli.main import run

__all__ = ["run"]
