"""Lesson 4: the whole way, from what an owner says of the business to five emails, by the public API alone.

python docs/examples/04_from_business_to_emails.py docs/examples/inputs/ideation-saas-founder.json
"""

import json
import sys
import uuid
from pathlib import Path
from typing import Any

from system import call, plain

SYSTEM = 1  # the second idea is the single system: one repeatable method


def run(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """A job from its POST to its end; ends the lesson with the job's own words when it fails."""
    _, accepted, _ = call("POST", path, body, Idempotency_Key=str(uuid.uuid4()))
    etag = ""
    while True:
        status, job, headers = call("GET", f"/api/jobs/{accepted['jobId']}?wait=25", If_None_Match=etag)
        if status == 304:
            continue
        etag = headers["ETag"]
        if job["status"] == "completed":
            print(f"{job['jobType']}: done for ${job['usage']['costUsd']}", flush=True)
            return dict(job)
        if job["status"] in ("failed", "cancelled"):
            raise SystemExit(f"{job['jobType']} {job['status']}: {job['error']}")


def answer(question: dict[str, Any], business: dict[str, Any]) -> str:
    """What an owner would type; here their own words from the business context."""
    return f"{question['question']} {business['businessDescription']} {' '.join(business.get('results', []))}"


def main() -> None:
    business = json.loads(Path(sys.argv[1]).read_text())
    ideation = run("/api/lead-magnet/ideate", business)
    idea = ideation["result"]["concepts"][SYSTEM]
    print(f"chosen: {plain(idea['title'])}")

    chosen = {"ideationJobId": ideation["id"], "conceptIndex": SYSTEM}
    _, magnet, _ = call("POST", "/api/lead-magnets", chosen)
    id = magnet["id"]
    print(f"lead magnet: {id}", flush=True)

    _, asked, _ = call("GET", f"/api/questions?archetype={idea['archetype']}")
    answers = {q["id"]: answer(q, business) for q in asked["questions"] if q["required"]}
    extract = {"leadMagnetId": id, "archetype": idea["archetype"], "concept": idea, "answers": answers}
    run("/api/lead-magnet/extract", extract)
    run("/api/lead-magnet/polish", {"leadMagnetId": id})
    posts = {
        "leadMagnetId": id,
        "leadMagnetTitle": idea["title"],
        "contents": idea["contents"],
        "problemSolved": idea["painSolved"],
        "ctaWord": "SYSTEM",
    }
    run("/api/lead-magnet/posts", posts)

    call("PATCH", f"/api/lead-magnets/{id}", {"externalUrl": "https://example.com/system"})
    run("/api/lead-magnet/emails", {"leadMagnetId": id})

    _, magnet, _ = call("GET", f"/api/lead-magnets/{id}")
    _, sequence, _ = call("GET", f"/api/lead-magnets/{id}/emails")
    print(f"{len(magnet['polishedContent']['sections'])} sections, {len(magnet['postVariations'])} posts")
    for email in sequence["emails"]:
        print(f"day {email['day']}: {plain(email['subject'])}")


if __name__ == "__main__":
    main()
