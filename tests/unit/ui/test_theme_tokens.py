"""The colours are readable: contrast as WCAG 2 computes it."""

import pytest

from app.ui.theme import CURVES, DARK, LIGHT, Colors, mono_families, ui_families


def luminance(color: str) -> float:
    channels = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_knows_the_extremes() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#777777") == pytest.approx(1.0)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("text", "background"), ("text", "surface"), ("text", "raised"), ("text", "hover"), ("text", "trained"),
        ("text", "read_only"), ("text", "accent_soft"), ("text", "danger_soft"), ("text", "warning_soft"),
        ("muted", "background"), ("muted", "surface"), ("muted", "raised"), ("muted", "chip"), ("muted", "hover"),
        ("muted", "danger_soft"), ("accent", "surface"), ("accent_text", "accent_soft"), ("accent_text", "surface"), ("accent", "raised"),
        ("on_accent", "accent"), ("on_accent", "accent_hover"), ("success", "surface"), ("success", "success_soft"),
        ("warning", "surface"), ("warning", "warning_soft"), ("danger", "surface"), ("danger", "danger_soft"),
        ("danger", "background"), ("success", "background"), ("warning", "background"),
    ],
)  # fmt: skip
def test_text_is_readable(colors: Colors, text: str, ground: str) -> None:
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
def test_control_frames_can_be_told_from_the_surface(colors: Colors) -> None:
    assert contrast(colors.line_strong, colors.surface) >= 1.4


def test_curves_are_different() -> None:
    assert len(set(CURVES)) == len(CURVES) == 8


def test_a_chinese_font_stands_behind_the_interface_font() -> None:
    families = ui_families(["DejaVu Sans", "Inter", "Noto Sans CJK SC"])
    assert "Noto Sans CJK SC" in families
    assert families[-1] == "Sans Serif"
    assert "Microsoft YaHei UI" not in families, "a font that is not there is no fallback"


def test_code_has_a_fixed_width_font_with_chinese() -> None:
    assert mono_families(["DejaVu Sans Mono", "Noto Sans CJK SC"]) == [
        "DejaVu Sans Mono",
        "Noto Sans CJK SC",
        "monospace",
    ]
