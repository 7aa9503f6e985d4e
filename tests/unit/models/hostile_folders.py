"""Model folders that want more than to be a model. Each is a ``Trap`` with an unsafe way to spring it."""

import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.unit.methods.tiny import make_base

Make = Callable[[Path, Path], str]
Unsafe = Callable[[Path, Path], None]


@dataclass(frozen=True)
class Trap:
    """``make`` turns a good folder into the trap and returns the file at fault; ``unsafe`` walks into it, which makes
    the canary appear. ``refused``: a loader of ours says no; else it goes on without touching the file."""

    name: str
    make: Make
    unsafe: Unsafe
    refused: bool = True


def good_folder(folder: Path) -> Path:
    """A tiny Llama with a tokenizer of a few words and a plain template."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    make_base(folder, "llama")
    words = {
        word: number for number, word in enumerate(["<pad>", "<s>", "</s>", "<unk>", "user", "Hello", "hi"])
    }
    inner = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    inner.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=inner, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="<pad>"
    )
    tokenizer.chat_template = "{% for m in messages %}{{ m.role }} {{ m.content }}</s>{% endfor %}"
    tokenizer.save_pretrained(folder)
    return folder


def edit(path: Path, **changes: Any) -> None:
    content = json.loads(path.read_text()) if path.exists() else {}
    path.write_text(json.dumps({**content, **changes}))


class Fire:
    """Touches a file when it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self) -> Any:
        return Path.touch, (self.canary,)


# ---------------------------------------------------------------- code


CODE = """
from pathlib import Path
Path({canary!r}).touch()
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
class OwnConfig(LlamaConfig):
    model_type = "own"
class OwnModel(LlamaForCausalLM):
    config_class = OwnConfig
class OwnTokenizer(PreTrainedTokenizerFast):
    pass
"""


def code(name: str = "modeling_own.py", *, known: bool = False, reference: str | None = None) -> Make:
    def make(folder: Path, canary: Path) -> str:
        place = folder / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(CODE.format(canary=str(canary)))
        module = name.removesuffix(".py").replace("/", ".")
        names = {"AutoConfig": f"{module}.OwnConfig", "AutoModelForCausalLM": f"{module}.OwnModel"}
        edit(folder / "config.json", auto_map=names, **({} if known else {"model_type": "own"}))
        return name

    return make


def foreign_code(folder: Path, canary: Path) -> str:
    code()(folder, canary)
    edit(folder / "config.json", auto_map={"AutoConfig": "else/where--modeling_own.OwnConfig"})
    return "config.json"


def tokenizer_code(folder: Path, canary: Path) -> str:
    (folder / "tokenization_own.py").write_text(CODE.format(canary=str(canary)))
    (folder / "tokenizer.json").rename(folder / "words.json")
    edit(
        folder / "tokenizer_config.json",
        auto_map={"AutoTokenizer": ["tokenization_own.OwnTokenizer", None]},
        tokenizer_class="OwnTokenizer",
    )
    return "tokenization_own.py"


def custom_generate(folder: Path, canary: Path) -> str:
    (folder / "custom_generate").mkdir()
    text = f"from pathlib import Path\nPath({str(canary)!r}).touch()\ndef generate(model, **kwargs):\n    return None\n"
    (folder / "custom_generate" / "generate.py").write_text(text)
    return "custom_generate/generate.py"


def run_code(folder: Path, canary: Path) -> None:
    from transformers import AutoModelForCausalLM

    AutoModelForCausalLM.from_pretrained(folder, trust_remote_code=True)


def run_tokenizer_code(folder: Path, canary: Path) -> None:
    from transformers import AutoTokenizer

    try:
        AutoTokenizer.from_pretrained(folder, trust_remote_code=True)
    except (OSError, ValueError, TypeError, AttributeError):
        pass


def run_foreign(folder: Path, canary: Path) -> None:
    """As if the other repository had been downloaded."""
    code()(folder, canary)
    run_code(folder, canary)


# ---------------------------------------------------------------- pickles


