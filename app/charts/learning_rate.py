"""The learning rate as the schedule moves it."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Learning rate"),
    help=QT_TRANSLATE_NOOP(
        "Charts", "The step size: it rises during the warm-up and falls with the schedule."
    ),
    series=(Line("train/learning_rate", QT_TRANSLATE_NOOP("Charts", "learning rate"), color=2),),
    order=10,
    from_zero=True,
)
