"""Whether the computer may go to sleep while a run goes on: one switch for the app, the engine and the command line."""

from pathlib import Path

SWITCH = "may-sleep"  # a file in the data folder; while it is there, nothing is done about sleep


def may_sleep(home: Path) -> bool:
    """Whether the user lets the computer sleep during a run."""
    return (home / SWITCH).exists()


def let_sleep(home: Path, on: bool) -> None:
    """Turn the switch; runs that begin from now on see it."""
    if on:
        (home / SWITCH).touch()
    else:
        (home / SWITCH).unlink(missing_ok=True)
