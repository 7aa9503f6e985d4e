"""A small byte-level tokenizer trained on the spot, chat templates of the usual shapes, and a quiet job."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from engine.contract.job import Cancelled
from engine.contract.recipe import RecipeBase
from engine.registry import parse_recipe

CHATML = """{% for m in messages %}{{ '<|im_start|>' + m['role'] + '
' + m['content'] + '<|im_end|>
' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}"""

CHATML_DEFAULT_SYSTEM = """{% for m in messages %}{% if loop.first and m['role'] != 'system' %}{{ '<|im_start|>system
You are Maple.<|im_end|>
' }}{% endif %}{{ '<|im_start|>' + m['role'] + '
' + m['content'] + '<|im_end|>
' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
' }}{% endif %}"""

LLAMA3 = """{{ '<|begin|>' }}{% for m in messages %}{{ '<|head|>' + m['role'] + '<|/head|>

' + m['content'] | trim + '<|eot|>' }}{% endfor %}{% if add_generation_prompt %}{{ '<|head|>assistant<|/head|>

' }}{% endif %}"""

MISTRAL = """{{ '<s>' }}{% for m in messages %}{% if m['role'] == 'user' %}{{ '[INST] ' + m['content'] + ' [/INST]' }}
{%- elif m['role'] == 'assistant' %}{{ ' ' + m['content'] + '</s>' }}
{%- else %}{{ raise_exception('only user and assistant are known') }}{% endif %}{% endfor %}"""

# Earlier answers are shown without their thoughts, the newest one with them: prefixes do not match.
FORGETFUL = """{% for m in messages %}{% if m['role'] == 'assistant' %}{{ '<|im_start|>assistant
' }}{% if not loop.last %}{{ m['content'].split('</think>')[-1].strip() }}{% else %}{{ m['content'] }}{% endif %}{{ '<|im_end|>
' }}{% else %}{{ '<|im_start|>' + m['role'] + '
' + m['content'] + '<|im_end|>
' }}{% endif %}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant
<think>
' }}{% endif %}"""

SPECIAL = ["<|im_start|>", "<|im_end|>", "<|begin|>", "<|head|>", "<|/head|>", "<|eot|>", "<s>", "</s>"]
WORDS = [
    "the cat sat on the mat",
    "你好，世界",
    "assistant user system",
    "[INST] what is two and two? [/INST] four",
]


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    """Byte-level BPE with ChatML as its own template."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=SPECIAL, show_progress=False
    )
    backend.train_from_iterator(WORDS * 4, trainer)
    made = PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|im_end|>", pad_token="<|im_end|>")
    made.chat_template = CHATML
    return made


@pytest.fixture(scope="session")
def templates() -> dict[str, str]:
    """Jinja texts by name."""
    return {
        "chatml": CHATML,
        "default_system": CHATML_DEFAULT_SYSTEM,
        "llama3": LLAMA3,
        "mistral": MISTRAL,
        "forgetful": FORGETFUL,
    }


class QuietJob:
    """A job that only remembers; ``cancel_after`` checks it wants to end."""

    run = "test"

    def __init__(self, cancel_after: int | None = None) -> None:
        self.phases: list[str] = []
        self.steps: list[tuple[str, float, float | None]] = []
        self.warnings: list[tuple[str, str]] = []
        self.left = cancel_after

    def emit(self, event: Any) -> None: ...

    @contextmanager
    def phase(self, name: str, detail: str = "") -> Iterator[None]:
        self.phases.append(name)
        yield

    def progress(self, name: str, done: float, total: float | None = None, unit: str = "") -> None:
        self.steps.append((name, done, total))

    def warn(self, code: str, message: str, hint: str | None = None) -> None:
        self.warnings.append((code, message))

    def wish(self) -> None:
        return None

    def answered(self) -> None: ...

    def check(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Cancelled


@pytest.fixture
def job() -> QuietJob:
    return QuietJob()


@pytest.fixture
def cancelled_job() -> QuietJob:
    return QuietJob(cancel_after=0)


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file into the test's folder."""

    def make(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return make


@pytest.fixture
def read() -> Callable[[Path], list[Any]]:
    """Every item of a dataset file: records and rejections."""
    from engine.data.readers.choose import open_dataset

    return lambda path: list(open_dataset(path).items())


@pytest.fixture
def recipe() -> Callable[..., RecipeBase]:
    """A recipe with the given data section over dataset files."""

    def make(
        *paths: Path, objective: str = "sft", run: dict[str, Any] | None = None, **data: Any
    ) -> RecipeBase:
        return parse_recipe(
            {
                "method": {"kind": "lora"},
                "objective": {"kind": objective},
                "data": {"sources": [{"path": str(path)} for path in paths], **data},
                "run": run or {},
            }
        )

    return make
