"""For every user, every request and every forbidden reply subject: the server's answer does not get there."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import pytest
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.bus.users import bus_users
from lodestone.events import EVENTS, JobCompleted, Usage
from lodestone.ids import new_id
from lodestone.job_log import JobLog
from lodestone.jobs import JOB_TYPES
from nats.aio.client import Client
from nats.aio.msg import Msg
from support.bus_rights import API, JOB, SERVICES, USERS, among, lowered, may_publish, publish_subjects
from support.bus_users import answered, connected, server_with_users
from support.waiting import eventually

VICTIM = "01900000-0000-7000-8000-00000000000f"
CRAFTED = "job.completed.polish.01900000-0000-7000-8000-00000000000e"
# The operator's destructive requests.
UNSAFE = ("DELETE", "PURGE", "UPDATE", "RESTORE", "PAUSE", "CREATE", "RESET", "SNAPSHOT")


def places() -> list[str]:
    """The subjects to which a forged reply could go: where it would be stored, obeyed or believed."""
    victims = [*JOB_TYPES, "projector"]
    return [
        *(f"job.{event}.{job_type}.{VICTIM}" for event in EVENTS for job_type in JOB_TYPES),
        *(f"{API}.STREAM.{verb}.JOBS" for verb in ("DELETE", "PURGE", "UPDATE", "MSG.DELETE", "MSG.GET")),
        f"{API}.STREAM.NAMES",
        *(f"{API}.CONSUMER.{verb}.JOBS.{each}" for verb in ("DELETE", "PAUSE") for each in victims),
        *(f"$JS.ACK.JOBS.{each}.1.7.1.1700000000.0" for each in JOB_TYPES),
        *(f"_INBOX_{user}.somewhere" for user in USERS),
        *(f"_INBOX_{user}.answer.to-an-ask" for user in USERS),
        "worker.ideation-1.has",
        *(f"service.{service}.beat" for service in SERVICES),
    ]


def requests_of(user: str) -> list[str]:
    """The requests that the user may send; for the operator, only those that change nothing."""
    allowed = sorted(among(publish_subjects(), may_publish(user)))
    if user == "operator":
        allowed = [each for each in allowed if not any(verb in each.split(".") for verb in UNSAFE)]
    return allowed


def forbidden_to(user: str) -> list[str]:
    """The places that are not the user's own; its rights name jobs by another id."""
    rights = [each.replace(JOB, VICTIM) for each in may_publish(user)]
    return sorted(set(places()) - among(places(), [*rights, f"_INBOX_{user}.*"]))


def is_reserved(place: str) -> bool:
    """Whether the server itself refuses a message with this reply subject, and reports it."""
    return place.startswith("$JS.ACK.")


def body_for(subject: str) -> bytes:
    """A body that makes the server answer with as much as it can."""
    if "DIRECT.GET" in subject or "MSG.GET" in subject:
        return json.dumps({"last_by_subj": CRAFTED}).encode()
    if "STREAM.PURGE" in subject:
        return json.dumps({"filter": "job.*.*.of-nobody"}).encode()
    return json.dumps({"batch": 1, "no_wait": True}).encode() if "MSG.NEXT" in subject else b""


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with server_with_users(tmp_path_factory.mktemp("replies")) as urls:
        yield urls


@contextlib.asynccontextmanager
async def others_listen(urls: dict[str, str], asking: str) -> AsyncIterator[list[Msg]]:
    """Collects what reaches every user except the one that sends."""
    heard: list[Msg] = []

    async def hear(message: Msg) -> None:
        heard.append(message)

    async with contextlib.AsyncExitStack() as stack:
        for user in [each for each in bus_users() if each.name != asking]:
            client, _ = await stack.enter_async_context(connected(urls, user.name))
            for subject in user.subscribe:
                if not subject.startswith("job."):
                    await client.subscribe(subject, cb=hear)
            await client.flush()
        yield heard


