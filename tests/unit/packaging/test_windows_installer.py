"""The NSIS script compiles around a stand-in, and a folder without programs is refused."""

import shutil
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("makensis"), reason="needs makensis")
def test_the_script_compiles_without_a_warning(tmp_path: Path) -> None:
    import verify_windows
    import windows_installer

    bundle = verify_windows.stand_in(tmp_path / "汉字 folder", library="one.dll")
    setup = windows_installer.build_setup(bundle, "1.2.3", tmp_path / "out")
    assert setup.name == "luthier-1.2.3-setup.exe"
    assert setup.read_bytes().startswith(b"MZ")


def test_a_folder_without_programs_is_refused(tmp_path: Path) -> None:
    import console
    import windows_installer

    with pytest.raises(console.SetupError, match=r"luthier-engine\.exe missing"):
        windows_installer.build_setup(tmp_path, "1.2.3", tmp_path)
