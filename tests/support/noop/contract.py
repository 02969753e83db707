"""NOOP: a job that costs only what the system adds to it. It waits as long as asked and makes no calls."""

import os
from dataclasses import replace
from pathlib import Path

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.wire import MAX_TEXT, Text, WireModel
from pydantic import Field

HERE = Path(__file__).parent
TESTS = HERE.parents[1]


class NoopInput(WireModel):
    """The input; `text` only makes it larger."""

    text: Text = ""
    seconds: float = Field(default=0, ge=0, le=300)
    size: int = Field(default=0, ge=0, le=MAX_TEXT)


class NoopResult(WireModel):
    """A text of the requested size."""

    text: Text


NOOP = JobType(
    name="noop",
    service="noop",
    path="noop",
    input=NoopInput,
    work=NoopInput,
    result=NoopResult,
    limits=TimeLimits(deadline=600, attempt=400, call=120),
    model="claude-sonnet-5-5",
)


MORE = "MORE_NOOP_TYPES"  # in the environment


def noop_types() -> list[JobType]:
    """The job types of the service, as the environment asks: a second and a third one only if it is set."""
    names = ("noop", "noop_two", "noop_three") if os.environ.get(MORE) else ("noop",)
    return [replace(NOOP, name=name, path=name) for name in names]


def with_noop() -> dict[str, str]:
    """The environment of a system that knows the job type and runs its service."""
    return {"PYTHONPATH": os.pathsep.join([str(HERE), str(TESTS)])}
