"""The services on the console's overview: nobody is called silent before anybody could have heard them."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from lodestone.clock import now
from lodestone.subjects import durable
from lodestone_gateway.operating.overview import Overview
from lodestone_gateway.operating.services import ALIVE_WITHIN, Readings, services_of
from lodestone_gateway.store.leadership import Lock, named
from lodestone_gateway.store.operations_tables import ConsumerState
from lodestone_gateway.web.console.overview import ServiceRow, rows_of

NOW = now()
LONG_AGO = NOW - timedelta(hours=1)
A_SECOND = timedelta(seconds=1)
SAID: dict[str, Any] = {
    "pending": 0,
    "ack_pending": 0,
    "redelivered": 0,
    "waiting_pulls": 0,
    "is_paused": False,
}
HEARD = {durable("posts"): ConsumerState(name="posts", seen_at=NOW - A_SECOND, **SAID)}


def rows(began_at: datetime = LONG_AGO, deaf_at: datetime = LONG_AGO, **read: Any) -> dict[str, ServiceRow]:
    nothing: dict[str, Any] = {"states": {}, "heartbeats": [], "pauses": {}, "locks": {}}
    services = services_of(Readings(**{**nothing, "unpublished": 0, "estimates": {}, **read})).items
    seen = Overview.model_construct(until=NOW, services=services)
    return {row.name: row for row in rows_of(seen, began_at, deaf_at)}


def test_everything_starts_in_the_first_seconds_of_a_system() -> None:
    found = rows(began_at=NOW - A_SECOND, deaf_at=NOW - A_SECOND)

    assert {row.state for row in found.values()} == {"starting"}


def test_what_is_not_heard_while_somebody_listens_is_silent() -> None:
    found = rows(states=HEARD)

    assert {row.state for row in found.values()} == {"silent"}


def test_while_nobody_listens_nobody_knows_who_is_alive() -> None:
    found = rows()

    assert (found["content"].state, found["ideation"].state) == ("unknown", "unknown")
    assert (found["relay"].state, found["projector"].state) == ("silent", "silent"), "the locks tell that"


@pytest.mark.parametrize(
    ("heard_for", "state"), [(A_SECOND, "starting"), (ALIVE_WITHIN + A_SECOND, "silent")]
)
def test_after_a_time_without_a_listener_services_need_some_seconds_to_be_heard(
    heard_for: timedelta, state: str
) -> None:
    found = rows(states=HEARD, deaf_at=NOW - heard_for)

    assert found["content"].state == state
    assert found["relay"].state == "silent"


def test_the_releases_of_relay_and_projector_are_shown() -> None:
    found = rows(locks={Lock.RELAY.value: named("relay")})

    assert found["relay"].versions == named("relay").partition(" ")[2]
    assert found["projector"].versions == "unknown"
