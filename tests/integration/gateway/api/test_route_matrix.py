"""Who gets what from each route: every operation of the OpenAPI document × every kind of caller.

A route without a row here fails, so that each new route states who may use it.
"""

from typing import Any

import httpx2
import pytest
from lodestone.ids import new_id
from lodestone_gateway.app import describe_http
from lodestone_gateway.jobs.own_lead_magnet import IN_BIN
from support.api import Projection, RunningGateway, User
from support.pages import send
from support.samples import emails_result, example_input

OPEN = {"/healthz", "/schemas/{file}"}
INSIDE = {"/readyz", "/metrics"}  # on their own port
IDEATION = example_input("ideation-fitness-coach")
OWN_IDEA = {"title": "A quote that holds", "painSolved": "Tenders lost on price"}

# What the owner and another user get; for other users' things an operator is just another user.
# {job}, {magnet}, {draft} and {source} are the owner's.
ROWS: dict[str, tuple[str, Any, int, int]] = {
    "GET /api/jobs": ("/api/jobs", None, 200, 200),
    "POST /api/jobs": ("/api/jobs", {"jobType": "ideation", "input": IDEATION}, 202, 202),
    "GET /api/jobs/{job_id}": ("/api/jobs/{job}", None, 200, 404),
    "GET /api/jobs/{job_id}/events": ("/api/jobs/{job}/events", None, 200, 404),
    "POST /api/jobs/{job_id}/cancel": ("/api/jobs/{job}/cancel", {}, 409, 404),
    "POST /api/jobs/{job_id}/retry": ("/api/jobs/{job}/retry", {}, 202, 404),
    "GET /api/events": ("/api/events?lastEventId=x", None, 422, 422),
    "POST /api/lead-magnet/ideate": ("/api/lead-magnet/ideate", IDEATION, 202, 202),
    "POST /api/lead-magnet/extract": (
        "/api/lead-magnet/extract",
        {**example_input("extraction-single-system"), "leadMagnetId": "{magnet}"},
        202,
        404,
    ),
    "POST /api/lead-magnet/polish": ("/api/lead-magnet/polish", {"leadMagnetId": "{magnet}"}, 422, 404),
    "POST /api/lead-magnet/posts": (
        "/api/lead-magnet/posts",
        {**example_input("posts"), "leadMagnetId": "{magnet}"},
        202,
        404,
    ),
    "POST /api/lead-magnet/answers": (
        "/api/lead-magnet/answers",
        {**example_input("answers-call"), "leadMagnetId": "{magnet}"},
        202,
        404,
    ),
    "POST /api/lead-magnet/emails": ("/api/lead-magnet/emails", {"leadMagnetId": "{magnet}"}, 202, 404),
    "GET /api/brand-kit": ("/api/brand-kit", None, 200, 200),
    "PUT /api/brand-kit": ("/api/brand-kit", {"tools": ["Loom"]}, 200, 200),
    "GET /api/lead-magnets": ("/api/lead-magnets", None, 200, 200),
    "POST /api/lead-magnets": ("/api/lead-magnets", OWN_IDEA, 201, 201),
    "GET /api/lead-magnets/{lead_magnet_id}": ("/api/lead-magnets/{magnet}", None, 200, 404),
    "PATCH /api/lead-magnets/{lead_magnet_id}": ("/api/lead-magnets/{magnet}", {"title": "New"}, 200, 404),
    "DELETE /api/lead-magnets/{lead_magnet_id}": ("/api/lead-magnets/{magnet}", None, 204, 404),
    "GET /api/lead-magnets/{lead_magnet_id}/emails": ("/api/lead-magnets/{magnet}/emails", None, 404, 404),
    "PUT /api/lead-magnets/{lead_magnet_id}/emails": ("/api/lead-magnets/{magnet}/emails", {}, 422, 422),
    "POST /api/lead-magnets/{lead_magnet_id}/emails/activate": (
        "/api/lead-magnets/{magnet}/emails/activate",
        {},
        404,
        404,
    ),
    "GET /api/lead-magnets/{lead_magnet_id}/versions": (
        "/api/lead-magnets/{magnet}/versions",
        None,
        200,
        404,
    ),
    "GET /api/lead-magnets/{lead_magnet_id}/versions/{version_id}": (
        "/api/lead-magnets/{magnet}/versions/{job}",
        None,
        404,
        404,
    ),
    "GET /api/lead-magnets/{lead_magnet_id}/exports/{file}": (
        "/api/lead-magnets/{magnet}/exports/page.md",
        None,
        404,
        404,
    ),
    "POST /api/lead-magnets/{lead_magnet_id}/versions/{version_id}/restore": (
        "/api/lead-magnets/{magnet}/versions/{job}/restore",
        {},
        404,
        404,
    ),
    "POST /api/lead-magnets/{lead_magnet_id}/versions/{version_id}/decline": (
        "/api/lead-magnets/{magnet}/versions/{job}/decline",
        {},
        404,
        404,
    ),
    "GET /api/lead-magnets/{lead_magnet_id}/publication": (
        "/api/lead-magnets/{magnet}/publication",
        None,
        404,
        404,
    ),
    "PUT /api/lead-magnets/{lead_magnet_id}/publication": (
        "/api/lead-magnets/{magnet}/publication",
        {},
        404,
        404,
    ),
    "DELETE /api/lead-magnets/{lead_magnet_id}/publication": (
        "/api/lead-magnets/{magnet}/publication",
        None,
        404,
        404,
    ),
    "GET /api/wizard-drafts": ("/api/wizard-drafts", None, 200, 200),
    "GET /api/wizard-drafts/{draft_id}": ("/api/wizard-drafts/{draft}", None, 200, 404),
    "PUT /api/wizard-drafts/{draft_id}": ("/api/wizard-drafts/{draft}", {"wizardState": {}}, 200, 200),
    "DELETE /api/wizard-drafts/{draft_id}": ("/api/wizard-drafts/{draft}", None, 204, 404),
    "GET /api/sources": ("/api/sources", None, 200, 200),
    "POST /api/sources": ("/api/sources", {"name": "N", "text": "T", "leadMagnetId": "{magnet}"}, 201, 404),
    "POST /api/sources/files": ("/api/sources/files?name=a.txt", {"any": "text"}, 201, 201),
    "GET /api/sources/{source_id}": ("/api/sources/{source}", None, 200, 404),
    "PATCH /api/sources/{source_id}": ("/api/sources/{source}", {"name": "New"}, 200, 404),
    "DELETE /api/sources/{source_id}": ("/api/sources/{source}", None, 204, 404),
    "GET /api/account/export": ("/api/account/export", None, 200, 200),
    "DELETE /api/account": ("/api/account", None, 202, 202),
    "GET /api/usage": ("/api/usage", None, 200, 200),
    "GET /api/questions": ("/api/questions?archetype=prompt", None, 200, 200),
    "GET /healthz": ("/healthz", None, 200, 200),
    "GET /readyz": ("/readyz", None, 404, 404),
    "GET /metrics": ("/metrics", None, 404, 404),
    "GET /schemas/{file}": ("/schemas/completed.json", None, 200, 200),
}

