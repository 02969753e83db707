"""A subscriber is a bus user with exactly the rights it was given."""

import asyncio
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker, NatsMessage, PullSub
from lodestone.bus.connection import BusClient, ExitOnClose, connect, connect_options
from lodestone.bus.subscribers import create_missing_durables, read_subscribers
from lodestone.bus.topology import apply_topology
from lodestone.errors import Misconfigured
from lodestone.ids import new_id
from lodestone.settings import ProcessSettings
from lodestone_gateway.subscribers import run
from support.backends import NatsServer
from support.bus_users import answered, connected, may_sign_in, violations
from support.waiting import eventually

DURABLE = "subscriber-crm"


class Desk:
    """An operator at a running server."""

    def __init__(self, nats: NatsServer, owner: BusClient) -> None:
        self.nats = nats
        self.owner = owner

    @property
    def file(self) -> Path:
        """The subscribers in the file."""
        return self.nats.directory / "subscribers.json"

    async def command(self, *arguments: str) -> str:
        """Runs the command; the server reloads its users."""
        told = await asyncio.to_thread(run, arguments)
        self.nats.reload()
        return told

    def url(self, login: str = DURABLE) -> str:
        """The subscriber's URL, with its current password."""
        password = (self.nats.directory / f"{DURABLE}.password").read_text()
        return f"nats://{login}:{password}@{self.nats.url.rpartition('@')[2]}"

    async def publish(self, event: str, job_type: str) -> str:
        """Publishes an event of a new job."""
        subject = f"job.{event}.{job_type}.{new_id()}"
        await self.owner.jetstream().publish(subject, b"{}")
        return subject


