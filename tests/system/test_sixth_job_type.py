"""A sixth job type costs what CONTRIBUTING.md says, runs end to end, and appears on its lead magnet."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import pytest
from lodestone_gateway.cookies import session_cookie
from support.running_system import RunningSystem

ROOT = Path(__file__).parents[2]
PACKAGES = ("libs/common", "services/*", "deploy/local")
REGISTRY = "libs/common/lodestone/jobs/__init__.py"

CONTRACT = """'CAROUSEL: slides that tell one idea.'

from typing import Annotated
from uuid import UUID

from pydantic import Field

from lodestone.deadlines import TimeLimits
from lodestone.jobs.job_type import JobType
from lodestone.wire import RequiredText, WireModel

Slides = Annotated[list[RequiredText], Field(min_length=3, max_length=3)]


class CarouselInput(WireModel):
    'The lead magnet to tell.'

    lead_magnet_id: UUID


class CarouselWork(WireModel):
    'The idea to tell.'

    idea: RequiredText


class CarouselResult(WireModel):
    'Three slides.'

    slides: Slides


CAROUSEL = JobType(
    name="carousel",
    service="content",
    path="carousel",
    input=CarouselInput,
    work=CarouselWork,
    result=CarouselResult,
    limits=TimeLimits(deadline=300, attempt=150, call=120),
    model="claude-sonnet-5-5",
    saves_to="lead_magnet",
    label="Carousel",
)
"""

HANDLER = """'CAROUSEL: three slides from one idea.'

from functools import partial

from lodestone.jobs.carousel import CarouselResult, CarouselWork
from lodestone.llm.client import Ask, Llm
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.structured import ask_for
from lodestone.worker.handler import JobContext

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v1.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("carousel", (SYSTEM, USER))


async def run(work: CarouselWork, context: JobContext, llm: Llm) -> CarouselResult:
    'The slides.'
    await context.progress("Writing three slides")
    ask = Ask(context.model, 2_000, SYSTEM.text(), USER.render(work=work), CarouselResult)
    return await ask_for(llm, context, ask, CarouselResult.model_validate, repair_max_tokens=2_000)
"""

PRODUCT = """'CAROUSEL: slides that tell the idea of a lead magnet.'

from functools import partial

from lodestone.jobs.carousel import CarouselWork, Slides
from lodestone.wire import JsonObject, WireModel
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.product import Edit, Look, Piece, Product, Stored, Texts, lead_magnet_alone
from lodestone_gateway.job_types.saving import to_lead_magnet
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow


class CarouselChanges(WireModel):
    'The slides.'

    carousel_slides: Slides | None = None


async def _resolve(_session: AsyncSession, _input: JsonObject, row: LeadMagnetRow) -> JsonObject:
    return CarouselWork(idea=row.title).to_wire()


def _look(stored: Stored) -> Look:
    is_there = stored.row.carousel_slides is not None
    return Look("posts", "library/carousel.html", is_there, "Three slides to swipe through.")


def _present(stored: Stored, _form: Form) -> Texts:
    return {"slide": stored.row.carousel_slides or []}


def _changed(_stored: Stored, form: Form) -> JsonObject:
    return {"carouselSlides": form.entries("slide")}


_PIECE = Piece(
    name="carousel",
    word="carousel",
    look=_look,
    asked=lead_magnet_alone,
    edits={"carousel": Edit({"slide": "Slide"}, _present, _changed)},
    columns=("carousel_slides",),
    filled=("carousel_slides",),
    of_result=lambda result: {"carousel_slides": result["slides"]},
    changes=CarouselChanges,
)
PRODUCT = Product(save=partial(to_lead_magnet, _PIECE), piece=_PIECE, resolve=_resolve)
"""

TEMPLATE = """{% import 'library/content.html' as c with context %}
{% macro show(piece) %}
{% set slides = row.carousel_slides or [] %}
<div class="panel-b"><ol>{% for slide in slides %}<li class="slide">{{ slide }}</li>{% endfor %}</ol>
{% call c.edits('the slides', '/library/' ~ row.id ~ '/carousel') %}
{% for slide in slides %}{{ c.text('slide-' ~ loop.index, 'slide', 'Slide', slide) }}{% endfor %}
{{ c.saves(row.version) }}{% endcall %}</div>
{% endmacro %}
"""

MIGRATION = """'Lead magnets have a carousel.'

