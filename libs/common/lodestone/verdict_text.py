"""A job's verdict as text for a terminal, from the answer of `GET /api/ops/jobs/{id}`."""

from collections.abc import Iterator

from lodestone.wire import JsonObject


def verdict_text(job: JsonObject) -> str:
    """The job in one line, then its causes with what they rest on and what to do, each line ended."""
    lines = [f"{job['jobType']} {job['id']} of user {job['userId']}: {job['status']}"]
    for number, cause in enumerate(job["verdict"], 1):
        lines += _lines(number, cause)
    return "\n".join(lines) + "\n"


def _lines(number: int, cause: JsonObject) -> Iterator[str]:
    yield f"{number}. {cause['code']}: {cause['text']}"
    facts = ", ".join(f"{name} {value}" for name, value in cause["evidence"].items() if value is not None)
    yield f"   Seen {cause['ageSeconds']} s ago{': ' if facts else ''}{facts}"
    if cause["advice"]:
        yield f"   To do: {cause['advice']}"
