"""Services as operators see them: who is alive, what waits, what is paused."""

from datetime import timedelta
from importlib.metadata import version
from typing import Any
from uuid import UUID

import pytest
from lodestone.clock import now
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import PROJECTOR, durable
from lodestone_gateway.operating.services import ALIVE_WITHIN, Readings, services_of
from lodestone_gateway.store.leadership import Lock, named
from lodestone_gateway.store.operations_tables import ConsumerState, PausedJobType, ServiceHeartbeat

OPERATOR = UUID("0199aa00-0000-7000-8000-000000000001")
A_SECOND = timedelta(seconds=1)


def heartbeat(
    worker_id: str, service: str = "content", *, silent_for: timedelta = A_SECOND
) -> ServiceHeartbeat:
    seen_at = now() - silent_for
    return ServiceHeartbeat(
        worker_id=worker_id, service=service, slots=4, running=1, started_at=seen_at, seen_at=seen_at
    )


def state(name: str, **columns: Any) -> ConsumerState:
    nothing = {"pending": 0, "ack_pending": 0, "redelivered": 0, "waiting_pulls": 0, "is_paused": False}
    return ConsumerState(name=name, seen_at=now(), **nothing | columns)


def states(**by_job_type: ConsumerState) -> dict[str, ConsumerState]:
    return {durable(job_type): found for job_type, found in by_job_type.items()}


def services(**read: Any) -> dict[str, Any]:
    nothing: dict[str, Any] = {"states": {}, "heartbeats": [], "pauses": {}, "locks": {}}
    nothing |= {"unpublished": 0, "estimates": {}}
    return {each.name: each for each in services_of(Readings(**nothing | read)).items}


def test_the_agents_come_first_then_each_service_of_the_registry_once() -> None:
    assert list(services()) == ["relay", "projector", "ideation", "extraction", "polish", "content"]
    shown = [queue.job_type for each in services().values() for queue in each.job_types]
    assert sorted(shown) == sorted(JOB_TYPES)


def test_nothing_that_was_not_read_is_made_up() -> None:
    content = services()["content"]
    [first, *_] = content.job_types

    assert (content.is_running, content.backlog, content.processes) == (False, None, [])
    assert first.to_wire() == {
        "jobType": first.job_type,
        "isPaused": False,
        "isHeldBack": None,
        "pausedBy": None,
        "pausedAt": None,
        "pending": None,
        "ackPending": None,
        "redelivered": None,
        "waitingPulls": None,
        "seenAt": None,
        "estimates": None,
    }


@pytest.mark.parametrize(
    ("silent_for", "is_alive"),
    [
        (timedelta(0), True),
        (ALIVE_WITHIN - A_SECOND, True),
        (ALIVE_WITHIN + A_SECOND, False),
        (timedelta(days=1), False),
    ],
)
def test_a_process_is_alive_while_it_is_heard(silent_for: timedelta, is_alive: bool) -> None:
    content = services(heartbeats=[heartbeat("one", silent_for=silent_for)])["content"]

    assert [process.is_alive for process in content.processes] == [is_alive]
    assert content.is_running is is_alive


def test_a_service_runs_when_one_of_its_own_processes_does() -> None:
    heard = [heartbeat("old", silent_for=ALIVE_WITHIN + A_SECOND), heartbeat("new"), heartbeat("x", "polish")]

    found = services(heartbeats=heard)

    assert found["content"].is_running
    assert [process.worker_id for process in found["content"].processes] == ["old", "new"]
    assert found["polish"].is_running
    assert not found["ideation"].is_running


def test_a_backlog_is_what_is_known_of_it() -> None:
    posts, emails = state("posts", pending=3), state("emails", pending=4)

    assert services(states=states(posts=posts, emails=emails))["content"].backlog == 7
    assert services(states=states(posts=posts))["content"].backlog == 3
    assert services(states=states(posts=state("posts")))["content"].backlog == 0


@pytest.mark.parametrize(
    ("held", "running"),
    [
        (set(), (False, False)),
        ({Lock.RELAY}, (True, False)),
        ({Lock.PROJECTOR}, (False, True)),
        ({Lock.RELAY, Lock.PROJECTOR}, (True, True)),
    ],
)
def test_an_agent_runs_while_somebody_holds_its_lock(held: set[Lock], running: tuple[bool, bool]) -> None:
    found = services(locks={1: "", **{lock.value: "" for lock in held}})

    assert (found["relay"].is_running, found["projector"].is_running) == running


def test_an_agent_tells_its_release_by_the_name_of_its_connection() -> None:
    found = services(locks={Lock.RELAY.value: named("relay"), Lock.PROJECTOR.value: "psql"})

    assert found["relay"].version == version("lodestone-common")
    assert found["projector"].version is None, "an older release does not say"


def test_what_waits_for_the_agents_is_shown_beside_them() -> None:
    found = services(unpublished=5, states={PROJECTOR: state(PROJECTOR, pending=9)})

    assert (found["relay"].backlog, found["projector"].backlog) == (5, 9)
    assert services()["projector"].backlog is None


def test_a_pause_is_what_an_operator_wants_and_held_back_what_the_broker_does() -> None:
    paused_at = now()
    pause = PausedJobType(job_type="posts", paused_by=OPERATOR, paused_at=paused_at)
    resumed = PausedJobType(job_type="emails", paused_by=OPERATOR, paused_at=paused_at, per_minute=6)
    pauses = {"posts": pause, "emails": resumed}
    read = {"pauses": pauses, "states": states(posts=state("p"), emails=state("e", is_paused=True))}

    queues = {queue.job_type: queue for queue in services(**read)["content"].job_types}

    assert (queues["posts"].is_paused, queues["posts"].is_held_back) == (True, False)
    assert queues["posts"].paused_by == OPERATOR
    assert (queues["emails"].is_paused, queues["emails"].is_held_back) == (False, True)