from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.execute("ALTER TABLE lead_magnets ADD COLUMN carousel_slides jsonb, ADD COLUMN carousel_job_id uuid")
    op.execute("GRANT UPDATE (carousel_slides, carousel_job_id) ON lead_magnets TO lodestone_projector")


def downgrade() -> None:
    op.execute("ALTER TABLE lead_magnets DROP COLUMN carousel_slides, DROP COLUMN carousel_job_id")
"""

NAMES = ("revision", "down_revision")
GATEWAY = "services/gateway/lodestone_gateway"
VERSIONS = f"{GATEWAY}/store/migrations/versions"
TABLES = f"{GATEWAY}/store/lead_magnet_tables.py"
PROMPTS = {"system.v1.md": "You write in threes.\n", "user.v1.md.j2": "<idea>\n{{ work.idea }}\n</idea>\n"}
CAROUSEL = {
    "libs/common/lodestone/jobs/carousel.py": CONTRACT,
    "services/content/lodestone_content/carousel/__init__.py": "",
    "services/content/lodestone_content/carousel/job.py": HANDLER,
    **{f"services/content/lodestone_content/carousel/{name}": text for name, text in PROMPTS.items()},
    f"{GATEWAY}/job_types/carousel.py": PRODUCT,
    f"{GATEWAY}/web/templates/library/carousel.html": TEMPLATE,
}
"""A job type that saves to a lead magnet, besides its registry line and its migration."""

COLUMNS = """    carousel_slides: list[str] | None = Field(default=None, sa_type=JSON_OR_NULL)
    carousel_job_id: UUID | None = Field(default=None)
"""  # these columns belong to the migration
FIRST_COLUMN = "    version: int = Field("


def slogan(text: str) -> str:
    """The same for a job type that saves nowhere and takes its input directly from the request."""
    words = {"carousel": "slogan", "Carousel": "Slogan", "CAROUSEL": "SLOGAN"}
    for old, new in (words | {"lead_magnet_id: UUID": "idea: RequiredText"}).items():
        text = text.replace(old, new)
    return text.replace('    saves_to="lead_magnet",\n', "")


SLOGAN = {slogan(name): slogan(text) for name, text in CAROUSEL.items() if not name.startswith(GATEWAY)}
"""A contract file and a service folder."""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of all packages, with both job types added."""
    folder = tmp_path / "workspace"
    for pattern in PACKAGES:
        for package in ROOT.glob(pattern):
            for code in package.glob("lodestone*"):
                if code.is_dir() and code.suffix != ".egg-info":
                    skipped = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(code, folder / code.relative_to(ROOT), ignore=skipped)
    for name, text in {**CAROUSEL, **SLOGAN}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    for name in ("carousel", "slogan"):
        insert(folder / REGISTRY, "from lodestone.jobs.emails", registry_import(name))
        insert(folder / REGISTRY, "    EMAILS,\n", f"    {name.upper()},\n")
    add_migration(folder)
    return folder


def registry_import(name: str) -> str:
    return f"from lodestone.jobs.{name} import {name.upper()}\n"


def add_migration(folder: Path) -> None:
    """Adds the carousel's columns, after the newest migration."""
    told = "".join(path.read_text() for path in (folder / VERSIONS).glob("[0-9]*.py"))
    revisions, earlier = (set(re.findall(rf'^{name} = "(\d+)"', told, re.M)) for name in NAMES)
    (before,) = revisions - earlier
    revision = f"{int(max(revisions)) + 1:04}"
    text = MIGRATION.format(revision=revision, before=before)
    (folder / VERSIONS / f"{revision}_pre_carousel.py").write_text(text)
    insert(folder / TABLES, FIRST_COLUMN, COLUMNS)


def insert(file: Path, before: str, text: str) -> None:
    """Inserts the text before the first occurrence of `before`."""
    code = file.read_text()
    assert before in code
    file.write_text(code.replace(before, text + before, 1))


def env_of(workspace: Path) -> dict[str, str]:
    """The environment for processes of the copy."""
    packages = [str(path) for pattern in PACKAGES for path in workspace.glob(pattern)]
    return {"PYTHONPATH": os.pathsep.join(packages), "PYTHONDONTWRITEBYTECODE": "1"}


