import json

import pytest

from engine.contract.errors import ErrorCode, UserError
from engine.data.steps.evaluation_overlap import EvaluationOverlap

QUESTION = "Explain in a few words why the sky over the sea looks blue at noon and red in the evening"


@pytest.fixture
def evaluation(write):
    return str(write("eval.jsonl", json.dumps({"instruction": QUESTION, "output": "Scattering."}) + "\n"))


@pytest.fixture
def made(rows):
    return rows(
        (QUESTION, "Light scatters."),
        (QUESTION.upper() + "?!", "Scattering."),
        (QUESTION.replace("noon", "midday"), "Scattering."),
        ("Name three kinds of bread.", "Rye, wheat, spelt."),
    )


def lines(made, **options):
    return [row.line for row in EvaluationOverlap(**options).apply(made).kept]


def test_near_and_exact(made, evaluation):
    assert lines(made, path=evaluation) == [4]
    assert lines(made, path=evaluation, match="exact") == [3, 4]
    assert lines(made, path=evaluation, threshold=1.0) == [3, 4]
    assert lines(made, path=evaluation, match="exact", compare="conversation") == [1, 3, 4]


def test_running_text_is_compared_as_a_whole(rows, write):
    path = str(write("eval.txt", QUESTION))
    assert lines(rows((QUESTION, "x"), ("other", "y")), path=path) == [2]


def test_the_file_must_be_there(made, tmp_path):
    with pytest.raises(UserError, match="names no file"):
        EvaluationOverlap().apply(made)
    with pytest.raises(UserError) as raised:
        EvaluationOverlap(path=str(tmp_path / "none.jsonl")).apply(made)
    assert raised.value.info.code is ErrorCode.NOT_FOUND
