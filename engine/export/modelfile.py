"""Ollama's Modelfile: written from the trained template, and read back for the comparison.

Format: https://github.com/ollama/ollama/blob/main/docs/modelfile.md
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.contract.errors import ErrorCode, UserError
from engine.export.go_template import ChatShape, NoGoTemplate, render, shape_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerBase

_QUOTES = '"""'
_BLOCK = re.compile(r'^(TEMPLATE|SYSTEM) """(.*?)"""$', re.MULTILINE | re.DOTALL)
_STOP = re.compile(r"^PARAMETER stop (.+)$", re.MULTILINE)
_FROM = re.compile(r"^FROM (.+)$", re.MULTILINE)

_PROBES: tuple[tuple[tuple[str, str], ...], ...] = (
    (("user", "Hello!"),),
    (("system", "Be brief."), ("user", "2 {{ 3 }} <x>?")),
    (("user", "One"), ("assistant", "Two, {three}"), ("user", "Four\nfive")),
    (("system", "你好"), ("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"), ("user", "e")),
)


@dataclass(frozen=True, slots=True)
class Modelfile:
    """What Ollama needs to know of a GGUF file."""

    gguf: str  # file name, beside the Modelfile
    template: str
    system: str | None
    stops: tuple[str, ...]

    def text(self) -> str:
        """The file's contents."""
        lines = [f"FROM ./{self.gguf}", f"TEMPLATE {_QUOTES}{self.template}{_QUOTES}"]
        if self.system is not None:
            lines.append(f"SYSTEM {_QUOTES}{self.system}{_QUOTES}")
        lines += [f"PARAMETER stop {json.dumps(stop, ensure_ascii=False)}" for stop in self.stops]
        return "\n".join(lines) + "\n"

    @classmethod
    def read(cls, text: str) -> "Modelfile":
        """What ``text`` wrote.

        Raises:
            ValueError: something is missing.
        """
        blocks = {found[1]: found[2] for found in _BLOCK.finditer(text)}
        source = _FROM.search(text)
        if source is None or "TEMPLATE" not in blocks:
            raise ValueError("it names no file or no template")
        stops = tuple(json.loads(found[1]) for found in _STOP.finditer(text))
        return cls(source[1].removeprefix("./"), blocks["TEMPLATE"], blocks.get("SYSTEM"), stops)

    def render(self, messages: Sequence[Mapping[str, str]]) -> str:
        """The conversation up to where the answer begins, as Ollama writes it."""
        return render(self.template, messages, system=self.system)


def make_modelfile(
    tokenizer: "PreTrainedTokenizerBase", *, gguf: str, stops: Sequence[int], adds_bos: bool
) -> Modelfile:
    """Template, default system message and stop tokens of ``tokenizer``.

    ``adds_bos``: the engine itself begins every text with the GGUF's first token, so the template must not.

    Raises:
        UserError: ``EXPORT_FAILED`` when Ollama's language cannot say what the template does.
    """

    def trained(messages: Any, begin_answer: bool) -> str:
        return str(
            tokenizer.apply_chat_template(
                [dict(message) for message in messages], tokenize=False, add_generation_prompt=begin_answer
            )
        )

    bos = str(tokenizer.bos_token or "")
    try:
        shape = shape_of(trained, bos=bos)
        found = _modelfile(shape, gguf, tuple(str(tokenizer.convert_ids_to_tokens(stop)) for stop in stops))
        _prove(found, trained, takes_system="system" in shape.before)
    except NoGoTemplate as reason:
        raise UserError(
            ErrorCode.EXPORT_FAILED,
            f"The chat template cannot be written in Ollama's language: {reason}.",
            hint="Export it as gguf: llama.cpp, LM Studio and others read the template inside the file.",
        ) from None
    if adds_bos and shape.begin:
        return _modelfile(
            ChatShape("", shape.unasked, shape.before, shape.after, shape.answer), gguf, found.stops
        )
    return found


def _modelfile(shape: ChatShape, gguf: str, stops: tuple[str, ...]) -> Modelfile:
    found = Modelfile(gguf, shape.go(), shape.default_system, stops)
    if _QUOTES in found.template or _QUOTES in (found.system or ""):
        raise NoGoTemplate("it holds three quotation marks in a row")
    return found


def _prove(found: Modelfile, trained: Any, *, takes_system: bool) -> None:
    for probe in _PROBES:
        messages = [{"role": role, "content": content} for role, content in probe]
        if not takes_system and messages[0]["role"] == "system":
            continue
        if Modelfile.read(found.text()).render(messages) != trained(messages, True):
            raise NoGoTemplate("it looks at what is said, or treats some turn otherwise than others")
