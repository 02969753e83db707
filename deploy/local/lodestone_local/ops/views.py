"""How each answer is shown to people: its columns, and what is said around the table."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from lodestone.verdict_text import verdict_text
from lodestone.wire import JsonObject

from lodestone_local.ops import columns
from lodestone_local.ops.client import Scope
from lodestone_local.ops.tables import Column, table, time_of

View: TypeAlias = Callable[[JsonObject], Iterator[str]]


def page(answer: JsonObject, shown: Sequence[Column], nothing: str) -> Iterator[str]:
    """A page of a list; `nothing` is the sentence for an empty one."""
    if not answer["items"]:
        yield nothing
    yield from table(answer["items"], shown)
    if cursor := answer.get("nextCursor"):
        yield f"There is more: --cursor {cursor}"


def jobs(answer: JsonObject) -> Iterator[str]:
    """A page of jobs; a search says how far back it looked."""
    yield from page(answer, columns.JOBS, "No job matches.")
    if reached := answer.get("searchedTo"):
        yield f"Looked at {answer['searched']:,} jobs, back to {reached}."


def why(answer: JsonObject) -> Iterator[str]:
    """A job's verdict."""
    yield from verdict_text(answer).splitlines()


def dead_letters(answer: JsonObject) -> Iterator[str]:
    """A page of dead letters."""
    return page(answer, columns.DEAD_LETTERS, "There is no such dead letter.")


def dead_letter_groups(answer: JsonObject) -> Iterator[str]:
    """Dead letters by cause, and how to run a group again."""
    yield from page(answer, columns.GROUPS, f"No job failed and waits for a replay since {answer['since']}.")
    if answer["items"]:
        yield "Run a group again: lodestone ops bulk replay --type TYPE --error-code CODE --cause CAUSE"


def replayed(answer: JsonObject) -> Iterator[str]:
    """The job that runs a dead one again."""
    yield f"{answer['parentJobId']} runs again as {answer['jobId']} ({answer['status']})."


def dry_run(answer: JsonObject) -> Iterator[str]:
    """What a dry run counted, and how to begin it."""
    yield from found(answer)
    until = time_of("startableUntil")(answer)
    yield f"Nothing was changed. Begin it until {until} with: lodestone ops bulk start {answer['id']}"


def found(answer: JsonObject) -> Iterator[str]:
    """What a dry run counted: by type, what is left out and why, and about what it costs."""
    counted = answer["found"]
    cost = "" if counted["costUsd"] is None else f", about ${float(counted['costUsd']):,.2f}"
    yield f"{answer['action']}: {counted['eligible']:,} jobs{cost}"
    for each in counted["byType"]:
        yield f"  {each['count']:,} {each['jobType']}"
    for each in counted["notEligible"]:
        yield f"  not {each['count']:,}: {each['text']}"


def bulk_action(answer: JsonObject) -> Iterator[str]:
    """How far a bulk action is, or what it came to."""
    if answer["state"] == "dry_run":
        yield from dry_run(answer)
        return
    yield f"{answer['id']}: {answer['action']} {answer['state']}, {progress(answer)}"
    if answer["refused"]:
        yield f"Why: lodestone ops bulk results {answer['id']} --outcome refused"


def progress(answer: JsonObject) -> str:
    """How many of its jobs had their turn, or how many it has looked at."""
    if answer["state"] == "looking":
        return f"{answer['searched']:,} jobs looked at, {answer['found']['eligible']:,} found"
    turns = answer["done"] + answer["refused"]
    return f"{turns:,} of {answer['total']:,}: {answer['done']:,} done, {answer['refused']:,} refused"


def bulk_actions(answer: JsonObject) -> Iterator[str]:
    """A page of bulk actions."""
    return page(answer, columns.BULK_ACTIONS, "There is no bulk action.")


def outcomes(answer: JsonObject) -> Iterator[str]:
    """A page of what became of the jobs."""
    return page(answer, columns.OUTCOMES, "No job.")


def would(action: str, scope: Scope) -> View:
    """What a pause or its end would be about; the answer is a page of jobs that have not ended."""

    def view(answer: JsonObject) -> Iterator[str]:
        states = [job["status"] for job in answer["items"]]
        more = " or more" if answer["nextCursor"] else ""
        waiting = states.count("pending")
        yield f"Would {action} {scope}: {len(states)}{more} jobs have not ended, {waiting} of them wait."
        yield "Nothing was changed. Add --yes to do it."

    return view


def pause_of(scope: Scope) -> View:
    """What is so now."""

    def view(answer: JsonObject) -> Iterator[str]:
        gradually = f", {answer['perMinute']} jobs a minute" if answer["perMinute"] else ""
        yield f"{scope}: {'paused' if answer['paused'] else 'not paused'}{gradually}."

    return view


def pauses(answer: JsonObject) -> Iterator[str]:
    """All pauses."""
    return page(answer, columns.PAUSES, "Nothing is paused.")


def public_page(answer: JsonObject) -> Iterator[str]:
    """A published page, and whether it is down."""
    down = f"down since {time_of('takenDownAt')(answer)}" if answer["takenDownAt"] else "public"
    yield f"{answer['address']} of user {answer['userId']}: {down}."


def would_change_page(action: str) -> View:
    """What taking it down or putting it back would be about."""

    def view(answer: JsonObject) -> Iterator[str]:
        yield from public_page(answer)
        yield f"Would {action} this page. Nothing was changed. Add --yes to do it."

    return view


def usage(answer: JsonObject) -> Iterator[str]:
    """What ended in a period, by job type and together."""
    yield f"Jobs that ended from {answer['since']} to {answer['until']}:"
    yield from table([*answer["jobTypes"], {**answer["total"], "jobType": "together"}], columns.USAGE)
    spend = answer["spend"]
    cap = "no cap known" if spend["cap"] is None else f"cap ${float(spend['cap']):,.2f}"
    yield f"Spent in this hour of the clock: ${float(spend['spent']):,.2f}, {cap}."


def audit(answer: JsonObject) -> Iterator[str]:
    """A page of the audit."""
    return page(answer, columns.AUDIT, "No entry matches.")


def users(answer: JsonObject) -> Iterator[str]:
    """A page of users."""
    return page(answer, columns.USERS, "No such user has signed in yet.")


def user(answer: JsonObject) -> Iterator[str]:
    """One user: the plan and what of it is used, and what they used this month by day and type."""
    usage = answer["usage"]
    limit = "without limit" if usage["limit"] is None else f"of {usage['limit']}"
    yield from table([answer], columns.USERS)
    yield f"Lead magnets this month: {usage['used']} {limit}, {usage['reserved']} reserved."
    own = ", ".join(f"{name} {most}" for name, most in answer["ownCaps"].items())
    yield f"Caps of their own: {own or 'none'}."
    yield from table(usage["days"], columns.DAYS)