# What an operator gets. Everybody else gets 403, whatever else is right or wrong with the request.
OPERATORS: dict[str, tuple[str, Any, int]] = {
    "GET /api/ops/overview": ("/api/ops/overview", None, 200),
    "GET /api/ops/jobs": ("/api/ops/jobs", None, 200),
    "GET /api/ops/jobs/{job_id}": ("/api/ops/jobs/{job}", None, 200),
    "POST /api/ops/jobs/{job_id}/cancel": ("/api/ops/jobs/{job}/cancel", {}, 409),
    "POST /api/ops/jobs/{job_id}/replay": ("/api/ops/jobs/{job}/replay", {}, 202),
    "GET /api/ops/dead-letters": ("/api/ops/dead-letters", None, 200),
    "POST /api/ops/dead-letters/replay": (
        "/api/ops/dead-letters/replay",
        {"filter": {}, "dryRun": True},
        200,
    ),
    "POST /api/ops/jobs": (
        "/api/ops/jobs",
        {"jobType": "ideation", "userId": "{user}", "input": IDEATION},
        202,
    ),
    "GET /api/ops/example-inputs": ("/api/ops/example-inputs", None, 200),
    "GET /api/ops/dead-letters/groups": ("/api/ops/dead-letters/groups", None, 200),
    "GET /api/ops/bulk-actions": ("/api/ops/bulk-actions", None, 200),
    "POST /api/ops/bulk-actions": (
        "/api/ops/bulk-actions",
        {"action": "replay", "filter": {"jobType": "posts"}},
        201,
    ),
    "GET /api/ops/bulk-actions/{bulk_id}": ("/api/ops/bulk-actions/{job}", None, 404),
    "POST /api/ops/bulk-actions/{bulk_id}/start": ("/api/ops/bulk-actions/{job}/start", {}, 404),
    "POST /api/ops/bulk-actions/{bulk_id}/abort": ("/api/ops/bulk-actions/{job}/abort", {}, 404),
    "GET /api/ops/bulk-actions/{bulk_id}/jobs": ("/api/ops/bulk-actions/{job}/jobs", None, 404),
    "GET /api/ops/services": ("/api/ops/services", None, 200),
    "GET /api/ops/spend": ("/api/ops/spend", None, 200),
    "POST /api/ops/spend/waive": ("/api/ops/spend/waive", {}, 200),
    "POST /api/ops/spend/enforce": ("/api/ops/spend/enforce", {}, 200),
    "POST /api/ops/job-types/{job_type}/pause": ("/api/ops/job-types/emails/pause", {}, 200),
    "POST /api/ops/job-types/{job_type}/resume": ("/api/ops/job-types/emails/resume", {}, 200),
    "POST /api/ops/dead-letters/{job_id}/replay": ("/api/ops/dead-letters/{job}/replay", {}, 202),
    "GET /api/ops/audit": ("/api/ops/audit", None, 200),
    "GET /api/ops/users": ("/api/ops/users", None, 200),
    "GET /api/ops/users/{user_id}": ("/api/ops/users/{user}", None, 200),
    "PUT /api/ops/users/{user_id}/plan": ("/api/ops/users/{user}/plan", {"plan": "unlimited"}, 200),
    "PUT /api/ops/users/{user_id}/caps": ("/api/ops/users/{user}/caps", {}, 200),
    "GET /api/ops/public-pages/{address}": ("/api/ops/public-pages/none", None, 404),
    "POST /api/ops/public-pages/{address}/take-down": ("/api/ops/public-pages/none/take-down", {}, 404),
    "POST /api/ops/public-pages/{address}/put-back": ("/api/ops/public-pages/none/put-back", {}, 404),
    "GET /api/ops/pauses": ("/api/ops/pauses", None, 200),
    "POST /api/ops/pause": ("/api/ops/pause", {}, 200),
    "POST /api/ops/resume": ("/api/ops/resume", {}, 200),
    "POST /api/ops/users/{user_id}/pause": ("/api/ops/users/{user}/pause", {}, 200),
    "POST /api/ops/users/{user_id}/resume": ("/api/ops/users/{user}/resume", {"perMinute": 6}, 200),
}
ROWS |= {operation: (path, body, 403, 403) for operation, (path, body, _) in OPERATORS.items()}