@pytest.fixture
async def desk(own_nats: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("LODESTONE_NATS_URL", own_nats.users["operator"])
    monkeypatch.setenv("LODESTONE_SUBSCRIBERS_FILE", str(own_nats.directory / "subscribers.json"))
    owner = await connect(ProcessSettings(nats_url=own_nats.url), "test")
    await apply_topology(owner)
    yield Desk(own_nats, owner)
    await owner.disconnect()


async def read(url: str, how_many: int) -> list[str]:
    async with connected({DURABLE: url}, DURABLE) as (client, refused):
        reading = await client.jetstream().pull_subscribe_bind(DURABLE, "JOBS")
        messages: list[str] = []
        while len(messages) < how_many:
            for message in await reading.fetch(how_many, timeout=5):
                await message.ack_sync()
                messages.append(message.subject)
    assert not refused.subjects
    return messages


async def test_it_reads_what_it_was_given_and_nothing_else(desk: Desk) -> None:
    told = await desk.command("add", "crm", "--events", "completed,failed", "--types", "ideation")
    wanted = [await desk.publish("completed", "ideation"), await desk.publish("failed", "ideation")]
    await desk.publish("completed", "polish")
    wanted.append(await desk.publish("completed", "ideation"))
    await eventually(lambda: may_sign_in(desk.url()), within=10)

    assert await read(desk.url(), 3) == wanted
    assert "subscriber-crm" in told
    assert stat.S_IMODE(os.stat(desk.nats.directory / f"{DURABLE}.password").st_mode) == 0o600
    assert "0 to read" in await desk.command("list")
    forbidden = {
        "job.completed.ideation.x", "$JS.API.DIRECT.GET.JOBS", "$JS.API.CONSUMER.MSG.NEXT.JOBS.ideation",
        f"$JS.API.CONSUMER.CREATE.JOBS.{DURABLE}", "$JS.API.STREAM.MSG.GET.JOBS", "worker.x.has",
    }  # fmt: skip
    async with connected({DURABLE: desk.url()}, DURABLE) as (client, refused):
        for subject in forbidden:
            await client.publish(subject, b"", reply=f"_INBOX_{DURABLE}.x")
        for subject in ("job.>", "job.completed.polish.*"):
            await client.subscribe(subject)
        await client.subscribe("job.completed.ideation.*")
        await answered(client)
    assert refused.subjects == {each.lower() for each in forbidden} | {"job.>", "job.completed.polish.*"}


async def test_it_may_begin_in_the_past(desk: Desk) -> None:
    old = await desk.publish("completed", "posts")

    await desk.command("add", "crm", "--events", "completed", "--from", "2026-01-01T00:00:00Z")
    await eventually(lambda: may_sign_in(desk.url()), within=10)

    assert await read(desk.url(), 1) == [old]


async def test_others_stay_connected_while_one_is_added_and_after_a_lost_stream_its_durable_is_made_anew(
    desk: Desk,
) -> None:
    settings = ProcessSettings(nats_url=desk.nats.url, nats_urls=desk.nats.users)
    relay = await connect(settings, "relay")
    await desk.command("add", "crm", "--events", "completed")
    await eventually(lambda: may_sign_in(desk.url()), within=10)
    assert relay.stats["reconnects"] == 0
    await relay.disconnect()
    await desk.owner.jetstream().delete_stream("JOBS")
    await apply_topology(desk.owner)

    reconciler = await connect(settings, "reconciler")
    await create_missing_durables(reconciler, read_subscribers(desk.file))
    await reconciler.disconnect()

    event = await desk.publish("completed", "emails")
    assert await read(desk.url(), 1) == [event]


async def test_its_password_changes_without_a_stop(desk: Desk) -> None:
    await desk.command("add", "crm")
    old = desk.url()
    await eventually(lambda: may_sign_in(old), within=10)

    async with connected({DURABLE: old}, DURABLE) as (client, _):
        await desk.command("rotate", "crm")
        new = desk.url(f"{DURABLE}-2")
        await eventually(lambda: may_sign_in(new), within=10)
        assert await may_sign_in(old)
        assert client.stats["reconnects"] == 0
        await desk.command("rotate", "crm", "--done")
        await eventually(lambda: is_refused(old), within=10)

    assert await may_sign_in(new)


async def is_refused(url: str) -> bool:
    return not await may_sign_in(url)


async def test_one_that_is_removed_is_gone_with_its_durable(desk: Desk) -> None:
    await desk.command("add", "crm")
    url = desk.url()
    await eventually(lambda: may_sign_in(url), within=10)

    await desk.command("remove", "crm")

    await eventually(lambda: is_refused(url), within=10)
    assert DURABLE not in [each.name for each in await desk.owner.jetstream().consumers_info("JOBS")]
    assert (await desk.command("list")) == "No subscribers.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["add", "crm", "--events", "finished"], "Unknown event finished"),
        (["add", "crm", "--types", "carousel"], "Unknown job type carousel"),
        (["add", "CRM"], "lower-case letters"),
        (["remove", "crm"], "Unknown subscriber crm"),
    ],
)
async def test_what_cannot_be_done_is_said(desk: Desk, arguments: list[str], told: str) -> None:
    with pytest.raises(Misconfigured, match=told):
        await desk.command(*arguments)


async def test_faststream_reads_with_its_inbox_prefix_on_the_subscriber(desk: Desk) -> None:
    await desk.command("add", "crm", "--events", "completed", "--types", "ideation")
    await eventually(lambda: may_sign_in(desk.url()), within=10)
    before, heard = violations(), list[str]()
    exit_on_close = ExitOnClose()
    options = connect_options(DURABLE, exit_on_close.on_closed)
    broker = NatsBroker(desk.url(), **options, logger=None)

    @broker.subscriber(
        "job.completed.ideation.*",
        stream=JStream("JOBS", declare=False),
        durable=DURABLE,
        pull_sub=PullSub(batch_size=1, timeout=5),
        inbox_prefix=f"_INBOX_{DURABLE}.".encode(),
        ack_policy=AckPolicy.MANUAL,
    )
    async def on_completed(message: NatsMessage) -> None:
        heard.append(message.raw_message.subject)
        await message.ack()

    await broker.start()
    event = await desk.publish("completed", "ideation")
    await eventually(lambda: heard, within=10)
    exit_on_close.is_armed = False
    await broker.stop()

    assert heard == [event]
    assert violations() == before
