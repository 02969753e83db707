"""Messages from outside our code: each becomes a dead letter, none is redelivered, and work goes on."""

import asyncio
import json
import random
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import nats
import pytest
from lodestone import subjects
from lodestone.clock import format_time, now
from lodestone.events import JobProgress, JobRequested
from lodestone.ids import new_id
from nats.aio.client import Client
from nats.js.api import ConsumerInfo
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

COACH = example_input("ideation-fitness-coach")
MAX_MESSAGE = 1024 * 1024  # bytes of headers and body, the server's limit
Poison = tuple[str, bytes, dict[str, str]]  # subject, body, headers


def requested(**changed: Any) -> dict[str, Any]:
    event = JobRequested(
        job_id=new_id(),
        job_type="ideation",
        user_id=new_id(),
        attempt=0,
        input=COACH,
        max_attempts=3,
        deadline_at=now(),
    )
    return {**event.body(), **changed}


def headers(**changed: str | None) -> dict[str, str]:
    ours = {"ce-specversion": "1.0", "ce-id": str(new_id()), "ce-time": format_time(now())}
    named = {name.replace("_", "-"): value for name, value in changed.items()}
    return {name: value for name, value in {**ours, **named}.items() if value is not None}


def request(body: Any, job_type: str = "ideation", **changed: str | None) -> Poison:
    """A message that the job type's service receives."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    job_id = body["jobId"] if isinstance(body, dict) and "jobId" in body else new_id()
    return subjects.event_subject("requested", job_type, job_id), data, headers(**changed)


def too_long() -> bytes:
    return b'{"jobId": "' + b"x" * (MAX_MESSAGE - 1024) + b'"}'


CASES: dict[str, Callable[[], Poison]] = {
    "nothing": lambda: request(b""),
    "no JSON": lambda: request(b"{not json"),
    "half of it": lambda: request(json.dumps(requested()).encode()[:-40]),
    "no object": lambda: request(b"[1, 2]"),
    "no UTF-8": lambda: request(b'{"jobId": "\xff\xfe"}'),
    "deep": lambda: request(b"[" * 100_000),
    "as long as a message may be": lambda: request(too_long()),
    "a number that is none": lambda: request({**requested(), "attempt": float("nan")}),
    "another version": lambda: request(requested(), ce_specversion="2.0"),
    "another type in the headers": lambda: request(requested(), ce_type="job.completed"),
    "no id": lambda: request(requested(), ce_id=None),
    "no time": lambda: request(requested(), ce_time=None),
    "a time that is none": lambda: request(requested(), ce_time="yesterday"),
    "no headers": lambda: (request(requested())[0], b"{}", {}),
    "a field too little": lambda: request({k: v for k, v in requested().items() if k != "deadlineAt"}),
    "a field of another kind": lambda: request({**requested(), "input": "text"}),
    "another job in the body": lambda: (request(requested())[0], *request(requested())[1:]),
    "another job type in the body": lambda: request(requested(jobType="posts")),
    "an event that we do not know": lambda: (f"job.exploded.ideation.{new_id()}", b"{}", headers()),
    "a job type that we do not know": lambda: request(requested(jobType="magic"), "magic"),
    "an id that is none": lambda: ("job.requested.ideation.7", b"{}", headers()),
    "an id with percent signs": lambda: ("job.requested.ideation.%2e%00%s", b"{}", headers()),
    "progress of a job that is not here": lambda: foreign_progress(),
}


def foreign_progress() -> Poison:
    common: dict[str, Any] = {"job_id": new_id(), "job_type": "ideation", "user_id": new_id(), "attempt": 1}
    event = JobProgress(**common, done=1, total=10, message="x")
    subject = subjects.event_subject("progress", "ideation", event.job_id)
    return subject, json.dumps(event.body()).encode(), headers()


def mutated(seed: int) -> Poison:
    """A request with some bytes changed; the id in the subject never matches the one in the body."""
    random_ = random.Random(seed)  # noqa: S311 - the same each time
    data = bytearray(json.dumps(requested()).encode())
    for _ in range(random_.randint(1, 30)):
        data[random_.randrange(len(data))] = random_.randrange(256)
    return subjects.event_subject("requested", "ideation", new_id()), bytes(data), headers()


def on_the_bus(system: RunningSystem, *poison: Poison) -> tuple[list[int], ConsumerInfo]:
    """Publishes the messages; returns their sequences, and ideation's durable as it was before."""

    async def publish() -> tuple[list[int], ConsumerInfo]:
        client = await nats.connect(system.told["nats"])
        jetstream = client.jetstream()
        before = await jetstream.consumer_info("JOBS", "ideation")
        acks = [
            await jetstream.publish(subject, body, headers=named or None) for subject, body, named in poison
        ]
        await client.close()
        return [ack.seq for ack in acks], before

    return asyncio.run(publish())


