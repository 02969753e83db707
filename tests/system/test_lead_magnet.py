"""A lead magnet and the jobs that make its parts, over HTTP against the running system."""

from typing import Any

from support.house import House
from support.samples import example_input

SYSTEM = 1  # the place of the single system among the ten archetypes
PARTS = ("extractedContent", "polishedContent", "postVariations")


def make_lead_magnet(house: House) -> str:
    """One that was begun from an ideation job's concept."""
    ideation = house.submit("ideation", example_input("ideation-b2b-consultant"))
    assert house.wait(ideation)["status"] == "completed"
    chosen = {"ideationJobId": ideation, "conceptIndex": SYSTEM}
    created = house.request("POST", "/api/lead-magnets", json=chosen)
    assert created.status_code == 201, created.text
    return str(created.json()["id"])


def run(house: House, job_type: str, job_input: dict[str, Any], lead_magnet_id: str) -> dict[str, Any]:
    """The completed job of this type on this lead magnet."""
    body = {"jobType": job_type, "input": job_input, "leadMagnetId": lead_magnet_id}
    accepted = house.request("POST", "/api/jobs", json=body)
    assert accepted.status_code == 202, accepted.text
    job = house.wait(accepted.json()["jobId"])
    assert job["status"] == "completed", job
    return job


def test_every_part_knows_its_job_and_is_made_again_alone(house: House) -> None:
    house.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(house)
    inputs: dict[str, dict[str, Any]] = {
        "extraction": example_input("extraction-single-system"),
        "polish": {},
        "posts": example_input("posts"),
        "emails": {},
    }

    made = {job_type: run(house, job_type, inputs[job_type], id) for job_type in inputs}

    before = house.request("GET", f"/api/lead-magnets/{id}").json()
    emails_before = house.request("GET", f"/api/lead-magnets/{id}/emails").json()
    assert before["jobs"] == {job_type: job["id"] for job_type, job in made.items()}
    assert {job["leadMagnetId"] for job in made.values()} == {id}
    assert before["ideationJobId"] is not None
    assert len(emails_before["emails"]) == 5

    again = run(house, "posts", example_input("posts") | {"ctaWord": "MARGIN"}, id)

    after = house.request("GET", f"/api/lead-magnets/{id}").json()
    assert after["jobs"] == before["jobs"] | {"posts": again["id"]}
    assert after["ctaWord"] == "MARGIN"
    assert {part for part in PARTS if after[part] != before[part]} == {"postVariations"}
    assert house.request("GET", f"/api/lead-magnets/{id}/emails").json() == emails_before


def test_a_retry_goes_on_with_the_same_lead_magnet_and_names_its_parent(house: House) -> None:
    house.pace(first_byte_seconds=0.01, duration_seconds=0.1)
    id = make_lead_magnet(house)
    house.fault({"kind": "refusal"}, match={"jobType": "extraction"}, times=100)
    body = {"jobType": "extraction", "input": example_input("extraction-single-system"), "leadMagnetId": id}
    failed = house.wait(house.request("POST", "/api/jobs", json=body).json()["jobId"])
    house.reset_simulator()

    answer = house.request("POST", f"/api/jobs/{failed['id']}/retry")

    assert failed["status"] == "failed"
    assert answer.status_code == 202, answer.text
    job = house.wait(answer.json()["jobId"])
    assert (job["status"], job["parentJobId"], job["leadMagnetId"]) == ("completed", failed["id"], id)
    assert job["input"] == failed["input"]
    assert house.request("GET", f"/api/lead-magnets/{id}").json()["jobs"]["extraction"] == job["id"]
