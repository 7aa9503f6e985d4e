"""The works of others that Luthier is made of, with their licences: read from what each left beside itself when it was
installed. Used by the engine (what it is made of), the window (what it adds) and the installers (what they carry)."""

import platform
import sys
import sysconfig
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import metadata
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from engine.contract.paths import resources_dir

OWN = "luthier"
TEXTS = ("licen", "copying", "notice", "copyright")
PLAIN_ENDINGS = ("", ".txt", ".md", ".rst", ".apache", ".bsd", ".mit")
# The text that goes with a licence where a work brought none, by a part of the licence's name.
STANDARD = {"lgpl": ("LGPL-3.0.txt", "GPL-3.0.txt"), "apache": ("Apache-2.0.txt",)}


@dataclass(frozen=True, slots=True)
class Work:
    """One work: ``licence`` in its own words, ``texts`` as (title, file)."""

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, Path], ...]

    def text(self) -> str:
        """All its licence texts, each under its title; "" where there is none."""
        parts = [
            f"--- {title}\n\n{path.read_text(encoding='utf-8', errors='replace').strip()}\n"
            for title, path in self.texts
        ]
        return "\n".join(parts)


def works() -> list[Work]:
    """Everything that this program came with, Python included, by name."""
    found = [work_of(known) for known in (_all() if getattr(sys, "frozen", False) else shipped())]
    return sorted([*found, python()], key=lambda work: work.name.casefold())


def shipped(roots: Iterable[str] = (OWN,)) -> list[Distribution]:
    """Every installed distribution that ``roots`` need, Luthier itself left out, sorted by name."""
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    found: dict[str, Distribution] = {}
    waiting = [(root, "") for root in roots]
    seen = set()
    while waiting:
        name, extra = waiting.pop()
        if (name, extra) in seen:
            continue
        seen.add((name, extra))
        try:
            known = metadata.distribution(name)
        except PackageNotFoundError:  # optional there, and not installed here
            continue
        found[canonicalize_name(name)] = known
        for text in known.requires or ():
            wanted = Requirement(text)
            if wanted.marker is None or wanted.marker.evaluate({"extra": extra}):
                waiting += [(wanted.name, each) for each in ("", *wanted.extras)]
    found.pop(OWN, None)
    return [found[name] for name in sorted(found)]


def _all() -> list[Distribution]:
    """A frozen program holds what is shipped and nothing else."""
    found = {known.metadata["Name"].lower(): known for known in metadata.distributions()}
    found.pop(OWN, None)
    return list(found.values())


def work_of(known: Distribution) -> Work:
    """A distribution as a work."""
    licence = licence_of(known)
    texts = tuple(_texts_of(known)) or _standard(licence)
    return Work(known.metadata["Name"], known.version, licence, texts)


def python() -> Work:
    """The interpreter, which is shipped with the installers."""
    places = (
        resources_dir() / "licences" / "python" / "LICENSE.txt",  # in a bundle
        Path(sysconfig.get_path("stdlib")) / "LICENSE.txt",
        Path(sys.base_prefix) / "LICENSE.txt",  # on Windows
    )
    texts = tuple(("LICENSE.txt", place) for place in places if place.is_file())[:1]
    return Work("Python", platform.python_version(), "PSF-2.0", texts)


def licence_of(known: Distribution) -> str:
    """In the distribution's own words: the expression, the field, or the classifiers."""
    headers = known.metadata
    if "License-Expression" in headers:
        return str(headers["License-Expression"])
    field = str(headers["License"]).strip() if "License" in headers else ""
    if field and "\n" not in field and len(field) < 100:
        return field
    kinds = [text for text in headers.get_all("Classifier") or () if text.startswith("License ::")]
    return ", ".join(text.rpartition(" :: ")[2] for text in kinds) or "see its licence text"


def _texts_of(known: Distribution) -> Iterable[tuple[str, Path]]:
    for file in known.files or ():
        name = file.name.lower()
        if not any(part in name for part in TEXTS) or file.suffix.lower() not in PLAIN_ENDINGS:
            continue
        path = Path(str(file.locate()))
        if path.is_file():
            yield str(file), path


def _standard(licence: str) -> tuple[tuple[str, Path], ...]:
    folder = resources_dir() / "licences"
    names = next((names for part, names in STANDARD.items() if part in licence.lower()), ())
    return tuple((name, folder / name) for name in names)
