"""The local API as a job: it lasts until it is cancelled, and ends when the other side of the protocol goes away."""

from engine.contract.job import Job
from engine.contract.messages import ServiceReady, StartApi
from engine.server.tasks import Outcome, Task


def api_task(command: StartApi) -> Task:
    """Serving one model to other programs of this computer."""

    def work(job: Job) -> Outcome:
        from engine.api.naming import public_name
        from engine.api.service import Service, new_token
        from engine.chat import open_local
        from engine.server.room import require_room

        name, token = public_name(command.model), new_token()

        def ready(address: str) -> None:
            job.emit(ServiceReady(address=address, name=name, token=token))

        with job.phase("load", command.model):
            context, reserved = command.context_tokens, command.reserved_bytes
            require_room(command.model, context_tokens=context, reserved_bytes=reserved)
            model = open_local(command.model, context_tokens=command.context_tokens)
        try:
            service = Service(model, name, token, port=command.port)
            service.run(on_ready=ready, should_stop=lambda: job.wish() is not None)
        finally:
            model.close()
        return Outcome("stopped")

    return Task(kind="api", run="api", work=work)
