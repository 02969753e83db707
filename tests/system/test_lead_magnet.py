"""A lead magnet and the jobs that make its parts, over HTTP on the running system."""

from typing import Any

from support.running_system import RunningSystem
from support.samples import example_input

SYSTEM = 1  # the index of the single-system idea among the ten archetypes
PARTS = ("extractedContent", "polishedContent", "postVariations")


def make_lead_magnet(system: RunningSystem) -> str:
    """Creates a lead magnet from a concept of an ideation job."""
    ideation = system.submit("ideation", example_input("ideation-b2b-consultant"))
    assert system.wait(ideation)["status"] == "completed"
    chosen = {"ideationJobId": ideation, "conceptIndex": SYSTEM}
    created = system.request("POST", "/api/lead-magnets", json=chosen)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def run(
    system: RunningSystem, job_type: str, job_input: dict[str, Any], lead_magnet_id: str
) -> dict[str, Any]:
    """The completed job of this type on this lead magnet."""
    body = {"jobType": job_type, "input": job_input, "leadMagnetId": lead_magnet_id}
    accepted = system.request("POST", "/api/jobs", json=body)
    assert accepted.status_code == 202, accepted.text
    job = system.wait(accepted.json()["jobId"])
    assert job["status"] == "completed", job
    return job


def test_every_part_knows_its_job_and_is_made_again_alone(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(system)
    inputs: dict[str, dict[str, Any]] = {
        "extraction": example_input("extraction-single-system"),
        "polish": {},
        "posts": example_input("posts"),
        "emails": {},
    }

    made = {job_type: run(system, job_type, inputs[job_type], id) for job_type in inputs}

    before = system.request("GET", f"/api/lead-magnets/{id}").json()
    emails_before = system.request("GET", f"/api/lead-magnets/{id}/emails").json()
    assert before["jobs"] == {job_type: job["id"] for job_type, job in made.items()}
    assert {job["leadMagnetId"] for job in made.values()} == {id}
    assert before["ideationJobId"] is not None
    assert len(emails_before["emails"]) == 5

    again = run(system, "posts", example_input("posts") | {"ctaWord": "MARGIN"}, id)

    after = system.request("GET", f"/api/lead-magnets/{id}").json()
    assert after["jobs"] == before["jobs"] | {"posts": again["id"]}
    assert after["ctaWord"] == "MARGIN"
    assert {part for part in PARTS if after[part] != before[part]} == {"postVariations"}
    assert system.request("GET", f"/api/lead-magnets/{id}/emails").json() == emails_before


def test_a_retry_goes_on_with_the_same_lead_magnet_and_names_its_parent(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(system)
    system.fault({"kind": "refusal"}, match={"jobType": "extraction"}, times=100)
    body = {"jobType": "extraction", "input": example_input("extraction-single-system"), "leadMagnetId": id}
    failed = system.wait(system.request("POST", "/api/jobs", json=body).json()["jobId"])
    system.reset_simulator()

    answer = system.request("POST", f"/api/jobs/{failed['id']}/retry")

    assert failed["status"] == "failed"
    assert answer.status_code == 202, answer.text
    job = system.wait(answer.json()["jobId"])
    assert (job["status"], job["parentJobId"], job["leadMagnetId"]) == ("completed", failed["id"], id)
    assert job["input"] == failed["input"]
    assert system.request("GET", f"/api/lead-magnets/{id}").json()["jobs"]["extraction"] == job["id"]


def test_one_part_made_again_costs_one_part_and_leaves_the_rest(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(system)
    whole = run(system, "posts", example_input("posts"), id)
    first, second, third = whole["result"]["variations"]
    named = {"part": second["hookType"], "instruction": "shorter"}

    job = run(system, "posts", example_input("posts") | named, id)

    assert job["parentJobId"] == whole["id"]
    posts = job["result"]["variations"]
    assert [posts[0], posts[2]] == [first, third]
    assert posts[1] != second
    assert {**job["result"], "variations": []} == {**whole["result"], "variations": []}
    stored = system.request("GET", f"/api/lead-magnets/{id}").json()
    assert (stored["postVariations"], stored["jobs"]["posts"]) == (posts, job["id"])
    assert job["usage"]["outputTokens"] < whole["usage"]["outputTokens"] / 2
    items = [event["itemKey"] for event in system.history(job["id"]) if event.get("item")]
    assert items == [second["hookType"]], "it is published alone, before the end"


def test_for_one_email_that_cannot_be_made_no_template_stands_in(system: RunningSystem) -> None:
    system.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(system)
    run(system, "emails", {}, id)
    before = system.request("GET", f"/api/lead-magnets/{id}/emails").json()
    system.fault({"kind": "refusal"}, match={"jobType": "emails"}, times=100)

    body = {"jobType": "emails", "input": {}, "leadMagnetId": id, "part": "2"}
    accepted = system.request("POST", "/api/jobs", json=body)
    job = system.wait(accepted.json()["jobId"])
    system.reset_simulator()

    assert (job["status"], job["errorCode"]) == ("failed", "AI_REFUSED")
    assert system.request("GET", f"/api/lead-magnets/{id}/emails").json() == before
