"""Ollama and LM Studio get the model, with the trained template, and only when it is right."""

import os
from pathlib import Path

import pytest

from engine.export import lm_studio
from engine.export.modelfile import Modelfile
from engine.export.ollama import FILE, ModelfileReplay
from engine.export.reference import held_out_prompts, make_reference
from engine.export.run import export, open_run
from engine.export.verify import compare, verdict
from tests.integration.quiet_job import QuietJob

OLLAMA = """#!/bin/sh
[ "$1" = create ] && [ "$3" = -f ] && [ -f "$4" ] || exit 2
grep -q "FROM ./" "$4" || exit 3
echo "$2" >> "{seen}"
exit {code}
"""


@pytest.fixture
def ollama(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program of that name on the path, and the file in which it notes what it was given."""
    return _install(tmp_path, monkeypatch, 0)


def _install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> Path:
    folder, seen = tmp_path / "bin", tmp_path / "seen"
    folder.mkdir(exist_ok=True)
    (folder / "ollama").write_text(OLLAMA.format(seen=seen, code=code))
    (folder / "ollama").chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return seen


def test_ollama_is_given_a_verified_model(tiny_run: Path, ollama: Path) -> None:
    gguf, found = export(tiny_run, targets=["gguf:f16", "ollama:f16"], job=QuietJob()).targets
    assert found.verification.status == "passed", found.verification
    assert found.verification.prompt_tokens_equal and "Ollama has it as tiny-run" in found.verification.detail
    assert ollama.read_text().split() == ["tiny-run"]
    folder = Path(found.path)
    written = Modelfile.read((folder / FILE).read_text())
    assert (folder / written.gguf).stat().st_ino == Path(
        gguf.path
    ).stat().st_ino  # the same file, not a second one


def test_what_ollama_says_no_to_is_told(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _install(tmp_path, monkeypatch, 1)
    job = QuietJob()
    (found,) = export(tiny_run, targets=["ollama:f16"], job=job).targets
    assert found.verification.status == "passed" and job.warnings == ["ollama_failed"]


def test_faults_in_a_modelfile_are_caught_and_never_handed_over(tiny_run: Path, tmp_path: Path) -> None:
    (found,) = export(tiny_run, targets=["ollama:f16"], out=tmp_path / "out", job=QuietJob()).targets
    folder = Path(found.path)
    text = (folder / FILE).read_text()
    tuned = open_run(tiny_run)
    reference = make_reference(tuned, held_out_prompts(tuned), job=QuietJob())

    def judged(changed: str) -> str:
        (folder / FILE).write_text(changed)
        replay = ModelfileReplay(folder, context_tokens=400)
        try:
            return verdict(compare(reference, replay, job=QuietJob()), precise=True, kl_limit=0.02).status
        finally:
            replay.close()

    assert judged(text) == "passed"
    assert judged(text.replace('<|im_start|>assistant\n"""', '<|im_start|>assistant"""')) == "failed"
    assert judged(text.replace("SmolLM", "someone")) == "failed"


def test_lm_studio_gets_a_link_in_its_own_order(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setattr(lm_studio, "lm_studio_folders", lambda: [tmp_path / "none", models])
    (found,) = export(tiny_run, targets=["lm_studio:q8_0"], job=QuietJob()).targets
    assert found.verification.prompt_tokens_equal and found.verification.status != "failed"
    place = models / "luthier" / "Tiny-run" / "Tiny-run-q8_0.gguf"
    (ours,) = Path(found.path).rglob("*.gguf")
    assert place.stat().st_ino == ours.stat().st_ino
    assert ours.relative_to(found.path) == place.relative_to(models)


def test_a_failed_export_is_not_handed_over(
    tiny_run: Path, tiny_base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ollama: Path
) -> None:
    from engine.export import run as export_run
    from engine.export.weights import open_weights

    monkeypatch.setattr(export_run, "weights_of", lambda tuned: open_weights(tiny_base, None))
    models = tmp_path / "models"
    models.mkdir()
    monkeypatch.setattr(lm_studio, "lm_studio_folders", lambda: [models])
    found = export(tiny_run, targets=["ollama:f16", "lm_studio:f16"], job=QuietJob()).targets
    assert [item.verification.status for item in found] == ["failed", "failed"]
    assert all(item.path.endswith(".failed") for item in found)
    assert not ollama.exists() and not list(models.iterdir())
