"""The general questions: complete, and scored as the model itself would score each choice alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import torch

from engine.contract.job import Cancelled
from engine.evaluate import probe
from engine.evaluate.probe import Question, Seen, ask, questions
from engine.models.load import load_tokenizer
from engine.models.tuned import load_folder
from tests.integration.quiet_job import QuietJob
from tests.unit.export.tiny import make_base

MIXED = (
    Question("facts", "en", "What do bees make?", ("Honey", "Milk", "A very long wrong answer", "Wool")),
    Question("facts", "zh", "蜜蜂生产什么？", ("蜂蜜", "牛奶", "丝绸", "羊毛")),
    Question("code", "en", "x?", ("1", "2", "3", "4")),
    Question("code", "en", "y?", ("5", "6", "7", "8")),
    Question("facts", "en", "What do cows make?", ("Milk", "Honey", "Silk", "Wool")),
)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    base = make_base(tmp_path_factory.mktemp("probe") / "base")
    yield load_folder(base), load_tokenizer(str(base))


def plainly(model: Any, tokenizer: Any, question: Question) -> list[float]:
    """Each choice after its prompt in one forward pass of its own, as transformers gives it."""
    chat = [{"role": "user", "content": question.text}]
    prompt = tokenizer.apply_chat_template(chat, tokenize=False, add_generation_prompt=True)
    head = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    found = []
    for choice in question.choices:
        tail = tokenizer(choice, add_special_tokens=False)["input_ids"]
        with torch.inference_mode():
            logits = model(input_ids=torch.tensor([head + tail])).logits[0].log_softmax(dim=-1)
        found.append(sum(float(logits[len(head) + at - 1, token]) for at, token in enumerate(tail)))
    return found


def test_every_ability_is_asked_in_both_languages() -> None:
    found = questions()
    assert len(found) >= 200
    counts = Counter((item.ability, item.language) for item in found)
    assert len(counts) >= 8 and {language for _, language in counts} == {"en", "zh"}
    assert min(counts.values()) >= 15
    assert {ability for ability, language in counts if language == "en"} == {a for a, _ in counts}
    for item in found:
        assert len(item.choices) == len(set(item.choices)) == 4, item.text
        assert all(item.choices), item.text
    assert len({(item.language, item.text) for item in found}) == len(found)


def test_scores_are_those_of_each_choice_alone(model: tuple[Any, Any]) -> None:
    seen = ask(*model, MIXED, job=QuietJob(), name="before")
    for question, row in zip(MIXED, seen, strict=True):
        assert row.log_p == pytest.approx(plainly(*model, question), abs=2e-3), question.text
        assert max(row.log_p) - min(row.log_p) > 0.1


def test_a_model_whose_memory_cannot_be_copied_says_the_same(
    model: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    quick = ask(*model, MIXED, job=QuietJob(), name="before")
    monkeypatch.setattr(probe, "_can_be_copied", lambda cache: False)
    slow = ask(*model, MIXED, job=QuietJob(), name="before")
    for left, right in zip(quick, slow, strict=True):
        assert left.log_p == pytest.approx(right.log_p, abs=2e-3)


def test_a_memory_of_another_kind_is_not_copied(model: tuple[Any, Any]) -> None:
    from transformers.cache_utils import DynamicCache, LinearAttentionLayer

    with torch.inference_mode():
        cache = model[0](input_ids=torch.tensor([[1, 2]]), use_cache=True).past_key_values
    assert probe._can_be_copied(cache)
    other = DynamicCache()
    other.layers = [*cache.layers, LinearAttentionLayer()]
    assert not probe._can_be_copied(other)
    assert not probe._can_be_copied(None)


def test_asking_can_be_ended(model: tuple[Any, Any]) -> None:
    job = QuietJob()
    job.current = "cancel"
    with pytest.raises(Cancelled):
        ask(*model, MIXED, job=job, name="before")


def test_the_likeliest_choice_and_how_sure_it_is() -> None:
    seen = Seen((-1.0, -1.0, -500.0, -900.0))
    assert seen.chosen == 0 and seen.sure == pytest.approx(0.5)
    assert Seen((-3.0, -1.0, -2.0, -9.0)).chosen == 1
