"""Starts vLLM or SGLang for one model folder, where they are installed, and ends them with the conversation.

They speak OpenAI's interface, so everything but starting and ending is ``openai_compatible``'s.
"""

import contextlib
import os
import secrets
import socket
import subprocess
import time

from engine.chat.endpoint import Endpoint
from engine.chat.openai_compatible import EndpointBackend
from engine.contract.errors import ErrorCode, UserError
from engine.models.guard import check_weights
from engine.models.load import resolve_model
from engine.models.servers import LAUNCHERS, NAME

START_S = 900.0  # reading and compiling a large model
LOOK_S = 0.5


class LaunchedBackend(EndpointBackend):
    """See ``base.ChatBackend``; its server ends with it."""

    def __init__(self, kind: str, model: str, *, context_tokens: int) -> None:
        launcher = LAUNCHERS[kind]
        if not launcher.command(""):
            raise UserError(
                ErrorCode.NOT_FOUND,
                f"{launcher.title} is not installed",
                hint="Install it beside Luthier, or load the model without it.",
            )
        port, key = _free_port(), secrets.token_urlsafe(24) if launcher.key_variable else ""
        environment = {**os.environ, "HF_HUB_OFFLINE": "1"}
        if key:
            environment[launcher.key_variable] = key
        folder = resolve_model(model)
        check_weights(folder)  # a server would open pickles
        command = launcher.command(str(folder))
        self._process = subprocess.Popen(
            [*command, *launcher.options(port, context_tokens)],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=2,  # its words are for the log
            start_new_session=os.name == "posix",  # it has children of its own
        )
        endpoint = Endpoint.parse(f"http://127.0.0.1:{port}/v1", key)
        try:
            self._wait(endpoint, launcher.title)
        except BaseException:
            self.close()
            raise
        super().__init__(endpoint, NAME, context_tokens=context_tokens)

    def _wait(self, endpoint: Endpoint, title: str) -> None:
        until = time.monotonic() + START_S
        while True:
            code = self._process.poll()
            if code is not None or time.monotonic() > until:
                message = (
                    f"{title} did not answer in time while it loaded the model"
                    if code is None
                    else f"{title} ended with code {code} while it loaded the model"
                )
                raise UserError(
                    ErrorCode.MODEL_UNSUPPORTED,
                    message,
                    hint="The log says why; often the model or its context does not fit the memory.",
                )
            with contextlib.suppress(UserError):
                endpoint.models()
                return
            time.sleep(LOOK_S)

    def close(self) -> None:
        """End the server with everything that it started."""
        if os.name == "posix":
            import signal

            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)
        else:
            self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