def durable(system: RunningSystem) -> ConsumerInfo:
    async def ask() -> ConsumerInfo:
        client: Client = await nats.connect(system.told["nats"])
        info: ConsumerInfo = await client.jetstream().consumer_info("JOBS", "ideation")
        await client.close()
        return info

    return asyncio.run(ask())


def dead_events(system: RunningSystem) -> dict[int, dict[str, Any]]:
    """The newest hundred dead letters, by sequence."""
    answer = system.request("GET", "/api/ops/dead-letters?kind=event&limit=100", user="operator")
    return {letter["event"]["sequence"]: letter for letter in answer.raise_for_status().json()["items"]}


def until_dead(system: RunningSystem, sequences: list[int]) -> None:
    eventually_sync(
        lambda: set(sequences) <= dead_events(system).keys(), within=30, told="all are dead letters"
    )


def check(system: RunningSystem, sequences: list[int], before: ConsumerInfo) -> None:
    """Everything is a dead letter, the service has acknowledged each once, and the next job completes."""
    until_dead(system, sequences)
    done = system.wait(system.submit("ideation", COACH))
    assert done["status"] == "completed"
    after = eventually_sync(
        lambda: next((info for info in [durable(system)] if not info.num_ack_pending), None),
        within=20,
        told="every delivery is answered",
    )
    assert after.delivered
    assert before.delivered
    assert after.num_redelivered == 0
    deliveries = after.delivered.consumer_seq - before.delivered.consumer_seq
    assert deliveries <= len(sequences) + 1


@pytest.fixture
def quick(system: RunningSystem) -> RunningSystem:
    system.pace(first_byte_seconds=0, duration_seconds=0.2)
    return system


def test_each_kind_of_poison_ends_in_the_dead_letters(quick: RunningSystem) -> None:
    sequences, before = on_the_bus(quick, *(case() for case in CASES.values()))

    check(quick, sequences, before)

    letters = dead_events(quick)
    problems = {name: letters[seq]["event"]["problem"] for name, seq in zip(CASES, sequences, strict=True)}
    foreign = {"a job type that we do not know", "progress of a job that is not here"}
    assert problems == {name: "foreign" if name in foreign else "invalid" for name in CASES}
    longest = letters[sequences[list(CASES).index("as long as a message may be")]]
    assert longest["event"]["size"] == len(too_long())
    assert len(longest["event"]["excerpt"]) == 1000


def test_changed_bytes_end_in_the_dead_letters(quick: RunningSystem) -> None:
    sequences, before = on_the_bus(quick, *(mutated(seed) for seed in range(60)))

    check(quick, sequences, before)


def test_poison_in_the_log_of_a_running_job_does_not_disturb_it(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.05, duration_seconds=2.0)
    job_id = system.submit("ideation", COACH)
    eventually_sync(lambda: len(system.job(job_id)["items"]) >= 1, within=30, told="an item is finished")

    names = ("progress", "completed", "failed", "call_finished", "exploded")
    subjects_ = [f"job.{name}.ideation.{job_id}" for name in names]
    sequences, _ = on_the_bus(system, *((subject, b"{rubbish", headers()) for subject in subjects_))

    done, history = system.wait(job_id), system.history(job_id)
    assert done["status"] == "completed"
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert [event["event"] for event in history].count("job.started") == 1
    assert len(system.calls(job_id)) == 6
    until_dead(system, sequences)


def test_a_subject_that_is_no_text_makes_nobody_deaf(quick: RunningSystem) -> None:
    """Raw bytes past every client, as only a malicious program sends them."""
    server = urlsplit(quick.told["nats"])

    async def send() -> None:
        reader, writer = await asyncio.open_connection(server.hostname, server.port)
        await reader.readline()
        login = json.dumps({"user": server.username, "pass": server.password, "verbose": False})
        writer.write(f"CONNECT {login}\r\n".encode())
        for subject in (b"job.progress.ideation.\xff\xfe", b"job.requested.ideation.\xc3\x28"):
            writer.write(b"PUB " + subject + b" 2\r\n{}\r\n")
        writer.write(b"PING\r\n")
        assert (await reader.readline()).startswith(b"PONG")
        writer.close()

    asyncio.run(send())

    def told() -> bool:
        return sum("\ufffd" in letter["event"]["subject"] for letter in dead_events(quick).values()) >= 2

    eventually_sync(told, within=20, told="both are dead letters")
    assert quick.wait(quick.submit("ideation", COACH))["status"] == "completed"
