"""Jinja's sandbox with an end: chat templates come from strangers, and one of a hundred characters can compute for years.

The sandbox keeps a template from reaching anything; here its steps (turns of loops, calls, filters) and the texts it makes are
counted as well. Counting is the same on every computer, which a time limit would not be. Transformers renders
through this class once ``bound_transformers`` was called; everything else about its environment stays its own.
"""

import functools
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from jinja2 import Template, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_STEPS = 600_000  # some seconds; a conversation of a thousand turns takes ten or twenty thousand
MAX_TEXT = 32_000_000  # characters of one text; longer conversations are no example for training
MAX_NUMBER = 100_000  # of an argument: widths, counts, repetitions
MAX_JSON_INDENT = 16
MAX_TEMPLATE = 512_000  # characters of the template itself
_WIDTH_BY_VALUE = re.compile(r"\{[^{}]*\{")
_WITH_WIDTHS = (
    "batch",
    "center",
    "indent",
    "slice",
    "truncate",
    "wordwrap",
)  # other filters take numbers that are data
_SIZED = (str, list, tuple, bytes)


class _Count(threading.local):
    """Steps and characters of the rendering that goes on in this thread."""

    steps = 0
    made = 0


class BoundedSandbox(ImmutableSandboxedEnvironment):
    """Refuses with ``SecurityError``, which every caller of a template treats as its refusal."""

    intercepted_binops = frozenset({"*", "**", "+", "%"})

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.count = _Count()
        self.filters = _Filters(self._counted, self.filters)
        self.globals["lipsum"] = _no_filler

    def from_string(self, source: Any, *args: Any, **options: Any) -> Template:
        """As Jinja's, for texts of a sensible length; the template begins to count when it renders."""
        if isinstance(source, str) and len(source) > MAX_TEMPLATE:
            raise SecurityError(f"the template has {len(source)} characters")
        template = super().from_string(source, *args, **options)
        template.root_render_func = self._fresh(template.root_render_func)
        return template

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return _counting(super()._parse(source, name, filename))

    def _fresh(self, render: Callable[[Context], Iterator[str]]) -> Callable[[Context], Iterator[str]]:
        def counted(context: Context) -> Iterator[str]:
            self.count.steps = self.count.made = length = 0
            for piece in render(context):
                length += len(piece)
                _check(length)
                yield piece

        return counted

    # ------------------------------------------------------------ what a template does

    def step(self) -> None:
        """One more thing was done."""
        self.count.steps += 1
        if self.count.steps > MAX_STEPS:
            raise SecurityError(f"the chat template does not come to an end ({MAX_STEPS:,} steps)")

    def turns(self, items: Iterable[Any]) -> Iterable[Any]:
        """``items`` of a loop, each a step."""
        for item in items:
            self.step()
            yield item

    def joined(self, *parts: Any) -> str:
        """``a ~ b``."""
        texts = [str(part) for part in parts]
        self._make(sum(map(len, texts)))
        return "".join(texts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """The four operators that can make something large out of something small."""
        self.step()
        if operator == "**" and not (isinstance(right, (int, float)) and abs(right) <= 64):
            raise SecurityError("the chat template computes a power")
        if operator == "*":
            for some, times in ((left, right), (right, left)):
                if isinstance(some, _SIZED):
                    self._make(_weight(some) * max(0, times if isinstance(times, int) else 0))
        if operator == "+" and isinstance(left, _SIZED) and isinstance(right, _SIZED):
            self._make(_weight(left) + _weight(right))
        if operator == "%" and isinstance(left, str):
            _check_format(left, right if isinstance(right, tuple) else (right,))
        result = super().call_binop(context, operator, left, right)
        if isinstance(result, int) and result.bit_length() > 4096:
            raise SecurityError("the chat template computes a number without end")
        return result

    def call(self, context: Context, target: Any, *args: Any, **options: Any) -> Any:  # type: ignore[override]
        """Functions and methods of texts."""
        self.step()
        args = _listed(args)
        owner = getattr(target, "__self__", None)
        if isinstance(owner, (str, bytes, int)):
            _check_numbers((*args, *options.values()))
        if isinstance(owner, str):
            self._before(target.__name__, owner, args)
        result = super().call(context, target, *args, **options)
        if isinstance(result, str):
            self._make(len(result))
        return result

    def _counted(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The filter ``name``, one that counts; ``wraps`` keeps Jinja's marks of what it is passed."""

        @functools.wraps(function)
        def counted(*args: Any, **options: Any) -> Any:
            self.step()
            if name in _WITH_WIDTHS:
                _check_numbers((*args, *options.values()))
            args = _listed(args) if name == "join" else args
            given = [arg for arg in (*args, *options.values()) if isinstance(arg, (str, int, list, tuple))]
            texts = [arg for arg in given if isinstance(arg, str)]
            if texts:
                self._before(name, texts[0], tuple(arg for arg in given if arg is not texts[0]))
            if name == "tojson":
                _check_indent((*args[2:3], options.get("indent")))
            result = function(*args, **options)
            if isinstance(result, _SIZED):
                self._make(_weight(result))
            return result

        return counted

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """``"...".format``, whose widths are looked at."""
        safe = super().wrap_str_format(value)
        if safe is None:
            return None

        @functools.wraps(safe)
        def checked(*args: Any, **options: Any) -> str:
            _check_format(value.__self__, (*args, *options.values()))
            return safe(*args, **options)

        return checked

    def _before(self, name: str, text: str, args: tuple[Any, ...]) -> None:
        """Weigh what a method or filter of ``text`` would make, before it does."""
        numbers = [arg for arg in args if isinstance(arg, int)]
        if name == "format":
            _check_format(text, args)
        if name in ("indent", "expandtabs") and numbers:
            self._make(len(text) + max(numbers) * (text.count("\n") + text.count("\t") + 1))
        if name == "replace" and len(args) > 1 and isinstance(args[0], str) and isinstance(args[1], str):
            self._make((text.count(args[0]) if args[0] else len(text) + 1) * len(args[1]))
        if name == "join" and args and isinstance(args[0], (list, tuple)):
            self._make(len(args[0]) * len(text))

    def _make(self, length: int) -> None:
        self.count.made += length
        _check(length)
        if self.count.made > 20 * MAX_TEXT:
            raise SecurityError("the chat template makes text without end")


class _Filters(dict[str, Callable[..., Any]]):
    """Filters that count, also those that are added later."""

    def __init__(
        self, counted: Callable[[str, Callable[..., Any]], Callable[..., Any]], filters: dict[str, Any]
    ) -> None:
        super().__init__()
        self._counted = counted
        for name, function in filters.items():
            self[name] = function

    def __setitem__(self, name: str, function: Callable[..., Any]) -> None:
        super().__setitem__(name, self._counted(name, function))


def _no_filler(*args: Any, **options: Any) -> str:
    """In place of Jinja's ``lipsum``, which makes as much text as it is asked for."""
    raise SecurityError("the chat template asks for filler text")


def _listed(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """What would be made while it is read stands there whole, so that it can be counted."""
    return tuple(list(arg) if isinstance(arg, Iterator) else arg for arg in args)


def _weight(value: Any) -> int:
    """Places of a list are as large as eight characters."""
    return len(value) * (8 if isinstance(value, (list, tuple)) else 1)


def _check(length: int) -> None:
    if length > MAX_TEXT:
        raise SecurityError(f"the chat template makes a text of more than {MAX_TEXT:,} characters")


def _check_numbers(values: Iterable[Any]) -> None:
    if any(isinstance(value, int) and abs(value) > MAX_NUMBER for value in values):
        raise SecurityError("the chat template asks for a width or count without bounds")


def _check_indent(values: Iterable[Any]) -> None:
    """An indent is repeated for every line of a JSON text; the value itself may be any number."""
    widths = (len(value) if isinstance(value, str) else value for value in values)
    if any(isinstance(width, int) and width > MAX_JSON_INDENT for width in widths):
        raise SecurityError("the chat template asks for a very wide indent")


def _check_format(pattern: str, values: Iterable[Any]) -> None:
    """Widths in a format are numbers in a text, or come as values."""
    digits = "".join(char if char.isdigit() else " " for char in pattern).split()
    if any(len(number) > 6 for number in digits) or "*" in pattern:
        raise SecurityError("the chat template formats without bounds")
    if _WIDTH_BY_VALUE.search(pattern):
        _check_numbers(values)


def _counting(template: nodes.Template) -> nodes.Template:
    """The same template, whose loops and joined texts go through the environment."""
    for loop in list(template.find_all(nodes.For)):
        loop.iter = _through("turns", [loop.iter])
    for owner in list(template.find_all(nodes.Node)):
        for name, value in list(owner.iter_fields()):
            if isinstance(value, nodes.Concat):
                setattr(owner, name, _through("joined", value.nodes))
            elif isinstance(value, list):
                value[:] = [
                    _through("joined", item.nodes) if isinstance(item, nodes.Concat) else item
                    for item in value
                ]
    return template


def _through(method: str, arguments: list[Any]) -> nodes.Call:
    line = arguments[0].lineno
    call = nodes.Call(nodes.EnvironmentAttribute(method), arguments, [], None, None)
    call.set_lineno(line)
    if arguments[0].environment is not None:
        call.set_environment(arguments[0].environment)
    return call


def bound_transformers() -> None:
    """Let transformers compile chat templates with ``BoundedSandbox``; once is enough."""
    from transformers.utils import chat_template_utils

    module: Any = chat_template_utils
    if module.ImmutableSandboxedEnvironment is not BoundedSandbox:
        module.ImmutableSandboxedEnvironment = BoundedSandbox
        module._compile_jinja_template.cache_clear()
