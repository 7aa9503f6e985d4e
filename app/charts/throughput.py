"""How fast the run is, in real tokens without padding."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Throughput"),
    help=QT_TRANSLATE_NOOP("Charts", "Tokens trained a second, padding not counted."),
    series=(Line("train/tokens_per_second", QT_TRANSLATE_NOOP("Charts", "tokens per second"), color=5),),
    unit=QT_TRANSLATE_NOOP("Charts", "tokens/s"),
    decimals=0,
    order=40,
    from_zero=True,
)