def operations() -> list[str]:
    paths = describe_http()["paths"]
    return [f"{method.upper()} {path}" for path, methods in paths.items() for method in methods]


class Owner:
    """A user who owns a finished job, a lead magnet, a draft and a source."""

    def __init__(self, user: User, **ids: object) -> None:
        self.user = user
        self._names = {"user": str(user.id), **{name: str(id) for name, id in ids.items()}}

    def fill(self, template: str) -> str:
        """The path with this owner's ids filled in."""
        for name, id in self._names.items():
            template = template.replace(f"{{{name}}}", id)
        return template


@pytest.fixture
async def owner(gateway: RunningGateway) -> Owner:
    """For a test that may change the owner's things."""
    return await new_owner(gateway)


@pytest.fixture(scope="module")
async def untouched(gateway: RunningGateway) -> Owner:
    """For tests in which no caller may change anything."""
    return await new_owner(gateway)


async def new_owner(gateway: RunningGateway) -> Owner:
    user, draft = gateway.user(), new_id()
    magnet = (await user.post("/api/lead-magnets", OWN_IDEA)).json()["id"]
    assert (await user.send("PUT", f"/api/wizard-drafts/{draft}", {"wizardState": {}})).status_code == 200
    source = (await user.post("/api/sources", {"name": "N", "text": "T"})).json()["id"]
    job = await user.submit(IDEATION)
    projection = Projection(gateway.settings.database_url)
    await projection.fold(job, "requested", "started")
    await projection.fold(job, "failed", error={"code": "AI_ERROR", "message": "It did not work."})
    await projection.engine.dispose()
    return Owner(user, job=job, magnet=magnet, draft=draft, source=source)


