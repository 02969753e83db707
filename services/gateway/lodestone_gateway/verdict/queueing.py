"""Causes that hold work back on purpose, or because there is more of it than room. Pure."""

from lodestone_gateway.store.verdict_queries import MOST_COUNTED
from lodestone_gateway.verdict.causes import Cause, Code, counted, moment, seconds
from lodestone_gateway.verdict.snapshot import Snapshot
from lodestone_gateway.verdict.words import JOB_PAUSED, RESUMING, USER_PAUSED, WAITING


def everything_paused(seen: Snapshot) -> Cause | None:
    """An operator has paused everything."""
    return _paused(seen, "everything", "everything", "/api/ops/resume")


def type_paused(seen: Snapshot) -> Cause | None:
    """An operator has paused its type."""
    job_type = seen.job.job_type
    return _paused(seen, "job_type", job_type, f"/api/ops/job-types/{job_type}/resume")


def user_paused(seen: Snapshot) -> Cause | None:
    """An operator has paused its owner."""
    return _paused(seen, "user", "its owner", f"/api/ops/users/{seen.job.user_id}/resume")


def paused_in_bulk(seen: Snapshot) -> Cause | None:
    """An operator's bulk action holds its request."""
    pause = seen.bulk_pause
    if pause is None or not seen.is_unpublished:
        return None
    id, since = pause.bulk_action_id, moment(pause.paused_at)
    return Cause(
        Code.PAUSED,
        f"Waiting until it is resumed in bulk: operator {pause.operator_id} paused it by bulk action {id} at"
        f" {since}.",
        JOB_PAUSED,
        seen.now,
        {"pausedAt": since, "perMinute": None},
        {"pausedBy": str(pause.operator_id), "paused": "job", "bulkActionId": str(id)},
        advice=f"`lodestone ops bulk resume --paused-by {id}` lets go what that one holds.",
    )


def _paused(seen: Snapshot, kind: str, what: str, path: str) -> Cause | None:
    pause = next((each for each in seen.pauses if each.kind == kind and seen.is_paused(each)), None)
    if pause is None:
        return None
    since, pace = moment(pause.paused_at), pause.per_minute
    if pace:
        text = f"Waiting to be let through: {what} is resumed gradually, {counted(pace, 'job')} a minute;"
        advice = f"Nothing; `POST {path}` without a pace lets all continue at once."
    else:
        text, advice = f"Waiting until {what} is resumed:", f"`POST {path}` ends the pause."
    return Cause(
        Code.PAUSED,
        f"{text} operator {pause.paused_by} paused it at {since}.",
        _told_paused(kind, is_gradual=pace is not None),
        seen.now,
        {"pausedAt": since, "perMinute": pace},
        {"pausedBy": str(pause.paused_by), "paused": kind},
        advice=advice,
    )


def _told_paused(kind: str, *, is_gradual: bool) -> str:
    if is_gradual:
        return RESUMING
    return USER_PAUSED if kind == "user" else WAITING["paused"]


def spend(seen: Snapshot) -> Cause | None:
    """The cap on the hour's spend holds it back."""
    if not (seen.is_unpublished and seen.held_until):
        return None
    until = moment(seen.held_until)
    return Cause(
        Code.SPEND,
        f"Waiting until the next hour, {until}, or until an operator waives the cap: this hour’s is reached.",
        WAITING["spend"],
        seen.now,
        {"heldUntil": until},
        advice="`lodestone-gateway spend show` says what was spent, and `spend waive` lets all work go on.",
    )


def cap(seen: Snapshot) -> Cause | None:
    """As many jobs of its owner are in flight as one user may have."""
    if not (seen.is_unpublished and seen.is_capped):
        return None
    own = seen.request.ahead_of_owner if seen.request else 0
    return Cause(
        Code.CAP,
        "Waiting for a job of its owner to end: as many are in flight as one user may have,"
        f" and {own} more are ahead of it.",
        WAITING["cap"],
        seen.now,
        {"ownJobsAhead": own},
        advice="Nothing: it starts as its owner’s jobs end. More slots raise the bound.",
    )


def turn(seen: Snapshot) -> Cause | None:
    """Others are ahead of it, and the relay publishes only what is about to run."""
    request = seen.request
    if request is None or not seen.is_unpublished or seen.is_blocked:
        return None
    if not (request.ahead or seen.is_lane_held):
        return None
    ahead, own = _at_least(request.ahead), _at_least(request.ahead_of_owner)
    are_all_own = request.ahead == request.ahead_of_owner
    told = (
        f"{ahead} of its type and priority ahead, {own} of the same owner" if request.ahead else "it is next"
    )
    return Cause(
        Code.TURN,
        f"Waiting for its turn: {told}.",
        _turn_for_owner(request.ahead, request.ahead_of_owner),
        seen.now,
        {"jobsAhead": request.ahead, "ownJobsAhead": request.ahead_of_owner},
        advice="Nothing: its owner’s own jobs come first."
        if are_all_own and request.ahead
        else "Add processes if the backlog grows.",
    )


def slot(seen: Snapshot) -> Cause | None:
    """Every slot of its service is in use."""
    is_known = seen.projector_leads or seen.is_unpublished  # it may have been started meanwhile
    if not (seen.is_due and seen.is_saturated and is_known):
        return None
    on = f"on {len(seen.alive)} process{'' if len(seen.alive) == 1 else 'es'}"
    bus = f", {counted(seen.undelivered, 'request')} on the bus" if seen.undelivered else ""
    return Cause(
        Code.SLOT,
        f"Waiting for a free slot: {seen.in_use} of {seen.slots} are in use {on}{bus}.",
        f"Every place is taken right now, {seen.in_use} of {seen.slots}. It starts as soon as one is free.",
        max(beat.seen_at for beat in seen.alive),
        {"slots": seen.slots, "slotsInUse": seen.in_use},
        {"processes": len(seen.alive), "requestsOnBus": seen.undelivered},
        advice="Add processes of the service, or slots (LODESTONE_SLOTS).",
    )


def starting(seen: Snapshot) -> Cause:
    """It waits, and nothing is known that holds it back."""
    where = "the relay has not come to it yet" if seen.is_unpublished else "no worker has started it yet"
    age = seconds(seen.now - seen.job.created_at)
    return Cause(
        Code.STARTING,
        f"About to start: accepted {age} s ago, {where}, and nothing is known to hold it back.",
        WAITING["slot"],
        seen.now,
        {"waitingSeconds": age},
    )


def _turn_for_owner(ahead: int, own: int) -> str:
    if not ahead:
        return WAITING["slot"]
    if ahead == own:
        return f"Your other jobs come first: {_at_least(own)} ahead of this one."
    yours = f", {own:,} of them your own" if own else ""
    return (
        f"Others asked before you: {_at_least(ahead)} ahead of yours{yours}. It starts when it is your turn."
    )


def _at_least(count: int) -> str:
    return f"at least {count:,} jobs" if count >= MOST_COUNTED else counted(count, "job")
