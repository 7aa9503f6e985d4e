"""What the window finds in the folders that are registries; a build compares it with what the source tree has.

Apart from the frozen entry and the build's recipe nobody imports this.
"""

from app.charts.base import charts
from engine.contract.contents import differences, expected, listed

FOLDERS = ("app.actions", "app.views")


def registries() -> dict[str, list[str]]:
    """Charts by the name of their file, actions and views by their modules."""
    return {"app.charts": sorted(chart.key for chart in charts()), **listed(FOLDERS)}


def problems() -> list[str]:
    """A sentence for everything that this build has lost; empty where nothing was built."""
    wanted = expected("app")
    return [] if wanted is None else differences(registries(), wanted)
