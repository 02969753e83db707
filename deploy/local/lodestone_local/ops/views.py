"""How each answer is shown to people: its columns, and what is said around the table."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from lodestone.verdict_text import verdict_text
from lodestone.wire import JsonObject

from lodestone_local.ops import columns
from lodestone_local.ops.tables import Column, table

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


def replayed(answer: JsonObject) -> Iterator[str]:
    """The job that runs a dead one again."""
    yield f"{answer['parentJobId']} runs again as {answer['jobId']} ({answer['status']})."


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
