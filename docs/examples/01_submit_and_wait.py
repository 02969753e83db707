"""Lesson 1: submit a job once, whatever the network does, and wait for its end without hammering.

python docs/examples/01_submit_and_wait.py docs/examples/inputs/ideation-fitness-coach.json
"""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

from system import call, plain


def submit(job_type: str, work: dict[str, Any]) -> str:
    """The job's id. The key makes a repeated POST give the same job instead of a second one."""
    key = str(uuid.uuid4())  # keep it with the form, so that a reload sends the same
    _, accepted, _ = call("POST", "/api/jobs", {"jobType": job_type, "input": work}, Idempotency_Key=key)
    return str(accepted["jobId"])


def wait(job_id: str) -> dict[str, Any]:
    """The terminal job. Each request is answered as soon as the job changes, or after 25 s with a 304."""
    etag = ""
    while True:
        status, job, headers = call("GET", f"/api/jobs/{job_id}?wait=25", If_None_Match=etag)
        if status == 304:
            continue
        etag = headers["ETag"]
        progress = job["progress"]
        print(f"{job['status']}: {progress['done']} of {progress['total']} {progress['message']}", flush=True)
        if job["status"] in ("completed", "failed", "cancelled"):
            return dict(job)


def main() -> None:
    job = wait(submit("ideation", json.loads(Path(sys.argv[1]).read_text())))
    if job["status"] != "completed":
        sys.exit(f"{job['errorCode']}: {job['error']}")
    for concept in job["result"]["concepts"]:
        print(f"- {plain(concept['title'])}")
    print(f"It cost ${job['usage']['costUsd']}.")


if __name__ == "__main__":
    main()
