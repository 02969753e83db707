"""Other readers of events: each is a bus user that sees what it was granted, with its own durable."""

import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import structlog
from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError
from pydantic import Field

from lodestone import subjects
from lodestone.bus.users import BusUser
from lodestone.clock import format_time
from lodestone.wire import UtcTime, WireModel

ACK_WAIT_SECONDS = 30.0  # after which an unacknowledged event is delivered again
MAX_UNANSWERED = 1000  # unacknowledged events that it may hold

log = structlog.get_logger(__name__)


class Subscriber(WireModel):
    """Who reads which events, and since when."""

    name: Annotated[str, Field(pattern="^[a-z][a-z0-9-]{0,30}$")]
    filters: tuple[str, ...]  # subjects that do not overlap
    since: UtcTime  # a recreated durable begins here too
    login: Annotated[int, Field(ge=1, le=2)] = 1  # which of its two logins has the newer password

    @property
    def durable(self) -> str:
        """Its consumer, which has the name of its user."""
        return subjects.subscriber(self.name)

    @property
    def user(self) -> BusUser:
        """The bus user: it reads through its durable or hears events live, but only those it was granted."""
        consumes = (subjects.consumer_pull, subjects.consumer_info, subjects.answers_to)
        return BusUser(
            self.durable,
            publish=tuple(of(self.durable) for of in consumes),
            subscribe=(subjects.inboxes(self.durable), *self.filters),
        )


def read_subscribers(file: Path | None) -> tuple[Subscriber, ...]:
    """All that were added; none if there is no file."""
    if file is None or not file.exists():
        return ()
    return tuple(Subscriber.model_validate(each) for each in json.loads(file.read_text()))


def written(subscribers: Iterable[Subscriber]) -> str:
    """The text of their file."""
    return json.dumps([each.to_wire() for each in subscribers], indent=2) + "\n"


def durable_config(subscriber: Subscriber) -> ConsumerConfig:
    """The durable of a subscriber: redelivers what is not acknowledged, in order, for ever."""
    return ConsumerConfig(
        name=subscriber.durable,
        durable_name=subscriber.durable,
        filter_subjects=list(subscriber.filters),
        ack_policy=AckPolicy.EXPLICIT,
        ack_wait=ACK_WAIT_SECONDS,
        deliver_policy=DeliverPolicy.BY_START_TIME,
        # The server's clock may be slightly behind ours.
        opt_start_time=format_time(subscriber.since - timedelta(seconds=1)),  # type: ignore[arg-type]
        max_deliver=-1,
        max_ack_pending=MAX_UNANSWERED,
    )


async def create_missing_durables(client: Client, subscribers: Iterable[Subscriber]) -> None:
    """Creates missing durables, from each subscriber's start."""
    jetstream = client.jetstream()
    for subscriber in subscribers:
        try:
            await jetstream.consumer_info(subjects.STREAM, subscriber.durable)
        except NotFoundError:
            await jetstream.add_consumer(subjects.STREAM, durable_config(subscriber))
            log.info("created a durable", durable=subscriber.durable)
