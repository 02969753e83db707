"""Every user of the bus against every subject: exactly what it may use works."""

import asyncio
from collections.abc import Iterator

import pytest
from lodestone.bus.kept_values import KeptValues
from lodestone.bus.publisher import JobStream
from lodestone.bus.topology import apply_topology
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import prefixes_of
from nats.aio.client import Client
from nats.js.api import ConsumerConfig, StreamInfo
from support.bus_rights import (
    USERS,
    among,
    lowered,
    may_publish,
    may_subscribe,
    publish_subjects,
    subscribe_subjects,
)
from support.bus_users import answered, connected, server_with_users


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


async def test_what_a_process_keeps_of_a_prefix_is_heard_by_its_own_service_alone(
    urls: dict[str, str],
) -> None:
    heard: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    under = prefixes_of("content")
    async with (
        connected(urls, "operator") as (operator, _),
        connected(urls, "content") as (one, violations),
        connected(urls, "content") as (other, _),
        connected(urls, "ideation") as (stranger, refusals),
    ):
        await apply_topology(operator)
        await KeptValues(other, under).follow(lambda name, value: heard.put_nowait((name, value)))
        await KeptValues(stranger, under).follow(lambda name, value: heard.put_nowait(("strange", value)))
        await answered(other)
        await answered(stranger)

        assert await KeptValues(one, under).write("p", b"1", 0)
        assert await heard.get() == ("p", b"1")
        with pytest.raises(ConnectionError):
            await KeptValues(stranger, under).read("p")

    assert heard.empty()
    assert violations.subjects == set()
    assert refusals.subjects == {"prefix.content.*", "$js.api.direct.get.limits.prefix.content.p"}
