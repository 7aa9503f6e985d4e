"""Ollama: a GGUF with a Modelfile that holds the trained template and its stop tokens; made known to Ollama at once."""

import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.export.base import ExportContext
from engine.export.gguf import write_gguf
from engine.export.gguf_target import GgufTarget
from engine.export.modelfile import Modelfile, make_modelfile
from engine.export.reference import Reference
from engine.export.replay_llama import LlamaReplay
from engine.export.verify import Replay, context_tokens
from engine.models.tuned import StoredTensor, stop_tokens, tokenizer_of

if TYPE_CHECKING:
    from engine.models.gguf_file import GgufFile

FILE = "Modelfile"
_POLL_S = 0.1
_SAID = 300


class Ollama(GgufTarget, kind="ollama", title="Ollama"):
    """A folder for Ollama: GGUF and Modelfile; where Ollama is installed the model is in its list afterwards."""

    def predict_bytes(self, tensors: tuple[StoredTensor, ...], *, shared: set[str]) -> int:
        """Twice the file: Ollama copies it into its own store."""
        again = self.file_bytes(tensors) if shutil.which("ollama") else 0
        return super().predict_bytes(tensors, shared=shared) + again

    def write(self, context: ExportContext) -> Path:
        """GGUF and Modelfile."""
        from engine.models.gguf_file import GgufFile

        file = write_gguf(context, self.type)
        opened = GgufFile(file, context_tokens=64)
        adds_bos = opened.adds_bos
        opened.close()
        tokenizer = tokenizer_of(context.tuned)
        stops = stop_tokens(tokenizer, context.tuned.base)
        modelfile = make_modelfile(tokenizer, gguf=file.name, stops=stops, adds_bos=adds_bos)
        folder = context.work / f"{context.name}-ollama-{self.type}"
        folder.mkdir()
        file.rename(folder / file.name)
        (folder / FILE).write_text(modelfile.text(), encoding="utf-8")
        return folder

    def replay(self, result: Path, context: ExportContext, reference: Reference) -> Replay:
        """Through llama.cpp, which is Ollama's engine, with prompts as the Modelfile writes them."""
        return ModelfileReplay(
            result, context_tokens=context_tokens(reference), config=context.tuned.config()
        )

    def deliver(self, path: Path, context: ExportContext) -> str:
        """``ollama create`` where Ollama is installed."""
        program = shutil.which("ollama")
        name = _ollama_name(context.name)
        if program is None:
            return f"With Ollama: ollama create {name} -f Modelfile, in this folder."
        with context.job.phase("deliver", "ollama"):
            said = _create(program, name, path, context)
        if said is None:
            return f"Ollama has it as {name}."
        context.job.warn("ollama_failed", f"The files are ready, but Ollama did not take them: {said}")
        return ""


def _ollama_name(name: str) -> str:
    return (
        "".join(char if char.isascii() and char.isalnum() else "-" for char in name.lower()).strip("-")
        or "model"
    )


def _create(program: str, name: str, folder: Path, context: ExportContext) -> str | None:
    """Run ``ollama create``; None, or what it said when it failed."""
    log = context.work / ".ollama.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [program, "create", name, "-f", FILE],
            cwd=folder,
            stdout=output,
            stderr=output,
            stdin=subprocess.DEVNULL,
        )
        try:
            while process.poll() is None:
                context.job.check()
                time.sleep(_POLL_S)
        except BaseException:
            process.kill()
            process.wait()
            raise
    if process.returncode == 0:
        return None
    return log.read_text(encoding="utf-8", errors="replace").strip()[-_SAID:] or f"code {process.returncode}"


class ModelfileReplay(LlamaReplay):
    """A folder with GGUF and Modelfile, prompts by the Modelfile alone."""

    def __init__(self, folder: Path, *, context_tokens: int, config: Mapping[str, Any] | None = None) -> None:
        try:
            self._modelfile = Modelfile.read((folder / FILE).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UserError(ErrorCode.UNREADABLE, f"The Modelfile cannot be read: {error}") from None
        super().__init__(folder / self._modelfile.gguf, context_tokens=context_tokens, config=config)

    def prompt(self, messages: list[dict[str, str]]) -> list[int]:
        """As Ollama writes and reads it: the file says whether its first token is put in front."""
        file: GgufFile = self._file
        text = self._modelfile.render(messages).encode("utf-8")
        return [int(token) for token in file.llama.tokenize(text, add_bos=file.adds_bos, special=True)]

    def ends(self, token: int) -> bool:
        """Whether the Modelfile names it, or llama.cpp stops there anyway."""
        return self._file.text_of(token) in self._modelfile.stops or super().ends(token)
