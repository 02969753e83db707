"""The terminal events that the gateway itself writes, from a job's log. Pure."""

from lodestone.events import JobCancelled, JobFailed, JobRequested, Reason
from lodestone.job_log import JobLog


def cancelled(requested: JobRequested, log: JobLog) -> JobCancelled:
    """The end of a job that no worker runs; its finished items are kept."""
    kept = [item.item for item in log.items.values()]
    return JobCancelled(**requested.of_job(log.attempt), kept=kept, usage=log.usage)


def failed(requested: JobRequested, log: JobLog, reason: Reason) -> JobFailed:
    """The end of a job that may not continue."""
    return JobFailed(**requested.of_job(log.attempt), error=reason, usage=log.usage)
