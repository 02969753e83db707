"""The operator's side of a running system."""

import subprocess
from typing import Any

from support.running_system import COMMAND, RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

SERVICES = {"ideation", "extraction", "polish", "content"}


def services(system: RunningSystem) -> dict[str, dict[str, Any]]:
    answer = system.request("GET", "/api/ops/services", user="operator")
    return {item["name"]: item for item in answer.raise_for_status().json()["items"]}


def switch(system: RunningSystem, action: str) -> None:
    path = f"/api/ops/job-types/ideation/{action}"
    system.request("POST", path, user="operator").raise_for_status()


def test_every_service_is_seen_running_with_its_job_types(system: RunningSystem) -> None:
    def all_running() -> dict[str, dict[str, Any]] | None:
        found = services(system)
        return found if all(service["isRunning"] for service in found.values()) else None

    found = eventually_sync(all_running, within=20, told="all are heard")

    assert set(found) == {"relay", "projector", *SERVICES}
    assert {queue["jobType"] for queue in found["content"]["jobTypes"]} == {"posts", "emails"}
    for name in SERVICES:
        assert [process["slots"] for process in found[name]["processes"] if process["isAlive"]] == [32]


def test_a_paused_type_accepts_jobs_and_runs_them_once_it_is_resumed(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.2)
    switch(system, "pause")
    try:
        job_id = system.submit("ideation", example_input("ideation-fitness-coach"))
        job = system.job(job_id)
        etag = system.request("GET", f"/api/jobs/{job_id}").headers["etag"]
        [listed] = system.request("GET", "/api/jobs?limit=1").json()["items"]
        [queue] = services(system)["ideation"]["jobTypes"]
    finally:
        switch(system, "resume")

    assert (job["status"], job["waitingFor"], listed["waitingFor"]) == ("pending", "paused", "paused")
    assert queue["isPaused"]
    resumed = system.request("GET", f"/api/jobs/{job_id}", headers={"If-None-Match": etag})
    assert resumed.status_code == 200
    assert resumed.json()["waitingFor"] != "paused"
    done = system.wait(job_id)
    assert done["status"] == "completed"
    assert system.history(job_id)[-1]["event"] == "job.completed"


def test_a_dead_letter_is_replayed_and_completes(system: RunningSystem) -> None:
    system.pace(duration_seconds=0.2)
    system.fault({"kind": "refusal"}, match={"jobType": "ideation"}, times=20)
    dead = system.wait(system.submit("ideation", example_input("ideation-fitness-coach")))
    assert dead["status"] == "failed"
    system.reset_simulator()
    system.pace(duration_seconds=0.2)

    listed = system.request("GET", "/api/ops/dead-letters?kind=job", user="operator").json()["items"]
    answer = system.request("POST", f"/api/ops/dead-letters/{dead['id']}/replay", user="operator")

    assert dead["id"] in {letter["jobId"] for letter in listed}
    assert answer.status_code == 202
    done = system.wait(answer.json()["jobId"])
    assert (done["status"], done["parentJobId"]) == ("completed", dead["id"])


def test_rebuilt_beside_the_running_system_the_tables_are_the_same(processes: RunningSystem) -> None:
    # Not on the shared system, where other tests publish requests of unknown jobs: those have no row.
    processes.pace(duration_seconds=0.2)
    job_id = processes.submit("ideation", example_input("ideation-fitness-coach"))

    done = subprocess.run(
        [COMMAND, "rebuild", "--data-dir", str(processes.data_dir)], capture_output=True, text=True
    )

    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    assert "No drift." in done.stdout
    assert processes.wait(job_id)["status"] == "completed"
