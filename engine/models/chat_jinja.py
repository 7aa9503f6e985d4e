"""Renders a chat template as transformers does, without importing transformers.

Chatting with a GGUF file must give the model exactly the text it was trained on, and should not cost the
seconds and the memory of the training libraries. A test compares the two renderers.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from jinja2 import Template, TemplateError, nodes
from jinja2.ext import Extension
from jinja2.parser import Parser

from engine.contract.errors import ErrorCode, UserError
from engine.models.sandbox import BoundedSandbox


class _Generation(Extension):
    """``{% generation %}`` marks answers for training; while chatting it changes nothing."""

    tags = {"generation"}

    def parse(self, parser: Parser) -> list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


def _raise(message: str) -> None:
    raise TemplateError(message)


def _tojson(value: Any, ensure_ascii: bool = False, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


@lru_cache(maxsize=16)
def _compile(template: str) -> Template:
    environment = BoundedSandbox(
        trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, "jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _tojson
    environment.globals["raise_exception"] = _raise
    environment.globals["dict"] = lambda *items, **names: dict(*items, **names)  # no class to climb from
    environment.globals["strftime_now"] = lambda form: datetime.now().strftime(form)
    return environment.from_string(template)


def render(
    template: str,
    messages: Sequence[dict[str, Any]],
    *,
    bos_token: str,
    eos_token: str,
    tools: Sequence[dict[str, Any]] | None = None,
) -> str:
    """The conversation up to where the answer begins; ``tools`` are the functions that may be called.

    Raises:
        UserError: ``TEMPLATE_MISSING`` when the template refuses this conversation or is no template.
    """
    try:
        return _compile(template).render(
            messages=list(messages),
            add_generation_prompt=True,
            bos_token=bos_token,
            eos_token=eos_token,
            tools=tools,  # never left out: templates ask `is not none`, which an undefined name would pass
            documents=None,
        )
    except (
        TemplateError,
        TypeError,
        KeyError,
        ValueError,
        IndexError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UserError(
            ErrorCode.TEMPLATE_MISSING,
            f"The model's chat template cannot render this conversation: {error}",
            hint="Some models take no system prompt, or need user and assistant to take turns.",
        ) from None