def visit(
    system: RunningSystem, method: str, path: str, form: dict[str, Any] | None = None
) -> httpx2.Response:
    """Sends a page request as the demo user's browser."""
    cookie = f"{session_cookie(is_local=True)}={system.token()}"
    headers = {
        "Origin": system.gateway,
        "Cookie": cookie,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    content = urlencode(form or {}, doseq=True)
    return system.http.request(method, f"{system.gateway}{path}", headers=headers, content=content)


def test_a_sixth_job_type_runs_end_to_end(workspace: Path, tmp_path: Path) -> None:
    with RunningSystem(tmp_path / "system", env=env_of(workspace)) as system:
        told_nothing = system.request("POST", "/api/lead-magnet/slogan", json={})
        assert told_nothing.status_code == 422
        assert told_nothing.json()["errors"][0]["field"] == "idea"
        accepted = system.request("POST", "/api/lead-magnet/slogan", json={"idea": "What the delay costs"})
        assert accepted.status_code == 202, accepted.text
        job = system.wait(accepted.json()["jobId"])
        assert job["status"] == "completed", job
        assert len(job["result"]["slides"]) == 3
        assert job["progress"]["message"] == "Writing three slides"
        assert [event["event"] for event in system.history(job["id"])][-1] == "job.completed"
        assert len(system.calls(job["id"])) == 1
        assert "/api/lead-magnet/slogan" in system.http.get(f"{system.gateway}/openapi.json").json()["paths"]
        assert 'job_type="slogan"' in system.http.get(f"{system.gateway}/metrics").text

        saved_to_a_lead_magnet(system)


def saved_to_a_lead_magnet(system: RunningSystem) -> None:
    """Requests the carousel on the page, checks that it is saved and shown, and edits it."""
    idea = {"title": "What the delay costs", "painSolved": "Lost tenders"}
    id = system.request("POST", "/api/lead-magnets", json=idea).json()["id"]
    assert "Three slides to swipe through." in visit(system, "GET", f"/library/{id}/carousel").text

    asked = visit(system, "POST", f"/library/{id}/make", {"piece": "carousel", "key": "once"})
    assert asked.headers["location"] == f"/library/{id}/carousel", asked.text
    (job,) = system.request("GET", "/api/jobs?jobType=carousel").json()["items"]
    written = system.wait(job["id"])["result"]["slides"]
    row = system.request("GET", f"/api/lead-magnets/{id}").json()
    assert row["carouselSlides"] == written
    assert row["jobs"]["carousel"] == job["id"]
    assert visit(system, "GET", f"/library/{id}/carousel").text.count('<li class="slide">') == 3
    assert "carousel" in visit(system, "GET", "/library").text

    form = {"version": row["version"], "slide": ["Mine.", written[1], written[2]]}
    edited = visit(system, "POST", f"/library/{id}/carousel", form)
    assert edited.headers["location"] == f"/library/{id}/carousel", edited.text
    assert '<li class="slide">Mine.</li>' in visit(system, "GET", f"/library/{id}/carousel").text
    one = {"version": row["version"] + 1, "slide": ["One."]}
    too_few = visit(system, "POST", f"/library/{id}/carousel", one)
    assert too_few.status_code == 422
    system.request("PATCH", f"/api/lead-magnets/{id}", json={"carouselSlides": written})
    (kept,) = system.request("GET", f"/api/lead-magnets/{id}").json()["replaced"]
    assert kept["piece"] == "carousel"
    assert kept["texts"]["carouselSlides"][0] == "Mine."


@pytest.mark.parametrize(
    ("left_out", "sentence"),
    [
        (f"{GATEWAY}/job_types/carousel.py", "write lodestone_gateway/job_types/carousel.py"),
        (TABLES, "carousel_job_id and carousel_slides"),
    ],
    ids=["part", "columns"],
)
@pytest.mark.parametrize("process", ["serve", "project"])
def test_a_job_type_that_is_half_added_is_a_sentence_at_start(
    workspace: Path, left_out: str, sentence: str, process: str
) -> None:
    if left_out == TABLES:
        (workspace / TABLES).write_text((ROOT / TABLES).read_text())
    else:
        (workspace / left_out).unlink()

    command = [sys.executable, "-m", "lodestone_gateway", process]
    env = {**os.environ, **env_of(workspace)}
    ended = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert ended.returncode == 1
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.strip().splitlines()) == 1