def as_pickle(name: str, write: Callable[[Path, Fire], None]) -> Make:
    def make(folder: Path, canary: Path) -> str:
        (folder / "model.safetensors").unlink()
        write(folder / name, Fire(canary))
        return name

    return make


def torch_file(path: Path, fire: Fire) -> None:
    import torch

    torch.save({"w": fire}, path)


def old_torch_file(path: Path, fire: Fire) -> None:
    import torch

    torch.save({"w": fire}, path, _use_new_zipfile_serialization=False)


def bare_pickle(path: Path, fire: Fire) -> None:
    path.write_bytes(pickle.dumps({"w": fire}))


def sharded(folder: Path, canary: Path) -> str:
    name = "pytorch_model-00001-of-00001.bin"
    as_pickle(name, torch_file)(folder, canary)
    edit(folder / "pytorch_model.bin.index.json", weight_map={"w": name}, metadata={})
    return name


def pickle_beside(name: str) -> Make:
    def make(folder: Path, canary: Path) -> str:
        torch_file(folder / name, Fire(canary))
        return name

    return make


def called_safetensors(folder: Path, canary: Path) -> str:
    bare_pickle(folder / "model.safetensors", Fire(canary))
    return "model.safetensors"


def zipped_pickle(folder: Path, canary: Path) -> str:
    (folder / "model.safetensors").unlink()
    with zipfile.ZipFile(folder / "pytorch_model.bin", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({"w": Fire(canary)}))
        archive.writestr("archive/version", "3\n")
        archive.writestr("archive/byteorder", "little")
    return "pytorch_model.bin"


def unpickle(name: str) -> Unsafe:
    def unsafe(folder: Path, canary: Path) -> None:
        import torch

        try:
            torch.load(folder / name, weights_only=False)
        except Exception:
            pickle.loads((folder / name).read_bytes())

    return unsafe


# ---------------------------------------------------------------- templates


def template(text: str, place: str = "chat_template.jinja") -> Make:
    def make(folder: Path, canary: Path) -> str:
        filled = text.replace("CANARY", str(canary))
        (folder / "chat_template.jinja").unlink(missing_ok=True)
        if place == "chat_template.jinja":
            (folder / place).write_text(filled)
        else:
            edit(folder / place, chat_template=filled)
        return place

    return make


def render_plainly(folder: Path, canary: Path) -> None:
    """With Jinja's usual environment."""
    import jinja2

    jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(template_text(folder)).render(
        messages=[{"role": "user", "content": "Hello"}]
    )


