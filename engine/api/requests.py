"""What the routes take, declared once: validation and the OpenAPI document both come from here.

Options of OpenAI's interface that no model here has are declared with the only value that can be honoured, so that a
client is told instead of getting something else than it asked for. Names that nobody declares are left unread.
"""

import secrets
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from engine.contract.messages import Sampling

SEEDS = 2**32
_DEFAULT = Sampling()


def _whole(value: Any) -> Any:
    """``3.0`` is a whole number in JSON."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Whole = Annotated[int, BeforeValidator(_whole)]


class Body(BaseModel):
    """Strict: a number in quotes is a mistake of the client's."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True, defer_build=True)


class TextPart(Body):
    type: Literal["text"]
    text: str


class CalledFunction(Body):
    name: Annotated[str, Field(min_length=1, max_length=256)]
    arguments: str


class ToolCall(Body):
    id: str = ""
    type: Literal["function"] = "function"
    function: CalledFunction


class ChatMessage(Body):
    """One turn. Pictures and sound are not understood."""

    role: Literal["system", "developer", "user", "assistant", "tool"]
    content: str | list[TextPart] | None = None
    name: str | None = None
    tool_calls: Annotated[list[ToolCall], Field(max_length=128)] | None = None
    tool_call_id: str | None = None

    def for_template(self) -> dict[str, Any]:
        """As chat templates want it."""
        content = self.content or ""
        text = content if isinstance(content, str) else "".join(part.text for part in content)
        made: dict[str, Any] = {"role": "system" if self.role == "developer" else self.role, "content": text}
        if self.tool_calls:
            made["tool_calls"] = [call.model_dump() for call in self.tool_calls]
        if self.tool_call_id:
            made["tool_call_id"] = self.tool_call_id
        if self.name:
            made["name"] = self.name
        return made


class FunctionTool(Body):
    name: Annotated[str, Field(min_length=1, max_length=256)]
    description: str = ""
    parameters: dict[str, Any] = {}


class Tool(Body):
    type: Literal["function"]
    function: FunctionTool


class StreamOptions(Body):
    include_usage: bool = False


class ResponseFormat(Body):
    type: Literal["text"]


Stops = str | Annotated[list[str], Field(max_length=16)] | None


class Drawing(Body):
    """How the next token is drawn: OpenAI's names, and those of llama.cpp and vLLM for what OpenAI's lack."""

    model: str
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    temperature: Annotated[float, Field(ge=0.0, le=5.0)] | None = None
    top_p: Annotated[float, Field(gt=0.0, le=1.0)] | None = None
    top_k: Annotated[Whole, Field(ge=0, le=1_000_000)] | None = None
    min_p: Annotated[float, Field(ge=0.0, le=1.0)] | None = None
    repeat_penalty: Annotated[float, Field(ge=0.0, le=5.0)] | None = None
    repetition_penalty: Annotated[float, Field(ge=0.0, le=5.0)] | None = None
    seed: Annotated[Whole, Field(ge=-(2**63), lt=2**63)] | None = None
    stop: Stops = None
    max_tokens: Annotated[Whole, Field(ge=1, le=2**31)] | None = None
    n: Annotated[Whole, Field(ge=1, le=1)] | None = None
    frequency_penalty: Annotated[float, Field(ge=0.0, le=0.0)] | None = None
    presence_penalty: Annotated[float, Field(ge=0.0, le=0.0)] | None = None
    logit_bias: Annotated[dict[str, float], Field(max_length=0)] | None = None

    def sampling(self, room: int) -> Sampling:
        """Luthier's sampling; ``room`` is the length of an answer for which none is asked."""
        stops = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        penalty = self.repeat_penalty if self.repeat_penalty is not None else self.repetition_penalty
        asked = {
            "temperature": self.temperature,
            "top_p": self.top_p,
            "top_k": self.top_k,
            "min_p": self.min_p,
            "repeat_penalty": penalty,
        }
        given = {name: value for name, value in asked.items() if value is not None}
        return _DEFAULT.model_copy(
            update={
                **given,
                "seed": secrets.randbelow(SEEDS) if self.seed is None else self.seed % SEEDS,
                "stop": stops,
                "max_tokens": self.most_tokens or room,
            }
        )

    @property
    def most_tokens(self) -> int | None:
        """How long the answer may be."""
        return self.max_tokens

    @property
    def with_usage(self) -> bool:
        """Whether a stream ends with the counts of its tokens."""
        return self.stream_options is not None and self.stream_options.include_usage


class ChatRequest(Drawing):
    """``POST /v1/chat/completions``"""

    messages: Annotated[list[ChatMessage], Field(min_length=1, max_length=4096)]
    max_completion_tokens: Annotated[Whole, Field(ge=1, le=2**31)] | None = None
    tools: Annotated[list[Tool], Field(max_length=128)] | None = None
    tool_choice: Literal["none", "auto"] | None = None
    logprobs: bool | None = False
    top_logprobs: Annotated[Whole, Field(ge=0, le=20)] | None = None
    response_format: ResponseFormat | None = None

    @property
    def most_tokens(self) -> int | None:
        """The newer name goes first."""
        return self.max_completion_tokens or self.max_tokens

    @property
    def functions(self) -> list[dict[str, Any]]:
        """The functions that the model may call."""
        if self.tool_choice == "none":
            return []
        return [tool.model_dump() for tool in self.tools or ()]


Tokens = Annotated[list[Annotated[Whole, Field(ge=0, lt=2**31)]], Field(min_length=1, max_length=1 << 20)]


class CompletionRequest(Drawing):
    """``POST /v1/completions``"""

    prompt: str | Annotated[list[str], Field(min_length=1, max_length=64)] | Tokens
    logprobs: Annotated[Whole, Field(ge=0, le=20)] | None = None
    echo: Literal[False] | None = None
    best_of: Annotated[Whole, Field(ge=1, le=1)] | None = None
    suffix: None = None

    @property
    def prompts(self) -> list[str | list[int]]:
        """One for each choice."""
        if isinstance(self.prompt, str):
            return [self.prompt]
        texts = [item for item in self.prompt if isinstance(item, str)]
        return list(texts) if texts else [[item for item in self.prompt if isinstance(item, int)]]


class EmbeddingRequest(Body):
    """``POST /v1/embeddings``"""

    model: str
    input: str | Annotated[list[str], Field(min_length=1, max_length=256)] | Tokens
    encoding_format: Literal["float", "base64"] | None = "float"
    dimensions: None = None

    @property
    def inputs(self) -> list[str | list[int]]:
        """One for each vector."""
        if isinstance(self.input, str):
            return [self.input]
        texts = [item for item in self.input if isinstance(item, str)]
        return list(texts) if texts else [[item for item in self.input if isinstance(item, int)]]
