"""Real inputs, items and results of every job type match their published schemas, wherever they appear."""

import json
from pathlib import Path
from typing import Any

import pytest
from evals.cases import Case, load_cases
from jsonschema import Draft202012Validator
from lodestone.clock import now
from lodestone.erasure import without_texts
from lodestone.errors import AttemptFailed
from lodestone.events import (
    JobCancelled,
    JobCompleted,
    JobEvent,
    JobRequested,
    JobStarted,
    KeptItem,
    Prompt,
    Usage,
)
from lodestone.jobs import JOB_TYPES
from lodestone.llm.client import Llm
from lodestone.shapes import TYPED_EVENTS, schema_names
from lodestone.worker.loading import load_definition
from lodestone.worker.testing import MemoryContext, run_in_memory

API = Path(__file__).parents[2] / "docs" / "api"
CASES = {case.name: case for case in load_cases()}
# One sample for each job type, and for each interactive archetype.
SHOWN = (
    "ideation b2b-consultant",
    "answers essay",
    "extraction single-system",
    "extraction single-calculator",
    "extraction assessment",
    "extraction prompt",
    "polish two-page-quote",
    "posts example",
    "emails everything-given",
)
PROMPT = Prompt(name="p", version=1, sha256="0" * 64)


def published(name: str) -> Draft202012Validator:
    """The committed schema of this name."""
    schema = json.loads((API / "schemas" / f"{name}.json").read_text())
    return Draft202012Validator(schema)


def published_job() -> Draft202012Validator:
    """The schema of a job in the OpenAPI document."""
    document = json.loads((API / "openapi.json").read_text())
    return Draft202012Validator({**document, "$ref": "#/components/schemas/Job"})


async def events_of(case: Case, llm: Llm) -> list[JobEvent]:
    """One event of each kind with content of the job type, from a real run."""
    loaded = load_definition(JOB_TYPES[case.job_type], {})
    job = MemoryContext(loaded.job_type)
    result = await run_in_memory(loaded.run, case.work, job, llm)
    assert not isinstance(result, AttemptFailed), result
    progress = [event for event in job.events if event.name == "progress"]
    common: dict[str, Any] = progress[0].of_job(1)
    items = list(job.items.values())
    kept = [KeptItem(item_key=str(index), item_index=index, item=item) for index, item in enumerate(items)]
    requested = JobRequested(
        **common, input=case.work.to_wire(), max_attempts=3, deadline_at=now(), kept=kept or None
    )
    return [
        requested,
        JobStarted(**common, worker_id="w", model="m", prompt=PROMPT, kept=items),
        *progress,
        JobCompleted(**common, result=result.to_wire(), usage=Usage()),
        JobCancelled(**common, kept=items, usage=Usage()),
    ]


def job_of(events: list[JobEvent], case: Case) -> dict[str, Any]:
    """The job as the API shows it after its end."""
    requested, completed = events[0].body(), events[-2].body()
    input = JOB_TYPES[case.job_type].input.model_validate(requested["input"]).to_wire()
    moment = "2026-01-01T00:00:00.000Z"
    moments = ("createdAt", "updatedAt", "startedAt", "completedAt", "deadlineAt")
    empty = ("error", "errorCode", "retryAt", "waitingFor", "parentJobId", "leadMagnetId")
    usage = {"inputTokens": 1, "outputTokens": 1, "cacheReadTokens": 0, "costUsd": "0", "wastedUsd": "0"}
    return {
        **dict.fromkeys(moments, moment),
        **dict.fromkeys(empty),
        **{"id": requested["jobId"], "jobType": case.job_type, "status": "completed", "priority": "bulk"},
        **{"attempt": 1, "maxAttempts": 3, "seq": 9, "cancelRequested": False, "usage": usage},
        "progress": {"done": 1, "total": 1, "message": ""},
        "input": input,
        "items": events[1].body()["kept"],
        "result": completed["result"],
    }


@pytest.mark.parametrize("name", SHOWN)
async def test_events_of_a_real_job_are_as_published_and_nothing_worse_is(model_llm: Llm, name: str) -> None:
    case = CASES[name]
    events = await events_of(case, model_llm)

    for event in events:
        published(event.name).validate(event.body())
        published(f"{event.name}.{case.job_type}").validate(event.body())
        erased = without_texts(event).body()
        published(event.name).validate(erased)
        published(f"{event.name}.{case.job_type}").validate(erased)
    assert {event.name for event in events} == set(TYPED_EVENTS)
    completed = events[-2].body()
    needs_more = any(part.is_required() for part in JOB_TYPES[case.job_type].result.model_fields.values())
    emptied = {**completed, "result": {}}
    assert published(f"completed.{case.job_type}").is_valid(emptied) is not needs_more
    for field, value in completed["result"].items():
        worse = {**completed, "result": {**completed["result"], field: 1}}
        if isinstance(value, dict | list):
            assert not published("completed").is_valid(worse)
            assert not published(f"completed.{case.job_type}").is_valid(worse)


@pytest.mark.parametrize("name", SHOWN)
async def test_a_real_job_is_as_openapi_says_of_its_type(model_llm: Llm, name: str) -> None:
    case = CASES[name]
    job = job_of(await events_of(case, model_llm), case)

    published_job().validate(job)
    assert not published_job().is_valid({**job, "result": dict.fromkeys(job["result"], 1)})
    assert not published_job().is_valid({**job, "items": [{"nothing": "of the kind"}]})
    assert not published_job().is_valid({**job, "input": {"nothing": "of the kind"}})
    published_job().validate({**job, "input": {}, "result": None, "items": []})  # like an erased job


def test_an_event_of_a_job_type_that_came_later_passes_what_was_published_before() -> None:
    later = {
        "jobId": "0199aa00-0000-7000-8000-000000000001",
        "userId": "0199aa00-0000-7000-8000-000000000002",
    }
    later |= {"jobType": "carousel", "attempt": 1, "result": {"slides": []}, "usage": {}}  # type: ignore[dict-item]

    assert published("completed").is_valid(later)


@pytest.mark.parametrize("name", schema_names())
def test_each_schema_is_one_and_needs_no_other_document(name: str) -> None:
    schema = json.loads((API / "schemas" / f"{name}.json").read_text())

    Draft202012Validator.check_schema(schema)
    references = [line for line in json.dumps(schema, indent=0).splitlines() if '"$ref"' in line]
    assert all('"#/$defs/' in reference for reference in references)
