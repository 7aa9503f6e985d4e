"""Servers of models that are installed beside Luthier, and how each is started. Loads nothing of theirs."""

import importlib.util
import shutil
import sys
from dataclasses import dataclass

NAME = "model"  # what a started server calls its model


@dataclass(frozen=True, slots=True)
class Launcher:
    """A program that serves a model: its own name with a verb, else its module.

    ``context_flag`` takes the length of the context, ``key_variable`` a key; without one it is open to this computer.
    """

    title: str
    module: str
    model_flag: str
    context_flag: str
    program: str = ""
    verb: str = ""
    key_variable: str = ""

    def command(self, folder: str) -> list[str]:
        """How it is started for a model here; empty where it is not installed."""
        if self.program and (found := shutil.which(self.program)):
            return [found, self.verb, folder]
        if importlib.util.find_spec(self.module.partition(".")[0]):
            return [sys.executable, "-m", self.module, self.model_flag, folder]
        return []

    def options(self, port: int, context_tokens: int) -> list[str]:
        """What follows the model."""
        places = ["--host", "127.0.0.1", "--port", str(port), "--served-model-name", NAME]
        return [*places, self.context_flag, str(context_tokens)]


LAUNCHERS = {
    "vllm": Launcher(
        "vLLM",
        "vllm.entrypoints.openai.api_server",
        "--model",
        "--max-model-len",
        program="vllm",
        verb="serve",
        key_variable="VLLM_API_KEY",
    ),
    "sglang": Launcher("SGLang", "sglang.launch_server", "--model-path", "--context-length"),
}


def found_launchers() -> tuple[str, ...]:
    """Those that are installed."""
    return tuple(name for name, launcher in LAUNCHERS.items() if launcher.command(""))
