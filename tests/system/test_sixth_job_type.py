"""A sixth job type costs a service folder, a contract file and a registry line, and runs end to end."""

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from support.running_system import RunningSystem

ROOT = Path(__file__).parents[2]
PACKAGES = ("libs/common", "services/*", "deploy/local")
REGISTRY = "libs/common/lodestone/jobs/__init__.py"

CONTRACT = '''"""Carousel: slides that tell one idea."""

from typing import Annotated

from pydantic import Field

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.wire import RequiredText, WireModel


class CarouselInput(WireModel):
    """The idea to tell."""

    idea: RequiredText


class CarouselResult(WireModel):
    """Three slides."""

    slides: Annotated[list[RequiredText], Field(min_length=3, max_length=3)]


CAROUSEL = JobType(
    name="carousel",
    service="content",
    path="carousel",
    input=CarouselInput,
    work=CarouselInput,
    result=CarouselResult,
    limits=TimeLimits(deadline=300, attempt=150, call=120),
    model="claude-sonnet-5-5",
)
'''

HANDLER = '''"""Carousel: three slides from one idea."""

from functools import partial

from lodestone.jobs.carousel import CarouselInput, CarouselResult
from lodestone.llm.client import Ask, Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.structured import ask_for
from lodestone.worker.handler import JobContext

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("carousel", (SYSTEM, USER))


async def run(work: CarouselInput, context: JobContext, llm: Llm) -> CarouselResult:
    """The slides."""
    await context.progress("Writing three slides")
    ask = Ask(context.model, 2_000, SYSTEM.text(), USER.render(work=work), CarouselResult)
    return await ask_for(llm, context, ask, CarouselResult.model_validate, repair_max_tokens=2_000)
'''

CONTRACT_FILE = {"libs/common/lodestone/jobs/carousel.py": CONTRACT}
SERVICE_FOLDER = {
    "services/content/lodestone_content/carousel/__init__.py": "",
    "services/content/lodestone_content/carousel/job.py": HANDLER,
    "services/content/lodestone_content/carousel/system.v1.md": "You write carousels of three slides.\n",
    "services/content/lodestone_content/carousel/user.v1.md.j2": "<idea>\n{{ work.idea }}\n</idea>\n",
}
REGISTRY_LINE = "    CAROUSEL,\n"  # and its import


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of all packages, with the job type added."""
    folder = tmp_path / "workspace"
    for pattern in PACKAGES:
        for package in ROOT.glob(pattern):
            for code in package.glob("lodestone*"):
                if code.is_dir() and code.suffix != ".egg-info":
                    skipped = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(code, folder / code.relative_to(ROOT), ignore=skipped)
    for name, text in {**CONTRACT_FILE, **SERVICE_FOLDER}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    registry = (folder / REGISTRY).read_text()
    first_import = "from lodestone.jobs.emails import EMAILS\n"
    registry = registry.replace(first_import, f"from lodestone.jobs.carousel import CAROUSEL\n{first_import}")
    (folder / REGISTRY).write_text(registry.replace("    EMAILS,\n", f"    EMAILS,\n{REGISTRY_LINE}"))
    return folder


def test_a_sixth_job_type_runs_end_to_end(workspace: Path, tmp_path: Path) -> None:
    packages = [str(path) for pattern in PACKAGES for path in workspace.glob(pattern)]
    env = {"PYTHONPATH": os.pathsep.join(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    with RunningSystem(tmp_path / "system", env=env) as system:
        body: dict[str, Any] = {"idea": "Ask what the delay costs"}

        wrong = system.request("POST", "/api/lead-magnet/carousel", json={})
        accepted = system.request("POST", "/api/lead-magnet/carousel", json=body)

        assert wrong.status_code == 422
        assert wrong.json()["errors"][0]["field"] == "idea"
        assert accepted.status_code == 202, accepted.text
        job = system.wait(accepted.json()["jobId"])
        assert job["status"] == "completed", job
        assert len(job["result"]["slides"]) == 3
        assert job["progress"]["message"] == "Writing three slides"
        assert [event["event"] for event in system.history(job["id"])][-1] == "job.completed"
        assert len(system.calls(job["id"])) == 1
        assert (
            "/api/lead-magnet/carousel" in system.http.get(f"{system.gateway}/openapi.json").json()["paths"]
        )
        assert 'job_type="carousel"' in system.http.get(f"{system.gateway}/metrics").text