async def seen(operator: Client) -> tuple[int, int, list[str]]:
    """The number of messages about the victim's job, the number of all messages, and the durables."""
    jetstream = operator.jetstream()
    info = await jetstream.stream_info("JOBS", subjects_filter=f"job.*.*.{VICTIM}")
    consumers = [each.name for each in await jetstream.consumers_info("JOBS")]
    return len(info.state.subjects or {}), info.state.messages, sorted(consumers)


async def until_stored(operator: Client, messages: int) -> tuple[int, int, list[str]]:
    """The same, once all of the user's own events are stored."""

    async def all_there() -> tuple[int, int, list[str]] | None:
        found = await seen(operator)
        return found if found[1] >= messages else None

    return await eventually(all_there, within=10)


async def store_crafted(urls: dict[str, str]) -> None:
    """Polish stores the complete end of another job under a subject of its own."""
    end = JobCompleted(
        job_id=UUID(VICTIM), job_type="ideation", user_id=new_id(), attempt=1, result={}, usage=Usage()
    )
    headers = {"ce-id": str(new_id()), "ce-time": "2026-01-01T00:00:00.000Z", "ce-type": "job.completed"}
    async with connected(urls, "polish") as (client, _):
        await client.jetstream().publish(CRAFTED, json.dumps(end.body()).encode(), headers=headers)


@pytest.mark.parametrize("user", USERS)
async def test_no_answer_of_the_server_gets_where_its_user_may_not_write(
    urls: dict[str, str], user: str
) -> None:
    async with connected(urls, "operator") as (operator, _), connected(urls, user) as (client, refused):
        await apply_topology(operator)
        await store_crafted(urls)
        before = await seen(operator)
        sent = 0
        async with others_listen(urls, user) as heard:
            for request in requests_of(user):
                for place in forbidden_to(user):
                    await client.publish(request, body_for(request), reply=place)
                    sent += request.startswith("job.") and not is_reserved(place)
            await answered(client)
            stored, messages, durables = await until_stored(operator, before[1] + sent)

    assert (stored, messages - before[1], durables) == (0, sent, before[2])
    assert not {each.subject for each in heard} & set(forbidden_to(user))
    told = {each for each in forbidden_to(user) if is_reserved(each)} if requests_of(user) else set()
    assert refused.subjects == lowered(told)


@pytest.mark.parametrize("service", sorted(SERVICES))
async def test_who_asks_itself_may_answer_to_its_askers_alone_and_the_rest_is_counted(
    urls: dict[str, str], service: str
) -> None:
    answers = 0
    async with connected(urls, "operator") as (operator, _), connected(urls, service) as (client, refused):
        await apply_topology(operator)
        before = await seen(operator)

        async def answer(message: Msg) -> None:
            nonlocal answers
            await client.publish(message.reply, b"forged")
            answers += 1

        await client.subscribe("worker.evil.has", cb=answer)
        for place in forbidden_to(service):
            await client.publish("worker.evil.has", b"x", reply=place)
        asked = sum(not is_reserved(place) for place in forbidden_to(service))
        await eventually(lambda: answers >= asked, within=10)
        await answered(client)

        assert await seen(operator) == before
    assert refused.subjects == lowered(set(forbidden_to(service)))


async def test_an_honest_service_still_writes_beside_all_of_that(urls: dict[str, str]) -> None:
    async with connected(urls, "operator") as (operator, _), connected(urls, "ideation") as (client, refused):
        await apply_topology(operator)
        end = JobCompleted(
            job_id=new_id(), job_type="ideation", user_id=new_id(), attempt=1, result={}, usage=Usage()
        )

        appended = await asyncio.wait_for(JobStream(client, "ideation").append(end, JobLog()), 10)

    assert (appended.stored, refused.subjects) == (True, set())


def test_the_matrix_is_as_large_as_it_is_said_to_be() -> None:
    """Counts the cells of both tests above, so that no part of the matrix gets lost."""
    by_server = sum(len(requests_of(user)) * len(forbidden_to(user)) for user in USERS)
    by_oneself = sum(len(forbidden_to(service)) for service in SERVICES)

    assert by_server > 10_000
    assert by_oneself > 300
