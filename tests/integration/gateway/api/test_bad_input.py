"""Bad input: every answer names the field and what to do, and no job is created."""

import asyncio
import base64
import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.lead_magnet import BusinessType
from support.api import RunningGateway, User
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
JOB: dict[str, Any] = {"jobType": "ideation", "input": COACH}
CALLER = {"quote": "q", "theme": "t", "frequency": "often"}


@pytest.fixture
async def no_job_is_made(gateway: RunningGateway, user: User) -> Any:
    yield
    with psycopg.connect(gateway.settings.database_url) as connection:
        counted = connection.execute("SELECT count(*) FROM background_jobs WHERE user_id = %s", [user.id])
        assert counted.fetchone() == (0,)


pytestmark = pytest.mark.usefixtures("no_job_is_made")


def cursor(time: str) -> str:
    """A cursor as the API gives it, for the current moment."""
    return base64.urlsafe_b64encode(f"{time}/01a2157c-e62c-730f-9594-aa9213403ba5".encode()).decode()


def errors(answer: Any) -> dict[str, str]:
    """The problem's fields and messages, after checking its form."""
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, problem["status"], problem["code"]) == (422, 422, "VALIDATION_ERROR")
    assert problem["type"]
    assert problem["title"]
    assert problem["detail"] == problem["error"]
    return {error["field"]: error["message"] for error in problem["errors"]}


@pytest.mark.parametrize("body", [{"input": COACH}, {**JOB, "jobType": "nope"}, {**JOB, "jobType": 5}, {}])
async def test_a_missing_or_unknown_job_type_names_the_allowed_ones(user: User, body: Any) -> None:
    found = errors(await user.post("/api/jobs", body))

    assert all(name in found["jobType"] for name in JOB_TYPES)


@pytest.mark.parametrize(
    ("change", "field", "told"),
    [
        ({"businessDescription": "   "}, "businessDescription", "Must not be empty or only spaces."),
        ({"businessDescription": 5}, "businessDescription", "Must be text."),
        ({"businessDescription": None}, "businessDescription", "Must be text."),
        ({"businessDescription": "x" * 20_001}, "businessDescription", "at most 20000 characters"),
        ({"businessType": "agency"}, "businessType", "agency-owner"),
        ({"tools": ["x"] * 5000}, "tools", "at most 50 entries"),
        ({"tools": "hammer"}, "tools", "Must be a list."),
        ({"tools": None}, "tools", "Must be a list."),
        ({"tools": ["a", 5]}, "tools.1", "Must be text."),
        ({"tools": ["a\x00"]}, "tools.0", "U+0000"),
        ({"businessDescription": "a\ud800b"}, "businessDescription", "surrogate"),
        ({"sources": []}, "sources", "Must be an object."),
        (
            {"sources": {"callTranscriptInsights": {"painPoints": [CALLER]}}},
            "sources.callTranscriptInsights.painPoints.0.frequency",
            "mentioned-once, recurring, dominant",
        ),
    ],
)
async def test_a_wrong_field_is_named_with_what_to_do(
    user: User, change: dict[str, Any], field: str, told: str
) -> None:
    alone = errors(await user.post("/api/lead-magnet/ideate", {**COACH, **change}))
    within = errors(await user.post("/api/jobs", {"jobType": "ideation", "input": {**COACH, **change}}))

    assert list(alone) == [field]
    assert told in alone[field]
    assert within == {f"input.{field}": alone[field]}


async def test_a_wrong_enum_names_every_allowed_value(user: User) -> None:
    found = errors(await user.post("/api/lead-magnet/ideate", {**COACH, "businessType": "agency"}))

    assert found["businessType"] == f"Must be one of: {', '.join(BusinessType)}."


async def test_all_wrong_fields_come_in_one_answer(user: User) -> None:
    body = {"jobType": "ideation", "input": {"tools": 5}, "priority": "soon", "leadMagnetId": "x"}

    found = errors(await user.post("/api/jobs", body))

    assert set(found) == {
        "input.businessDescription",
        "input.businessType",
        "input.tools",
        "priority",
        "leadMagnetId",
    }
    assert found["input.businessType"] == "This field is required."
    assert found["priority"] == "Must be one of: interactive, bulk."


async def test_wrong_answers_are_located_by_their_question(user: User) -> None:
    body = example_input("extraction-single-system")
    body["answers"] = {**body["answers"], "nope": "x", "steps": 5}

    found = errors(await user.post("/api/lead-magnet/extract", body))

    assert {"answers.nope", "answers.steps"} == set(found)


