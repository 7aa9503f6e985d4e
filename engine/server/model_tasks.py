"""The jobs about base models: fetching them, making them trainable."""

from pathlib import Path

from engine.contract.job import Job
from engine.contract.messages import DownloadModel
from engine.server.tasks import Outcome, Task


def conversion(path: str) -> Task:
    """Turning a GGUF file or pickled weights into safetensors."""

    def work(job: Job) -> Outcome:
        from engine.models.convert import convert

        folder = convert(Path(path), job=job)
        return Outcome(result={"model": str(folder)}, paths={"model": str(folder)})

    return Task(kind="models.convert", run="models.convert", work=work)


def download(command: DownloadModel) -> Task:
    """Fetching a model from a hub."""

    def work(job: Job) -> Outcome:
        from engine.models.hub import download as fetch

        folder = fetch(
            command.name, job=job, revision=command.revision, hub=command.hub, endpoint=command.endpoint
        )
        return Outcome(result={"model": str(folder)}, paths={"model": str(folder)})

    return Task(kind="models.download", run="models.download", work=work)
