"""Causes in the job's own log: its attempts, a wish to stop it, and its end. Pure."""

from collections.abc import Iterator, Mapping

from lodestone.errors import ErrorCode
from lodestone.status import Status
from lodestone.wire import JsonObject

from lodestone_gateway.verdict.causes import Cause, Code, Fact, moment, seconds
from lodestone_gateway.verdict.snapshot import Snapshot
from lodestone_gateway.verdict.words import WAITING

MANY_DEATHS = 2  # of workers, from which the job is suspected; one may have any reason

ADVICE: Mapping[str, str] = {
    ErrorCode.AI_UNAVAILABLE: "Replay it once the provider answers.",
    ErrorCode.AI_ERROR: "Look at the service’s log; replay it when that is corrected.",
    ErrorCode.AI_INVALID_OUTPUT: "Replay it; if it fails again, look at the prompt.",
    ErrorCode.AI_REFUSED: "Nothing: only its owner can change what was asked.",
    ErrorCode.INVALID_INPUT: "Nothing: only its owner can change what was asked.",
    ErrorCode.ATTEMPTS_EXHAUSTED: "Find what ended its attempts, then replay it.",
    ErrorCode.DEADLINE_EXCEEDED: "Find what kept it waiting, then replay it.",
    ErrorCode.BUDGET_EXCEEDED: "Raise LODESTONE_BUDGETS_USD or the provider’s limit, then replay it.",
    ErrorCode.INTERNAL_ERROR: "Look at the service’s log; this is a fault of ours.",
}
"""For a job that failed and was not run again."""


def between_attempts(seen: Snapshot) -> Cause | None:
    """Its last attempt ended without a result, and the next one has a time."""
    retry_at = seen.job.retry_at
    if not (seen.is_waiting and retry_at):
        return None
    code, left = _code_of(seen), seconds(retry_at - seen.now)
    when = f"at {moment(retry_at)}, in {left} s" if left else f"due since {moment(retry_at)}"
    return Cause(
        code,
        " ".join(
            filter(None, [f"Waiting for its next attempt, {when}.", _failure(seen), *_alike(code, seen)])
        ),
        WAITING.get(code, WAITING["provider"]),
        seen.now,
        {"retryAt": moment(retry_at), "attempt": seen.job.attempt, "jobsWaitingAlike": seen.waiting_alike},
        advice=_ADVICE_BETWEEN[code],
    )


def poisoned(seen: Snapshot) -> Cause | None:
    """Worker after worker died while running it: it may be what ends them."""
    if seen.deaths < MANY_DEATHS or Status(seen.job.status) in (Status.COMPLETED, Status.CANCELLED):
        return None
    return Cause(
        Code.POISONED,
        f"{seen.deaths} of its {seen.job.attempt} attempts ended with the death of their worker:"
        " the job may be what ends them.",
        "Something in this makes our computers stop. We try it a few times.",
        seen.now,
        {"deaths": seen.deaths, "attempt": seen.job.attempt},
        advice="Look at why the service’s processes ended. If it is the job, cancel it; do not replay it.",
    )


def running(seen: Snapshot) -> Cause | None:
    """A worker runs it."""
    if not seen.is_live or seen.is_waiting or seen.is_abandoned:
        return None
    job, started = seen.job, seen.last("started")
    done: dict[str, Fact] = {"attempt": job.attempt, "done": job.progress_done, "total": job.progress_total}
    worker = started.body.get("workerId") if started else None
    text = (
        f"Running: attempt {job.attempt} of {job.max_attempts} on worker {worker}"
        f" since {moment(started.time)}."
        if started
        else "Running, but its history does not say on which worker."
    )
    return Cause(
        Code.RUNNING,
        text,
        job.progress_message or "It is being worked on.",
        seen.now,
        done,
        {"workerId": worker},
    )


def cancelling(seen: Snapshot) -> Cause | None:
    """Somebody asked to stop it."""
    if not (seen.is_live and seen.job.cancel_requested):
        return None
    return Cause(
        Code.CANCELLING,
        f"Being cancelled: {_who(seen)} asked for it.",
        "It is being stopped.",
        seen.now,
        internals={"requestedBy": _requested_by(seen)},
    )


