"""Memory of the GPU, of the engine's process, and of the whole computer."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Memory"),
    help=QT_TRANSLATE_NOOP(
        "Charts", "Memory of the GPU and of the engine's process, and what is in use on the whole computer."
    ),
    series=(
        Line("memory/gpu", QT_TRANSLATE_NOOP("Charts", "GPU"), color=4),
        Line("memory/process", QT_TRANSLATE_NOOP("Charts", "process"), color=5),
        Line("memory/host", QT_TRANSLATE_NOOP("Charts", "computer"), color=7),
    ),
    unit=QT_TRANSLATE_NOOP("Charts", "GB"),
    factor=1 / 2**30,
    decimals=1,
    order=30,
    from_zero=True,
)
