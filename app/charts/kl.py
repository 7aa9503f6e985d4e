"""How far the model has moved from where it began, in runs that measure it."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Divergence from the start"),
    help=QT_TRANSLATE_NOOP(
        "Charts",
        "KL divergence of a token in nats. A steep rise means that the model leaves its language for the reward.",
    ),
    series=(Line("train/kl", QT_TRANSLATE_NOOP("Charts", "divergence"), color=4),),
    unit=QT_TRANSLATE_NOOP("Charts", "nats"),
    order=6,
    from_zero=True,
)
