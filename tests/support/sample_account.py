"""A user of the pages with work in every state: done, running, waiting, stopped and failed."""

import contextlib
from collections.abc import Mapping

import httpx2
from support.browser import Visitor
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

POSTS = {"leadMagnetTitle": "T", "contents": "C", "problemSolved": "P"}
PLACES = {"made": 1, "bare": 2, "tool": 3, "training": 5, "prompt": 7, "assessment": 8}
"""Lead magnets by the index of their idea among the ten."""


class SampleAccount:
    """Jobs and lead magnets by name in `ids`, of the user `visitor`."""

    def __init__(self, system: RunningSystem, visitor: Visitor) -> None:
        self.visitor = visitor
        self._system = system
        self.ids: dict[str, str] = {}

    def fill(self) -> None:
        """Creates what has ended first, then what stays unfinished."""
        self._calm()
        kit = {"businessDescription": "I raise fees.", "businessType": "freelancer"}
        self.visitor.api("PUT", "/api/brand-kit", json=kit)
        self.ids["ideas"] = self._ideas()
        self._wait(self.ids["ideas"])
        for name, place in PLACES.items():
            body = {"ideationJobId": self.ids["ideas"], "conceptIndex": place}
            self.ids[name] = self.visitor.api("POST", "/api/lead-magnets", json=body)["id"]
        for name in ("made", "tool", "prompt", "assessment"):
            self._wait(self._answer(name))
        jobs = [self._submit(kind, {"leadMagnetId": self.ids["made"]}) for kind in ("polish", "emails")]
        jobs.append(self._submit("posts", POSTS, self.ids["made"]))
        for job in jobs:
            self._wait(job)
        self._fail()
        self._stop_ideas()
        self._leave_in_the_middle()

    def stop(self) -> None:
        """Stops the unfinished jobs, unless they ended by themselves."""
        for name in ("running", "waiting", "posts", "content"):
            with contextlib.suppress(httpx2.HTTPStatusError):
                self.visitor.api("POST", f"/api/jobs/{self.ids[name]}/cancel")

    def _fail(self) -> None:
        """Fails ideas and the prompt's posts with refusals; its emails fall back to the template."""
        for kind in ("ideation", "posts", "emails"):
            self._system.fault({"kind": "refusal"}, match={"jobType": kind}, times=20)
        self.ids["failed"] = self._ideas()
        jobs = [self.ids["failed"], self._submit("posts", POSTS, self.ids["prompt"])]
        jobs.append(self._submit("emails", {"leadMagnetId": self.ids["prompt"]}))
        for job in jobs:
            self._wait(job)
        self._calm()

    def _stop_ideas(self) -> None:
        self._system.fault({"kind": "stall", "afterItems": 1}, match={"jobType": "ideation"}, times=5)
        self.ids["stopped"] = self._ideas()
        self._wait_for_items("stopped")
        self.visitor.api("POST", f"/api/jobs/{self.ids['stopped']}/cancel")
        self._wait(self.ids["stopped"])

    def _leave_in_the_middle(self) -> None:
        """Leaves ideas waiting for the provider, and ideas, posts and content with one item each."""
        down = {"kind": "status", "status": 503, "retryAfterSeconds": 300}
        self._system.fault(down, match={"jobType": "ideation"}, times=5)
        self.ids["waiting"] = self._ideas()
        waiting = f"/api/jobs/{self.ids['waiting']}"
        eventually_sync(lambda: self.visitor.api("GET", waiting)["retryAt"], within=60, told="it waits")
        self._calm()
        stall = {"kind": "stall", "afterItems": 1}
        for kind in ("ideation", "posts"):
            self._system.fault(stall, match={"jobType": kind}, times=50)
        for call in range(2, 6):  # the first call writes the outline
            self._system.fault(stall, match={"jobType": "extraction", "nth": call})
        self.ids["running"] = self._ideas()
        self.ids["posts"] = self._submit("posts", POSTS, self.ids["tool"])
        self.ids["content"] = self._answer("training")
        for name in ("running", "posts", "content"):
            self._wait_for_items(name)

    def _calm(self) -> None:
        """Removes all faults, used or not."""
        self._system.reset_simulator()
        self._system.pace(first_byte_seconds=0.05, duration_seconds=0.3)

    def _ideas(self) -> str:
        return self._submit("ideation", example_input("ideation-b2b-consultant"))

    def _answer(self, name: str) -> str:
        lead_magnet = self.visitor.api("GET", f"/api/lead-magnets/{self.ids[name]}")
        archetype = lead_magnet["archetype"]
        questions = self.visitor.api("GET", f"/api/questions?archetype={archetype}")["questions"]
        answers = {question["id"]: "Two calls and one page." for question in questions}
        asked = {"archetype": archetype, "concept": lead_magnet["concept"], "answers": answers}
        return self._submit("extraction", asked, self.ids[name])

    def _submit(self, kind: str, job_input: Mapping[str, object], lead_magnet: str | None = None) -> str:
        body = {"jobType": kind, "input": job_input, "leadMagnetId": lead_magnet}
        return str(self.visitor.api("POST", "/api/jobs", json=body)["jobId"])

    def _wait(self, job_id: str) -> None:
        while self.visitor.api("GET", f"/api/jobs/{job_id}?wait=20")["status"] in ("pending", "processing"):
            pass

    def _wait_for_items(self, name: str) -> None:
        while not self.visitor.api("GET", f"/api/jobs/{self.ids[name]}?wait=20")["items"]:
            pass
