"""A job's verdict as text for a terminal, from the answer of `GET /api/ops/jobs/{id}`."""

from collections.abc import Iterator

from lodestone.wire import JsonObject


def verdict_text(job: JsonObject) -> str:
    """The job in one line, its causes with what they rest on and what to do, and when it ends."""
    lines = [f"{job['jobType']} {job['id']} of user {job['userId']}: {job['status']}"]
    for number, cause in enumerate(job["verdict"], 1):
        lines += _lines(number, cause)
    if estimate := job.get("estimate"):
        lines.append(_expected(estimate))
    return "\n".join(lines) + "\n"


def _lines(number: int, cause: JsonObject) -> Iterator[str]:
    yield f"{number}. {cause['code']}: {cause['text']}"
    facts = ", ".join(f"{name} {value}" for name, value in cause["evidence"].items() if value is not None)
    yield f"   Seen {cause['ageSeconds']} s ago{': ' if facts else ''}{facts}"
    if cause["advice"]:
        yield f"   To do: {cause['advice']}"


def _expected(estimate: JsonObject) -> str:
    if estimate["unknownBecause"]:
        return f"When it begins and ends is unknown: {estimate['unknownBecause']}"
    spans = {what: estimate[what] for what in ("begins", "ends") if estimate[what]}
    told = (f"{what} by {at['p50At']}, nine of ten by {at['p90At']}" for what, at in spans.items())
    return f"Half of such jobs, by {estimate['runs']} recent runs: {'; '.join(told)}"
