"""Lesson 2: watch a job live, and go on exactly where the stream was cut.

python docs/examples/02_stream.py docs/examples/inputs/ideation-fitness-coach.json
"""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from system import DIRECT, call, plain, request

TERMINAL = ("job.completed", "job.failed", "job.cancelled")


def frames(job_id: str, last_id: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Events after `last_id` until the server or the network ends the stream."""
    path = f"/api/jobs/{job_id}/events"
    opened = request("GET", path, Accept="text/event-stream", Last_Event_ID=str(last_id))
    with DIRECT.open(opened, timeout=60) as stream:
        frame: dict[str, str] = {}
        for raw in stream:
            name, _, value = raw.decode().rstrip("\r\n").partition(": ")
            if name:
                frame[name] = value
                continue
            if "id" in frame:  # comments and the closing frame have none
                yield int(frame["id"]), json.loads(frame["data"])
            frame = {}


def watch(job_id: str) -> Iterator[dict[str, Any]]:
    """All events, each once, in order. The id of the last one is all that has to be remembered."""
    last_id = 0
    while True:
        try:
            for frame_id, event in frames(job_id, last_id):
                last_id = frame_id
                yield event
                if event["event"] in TERMINAL:
                    return
        except OSError:
            time.sleep(1)


def main() -> None:
    work = json.loads(Path(sys.argv[1]).read_text())
    _, accepted, _ = call("POST", "/api/lead-magnet/ideate", work)
    for event in watch(accepted["jobId"]):
        item = event.get("item")
        told = plain(item["title"] if item else event.get("message", ""))
        print(f"{event['seq']:3} {event['event']:20} {told}")


if __name__ == "__main__":
    main()