@pytest.mark.parametrize(
    ("answers", "field", "told"),
    [
        ({f"a{number}": "x" for number in range(51)}, "answers", "Must have at most 50 entries."),
        ({"task": "x" * 20_001}, "answers.task", "Must be at most 20000 characters long."),
    ],
)
async def test_answers_without_end_are_told_so(user: User, answers: Any, field: str, told: str) -> None:
    body = {"archetype": "prompt", "concept": {"title": "t", "painSolved": "p"}, "answers": answers}

    found = errors(await user.post("/api/lead-magnet/extract", body))

    assert found[field] == told


async def test_two_different_lead_magnets_are_refused(user: User) -> None:
    first, second = "0199aa00-0000-7000-8000-000000000001", "0199aa00-0000-7000-8000-000000000002"
    body = {"jobType": "polish", "leadMagnetId": first, "input": {"leadMagnetId": second}}

    assert "leadMagnetId" in errors(await user.post("/api/jobs", body))


@pytest.mark.parametrize("path", ["/api/jobs", "/api/lead-magnet/ideate"])
@pytest.mark.parametrize(
    "body",
    [
        b"{nope",
        b"[1]",
        b'"text"',
        b"5",
        b"null",
        b"",
        b"\xff\xfe",
        b'{"jobType": "ideation"',
        b"[" * 5000,
        b'{"a": ' + b"1" * 5000 + b"}",
    ],
)
async def test_a_body_that_is_no_json_object_is_told_so(user: User, path: str, body: bytes) -> None:
    assert list(errors(await user.send("POST", path, body))) == ["body"]


async def test_a_body_that_is_not_sent_as_json_is_told_so(user: User) -> None:
    answer = await user.send("POST", "/api/jobs", json.dumps(JOB).encode(), Content_Type="text/plain")

    assert "application/json" in errors(answer)["body"]


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "1e999"])
async def test_numbers_that_json_does_not_know_are_refused(user: User, bad: str) -> None:
    body = json.dumps(COACH)[:-1] + f', "successExample": {bad}}}'

    assert "successExample" in errors(await user.send("POST", "/api/lead-magnet/ideate", body.encode()))


@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("size", [300 * 1024, 1200 * 1024])
async def test_a_large_body_is_413_for_a_client_that_still_sends(
    gateway: RunningGateway, user: User, size: int, chunked: bool
) -> None:
    status, problem = await asyncio.to_thread(send_all, gateway.url, user.token, size, chunked)

    assert (status, problem["code"], problem["status"]) == (413, "PAYLOAD_TOO_LARGE", 413)
    assert "256 KiB" in problem["detail"]


async def test_a_body_of_exactly_the_limit_is_read(user: User) -> None:
    body = json.dumps({"x": ""}).encode()
    padded = body[:-2] + b"x" * (256 * 1024 - len(body)) + body[-2:]

    found = errors(await user.send("POST", "/api/lead-magnet/ideate", padded))

    assert set(found) == {"businessDescription", "businessType"}


async def test_a_request_without_token_is_401_before_its_body_is_looked_at(gateway: RunningGateway) -> None:
    for body in (b"{nope", b"x" * 300_000):
        answer = await gateway.client.post("/api/jobs", content=body)

        assert (answer.status_code, answer.json()["code"]) == (401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=x", "limit"),
        ("status=done", "status"),
        ("status=failed,done", "status"),
        ("status=", "status"),
        ("jobType=nope", "jobType"),
        ("cursor=nope", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=eA==", "cursor"),
        (f"cursor={cursor('0001-01-01T00:00:00+23:59')}", "cursor"),
        (f"cursor={cursor('9999-12-31T23:59:59-23:59')}", "cursor"),
    ],
)
async def test_a_filter_that_is_none_is_refused(user: User, query: str, field: str) -> None:
    assert list(errors(await user.get(f"/api/jobs?{query}"))) == [field]


def send_all(url: str, token: str, size: int, chunked: bool) -> tuple[int, Any]:
    """Sends a body with blocking writes, as most clients do, and reads the answer only afterwards."""
    at = urlsplit(url)
    connection = http.client.HTTPConnection(str(at.hostname), at.port, timeout=20)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = iter([b"x" * 65536] * (size // 65536 + 1)) if chunked else b"x" * size
    try:
        connection.request("POST", "/api/jobs", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()
