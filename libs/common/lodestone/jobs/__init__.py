"""The registry: one value for each job type. The only thing to extend for a new one (with its service)."""

import re

from lodestone.errors import LodestoneError, Misconfigured
from lodestone.jobs.answers import ANSWERS
from lodestone.jobs.emails import EMAILS
from lodestone.jobs.extraction import EXTRACTION
from lodestone.jobs.ideation import IDEATION
from lodestone.jobs.job_type import JobType
from lodestone.jobs.polish import POLISH
from lodestone.jobs.posts import POSTS

_SUBJECT_TOKEN = re.compile(r"[a-z][a-z0-9_-]*")

_ALL: tuple[JobType, ...] = (
    IDEATION,
    EXTRACTION,
    POLISH,
    POSTS,
    EMAILS,
    ANSWERS,
)

JOB_TYPES: dict[str, JobType] = {job.name: job for job in _ALL}


def job_type(name: str) -> JobType:
    """The job type called `name`; raises LodestoneError when there is none."""
    try:
        return JOB_TYPES[name]
    except KeyError:
        raise LodestoneError(f"Unknown job type {name!r}. Job types: {', '.join(JOB_TYPES)}.") from None


def check_registry(job_types: tuple[JobType, ...] = _ALL) -> None:
    """Raises Misconfigured unless names are unique subject tokens and all time limits are in order."""
    names = [job.name for job in job_types]
    if len(set(names)) != len(names):
        raise Misconfigured(f"Two job types have the same name: {', '.join(names)}.")
    for job in job_types:
        if not _SUBJECT_TOKEN.fullmatch(job.name):
            raise Misconfigured(f"The job type name {job.name!r} cannot be a subject token.")
        job.limits.check(job.name)
