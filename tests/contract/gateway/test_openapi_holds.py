"""Whatever anybody sends, the gateway answers as its OpenAPI document says, and never breaks."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from lodestone_gateway.app import describe_http
from schemathesis.checks import not_a_server_error
from schemathesis.generation.meta import CoveragePhaseData
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
EVERY = 3  # of what is tried at one place of a schema, after the first
met: Counter[tuple[str, object, str | None]] = Counter()
# A stream answers as long as it is open: its tests are beside its code.
document = schemathesis.openapi.from_dict(describe_http()).exclude(path="/api/events")


@pytest.fixture(scope="module")
def gateway_url(module_postgres_url: str) -> Iterator[str]:
    """A gateway with an event loop and a thread of its own, for a client that blocks."""
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
    """Whether this case is tried: at each place the first of each kind, and of the others some, in turn."""
    told = case.meta.phase.data if case.meta else None
    if not isinstance(told, CoveragePhaseData):
        return True
    place = (case.operation.label, told.scenario, told.location)
    met[place] += 1
    return met[place] == 1 or (met[place] + len(met)) % EVERY == 0


@document.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_answer_is_documented(case: Any, gateway_url: str) -> None:
    if not is_due(case):
        return
    # What is for operators is asked by one: whoever else asks is only ever told 403.
    claims: dict[str, Any] = {"role": "operator"} if case.path.startswith("/api/ops/") else {}
    case.query = {**(case.query or {}), "wait": "0"} if "wait" in (case.query or {}) else case.query

    answer = case.call(
        base_url=gateway_url,
        headers={"Authorization": f"Bearer {token(uuid4(), **claims)}", "Accept": "application/json"},
        timeout=20,
    )

    case.validate_response(answer, checks=CHECKS)
