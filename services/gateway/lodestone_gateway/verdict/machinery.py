"""Causes in our own processes: one that does not run, does not answer, or does not keep up. Pure."""

from datetime import datetime, timedelta

from lodestone.jobs import JOB_TYPES

from lodestone_gateway.verdict.causes import Cause, Code, counted, moment, seconds
from lodestone_gateway.verdict.snapshot import Snapshot
from lodestone_gateway.verdict.words import STANDSTILL

STUCK_AFTER = timedelta(seconds=30)  # past the deadline; every job should have ended by then
BUS_SILENCE = timedelta(seconds=10)  # after which an event that was sent should be confirmed
UNHEARD = timedelta(seconds=15)  # a reconciler records every three seconds what it hears
RELAYED_WITHIN = timedelta(seconds=5)  # of a job that nothing holds back
FOLDED_WITHIN = timedelta(seconds=3)  # of its publication
MANY_EVENTS = 1_000  # that are not folded: seconds of work


def overdue(seen: Snapshot) -> Cause | None:
    """It should have ended."""
    past = seen.now - seen.job.deadline_at
    if not seen.is_live or past <= STUCK_AFTER:
        return None
    deadline = moment(seen.job.deadline_at)
    return Cause(
        Code.OVERDUE,
        f"Its deadline was {deadline}, {seconds(past)} s ago: the reconciler should have ended it.",
        "This has taken too long. It will be stopped, and you can try again.",
        seen.now,
        {"deadlineAt": deadline, "overdueSeconds": seconds(past)},
        advice="Check that the projector runs, and that NATS and Postgres answer.",
    )


def relay_stopped(seen: Snapshot) -> Cause | None:
    """Nobody publishes requests."""
    if not seen.is_unpublished or seen.relay_leads:
        return None
    return Cause(
        Code.RELAY_STOPPED,
        "Waiting for the relay: none is active, so its request is not published.",
        STANDSTILL,
        seen.now,
        {"waitingSeconds": _since_accepted(seen)},
        advice="Start `lodestone-gateway relay`, or look at why it does not get ready.",
    )


def bus_silent(seen: Snapshot) -> Cause | None:
    """The bus does not answer, or does not confirm what was sent."""
    why = _silence(seen)
    if not why:
        return None
    return Cause(
        Code.BUS_SILENT,
        f"Waiting for the bus: {why}.",
        STANDSTILL,
        seen.now,
        {"waitingSeconds": _since_accepted(seen)},
        {"heardAt": moment(seen.observed_at) if seen.observed_at else None},
        advice="Check that NATS runs and has room on its disk.",
    )


def not_relayed(seen: Snapshot) -> Cause | None:
    """The relay runs and nothing holds the request back, and yet it is not published."""
    waits = seen.now - seen.job.created_at
    is_next = seen.request is not None and not (seen.request.ahead or seen.request.tried)
    is_free = seen.is_observed and not (seen.is_blocked or seen.is_saturated or seen.is_lane_held)
    if not (seen.is_unpublished and is_next and is_free and waits > RELAYED_WITHIN):
        return None
    return Cause(
        Code.NOT_RELAYED,
        f"Accepted {seconds(waits)} s ago and not published: the relay is active, nothing is ahead of it, and"
        " slots are free.",
        STANDSTILL,
        seen.now,
        {"waitingSeconds": seconds(waits), "jobsAhead": 0},
        advice="Look at the relay’s log, and at `lodestone_outbox_unreadable_rows`.",
    )


def no_worker(seen: Snapshot) -> Cause | None:
    """Nobody runs jobs of this type."""
    if not (seen.is_due or seen.is_abandoned) or not seen.is_without_workers:
        return None
    service = _service(seen)
    last = max((beat.seen_at for beat in seen.beats), default=None)
    return Cause(
        Code.NO_WORKER,
        f"No process of the service {service} is alive: the last one {_heard(last)}.",
        STANDSTILL,
        seen.observed_at or seen.now,
        {"processes": 0},
        {"service": service, "lastHeardAt": moment(last) if last else None},
        advice=f"Start `lodestone-worker {service}`.",
    )


def worker_lost(seen: Snapshot) -> Cause | None:
    """The process that runs it is not heard."""
    started = seen.last("started")
    if started is None or not seen.is_abandoned:
        return None
    worker = started.body.get("workerId")
    last = next((beat.seen_at for beat in seen.beats if beat.worker_id == worker), None)
    return Cause(
        Code.WORKER_LOST,
        f"Worker {worker}, which ran attempt {seen.job.attempt}, {_heard(last)}. Another one takes over.",
        "The computer that worked on this has stopped. Another one takes over, and finished parts are kept.",
        seen.observed_at or seen.now,
        {"attempt": seen.job.attempt},
        {"workerId": worker, "lastHeardAt": moment(last) if last else None},
        advice="Nothing, while another process of the service runs.",
    )


def projector_behind(seen: Snapshot) -> Cause | None:
    """What the tables say of the job may be out of date."""
    why = _behind(seen) if seen.is_live else ""
    if not why:
        return None
    return Cause(
        Code.PROJECTOR_BEHIND,
        f"What is shown of it may be out of date: {why}.",
        "What you see here may be a little behind. It catches up by itself.",
        seen.now,
        internals={"unfoldedEvents": seen.unfolded},
        advice="Check that `lodestone-gateway project` runs, and look at its log.",
    )


def _behind(seen: Snapshot) -> str:
    published = seen.request.published_at if seen.request else None
    if not seen.projector_leads:
        return "no projector is active"
    if published and not seen.job.seq and seen.now - published > FOLDED_WITHIN:
        return f"its request was published {seconds(seen.now - published)} s ago and is not folded"
    if seen.is_observed and (seen.unfolded or 0) >= MANY_EVENTS:
        return f"{counted(seen.unfolded or 0, 'event')} are not folded yet"
    return ""


def _silence(seen: Snapshot) -> str:
    unheard = seen.now - seen.observed_at if seen.observed_at else timedelta()
    if seen.is_due and seen.projector_leads and unheard > UNHEARD:
        return f"the reconciler is active and has not heard from it for {seconds(unheard)} s"
    is_tried = seen.request is not None and seen.request.tried
    if seen.is_unpublished and is_tried and seen.now - seen.job.created_at > BUS_SILENCE:
        return "the relay has sent the job’s request, and the bus has not confirmed it"
    return ""


def _heard(last: datetime | None) -> str:
    """The reconciler forgets a process after a minute of silence."""
    return f"was heard at {moment(last)}" if last else "was not heard in the last minute"


def _service(seen: Snapshot) -> str:
    known = JOB_TYPES.get(seen.job.job_type)
    return known.service if known else seen.job.job_type


def _since_accepted(seen: Snapshot) -> int:
    return seconds(seen.now - seen.job.created_at)