def render_without_end(folder: Path, canary: Path) -> None:
    """In Jinja's sandbox, which does not count: ended from outside after two seconds of computing or 1.5 GB."""
    program = (
        "import resource, sys\n"
        "resource.setrlimit(resource.RLIMIT_CPU, (2, 2))\n"
        "resource.setrlimit(resource.RLIMIT_AS, (3 << 29, 3 << 29))\n"
        "from jinja2.sandbox import ImmutableSandboxedEnvironment\n"
        "ImmutableSandboxedEnvironment().from_string(sys.argv[1]).render(messages=[])\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, template_text(folder)], capture_output=True)
    if ended.returncode != 0 and (ended.returncode < 0 or b"MemoryError" in ended.stderr):
        canary.touch()


def template_text(folder: Path) -> str:
    if (folder / "chat_template.jinja").exists():
        return (folder / "chat_template.jinja").read_text()
    return str(json.loads((folder / "tokenizer_config.json").read_text())["chat_template"])


# ---------------------------------------------------------------- links and odd files


SECRET = "the user's own secret"


def link_out(name: str) -> Make:
    """The file lies elsewhere; what is read through the link would be somebody else's."""

    def make(folder: Path, canary: Path) -> str:
        outside = folder.parent / "outside"
        outside.mkdir(exist_ok=True)
        shutil.move(str(folder / name), str(outside / name))
        (folder / name).symlink_to(Path("..") / "outside" / name)
        return name

    return make


def read_through(name: str) -> Unsafe:
    def unsafe(folder: Path, canary: Path) -> None:
        place = (folder / name).resolve()
        if (folder / name).read_bytes() and not place.is_relative_to(folder):
            canary.touch()

    return unsafe


def shard_outside(folder: Path, canary: Path) -> str:
    outside = folder.parent / "outside.safetensors"
    shutil.move(str(folder / "model.safetensors"), str(outside))
    from safetensors import safe_open

    with safe_open(outside, framework="pt") as file:
        names = list(file.keys())
    shutil.copy(outside, folder / "model-00001-of-00001.safetensors")
    edit(
        folder / "model.safetensors.index.json",
        weight_map=dict.fromkeys(names, "../outside.safetensors"),
        metadata={},
    )
    return "model.safetensors.index.json"


def open_shards(folder: Path, canary: Path) -> None:
    from transformers import AutoModelForCausalLM

    AutoModelForCausalLM.from_pretrained(folder)
    canary.touch()  # it loaded weights from outside of the folder


def pipe(name: str) -> Make:
    def make(folder: Path, canary: Path) -> str:
        (folder / name).unlink(missing_ok=True)
        os.mkfifo(folder / name)
        return name

    return make


def read_pipe(name: str) -> Unsafe:
    def unsafe(folder: Path, canary: Path) -> None:
        program = "import sys; open(sys.argv[1]).read()"
        try:
            subprocess.run([sys.executable, "-c", program, str(folder / name)], timeout=1.5)
        except subprocess.TimeoutExpired:
            canary.touch()

    return unsafe


def deep_json(folder: Path, canary: Path) -> str:
    (folder / "tokenizer_config.json").write_text('{"a":' * 200_000 + "1" + "}" * 200_000)
    return "tokenizer_config.json"


def parse_deep(folder: Path, canary: Path) -> None:
    try:
        json.loads((folder / "tokenizer_config.json").read_text())
    except RecursionError:
        canary.touch()


def names_file(folder: Path, canary: Path) -> str:
    secret = folder.parent / "secret.txt"
    secret.write_text(SECRET)
    edit(folder / "tokenizer_config.json", vocab_file="../secret.txt")
    return "tokenizer_config.json"


def read_named(folder: Path, canary: Path) -> None:
    name = json.loads((folder / "tokenizer_config.json").read_text())["vocab_file"]
    if SECRET in (folder / name).read_text():
        canary.touch()


def kernel(folder: Path, canary: Path) -> str:
    edit(folder / "config.json", _attn_implementation="else/where")
    return "config.json"


def take_kernel(folder: Path, canary: Path) -> None:
    """What transformers would ask the hub for."""
    from transformers import AutoConfig

    if "/" in AutoConfig.from_pretrained(folder)._attn_implementation:
        canary.touch()


def huge_header(folder: Path, canary: Path) -> str:
    path = folder / "model.safetensors"
    path.write_bytes((1 << 62).to_bytes(8, "little") + path.read_bytes()[8:])
    return path.name


def trust_header(folder: Path, canary: Path) -> None:
    data = (folder / "model.safetensors").read_bytes()
    try:
        bytearray(int.from_bytes(data[:8], "little"))
    except (MemoryError, OverflowError):
        canary.touch()


OS = "{{ cycler.__init__.__globals__.os.mknod('CANARY') }}"
CLIMB = (
    "{% for c in ''.__class__.__mro__[1].__subclasses__() if c.__name__ == '_wrap_close' %}"
    "{{ c.__init__.__globals__['mknod']('CANARY') }}{% endfor %}"
)
LIPSUM = "{{ lipsum.__globals__['os'].mknod('CANARY') }}"
IMPORTS = "{{ joiner.__init__.__globals__.__builtins__['__import__']('pathlib').Path('CANARY').touch() }}"
FORMAT = "{% set seen = '{0.__init__.__globals__}'.format(cycler) %}" + OS
LOOPS = "{% for i in range(99999) %}{% for j in range(99999) %}{{ i }}{% endfor %}{% endfor %}"
DOUBLING = "{% set n = namespace(t='Hello ') %}{% for i in range(60) %}{% set n.t = n.t ~ n.t %}{% endfor %}"
REPEATED = "{{ 'Hello ' * 100000000000 }}"
PADDED = "{{ '%90000000000d' % 1 }}"
CALLS = "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(60) }}"
REPLACED = "{{ ('a' * 9000000).replace('a', 'b' * 9000000) }}"

TRAPS = (
    Trap("code of an unknown architecture", code(), run_code),
    Trap("code in a module with another name", code("helpers.py"), run_code),
    Trap("code of a known architecture", code(known=True), run_code, refused=False),
    Trap("code from another place", foreign_code, run_foreign),
    Trap("code of a tokenizer", tokenizer_code, run_tokenizer_code),
    Trap("code that generates", custom_generate, run_code, refused=False),
    Trap("pickled weights", as_pickle("pytorch_model.bin", torch_file), unpickle("pytorch_model.bin")),
    Trap("pickled weights, old format", as_pickle("pytorch_model.bin", old_torch_file), unpickle("pytorch_model.bin")),
    Trap("pickled weights, .pt", as_pickle("consolidated.00.pt", torch_file), unpickle("consolidated.00.pt")),
    Trap("pickled weights, .pth", as_pickle("model.pth", torch_file), unpickle("model.pth")),
    Trap("pickled weights, .ckpt", as_pickle("last.ckpt", torch_file), unpickle("last.ckpt")),
    Trap("a bare pickle", as_pickle("pytorch_model.bin", bare_pickle), unpickle("pytorch_model.bin")),
    Trap("a pickle in a plain archive", zipped_pickle, unpickle("pytorch_model.bin")),
    Trap("pickled shards", sharded, unpickle("pytorch_model-00001-of-00001.bin")),
    Trap("a pickle called safetensors", called_safetensors, unpickle("model.safetensors")),
    Trap("a joblib file", as_pickle("model.pkl", bare_pickle), unpickle("model.pkl")),
    Trap("a trainer's pickle", pickle_beside("training_args.bin"), unpickle("training_args.bin"), refused=False),
    Trap("a pickle beside safetensors", pickle_beside("extra.pt"), unpickle("extra.pt"), refused=False),
    Trap("a template that reaches os", template(OS), render_plainly),
    Trap("a template that climbs classes", template(CLIMB, "tokenizer_config.json"), render_plainly),
    Trap("a template that reaches globals", template(IMPORTS, "tokenizer_config.json"), render_plainly),
    Trap("a template that uses a helper", template(LIPSUM), render_plainly),
    Trap("a template that formats attributes", template(FORMAT), render_plainly),
    Trap("a template that loops for years", template(LOOPS), render_without_end),
    Trap("a template that doubles a text", template(DOUBLING), render_without_end),
    Trap("a template that repeats a text", template(REPEATED), render_without_end),
    Trap("a template that pads a text", template(PADDED, "tokenizer_config.json"), render_without_end),
    Trap("a template that calls itself", template(CALLS), render_without_end),
    Trap("a template that replaces", template(REPLACED), render_without_end),
    Trap("weights behind a link", link_out("model.safetensors"), read_through("model.safetensors")),
    Trap("a tokenizer behind a link", link_out("tokenizer.json"), read_through("tokenizer.json")),
    Trap("settings behind a link", link_out("config.json"), read_through("config.json")),
    Trap("a template behind a link", link_out("chat_template.jinja"), read_through("chat_template.jinja")),
    Trap("shards outside of the folder", shard_outside, open_shards),
    Trap("a pipe for a tokenizer", pipe("tokenizer.json"), read_pipe("tokenizer.json")),
    Trap("a pipe for a setting", pipe("generation_config.json"), read_pipe("generation_config.json")),
    Trap("settings without bottom", deep_json, parse_deep),
    Trap("a vocabulary outside of the folder", names_file, read_named),
    Trap("an attention kernel from elsewhere", kernel, take_kernel),
    Trap("a header of many terabytes", huge_header, trust_header),
)  # fmt: skip
