"""The stream and its durables, declared once; `lodestone-gateway migrate` applies them, services bind."""

import contextlib
import time
from dataclasses import replace

import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from lodestone import subjects
from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.errors import Misconfigured
from lodestone.jobs import JOB_TYPES

MAX_AGE_SECONDS = 30 * 24 * 3600
DUPLICATE_WINDOW_SECONDS = 3600
MOST_LIMIT_BYTES = 4096  # of one state, which takes some hundred
CONSUMERS_OF_PAGE = 256  # that the server names in one answer
MAX_ACK_PENDING = 100_000  # delayed naks count too, so that only slots limit the work

log = structlog.get_logger(__name__)


def stream_config() -> StreamConfig:
    """The one stream of all jobs."""
    return StreamConfig(
        name=subjects.STREAM,
        subjects=[subjects.STREAM_SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_age=MAX_AGE_SECONDS,
        duplicate_window=DUPLICATE_WINDOW_SECONDS,
        allow_direct=True,
        allow_atomic=True,
    )


def limits_config() -> StreamConfig:
    """What services share of the provider, the newest value of each: by class of models, and by prefix."""
    return StreamConfig(
        name=subjects.LIMITS,
        subjects=[subjects.LIMITS_SUBJECTS, subjects.PREFIXES_SUBJECTS],
        retention=RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        max_msgs_per_subject=1,
        max_msg_size=MOST_LIMIT_BYTES,
        allow_direct=True,
    )


def consumer_config(job_type: str) -> ConsumerConfig:
    """The durable of a job type: every replica of its service pulls from it."""
    return ConsumerConfig(
        name=subjects.durable(job_type),  # in the request's subject too, so that permissions can name it
        durable_name=subjects.durable(job_type),
        filter_subject=subjects.requests_filter(job_type),
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        deliver_policy=DeliverPolicy.ALL,
        max_deliver=-1,
        max_ack_pending=MAX_ACK_PENDING,
    )


async def create_missing(client: Client, replicas: int | None = None) -> None:
    """Creates the stream and the durables that are missing; leaves existing ones as they are.

    `replicas` is the number of servers that keep each message; one, if it is None.
    """
    jetstream = client.jetstream()
    await _create_stream(jetstream, replicas)
    for name in JOB_TYPES:
        await _create_consumer(jetstream, consumer_config(name))
    await _create_limits(jetstream, replicas)


async def read_consumers(client: Client) -> dict[str, ConsumerInfo]:
    """Every consumer of the stream by its name, asked for at once; none where the stream is lost."""
    found = dict[str, ConsumerInfo]()
    with contextlib.suppress(NotFoundError):
        while True:
            page = await client.jetstream().consumers_info(subjects.STREAM, offset=len(found))
            found |= {info.name: info for info in page}
            if len(page) < CONSUMERS_OF_PAGE:
                break
    return found


async def apply_topology(client: Client, replicas: int | None = None) -> None:
    """Creates what is missing and corrects what differs. Raises Misconfigured if that would lose events.

    Existing streams stay on as many servers as they are where `replicas` is None.
    """
    await create_missing(client, replicas)
    jetstream = client.jetstream()
    await _correct_stream(jetstream, replicas)
    await _correct_limits(jetstream, replicas)
    for name in JOB_TYPES:
        await _correct_consumer(jetstream, consumer_config(name))


async def check_topology(client: Client, job_types: list[str]) -> None:
    """Raises Misconfigured if the stream or a durable of these job types is not as declared."""
    jetstream = client.jetstream()
    try:
        stream = (await jetstream.stream_info(subjects.STREAM)).config
        durables = [(await jetstream.consumer_info(subjects.STREAM, name)).config for name in job_types]
    except NotFoundError:
        raise Misconfigured("The bus is not set up. Run `lodestone-gateway migrate` first.") from None
    drift = _stream_drift(stream)
    drift += [
        d for name, found in zip(job_types, durables, strict=True) for d in _consumer_drift(name, found)
    ]
    if drift:
        raise Misconfigured(
            f"The bus differs from what this release declares ({'; '.join(drift)}). "
            "Run `lodestone-gateway migrate`."
        )


async def _create_stream(jetstream: JetStreamContext, replicas: int | None) -> None:
    try:
        await jetstream.stream_info(subjects.STREAM)
    except NotFoundError:
        # Sequences never repeat, not even in a stream that replaces a lost one.
        first = time.time_ns() // 1000
        await jetstream.add_stream(replace(stream_config(), first_seq=first, num_replicas=replicas))
        log.info("created the stream", stream=subjects.STREAM)


async def _create_limits(jetstream: JetStreamContext, replicas: int | None) -> None:
    try:
        await jetstream.stream_info(subjects.LIMITS)
    except NotFoundError:
        await jetstream.add_stream(replace(limits_config(), num_replicas=replicas))
        log.info("created the stream", stream=subjects.LIMITS)


async def _correct_stream(jetstream: JetStreamContext, replicas: int | None) -> None:
    desired, found = stream_config(), (await jetstream.stream_info(subjects.STREAM)).config
    if found.retention != desired.retention or found.storage != desired.storage:
        raise Misconfigured(
            f"The stream {subjects.STREAM} exists with another retention or storage; "
            "changing that would lose its events. Move it away first."
        )
    wanted = replicas or found.num_replicas
    if _stream_drift(found) or wanted != found.num_replicas:
        await jetstream.update_stream(replace(desired, num_replicas=wanted, first_seq=found.first_seq))


async def _correct_limits(jetstream: JetStreamContext, replicas: int | None) -> None:
    desired, found = limits_config(), (await jetstream.stream_info(subjects.LIMITS)).config
    wanted = replicas or found.num_replicas
    if found.subjects != desired.subjects or wanted != found.num_replicas:
        await jetstream.update_stream(replace(desired, num_replicas=wanted))


async def _create_consumer(jetstream: JetStreamContext, desired: ConsumerConfig) -> None:
    name = str(desired.durable_name)
    try:
        await jetstream.consumer_info(subjects.STREAM, name)
    except NotFoundError:
        await jetstream.add_consumer(subjects.STREAM, desired)
        log.info("created a durable", durable=name)


async def _correct_consumer(jetstream: JetStreamContext, desired: ConsumerConfig) -> None:
    name = str(desired.durable_name)
    found = (await jetstream.consumer_info(subjects.STREAM, name)).config
    if found.filter_subject != desired.filter_subject:
        raise Misconfigured(f"The durable {name} reads {found.filter_subject}; remove it first.")
    if _consumer_drift(name, found):
        await jetstream.add_consumer(subjects.STREAM, desired)


def _stream_drift(found: StreamConfig) -> list[str]:
    desired = stream_config()
    same = ("subjects", "retention", "storage", "max_age", "duplicate_window", "allow_direct", "allow_atomic")
    return [f"stream {name}" for name in same if getattr(found, name) != getattr(desired, name)]


def _consumer_drift(name: str, found: ConsumerConfig) -> list[str]:
    desired = consumer_config(name)
    fields = ("filter_subject", "ack_policy", "ack_wait", "max_deliver", "max_ack_pending")
    return [f"durable {name} {field}" for field in fields if getattr(found, field) != getattr(desired, field)]
