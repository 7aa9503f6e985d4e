"""The gradient norm, on a logarithmic scale because its spikes are what matters."""

from app.charts.base import QT_TRANSLATE_NOOP, Chart, Line, Scale

CHART = Chart(
    title=QT_TRANSLATE_NOOP("Charts", "Gradient norm"),
    help=QT_TRANSLATE_NOOP(
        "Charts",
        "Spikes are batches that surprise the model; steady growth means the learning rate is too high.",
    ),
    series=(Line("train/grad_norm", QT_TRANSLATE_NOOP("Charts", "gradient norm"), color=3),),
    y=Scale.LOG,
    order=20,
)
