"""How each answer is shown to people: its columns, and what is said around the table."""

from collections.abc import Iterator, Sequence

from lodestone.verdict_text import verdict_text
from lodestone.wire import JsonObject

from lodestone_local.ops.tables import Column, dollars_of, table, text_of, time_of

JOBS = (
    Column("CREATED", time_of("createdAt")),
    Column("JOB", text_of("id")),
    Column("TYPE", text_of("jobType")),
    Column("STATUS", text_of("status")),
    Column("WAITS FOR", text_of("waitingFor")),
    Column("ATTEMPT", text_of("attempt"), is_number=True),
    Column("USD", dollars_of("usage", "costUsd"), is_number=True),
    Column("USER", text_of("userId")),
    Column("ERROR", text_of("errorCode")),
)
DEAD_LETTERS = (
    Column("DIED", time_of("diedAt")),
    Column("KIND", text_of("kind")),
    Column("JOB", text_of("jobId")),
    Column("TYPE", text_of("jobType")),
    Column("CODE", text_of("errorCode")),
    Column("USER", text_of("userId")),
    Column("ERROR", text_of("error")),
)


def page(answer: JsonObject, columns: Sequence[Column], nothing: str) -> Iterator[str]:
    """A page of a list; `nothing` is the sentence for an empty one."""
    if not answer["items"]:
        yield nothing
    yield from table(answer["items"], columns)
    if cursor := answer.get("nextCursor"):
        yield f"There is more: --cursor {cursor}"


def jobs(answer: JsonObject) -> Iterator[str]:
    """A page of jobs."""
    return page(answer, JOBS, "No job matches.")


def why(answer: JsonObject) -> Iterator[str]:
    """A job's verdict."""
    yield from verdict_text(answer).splitlines()


def dead_letters(answer: JsonObject) -> Iterator[str]:
    """A page of dead letters."""
    return page(answer, DEAD_LETTERS, "There is no such dead letter.")


def replayed(answer: JsonObject) -> Iterator[str]:
    """The job that runs a dead one again."""
    yield f"{answer['parentJobId']} runs again as {answer['jobId']} ({answer['status']})."
