"""`why`: what the owner of a job is told of its state, and the same for operators and on the command line."""

import asyncio
import sys
from typing import Any
from uuid import UUID

import pytest
from lodestone.status import ENDED
from lodestone_gateway.__main__ import main
from support.api import Projection, RunningGateway, User
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")
FAILED = {"code": "AI_REFUSED", "message": "The AI declined to write this."}


@pytest.fixture(autouse=True)
async def resumed(operator: User) -> Any:
    """Nothing stays paused."""
    yield
    await operator.post("/api/ops/job-types/ideation/resume")


async def why(user: User, job_id: UUID) -> list[dict[str, Any]] | None:
    found: list[dict[str, Any]] | None = (await user.job(job_id))["why"]
    return found


async def test_its_owner_reads_each_cause_in_plain_words(user: User, operator: User) -> None:
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")

    [paused, *others] = await why(user, job_id) or []

    assert paused == {
        "code": "paused",
        "text": "We have paused this kind of work. It resumes automatically.",
        "evidence": {"pausedAt": paused["evidence"]["pausedAt"], "perMinute": None},
        "seenAt": paused["seenAt"],
        "ageSeconds": 0,
        "isFresh": True,
    }
    assert [cause["code"] for cause in others] == ["relay_stopped", "projector_behind"]  # none runs here


async def test_an_operator_reads_who_and_what_to_do(user: User, operator: User) -> None:
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")

    seen = (await operator.get(f"/api/ops/jobs/{job_id}")).json()

    paused = seen["verdict"][0]
    assert paused["evidence"]["pausedBy"] == str(operator.id)
    assert paused["advice"] == "`POST /api/ops/job-types/ideation/resume` ends the pause."
    assert paused["ownerText"] == seen["why"][0]["text"]
    assert seen["reason"] == " ".join(cause["text"] for cause in seen["verdict"])


async def test_its_owner_learns_of_others_how_many_they_are_and_no_more(
    gateway: RunningGateway, user: User, operator: User
) -> None:
    others = [gateway.user() for _ in range(3)]
    for other in others:
        await other.submit(COACH)
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")

    told = (await user.get(f"/api/jobs/{job_id}")).text

    assert not [each.id for each in (*others, operator) if str(each.id) in told]


async def test_an_ended_job_says_why_it_ended(user: User, projection: Projection) -> None:
    jobs = {name: await user.submit(COACH) for name in ENDED}
    for name, job_id in jobs.items():
        await projection.fold(job_id, "requested", "started")
        await projection.fold(job_id, name, error=FAILED, result={})

    failed, cancelled = await why(user, jobs["failed"]), await why(user, jobs["cancelled"])

    assert await why(user, jobs["completed"]) is None
    assert [(cause["code"], cause["text"]) for cause in failed or []] == [("failed", FAILED["message"])]
    assert [cause["code"] for cause in cancelled or []] == ["cancelled"]


async def test_lists_and_unchanged_answers_have_none(user: User) -> None:
    job_id = await user.submit(COACH)
    first = await user.get(f"/api/jobs/{job_id}")

    unchanged = await user.get(f"/api/jobs/{job_id}", If_None_Match=first.headers["etag"])
    [listed] = (await user.get("/api/jobs")).json()["items"]

    assert first.json()["why"]
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert "why" not in listed


async def test_the_command_line_tells_the_same(
    gateway: RunningGateway,
    user: User,
    operator: User,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")
    seen = (await operator.get(f"/api/ops/jobs/{job_id}")).json()

    status, printed = await asked(gateway, str(job_id), monkeypatch, capsys)

    assert status == 0
    assert printed.startswith(f"ideation {job_id} of user {user.id}: pending\n1. paused: ")
    for cause in seen["verdict"]:
        assert f"{cause['code']}: {cause['text']}" in printed
        assert f"   To do: {cause['advice']}" in printed


@pytest.mark.parametrize(
    ("job", "told"),
    [
        ("nonsense", "nonsense is not a job id: give a UUID, as `GET /api/ops/jobs` lists them.\n"),
        (str(UUID(int=7)), f"There is no job {UUID(int=7)} in this database.\n"),
    ],
)
async def test_the_command_line_says_what_is_wrong_with_an_id(
    gateway: RunningGateway,
    job: str,
    told: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert await asked(gateway, job, monkeypatch, capsys) == (1, told)


async def asked(
    gateway: RunningGateway,
    job: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> tuple[object, str]:
    """`lodestone-gateway why`: its exit status, and what it prints."""
    monkeypatch.setattr("lodestone.telemetry.configure_logging", lambda *_: None)
    monkeypatch.setattr(sys, "argv", ["lodestone-gateway", "why", job])
    monkeypatch.setenv("LODESTONE_DATABASE_URL", gateway.settings.database_url)
    capsys.readouterr()
    try:
        await asyncio.to_thread(main)
    except SystemExit as end:
        return end.code, capsys.readouterr().err
    return 0, capsys.readouterr().out
