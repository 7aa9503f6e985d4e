"""What is asked and told about base models: how they suit this computer, the code they bring, what a hub has of them."""

from typing import Literal

from engine.contract.command import Command
from engine.contract.results import Result

HubName = Literal["hugging_face", "modelscope"]

# ---------------------------------------------------------------- commands


class WeighModel(Command):
    """What talking to a model and training it would take here. Reply: ``ModelFit``."""

    type: Literal["models.fit"] = "models.fit"
    path: str


class ShowCode(Command):
    """The code that a model's folder brings, with the text of one ``file`` of it; or a Python file of rewards.
    Reply: ``ModelCode``."""

    type: Literal["models.code"] = "models.code"
    path: str
    file: str = ""  # "": the first one


class LookUpModel(Command):
    """What a hub has under a name or an address, before anything of it is fetched. Reply: ``HubModel``."""

    type: Literal["models.look_up"] = "models.look_up"
    name: str
    revision: str = "main"
    hub: HubName = "hugging_face"
    endpoint: str = ""


class ListDownloads(Command):
    """Downloads that were broken off. Reply: ``Downloads``."""

    type: Literal["models.downloads"] = "models.downloads"


class DropDownload(Command):
    """Throw away what was fetched of an unfinished download. Reply: ``Downloads``, those that are left."""

    type: Literal["models.drop_download"] = "models.drop_download"
    name: str
    hub: HubName = "hugging_face"


# ---------------------------------------------------------------- replies


class Fit(Result):
    """One use of a model on this computer. ``tight``: it takes nearly all that is free."""

    state: Literal["fits", "tight", "too_large", "unknown"]
    needed_bytes: int = 0
    reason: str = ""  # why it is not known


class ModelFit(Result):
    """What a model takes at least: a conversation of 4,096 tokens, and training with one example of 1,024 tokens at a
    time, activations recomputed."""

    path: str
    device: str
    available_bytes: int
    chat: Fit
    lora: Fit
    qlora: Fit


class CodeFile(Result):
    """A Python file of a model's folder."""

    name: str
    sha256: str
    size_bytes: int


class ModelCode(Result):
    """``digest`` stands for all files; ``text`` is that of ``file``. Code that stands elsewhere (``foreign``) is never
    run."""

    path: str
    digest: str = ""  # "": it brings none
    files: tuple[CodeFile, ...] = ()
    called: tuple[str, ...] = ()  # what the settings name of it
    purpose: Literal["model", "rewards"] = "model"  # what it is run for
    foreign: str = ""
    needed: bool = False  # the model cannot be loaded without it
    allowed: bool = False
    file: str = ""
    text: str = ""


class HubModel(Result):
    """What would be fetched, and how much of it is here already."""

    name: str
    hub: HubName
    revision: str
    address: str
    size_bytes: int
    here_bytes: int
    files: int
    licence: str = ""
    gated: bool = False  # its makers want an agreement first
    folder: str = ""  # where it goes
    complete: bool = False  # it is there
    free_bytes: int = 0


class Download(Result):
    """A download that was broken off."""

    name: str
    hub: HubName
    revision: str = "main"
    endpoint: str = ""
    size_bytes: int = 0
    here_bytes: int = 0


class Downloads(Result):
    items: tuple[Download, ...] = ()
