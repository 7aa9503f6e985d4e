"""What is asked and told about Luthier itself: the works it is made of, and whether there is a newer one."""

from typing import Literal

from engine.contract.command import Command
from engine.contract.results import Result

# ---------------------------------------------------------------- commands


class ListWorks(Command):
    """The works of others that this engine is made of. Reply: ``WorkList``."""

    type: Literal["about.works"] = "about.works"


class ReadLicence(Command):
    """The licence texts of one of them. Reply: ``LicenceText``."""

    type: Literal["about.licence"] = "about.licence"
    name: str


class LookForUpdate(Command):
    """Whether ``feed`` tells of a newer Luthier: one request, and nothing is fetched besides. Reply: ``Update``."""

    type: Literal["about.update"] = "about.update"
    feed: str


# ---------------------------------------------------------------- replies


class WorkLine(Result):
    """One work and its licence, in its own words."""

    name: str
    version: str
    licence: str


class WorkList(Result):
    works: tuple[WorkLine, ...]


class LicenceText(Result):
    """``text`` is "" where the work brought none."""

    name: str
    text: str


class Update(Result):
    """What a feed tells: the newest version, what is new in it, and where it can be had."""

    version: str
    newer: bool
    notes: str = ""
    address: str = ""