async def call(caller: User, owner: Owner, operation: str) -> int:
    return (await ask(caller, owner, operation)).status_code


async def ask(caller: User, owner: Owner, operation: str, instead: Any = None) -> httpx2.Response:
    """The answer to the operation's row, or to another body than the row's."""
    path, body, _, _ = ROWS[operation]
    body = body if instead is None else instead
    filled = {
        key: owner.fill(value) if isinstance(value, str) else value for key, value in (body or {}).items()
    }
    return await caller.send(
        operation.split()[0],
        owner.fill(path),
        filled if body is not None else None,
        Accept="application/json, text/event-stream;q=0.1",
    )


def test_every_operation_has_a_row() -> None:
    assert sorted(ROWS) == sorted(operations())


@pytest.mark.parametrize("operation", ROWS)
async def test_owner(owner: Owner, operation: str) -> None:
    assert await call(owner.user, owner, operation) == ROWS[operation][2]


@pytest.mark.parametrize("operation", ROWS)
async def test_somebody_else(gateway: RunningGateway, untouched: Owner, operation: str) -> None:
    assert await call(gateway.user(), untouched, operation) == ROWS[operation][3]


@pytest.mark.parametrize("operation", OPERATORS)
async def test_operator(gateway: RunningGateway, owner: Owner, operation: str) -> None:
    assert await call(gateway.user(role="operator"), owner, operation) == OPERATORS[operation][2]


@pytest.mark.parametrize("operation", OPERATORS)
@pytest.mark.parametrize("role", ["Operator", "admin", ["operator"], True])
async def test_another_role_is_none(
    gateway: RunningGateway, untouched: Owner, operation: str, role: object
) -> None:
    assert await call(gateway.user(role=role), untouched, operation) == 403


@pytest.mark.parametrize("operation", [each for each in ROWS if each not in OPERATORS])
async def test_operator_is_somebody_else(gateway: RunningGateway, untouched: Owner, operation: str) -> None:
    assert await call(gateway.user(role="operator"), untouched, operation) == ROWS[operation][3]


@pytest.mark.parametrize("operation", ROWS)
async def test_expired_token(gateway: RunningGateway, untouched: Owner, operation: str) -> None:
    expired = gateway.user(untouched.user.id, exp=1_700_000_000)

    assert await call(expired, untouched, operation) == unsigned(operation)


@pytest.mark.parametrize("operation", ROWS)
async def test_nobody(gateway: RunningGateway, untouched: Owner, operation: str) -> None:
    method, path = operation.split()[0], untouched.fill(ROWS[operation][0])

    answer = await gateway.client.request(method, path)

    assert answer.status_code == unsigned(operation)


def unsigned(operation: str) -> int:
    """What a caller without a token gets."""
    path = operation.split()[1]
    return 200 if path in OPEN else 404 if path in INSIDE else 401


async def test_what_is_in_the_bin_is_said_to_be_there_by_every_route_but_the_one_that_deletes_it(
    gateway: RunningGateway,
) -> None:
    owner, others = await new_owner(gateway), {"DELETE /api/lead-magnets/{lead_magnet_id}"}
    bodies = {"PUT /api/lead-magnets/{lead_magnet_id}/emails": emails_result()}
    of_magnets = [each for each, (path, body, *_) in ROWS.items() if "{magnet}" in f"{path} {body}"]
    await send(gateway, owner.user, "POST", owner.fill("/library/{magnet}/delete"), {})

    answers = {each: await ask(owner.user, owner, each, bodies.get(each)) for each in {*of_magnets} - others}

    told = {each: (answer.status_code, answer.json().get("binned")) for each, answer in answers.items()}
    assert told == dict.fromkeys(told, (404, True))
    assert {answer.json()["detail"] for answer in answers.values()} == {IN_BIN}
