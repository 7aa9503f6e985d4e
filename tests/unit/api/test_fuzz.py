"""Requests that a fuzzer makes from the served document; none may end in a mistake of ours.

Ten minutes of it: ``schemathesis run http://127.0.0.1:8615/openapi.json --max-time 600 -n 100000
--exclude-checks positive_data_acceptance`` with the token as header, against ``luthier-engine api``.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings

from engine.api.document import document
from tests.unit.api.fake import NAME, TOKEN, FakeModel, Running, serving

SCHEMA: Any = schemathesis.openapi.from_dict(document("http://127.0.0.1:8615/v1", NAME))
OPERATIONS = {found.ok().label: found.ok() for found in SCHEMA.get_all_operations()}


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    with serving(FakeModel()) as running:
        yield running


MODES = schemathesis.GenerationMode
CASES = [(name, MODES.POSITIVE) for name in OPERATIONS]
CASES += [(name, MODES.NEGATIVE) for name in OPERATIONS if name.startswith("POST")]


@pytest.mark.parametrize(("name", "mode"), CASES)
def test_no_request_breaks_the_server(server: Running, name: str, mode: Any) -> None:
    base = server.address.removesuffix("/v1")
    statuses = set()

    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(OPERATIONS[name].as_strategy(generation_mode=mode))
    def fuzz(case: Any) -> None:
        answer = case.call(base_url=base, headers={"Authorization": f"Bearer {TOKEN}"})
        statuses.add(answer.status_code)
        assert answer.status_code < 500, answer.text

    fuzz()
    assert statuses <= {200, 400, 401, 404, 405, 413, 415}  # 401: a fuzzed request may lose its token
    if name.startswith("POST /v1/chat"):
        assert (200 in statuses) if mode is MODES.POSITIVE else (400 in statuses)
