"""``api``: one model for other programs of this computer, until Ctrl+C."""

import argparse
import os
import signal
from types import FrameType

from engine.cli.output import Output
from engine.contract.errors import ErrorCode, UserError

TOKEN_VARIABLE = "LUTHIER_API_TOKEN"  # a variable, since everybody may read the arguments of a process


def api(arguments: argparse.Namespace, output: Output) -> int:
    """Load the model, say where it answers and with which token, and serve."""
    from engine.api.naming import public_name
    from engine.api.service import Service, new_token
    from engine.chat import open_local
    from engine.server.room import require_room

    if not 0 <= arguments.port < 1 << 16:
        raise UserError(ErrorCode.BAD_COMMAND, "--port: choose a number from 0 to 65535")
    token = None if arguments.no_token else os.environ.get(TOKEN_VARIABLE) or new_token()
    name = public_name(arguments.model)
    ended: list[int] = []

    def ready(address: str) -> None:
        if output.json:
            output.object({"address": address, "model": name, "token": token})
            return
        output.text(f"address  {address}")
        output.text(f"model    {name}")
        output.text(f"token    {token or 'none: every program of this computer may ask'}")
        output.note("Ctrl+C ends it.")

    def leave(number: int, frame: FrameType | None) -> None:
        ended.append(number)

    if not arguments.anyway:
        require_room(arguments.model, context_tokens=arguments.context)
    model = open_local(arguments.model, context_tokens=arguments.context)
    before = {number: signal.signal(number, leave) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        service = Service(model, name, token, port=arguments.port)
        service.run(on_ready=ready, should_stop=lambda: bool(ended))
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        model.close()
    return 0
