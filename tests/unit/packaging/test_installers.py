"""The Linux installers, made from a bundle of a few bytes: what is in them, and what installing does for a user."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the installers for Linux")

EPOCH = 1_700_000_000


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Two programs that say their name, a library and a link to it."""
    folder = tmp_path / "bundle"
    (folder / "_internal").mkdir(parents=True)
    for name in ("luthier", "luthier-engine"):
        (folder / name).write_text(f"#!/bin/sh\necho {name}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    (folder / "_internal" / "libours.so.1").write_bytes(b"library" * 100)
    (folder / "_internal" / "libours.so").symlink_to("libours.so.1")
    (folder / "_internal" / "libstdc++.so.6").write_bytes(b"of the system")
    return folder


def made(bundle: Path, kind: str, *, version: str = "1.2.3", glibc: str = "2.2.5") -> Path:
    import deb
    import elf
    import payload
    import selfextract

    libraries = ("libEGL.so.1", "libxcb.so.1")
    version_of_glibc = tuple(map(int, glibc.split(".")))
    needs: Any = elf.Report(3, version_of_glibc, (), ("libc6", "libgl1"), (), {}, libraries)
    build = payload.Build(bundle, version, EPOCH)
    target = bundle.parent / "out"
    target.mkdir(exist_ok=True)
    maker = {"deb": deb.build_deb, "run": selfextract.build_run}[kind]
    return maker(build, needs, target, level=1)


def run(file: Path, home: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    return subprocess.run(
        ["sh", str(file), *arguments],
        env={"HOME": str(home), "PATH": os.environ["PATH"], **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(not shutil.which("dpkg-deb"), reason="needs dpkg-deb")
def test_the_deb_holds_programs_menu_entry_icons_and_file_type(bundle: Path, tmp_path: Path) -> None:
    package = made(bundle, "deb")
    assert package.name == "luthier_1.2.3_amd64.deb"
    fields = subprocess.run(
        ["dpkg-deb", "--field", package], capture_output=True, text=True, check=True
    ).stdout
    assert "Depends: libc6 (>= 2.2.5), libgl1, fontconfig-config, xkb-data\n" in fields
    root = tmp_path / "root"
    subprocess.run(["dpkg-deb", "--extract", package, root], check=True)
    assert str((root / "usr/bin/luthier").readlink()) == "../lib/luthier/luthier"
    assert (
        subprocess.run([root / "usr/bin/luthier-engine"], capture_output=True, text=True).stdout
        == "luthier-engine\n"
    )
    inner = root / "usr/lib/luthier/_internal"
    assert str((inner / "libours.so").readlink()) == "libours.so.1"
    assert not (inner / "libstdc++.so.6").exists()
    share = root / "usr/share"
    assert "Exec=/usr/bin/luthier %F\n" in (share / "applications/luthier.desktop").read_text(
        encoding="utf-8"
    )
    assert (share / "icons/hicolor/256x256/apps/luthier.png").read_bytes().startswith(b"\x89PNG")
    assert 'version="1.2.3" date="2023-11-14"' in (
        share / "metainfo/org.luthier.Luthier.metainfo.xml"
    ).read_text(encoding="utf-8")
    assert "*.luthier.yaml" in (share / "mime/packages/luthier.xml").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["deb", "run"])
def test_the_same_bundle_gives_the_same_installer(bundle: Path, kind: str) -> None:
    first = hashlib.sha256(made(bundle, kind).read_bytes()).hexdigest()
    assert hashlib.sha256(made(bundle, kind).read_bytes()).hexdigest() == first


def test_the_run_file_installs_upgrades_and_leaves(bundle: Path, tmp_path: Path) -> None:
    home = tmp_path / "a home with 汉字"
    data = home / ".local/share/Luthier/runs"
    data.mkdir(parents=True)
    first = run(made(bundle, "run"), home)
    assert first.returncode == 0, first.stderr
    program = home / ".local/bin/luthier"
    assert subprocess.run([program], capture_output=True, text=True).stdout == "luthier\n"
    apps = home / ".local/share/luthier-app"
    entry = (home / ".local/share/applications/luthier.desktop").read_text(encoding="utf-8")
    assert f'Exec="{apps}/current/luthier" %F\n' in entry
    (bundle / "luthier").unlink()
    (bundle / "luthier").write_text("#!/bin/sh\necho newer\n", encoding="utf-8")
    (bundle / "luthier").chmod(0o755)
    second = run(made(bundle, "run", version="1.10.0"), home)
    assert second.returncode == 0, second.stderr
    assert subprocess.run([program], capture_output=True, text=True).stdout == "newer\n"
    assert sorted(path.name for path in apps.iterdir()) == ["1.10.0", "current", "uninstall"]
    back = run(made(bundle, "run", version="1.9.0"), home)
    assert back.returncode == 1 and "1.10.0 is installed, which is newer than 1.9.0" in back.stderr
    gone = run(apps / "uninstall", home)
    assert gone.returncode == 0, gone.stderr
    assert data.is_dir()
    assert [path for path in home.rglob("*") if "luthier" in path.name] == []
    texts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]  # the desktop's own lists
    assert not any(b"luthier" in text for text in texts)


def test_a_damaged_file_is_refused_before_anything_is_replaced(bundle: Path, tmp_path: Path) -> None:
    file = made(bundle, "run")
    assert run(file, tmp_path / "home", "--check").returncode == 0
    content = bytearray(file.read_bytes())
    content[-10] ^= 1
    file.write_bytes(content)
    answer = run(file, tmp_path / "home")
    assert answer.returncode == 1 and "damaged" in answer.stderr
    assert not (tmp_path / "home/.local/share/luthier-app/current").exists()


def test_an_old_system_another_processor_and_a_full_disk_get_a_sentence(bundle: Path, tmp_path: Path) -> None:
    file = made(bundle, "run", glibc="9.1")
    assert "needs glibc 9.1 or newer" in run(file, tmp_path / "home").stderr
    tools = tmp_path / "tools"
    tools.mkdir()
    path = f"{tools}:{os.environ['PATH']}"
    file = made(bundle, "run")
    for tool, says, sentence in (
        ("df", "head\\ndisk 9 8 1000 9% /", "has 0 MB free"),
        ("uname", "riscv64", "this computer has riscv64"),
    ):
        (tools / tool).write_text(f'#!/bin/sh\nprintf "{says}\\n"\n', encoding="utf-8")
        (tools / tool).chmod(0o755)
        answer = run(file, tmp_path / "home", PATH=path)
        assert answer.returncode == 1 and sentence in answer.stderr, answer.stderr
        assert not (tmp_path / "home/.local/share/luthier-app/current").exists()


def test_the_payload_is_an_archive_behind_the_script(bundle: Path, tmp_path: Path) -> None:
    content = made(bundle, "run").read_bytes()
    start = content.index(b"\x1f\x8b\x08")
    assert content[:start].endswith(b"\nexit 0\n")
    (tmp_path / "inner.tar.gz").write_bytes(content[start:])
    with tarfile.open(tmp_path / "inner.tar.gz") as archive:
        members = {member.name: member for member in archive}
    assert members["luthier"].mode & 0o111 and members["luthier"].mtime == EPOCH
    assert "_internal/libstdc++.so.6" not in members


def test_a_folder_without_a_bundle_gets_a_sentence(tmp_path: Path) -> None:
    import console
    import payload

    with pytest.raises(console.SetupError, match="run `make bundle` first"):
        payload.require_bundle(tmp_path)


def test_the_run_names_the_graphics_libraries_that_the_system_lacks(bundle: Path, tmp_path: Path) -> None:
    file = made(bundle, "run")
    tools = tmp_path / "tools"
    tools.mkdir()
    listing = tools / "ldconfig"
    listing.write_text(
        "#!/bin/sh\necho '\tlibxcb.so.1 (libc6,x86-64) => /lib/libxcb.so.1'\n", encoding="utf-8"
    )
    listing.chmod(0o755)
    done = run(file, tmp_path / "home", PATH=f"{tools}:{os.environ['PATH']}")
    assert done.returncode == 0, done.stderr
    assert "will not open without them: libEGL.so.1.\n" in done.stderr
    assert done.stderr.endswith("sudo apt-get install libegl1 libxcb1\n")
    with listing.open("a", encoding="utf-8") as more:
        more.write("echo '\tlibEGL.so.1 (libc6,x86-64) => /lib/libEGL.so.1'\n")
    again = run(file, tmp_path / "home", PATH=f"{tools}:{os.environ['PATH']}")
    assert (again.returncode, again.stderr) == (0, "")
