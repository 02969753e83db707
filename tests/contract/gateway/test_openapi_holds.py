"""For every request, the gateway answers as its OpenAPI document says, and never fails."""

import asyncio
import json
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from lodestone_gateway.app import describe_http
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.generation.feedback import FeedbackSources
from schemathesis.generation.meta import CoveragePhaseData
from schemathesis.pytest._test_builder import build_operation_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from support.api import running_gateway, token

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EVERY = 3  # after the first, one in three of the cases at one place of a schema
met: Counter[tuple[str, object, str | None]] = Counter()
STREAM = "/api/events"  # answers for as long as it is open, so it is tested beside its code
COMMITTED = Path(__file__).parents[3] / "docs" / "api" / "openapi.json"
OPERATIONS = [
    f"{method.upper()} {path}"
    for path, methods in json.loads(COMMITTED.read_text())["paths"].items()
    for method in methods
    if path != STREAM
]


@pytest.fixture(scope="module")
def operations() -> dict[str, Any]:
    """Each operation of the document by its label."""
    document = schemathesis.openapi.from_dict(describe_http())
    found = [each.ok() for each in document.get_all_operations() if isinstance(each, Ok)]
    return {operation.label: operation for operation in found}


@pytest.fixture(scope="module")
def gateway_url(module_postgres_url: str) -> Iterator[str]:
    """A gateway with its own event loop and thread, for a blocking client."""
    url: list[str] = []
    is_up, is_over = threading.Event(), threading.Event()

    async def serve() -> None:
        async with running_gateway(module_postgres_url) as gateway:
            url.append(gateway.url)
            is_up.set()
            await asyncio.to_thread(is_over.wait)

    thread = threading.Thread(target=asyncio.run, args=[serve()])
    thread.start()
    assert is_up.wait(30)
    yield url[0]
    is_over.set()
    thread.join(30)


def is_due(case: Any) -> bool:
    """Whether this case is tried: the first of each kind at each place, and every third of the others."""
    told = case.meta.phase.data if case.meta else None
    if not isinstance(told, CoveragePhaseData):
        return True
    place = (case.operation.label, told.scenario, told.location)
    met[place] += 1
    return met[place] == 1 or (met[place] + len(met)) % EVERY == 0


@pytest.mark.parametrize("label", OPERATIONS)
def test_every_answer_is_documented(operations: dict[str, Any], gateway_url: str, label: str) -> None:
    operation = operations[label]
    # Made here and not by `parametrize()`: else each collection of tests would make the cases of all.
    try_all = build_operation_test(
        config=operation.schema.config,
        operation=operation,
        test_func=try_one,
        given_kwargs={},
        feedback=FeedbackSources(),
    )
    try_all(gateway_url=gateway_url)


@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def try_one(case: Any, gateway_url: str) -> None:
    if not is_due(case):
        return
    # Operators' routes are tried as an operator: everybody else only ever gets 403.
    claims: dict[str, Any] = {"role": "operator"} if case.path.startswith("/api/ops/") else {}
    case.query = {**(case.query or {}), "wait": "0"} if "wait" in (case.query or {}) else case.query

    answer = case.call(
        base_url=gateway_url,
        headers={"Authorization": f"Bearer {token(uuid4(), **claims)}", "Accept": "application/json"},
        timeout=20,
    )

    case.validate_response(answer, checks=CHECKS)