def ended(seen: Snapshot) -> Cause | None:
    """How it ended."""
    status, at = Status(seen.job.status), seen.job.completed_at or seen.job.updated_at
    if not status.is_terminal:
        return None
    when = {"endedAt": moment(at)}
    if status is Status.FAILED:
        return _failed(seen)
    if status is Status.COMPLETED:
        return Cause(Code.COMPLETED, f"Completed at {moment(at)}.", "Done.", seen.now, when)
    return Cause(
        Code.CANCELLED,
        " ".join(filter(None, [f"Cancelled at {moment(at)} by {_who(seen)}.", _again(seen)])),
        "It was stopped.",
        seen.now,
        when,
        {"requestedBy": _requested_by(seen)},
    )


def erased(seen: Snapshot) -> Cause | None:
    """Its texts were deleted."""
    if seen.is_live or seen.job.erased_at is None:
        return None
    at = moment(seen.job.erased_at)
    return Cause(
        Code.ERASED, f"Its texts were deleted at {at}.", "Its texts were deleted.", seen.now, {"erasedAt": at}
    )


_ADVICE_BETWEEN = {
    Code.RETRY: "Nothing yet: look at the service’s log if jobs of this type keep failing.",
    Code.PROVIDER: "Look at the provider’s status page; jobs go on by themselves.",
    Code.BREAKER_OPEN: "Look at the provider’s status page; a probe closes the breaker when it is back.",
    Code.RATE_LIMIT: "Ask the provider for higher limits if this goes on.",
}


def _code_of(seen: Snapshot) -> Code:
    """Which of them it is: an open breaker refuses calls before they are announced."""
    waits, retrying = seen.job.waiting_for, seen.last("retrying")
    if waits == Code.RATE_LIMIT:
        return Code.RATE_LIMIT
    if waits != Code.PROVIDER:
        return Code.RETRY
    has_called = retrying is None or any(
        each.event == "call_started" and each.attempt == retrying.attempt for each in seen.log
    )
    return Code.PROVIDER if has_called else Code.BREAKER_OPEN


def _failure(seen: Snapshot) -> str:
    retrying = seen.last("retrying")
    if retrying is None:
        return ""
    uncounted = "" if retrying.body.get("counted", True) else " It does not count."
    return f"Attempt {retrying.attempt} ended with {_reason(retrying.body.get('reason'))}{uncounted}"


def _alike(code: Code, seen: Snapshot) -> Iterator[str]:
    if code is Code.BREAKER_OPEN:
        yield "It made no call: the breaker is open, because the provider failed before."
    if code is not Code.RETRY and seen.waiting_alike > 1:
        yield f"{seen.waiting_alike:,} jobs of its type wait for the provider."


def _failed(seen: Snapshot) -> Cause:
    job, at = seen.job, seen.job.completed_at or seen.job.updated_at
    why, again = _reason({"code": job.error_code, "message": job.error}), _again(seen)
    is_about_earlier = job.error_code in (ErrorCode.DEADLINE_EXCEEDED, ErrorCode.ATTEMPTS_EXHAUSTED)
    earlier = _failure(seen) if is_about_earlier else ""
    dead = "" if again else "It is a dead letter: nobody has run it again."
    parts = [f"Failed at {moment(at)} with {why}", earlier, again, dead]
    return Cause(
        Code.FAILED,
        " ".join(filter(None, parts)),
        job.error or "Something went wrong on our side.",
        seen.now,
        {"endedAt": moment(at), "errorCode": job.error_code, "attempt": job.attempt},
        {"runAgainAs": str(seen.run_again_as) if seen.run_again_as else None},
        advice="" if again else ADVICE.get(job.error_code or "", ""),
    )


def _again(seen: Snapshot) -> str:
    return f"It was run again as job {seen.run_again_as}." if seen.run_again_as else ""


def _requested_by(seen: Snapshot) -> str | None:
    asked = seen.last("cancel_requested")
    return asked.body.get("requestedBy") if asked else None


def _who(seen: Snapshot) -> str:
    by = _requested_by(seen)
    if by is None:
        return "someone whom its history does not name"
    return "its owner" if by == str(seen.job.user_id) else f"user {by}"


def _reason(reason: JsonObject | None) -> str:
    given = reason or {}
    words = str(given.get("message") or "").strip()
    text = ": ".join(filter(None, [given.get("code") or "no code", words]))
    return text if text.endswith((".", "!", "?")) else f"{text}."
