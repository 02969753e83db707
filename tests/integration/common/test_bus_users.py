"""Every user of the bus against every subject: what is open to it works, and nothing else does."""

from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.bus.users import bus_users
from lodestone.events import EVENTS
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, StreamInfo
from support.bus_users import answered, connected, server_with_users

USERS = [user.name for user in bus_users()]
SERVICES = {job.service for job in JOB_TYPES.values()}
CONSUMERS = [*JOB_TYPES, "projector", "subscriber", "somebody"]
OF_SERVICES = (
    "started",
    "progress",
    "call_started",
    "call_finished",
    "retrying",
    "completed",
    "failed",
    "cancelled",
)
JOB = "01900000-0000-7000-8000-00000000000a"
API = "$JS.API"


def publish_subjects() -> list[str]:
    """Everything that a process could try to send to."""
    events = [f"job.{event}.{job_type}.{JOB}" for event in EVENTS for job_type in (*JOB_TYPES, "unknown")]
    on_stream = [
        "INFO",
        "CREATE",
        "UPDATE",
        "DELETE",
        "PURGE",
        "MSG.GET",
        "MSG.DELETE",
        "SNAPSHOT",
        "RESTORE",
    ]
    on_consumer = ["INFO", "DELETE", "MSG.NEXT", "PAUSE", "RESET", "CREATE", "DURABLE.CREATE"]
    return [
        *events,
        "worker.ideation-1.has",
        *(f"service.{service}.beat" for service in SERVICES),
        f"{API}.INFO",
        f"{API}.STREAM.NAMES",
        f"{API}.STREAM.LIST",
        *(f"{API}.STREAM.{verb}.JOBS" for verb in on_stream),
        *(f"{API}.STREAM.{verb}.OTHER" for verb in on_stream),
        f"{API}.DIRECT.GET.JOBS",
        f"{API}.DIRECT.GET.OTHER",
        f"{API}.CONSUMER.CREATE.JOBS",
        f"{API}.CONSUMER.NAMES.JOBS",
        f"{API}.CONSUMER.LIST.JOBS",
        *(f"{API}.CONSUMER.{verb}.JOBS.{each}" for verb in on_consumer for each in CONSUMERS),
        *(
            f"{API}.CONSUMER.CREATE.JOBS.{each}.job.requested.{kind}.*"
            for each in CONSUMERS
            for kind in JOB_TYPES
        ),
        *(f"{API}.CONSUMER.CREATE.JOBS.{each}.job.>" for each in CONSUMERS),
        *(f"$JS.ACK.JOBS.{each}.1.7.1.1700000000.0" for each in CONSUMERS),
        *(f"_INBOX_{user}.answer" for user in USERS),
        "_INBOX.answer",
        "$SYS.REQ.SERVER.PING",
        "something.else",
    ]  # fmt: skip


def subscribe_subjects() -> list[str]:
    """Everything that a process could try to listen to."""
    return [
        ">",
        "job.>",
        "job.completed.>",
        *(f"job.*.{job_type}.*" for job_type in JOB_TYPES),
        *(f"job.{event}.{job_type}.*" for event in EVENTS for job_type in JOB_TYPES),
        *(f"_INBOX_{user}.>" for user in USERS),
        "_INBOX.>",
        "worker.*.has",
        "worker.>",
        "service.*.beat",
        "$JS.API.>",
        "$JS.EVENT.ADVISORY.>",
        "$JS.ACK.>",
        "$SYS.>",
    ]


def may_publish(user: str) -> list[str]:
    """What the design gives to a user, in shell patterns."""
    if user in SERVICES:
        types = [job.name for job in JOB_TYPES.values() if job.service == user]
        return [
            *(f"job.{event}.{each}.{JOB}" for each in types for event in OF_SERVICES),
            "worker.*.has",
            f"service.{user}.beat",
            f"{API}.DIRECT.GET.JOBS",
            f"{API}.STREAM.INFO.JOBS",
            *(f"{API}.CONSUMER.{verb}.JOBS.{each}" for each in types for verb in ("INFO", "MSG.NEXT")),
            *(f"$JS.ACK.JOBS.{each}.*" for each in types),
        ]
    makes_anew = [
        f"{API}.STREAM.INFO.JOBS",
        f"{API}.STREAM.CREATE.JOBS",
        *(f"{API}.CONSUMER.INFO.JOBS.{each}" for each in JOB_TYPES),
        *(f"{API}.CONSUMER.CREATE.JOBS.{each}.job.requested.{each}.?" for each in JOB_TYPES),
    ]
    return {
        "gateway": [],
        "relay": [
            "job.requested.*", "job.cancel_requested.*", "job.cancelled.*", f"{API}.DIRECT.GET.JOBS",
        ],
        "projector": [
            *makes_anew,
            *(f"{API}.CONSUMER.{verb}.JOBS.projector" for verb in ("INFO", "CREATE", "DELETE", "MSG.NEXT")),
        ],
        "reconciler": [
            *makes_anew, "job.*", "worker.*.has", f"{API}.DIRECT.GET.JOBS",
            f"{API}.CONSUMER.INFO.JOBS.projector",
            *(f"{API}.CONSUMER.PAUSE.JOBS.{each}" for each in JOB_TYPES),
        ],
        "operator": [f"{API}.*"],
        "subscriber": [
            f"{API}.STREAM.INFO.JOBS",
            f"{API}.DIRECT.GET.JOBS",
            f"{API}.CONSUMER.INFO.JOBS.subscriber",
            f"{API}.CONSUMER.MSG.NEXT.JOBS.subscriber",
            "$JS.ACK.JOBS.subscriber.*",
        ],
    }[user]  # fmt: skip


