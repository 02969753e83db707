"""What is known of a job and of what it depends on, at one moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from lodestone.deadlines import ACK_WAIT_SECONDS
from lodestone.errors import ErrorCode
from lodestone.status import Status
from lodestone.wire import JsonObject

from lodestone_gateway.store.tables import BackgroundJob

HEARD_WITHIN = timedelta(seconds=ACK_WAIT_SECONDS)  # three heartbeats, or three records of what was said


class Beat(NamedTuple):
    """What one process of the job's service said last."""

    worker_id: str
    slots: int
    running: int
    seen_at: datetime


class LogEntry(NamedTuple):
    """An event of the job's history that says something about its state."""

    event: str  # without the prefix `job.`
    time: datetime
    attempt: int
    body: JsonObject


@dataclass(frozen=True)
class Pause:
    """An operator's pause of the job's type, of its owner, or of everything."""

    kind: str  # `job_type`, `user` or `everything`
    paused_by: UUID
    paused_at: datetime
    per_minute: int | None = None  # jobs that are let through, where it is resumed gradually


class BulkPause(NamedTuple):
    """The bulk action that holds the job's request, until another one lets it go."""

    bulk_action_id: UUID
    operator_id: UUID
    paused_at: datetime


@dataclass(frozen=True)
class Request:
    """The job's row in the outbox, and what is before it in its lane while it is not published."""

    tried: bool
    published_at: datetime | None
    ahead: int = 0  # counted up to `MOST_COUNTED`
    ahead_of_owner: int = 0  # those of the same owner


@dataclass(frozen=True)
class Snapshot:
    """The job's row and log, and its surroundings. Where nobody knows, the default says so."""

    job: BackgroundJob
    now: datetime
    log: Sequence[LogEntry] = ()
    request: Request | None = None  # gone some seconds after the end
    pauses: Sequence[Pause] = ()  # those that concern the job, whether they hold it up or not
    bulk_pause: BulkPause | None = None
    held_until: datetime | None = None  # the cap on the hour's spend holds work of this priority back
    is_lane_held: bool = False  # the relay has just said that it holds something of the lane back
    is_capped: bool = False  # the relay has just said that its owner has as many in flight as one user may
    relay_leads: bool = True
    projector_leads: bool = True
    observed_at: datetime | None = None  # when broker and services were listened to last, by the reconciler
    unfolded: int | None = None  # events that the projector has not folded
    undelivered: int | None = None  # requests of the job's type that are on the bus, and no worker has
    waiting_pulls: int | None = None  # requests of idle workers for jobs of this type
    beats: Sequence[Beat] = ()
    waiting_alike: int = 0  # jobs of this type that wait for what this one waits for between its attempts
    run_again_as: UUID | None = None
    started: int | None = None  # jobs that run in its service, by their rows; None if too many to count
    sent: int = 0  # jobs of this type that are published and not started, among the oldest
    size: int | None = None  # bytes of the job's input as it is stored

    @property
    def is_live(self) -> bool:
        """Whether the job has not ended."""
        return not Status(self.job.status).is_terminal

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for an attempt."""
        return self.is_live and self.job.waiting_for is not None

    @property
    def is_due(self) -> bool:
        """Whether its next attempt might begin now."""
        return self.is_waiting and (self.job.retry_at is None or self.job.retry_at <= self.now)

    @property
    def is_unpublished(self) -> bool:
        """Whether its request waits for the relay."""
        request = self.request
        return self.is_waiting and not self.job.seq and request is not None and request.published_at is None

    def is_paused(self, pause: Pause) -> bool:
        """Whether the pause keeps the job from its next attempt.

        What is published is held by a pause of its type or of everything alone.
        """
        reaches_published = pause.kind != "user" and pause.per_minute is None
        return self.is_waiting and (reaches_published or self.is_unpublished)

    @property
    def is_observed(self) -> bool:
        """Whether what is known of broker and services is fresh."""
        return self.observed_at is not None and self.now - self.observed_at <= HEARD_WITHIN

    @property
    def alive(self) -> list[Beat]:
        """The processes of its service that were alive when the reconciler listened last."""
        if self.observed_at is None:
            return []
        return [beat for beat in self.beats if beat.seen_at > self.observed_at - HEARD_WITHIN]

    @property
    def is_without_workers(self) -> bool:
        """Whether somebody listens, and no process of its service is heard; one that asks for jobs has only
        just begun."""
        has_begun = not self.beats and bool(self.waiting_pulls)
        return self.is_observed and not self.alive and not has_begun

    @property
    def slots(self) -> int:
        """Of those processes."""
        return sum(beat.slots for beat in self.alive)

    @property
    def running(self) -> int:
        """Jobs in these slots, by what the processes said some seconds ago."""
        return sum(beat.running for beat in self.alive)

    @property
    def in_use(self) -> int:
        """Slots that are in use. Rows are newer than what processes said, while somebody folds events."""
        if self.started is None or not self.projector_leads:
            return self.running
        return min(self.running, self.started)

    @property
    def is_saturated(self) -> bool:
        """Whether none of these slots is free."""
        return bool(self.alive) and self.in_use >= self.slots

    @property
    def is_blocked(self) -> bool:
        """Whether something keeps the relay from publishing it that has nothing to do with its turn."""
        paused = self.bulk_pause is not None or any(map(self.is_paused, self.pauses))
        held = paused or self.held_until is not None or self.is_capped
        return held or not self.relay_leads or self.is_without_workers

    @property
    def is_abandoned(self) -> bool:
        """Whether an attempt is under way whose worker should have been heard lately, and was not."""
        started = self.last("started")
        if not self.is_live or self.is_waiting or started is None or not self.is_observed:
            return False
        is_heard = any(beat.worker_id == started.body.get("workerId") for beat in self.alive)
        return not is_heard and self.now - started.time > HEARD_WITHIN

    @property
    def deaths(self) -> int:
        """Attempts that ended without a word of their worker; one that may still run does not count."""
        deaths, is_open = 0, False
        for each in self.log:
            deaths += is_open and each.event == "started"
            is_open = each.event == "started" or (is_open and each.event != "retrying")
        is_dead = self.is_abandoned or self.job.error_code == ErrorCode.ATTEMPTS_EXHAUSTED
        return deaths + (is_open and is_dead)

    def last(self, event: str) -> LogEntry | None:
        """The newest event of this kind."""
        return next((each for each in reversed(self.log) if each.event == event), None)
