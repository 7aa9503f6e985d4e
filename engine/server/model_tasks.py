"""The jobs about base models: making them trainable."""

from pathlib import Path

from engine.contract.job import Job
from engine.server.tasks import Outcome, Task


def conversion(path: str) -> Task:
    """Turning a GGUF file or pickled weights into safetensors."""

    def work(job: Job) -> Outcome:
        from engine.models.convert import convert

        folder = convert(Path(path), job=job)
        return Outcome(result={"model": str(folder)}, paths={"model": str(folder)})

    return Task(kind="models.convert", run="models.convert", work=work)
