"""The rights on the bus: one user for each service and for each process of the gateway.

Derived from the registry, so that a new job type needs no line here. The server enforces them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lodestone import subjects
from lodestone.events import SERVICE_EVENTS
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.job_type import JobType

ASKER = "reconciler"  # asks the workers of all services; a service asks its own
SUBSCRIBER = "subscriber"  # for others that only listen; also the name of a durable for them


@dataclass(frozen=True)
class BusUser:
    """The name that a process signs in with, and the subjects that it may use; all others are closed."""

    name: str
    publish: tuple[str, ...]
    subscribe: tuple[str, ...]
    is_service: bool = False  # is asked about its jobs; services do not hear each other

    @property
    def is_owner(self) -> bool:
        """Whether it owns the whole bus."""
        return subjects.EVERYTHING in self.publish

    @property
    def account(self) -> str:
        """Its own account: the server's answers to it can be delivered nowhere else."""
        return self.name.upper().replace("-", "_")

    @property
    def logins(self) -> dict[str, str]:
        """Its logins, each with the variable of its password; two, so that one can be changed."""
        variable = f"LODESTONE_NATS_PASSWORD_{self.account}"
        return {self.name: variable, f"{self.name}-2": f"{variable}_2"}


def bus_users(
    job_types: Iterable[JobType] = tuple(JOB_TYPES.values()), *, subscribers: Iterable[BusUser] = ()
) -> tuple[BusUser, ...]:
    """All users, services first; `subscribers` are the added ones, whose durables can be recreated."""
    jobs, added = tuple(job_types), tuple(subscribers)
    services = dict.fromkeys(job.service for job in jobs)
    return (
        *(_service(name, [job.name for job in jobs if job.service == name]) for name in services),
        # Jobs are accepted and watched with Postgres alone.
        _user("gateway"),
        _relay(jobs),
        _user("projector", *_reads_stream(), *_creates_topology(jobs)),
        _reconciler(jobs, added),
        # Sets up and rebuilds; writes no event.
        _user("operator", subjects.ADMINISTRATION),
        _subscriber(),
        *added,
    )


def _relay(jobs: Sequence[JobType]) -> BusUser:
    return _user(
        "relay",
        *map(subjects.events_filter, ("requested", "cancel_requested", "cancelled")),
        subjects.DIRECT_GET,
        # Publishes what is about to run: how much that is, broker and workers say.
        *(subjects.consumer_info(subjects.durable(job.name)) for job in jobs),
        hears=(
            *map(subjects.events_filter, ("started", "completed", "failed", "cancelled")),
            subjects.HEARTBEATS,
        ),
    )


def _reconciler(jobs: Sequence[JobType], added: Sequence[BusUser]) -> BusUser:
    """Restores any event of a lost stream, and ends jobs past their deadline."""
    return _user(
        ASKER,
        subjects.STREAM_SUBJECTS,
        subjects.ASKS,
        subjects.DIRECT_GET,
        *_creates_topology(jobs),
        # Removes the texts of erased jobs by purging their subjects.
        subjects.STREAM_PURGE,
        # For operators it pauses job types, and reports waiting work and running processes.
        subjects.CONSUMER_LIST,
        subjects.consumer_info(subjects.PROJECTOR),  # asked by the release before
        *(subjects.consumer_pause(subjects.durable(job.name)) for job in jobs),
        # Hands deliveries back for workers that died with them.
        *(subjects.answers_to(subjects.durable(job.name)) for job in jobs),
        *(of(each.name) for each in added for of in _MAKES_ANEW),
        hears=(subjects.HEARTBEATS, subjects.answers_filter(ASKER)),
    )


def _service(name: str, job_types: Sequence[str]) -> BusUser:
    durables = [subjects.durable(job_type) for job_type in job_types]
    return BusUser(
        name,
        publish=(
            *(subjects.events_filter(event, each) for each in job_types for event in SERVICE_EVENTS),
            subjects.ASKS,
            *map(subjects.answers_filter, (ASKER, name)),
            subjects.heartbeat_subject(name),
            subjects.DIRECT_GET,
            subjects.STREAM_INFO,
            # All processes of all services keep the provider's rate limits together.
            subjects.LIMITS_SUBJECTS,
            subjects.kept_reads(subjects.LIMIT),
            subjects.kept_filter(subjects.prefixes_of(name)),
            subjects.kept_reads(subjects.prefixes_of(name)),
            *(of(durable) for durable in durables for of in _CONSUMES),
        ),
        subscribe=(
            subjects.inboxes(name),
            subjects.answers_filter(name),
            subjects.ASKS,
            *(subjects.cancels_filter(each) for each in job_types),
            subjects.kept_filter(subjects.prefixes_of(name)),
        ),
        is_service=True,
    )


_CONSUMES = (subjects.consumer_pull, subjects.consumer_info, subjects.answers_to)
_MAKES_ANEW = (subjects.consumer_info, subjects.consumer_create)


def _reads_stream() -> tuple[str, ...]:
    of_consumer = (
        subjects.consumer_create,
        subjects.consumer_delete,
        subjects.consumer_pull,
        subjects.consumer_info,
    )
    return tuple(of(subjects.PROJECTOR) for of in of_consumer)


def _creates_topology(jobs: Iterable[JobType]) -> tuple[str, ...]:
    """Recreating what was lost; only the operator may correct and remove."""
    durables = ((subjects.durable(job.name), subjects.requests_filter(job.name)) for job in jobs)
    created = [
        subject
        for durable, requests in durables
        for subject in (subjects.consumer_info(durable), subjects.consumer_create(durable, requests))
    ]
    streams = (subjects.STREAM_INFO, subjects.STREAM_CREATE, subjects.LIMITS_INFO, subjects.LIMITS_CREATE)
    return (*streams, *created)


def _subscriber() -> BusUser:
    # May not create consumers: a consumer's creator chooses where the server delivers messages.
    return BusUser(
        SUBSCRIBER,
        publish=(subjects.STREAM_INFO, subjects.DIRECT_GET, *(of(SUBSCRIBER) for of in _CONSUMES)),
        subscribe=(subjects.inboxes(SUBSCRIBER), subjects.EVERY_EVENT),
    )


def _user(name: str, *publish: str, hears: tuple[str, ...] = ()) -> BusUser:
    return BusUser(name, publish=publish, subscribe=(subjects.inboxes(name), *hears))
