"""What a model will take of the memory, told from its files."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.chat.size import LLAMA_PROCESS, TORCH_PROCESS, need_of
from engine.contract.errors import ErrorCode, UserError
from engine.models.starter import starter_gguf
from engine.models.tuned import stored_tensors
from tests.unit.export.tiny import make_base, make_run


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_base(tmp_path_factory.mktemp("base"))


def test_a_gguf_is_its_file_and_what_it_keeps_of_each_token() -> None:
    need = need_of("starter")
    assert need is not None and need.engine == "llama.cpp" and need.path == starter_gguf()
    assert need.token_bytes == 30 * 2 * 3 * 64 * 2  # layers, keys and values, their heads, width, float16
    size = starter_gguf().stat().st_size
    assert size + LLAMA_PROCESS < need.fixed_bytes < size + LLAMA_PROCESS + 300_000_000
    assert need.bytes_for(1000) == need.fixed_bytes + 1000 * need.token_bytes


def test_lists_before_the_figures_are_passed_over(tmp_path: Path) -> None:
    """Tags, and a number of heads for each layer; a list that lies about its strings is no GGUF."""
    import gguf

    path = tmp_path / "x.gguf"
    writer: Any = gguf.GGUFWriter(path, "llama")
    writer.add_array("general.tags", ["chat", "tiny"])
    writer.add_block_count(2)
    writer.add_embedding_length(64)
    writer.add_head_count(4)
    writer.add_head_count_kv([1, 2])
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    need = need_of(str(path))
    assert need is not None and need.token_bytes == 2 * 2 * 2 * (16 + 16)
    data = bytearray(path.read_bytes())
    place = data.find(b"chat") - 8
    data[place : place + 8] = (1 << 40).to_bytes(8, "little")
    path.write_bytes(data)
    assert need_of(str(path)) is None


def test_a_folder_is_its_numbers_in_the_format_of_the_device(base: Path) -> None:
    numbers = sum(tensor.elements for tensor in stored_tensors(base))
    on_processor, on_card = need_of(str(base)), need_of(str(base), on_gpu=True)
    assert on_processor is not None and on_card is not None
    assert on_processor.fixed_bytes - TORCH_PROCESS == 4 * numbers
    assert on_card.fixed_bytes - TORCH_PROCESS == 2 * numbers
    assert on_processor.token_bytes == 2 * on_card.token_bytes > 4 * 2 * 2 * 2 * 16


def test_an_unmerged_run_is_base_and_adapter(base: Path, tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", base)
    need, plain = need_of(str(run)), need_of(str(base))
    assert need is not None and plain is not None and need.path == run and need.engine == "torch"
    adapter = sum(tensor.elements for tensor in stored_tensors(run / "adapter"))
    assert need.fixed_bytes - plain.fixed_bytes == 4 * adapter
    (run / "exports").mkdir()
    (run / "exports" / "run-q8_0.gguf").write_bytes(starter_gguf().read_bytes()[: 8 << 20])
    exported = need_of(str(run))  # the newest export is what is loaded
    assert exported is not None and exported.engine == "llama.cpp"


def test_what_another_program_holds_needs_nothing_here() -> None:
    assert need_of("http://127.0.0.1:11434/v1#llama") is None
    assert need_of("vllm:/some/folder") is None


def test_what_is_missing_or_damaged_is_told(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        need_of(str(tmp_path))
    assert caught.value.info.code is ErrorCode.NOT_FOUND
    (tmp_path / "x.gguf").write_bytes(b"nonsense")
    assert need_of(str(tmp_path / "x.gguf")) is None
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "llama"}))
    (tmp_path / "model.safetensors").write_bytes(b"\x00" * 20)
    with pytest.raises(UserError, match="cut short"):
        need_of(str(tmp_path))
