"""What the checker reports."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Violation:
    """A broken promise, and the evidence."""

    promise: int
    text: str
    job_id: str | None = None

    def __str__(self) -> str:
        about = f" (job {self.job_id})" if self.job_id else ""
        return f"promise {self.promise}: {self.text}{about}"
