"""Preferences come back, and nonsense in the file does not."""

from pathlib import Path

from app.models.preferences import PreferencesFile
from app.state.model import Preferences


def test_round_trip(tmp_path: Path) -> None:
    wanted = Preferences(
        theme="dark", language="zh_CN", rail_expanded=False, model_folders=("/a", "/b c"), welcomed=True
    )
    PreferencesFile(tmp_path / "p.ini").save(wanted)
    assert PreferencesFile(tmp_path / "p.ini").load() == wanted
    one = Preferences(model_folders=("/only",))
    PreferencesFile(tmp_path / "p.ini").save(one)
    assert PreferencesFile(tmp_path / "p.ini").load() == one


def test_nonsense_counts_as_not_set(tmp_path: Path) -> None:
    (tmp_path / "p.ini").write_text("[General]\ntheme=pink\nlanguage=xx\nrail_expanded=maybe\n")
    loaded = PreferencesFile(tmp_path / "p.ini").load()
    assert (loaded.theme, loaded.language, loaded.rail_expanded) == ("system", "system", False)


def test_nothing_there_means_the_defaults(tmp_path: Path) -> None:
    file = PreferencesFile(tmp_path / "p.ini")
    assert file.load() == Preferences() and file.geometry == b""
    file.geometry = b"\x01\x02"
    assert file.geometry == b"\x01\x02"
