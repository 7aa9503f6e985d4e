"""What can happen to the list of models and on its page, as frozen values."""

from typing import NamedTuple

from engine.contract.base_models import Download, HubModel, ModelCode, ModelFit
from engine.contract.errors import ErrorInfo


class ModelsAsked(NamedTuple):
    """The computer is being looked through."""


class ModelsFailed(NamedTuple):
    error: ErrorInfo


class ModelWeighed(NamedTuple):
    fit: ModelFit


class ModelsForgotten(NamedTuple):
    """What was known of these paths no longer holds: their files changed."""

    paths: tuple[str, ...]


class HubAsked(NamedTuple):
    name: str


class HubFound(NamedTuple):
    found: HubModel


class HubFailed(NamedTuple):
    error: ErrorInfo


class DownloadsListed(NamedTuple):
    items: tuple[Download, ...]


class CodeAsked(NamedTuple):
    """Somebody wants to read the code of a folder; "" ends it."""

    path: str


class CodeArrived(NamedTuple):
    code: ModelCode


class CodeFailed(NamedTuple):
    error: ErrorInfo


ModelChange = (
    ModelsAsked
    | ModelsFailed
    | ModelWeighed
    | ModelsForgotten
    | HubAsked
    | HubFound
    | HubFailed
    | DownloadsListed
    | CodeAsked
    | CodeArrived
    | CodeFailed
)
