"""What is said of exports before they are made."""

from typing import Literal

from engine.contract.results import Result

FileType = Literal["safetensors", "bin"]


class ExportSizes(Result):
    """About the bytes of each form, by its spelling; forms that a run cannot have are missing."""

    sizes: dict[str, int] = {}