def may_subscribe(user: str) -> list[str]:
    """Likewise."""
    own = f"_INBOX_{user}.>"
    if user in SERVICES:
        types = [job.name for job in JOB_TYPES.values() if job.service == user]
        return [own, "worker.[*].has", *(f"job.cancel_requested.{each}.[*]" for each in types)]
    more = {"subscriber": ["job.*"], "reconciler": ["service.[*].beat"]}
    return [own, *more.get(user, [])]


def among(subjects: list[str], patterns: list[str]) -> set[str]:
    return {each for each in subjects if any(fnmatchcase(each, pattern) for pattern in patterns)}


def lowered(subjects: set[str]) -> set[str]:
    return {each.lower() for each in subjects}


@pytest.fixture(scope="module")
def urls(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with server_with_users(tmp_path_factory.mktemp("users")) as urls:
        yield urls


async def stream_info(client: Client) -> StreamInfo:
    return await client.jetstream().stream_info("JOBS")


@pytest.mark.parametrize("user", USERS)
async def test_a_user_sends_to_its_own_subjects_only(urls: dict[str, str], user: str) -> None:
    everything = publish_subjects()
    open_to_it = among(everything, may_publish(user))

    async with connected(urls, user) as (client, violations):
        for subject in everything:
            await client.publish(subject, b"")
        await answered(client)

    assert violations.subjects == lowered(set(everything) - open_to_it)


@pytest.mark.parametrize("user", USERS)
async def test_a_user_hears_its_own_subjects_only(urls: dict[str, str], user: str) -> None:
    everything = subscribe_subjects()
    open_to_it = among(everything, may_subscribe(user))

    async with connected(urls, user) as (client, violations):
        for subject in everything:
            await client.subscribe(subject)
        await answered(client)

    assert violations.subjects == lowered(set(everything) - open_to_it)


async def test_forbidden_attempts_leave_stream_and_consumers_as_they_were(urls: dict[str, str]) -> None:
    everything = publish_subjects()
    async with connected(urls, "operator") as (operator, _):
        await apply_topology(operator)
        async with connected(urls, "relay") as (relay, _):
            await relay.jetstream().publish(f"job.requested.ideation.{new_id()}", b"{}")
        before = await stream_info(operator)
        durables = [await operator.jetstream().consumer_info("JOBS", each) for each in JOB_TYPES]

        for user in USERS:
            async with connected(urls, user) as (client, _):
                for subject in set(everything) - among(everything, may_publish(user)):
                    await client.publish(subject, b'{"filter": "job.>", "seq": 1}', reply=f"_INBOX_{user}.x")
                await answered(client)

        assert (await stream_info(operator)).state == before.state
        assert [await operator.jetstream().consumer_info("JOBS", each) for each in JOB_TYPES] == durables


async def test_a_subscriber_reads_on_with_the_durable_that_an_operator_made_for_it(
    urls: dict[str, str],
) -> None:
    job_id = new_id()
    async with connected(urls, "operator") as (operator, _):
        await apply_topology(operator)
        durable = ConsumerConfig(
            name="subscriber", durable_name="subscriber", filter_subject="job.requested.>"
        )
        await operator.jetstream().add_consumer("JOBS", durable)
        async with connected(urls, "relay") as (relay, _):
            await relay.jetstream().publish(f"job.requested.polish.{job_id}", b"{}")

        async with connected(urls, "subscriber") as (client, violations):
            reading = await client.jetstream().pull_subscribe_bind("subscriber", "JOBS")
            messages = await reading.fetch(10, timeout=5)
            for message in messages:
                await message.ack_sync()
            log = await JobStream(client, "subscriber").read("polish", job_id)

        left = (await operator.jetstream().consumer_info("JOBS", "subscriber")).num_ack_pending
        await operator.jetstream().delete_consumer("JOBS", "subscriber")
    assert str(job_id) in messages[-1].subject
    assert log.tail == messages[-1].metadata.sequence.stream
    assert (left, violations.subjects) == (0, set())


async def test_whoever_has_no_password_is_turned_away(urls: dict[str, str]) -> None:
    open_urls = {user: "nats://" + url.rpartition("@")[2] for user, url in urls.items()}
    client = Client()

    with pytest.raises(Exception, match=r"(?i)authorization"):
        await client.connect(open_urls["relay"], allow_reconnect=False, error_cb=ignore)


async def ignore(_: Exception) -> None:
    return None
