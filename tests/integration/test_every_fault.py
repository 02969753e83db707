"""Every fault of the provider on every job type: a complete result, or a failure in words for a user.

In every case our ledger and the provider's agree on all calls, and on the tokens of all final ones.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from lodestone.errors import AttemptFailed, TransientFailure
from lodestone.events import Outcome
from lodestone.jobs import JOB_TYPES
from lodestone.jobs.answers import AnswersInput
from lodestone.jobs.extraction import ExtractionInput
from lodestone.jobs.ideation import IdeationInput
from lodestone.jobs.posts import PostsInput
from lodestone.llm.client import Llm
from lodestone.wire import WireModel
from lodestone.worker.loading import load_definition
from lodestone.worker.testing import MemoryContext, run_in_memory
from lodestone_local.simulator.faults import FAULT_KINDS
from support.mailing import emails_work
from support.polishing import polish_work
from support.provider import Provider
from support.samples import example_input

MAX_ATTEMPTS = 2  # a temporary fault is gone in the second
DETAILS: dict[str, list[dict[str, Any]]] = {
    "status": [{"status": status} for status in (400, 402, 413, 429, 503)],
    "cut": [{"afterItems": 0}, {"afterItems": 1}],
    "mid_stream_error": [{"afterItems": 0}, {"afterItems": 1}],
    "stall": [{"afterItems": 0}, {"afterItems": 1}],
    "max_tokens": [{"afterItems": 0}, {"afterItems": 1}],
    "slow_first_byte": [{"seconds": 0.05}],
}
FAULTS = [{"kind": kind, **details} for kind in FAULT_KINDS for details in DETAILS.get(kind, [{}])]
HARMLESS = ("fenced_json", "slow_first_byte", "headers")
FOR_GOOD = ("refusal", "status")  # no other fault fails a job by happening once
MOST_CALLS = 12  # per attempt: ideation, with a repair of each answer


@dataclass(frozen=True)
class Sample:
    """A job of one type, as a caller might submit it."""

    job_type: str
    work: Callable[[], WireModel]


SAMPLES = {
    "ideation": Sample(
        "ideation", lambda: IdeationInput.model_validate(example_input("ideation-b2b-consultant"))
    ),
    "answers": Sample("answers", lambda: AnswersInput.model_validate(example_input("answers-call"))),
    "extraction": Sample(
        "extraction", lambda: ExtractionInput.model_validate(example_input("extraction-single-system"))
    ),
    "calculator": Sample(
        "extraction", lambda: ExtractionInput.model_validate(example_input("extraction-single-calculator"))
    ),
    "polish": Sample("polish", polish_work),
    "posts": Sample("posts", lambda: PostsInput.model_validate(example_input("posts"))),
    "emails": Sample("emails", emails_work),
}


def test_every_job_type_has_a_sample() -> None:
    assert {sample.job_type for sample in SAMPLES.values()} == set(JOB_TYPES)


@pytest.fixture(autouse=True)
def short_idle_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes a stalled call fail soon."""

    def job_type(name: str) -> Any:
        found = JOB_TYPES[name]
        return replace(found, limits=replace(found.limits, provider_idle=1.0))

    monkeypatch.setattr("lodestone.llm.client.job_type", job_type)


def name_of(fault: dict[str, Any]) -> str:
    return "-".join(str(value) for value in fault.values())


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
async def test_a_fault_that_passes_ends_in_a_result_or_a_plain_word(
    model_llm: Llm, model: Provider, sample: Sample, fault: dict[str, Any]
) -> None:
    await model.fault(**fault)

    outcome, attempts = await ended(model_llm, sample)

    check(outcome, sample, attempts)
    check_ledger(attempts, await model.calls())
    assert isinstance(outcome, WireModel) or fault["kind"] in FOR_GOOD
    if fault["kind"] in HARMLESS:
        assert len(attempts) == 1


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
async def test_a_fault_that_stays_ends_in_a_result_or_a_plain_word(
    model_llm: Llm, model: Provider, sample: Sample, fault: dict[str, Any]
) -> None:
    await model.fault(**fault, times=1_000)

    outcome, attempts = await ended(model_llm, sample)

    check(outcome, sample, attempts)
    check_ledger(attempts, await model.calls())


async def ended(llm: Llm, sample: Sample) -> tuple[WireModel | AttemptFailed, list[MemoryContext]]:
    """The outcome after as many attempts as it takes; each inherits the items of the earlier ones."""
    loaded = load_definition(JOB_TYPES[sample.job_type], {})
    attempts: list[MemoryContext] = []
    kept: dict[str, Any] = {}
    while True:
        job = MemoryContext(loaded.job_type, finished_items=kept)
        attempts.append(job)
        outcome = await run_in_memory(loaded.run, sample.work(), job, llm, loaded.stand_in)
        kept = {**kept, **job.items}
        if not isinstance(outcome, TransientFailure) or len(attempts) == MAX_ATTEMPTS:
            return outcome, attempts


def check(outcome: WireModel | AttemptFailed, sample: Sample, attempts: list[MemoryContext]) -> None:
    """A valid result or a plain error; every call settled; no item bought twice."""
    if isinstance(outcome, AttemptFailed):
        assert outcome.message.endswith(".")
        assert not any(word in outcome.message for word in ("JSON", "Error", "Traceback", "{", "http"))
    else:
        model = JOB_TYPES[sample.job_type].result
        assert type(outcome) is model
        assert model.model_validate(outcome.to_wire()) == outcome
    for job in attempts:
        assert len(job.finished_calls) == len(job.started_calls)
        assert not set(job.items) & set(job.inherited)
        assert len(job.started_calls) <= MOST_CALLS


def check_ledger(attempts: list[MemoryContext], provider: list[dict[str, Any]]) -> None:
    """Each call that the provider saw is settled once under its id; an estimate is flagged."""
    told = {call["id"]: call for call in provider}
    settled = [call for job in attempts for call in job.finished_calls]
    assert sorted(call.request_id or "" for call in settled) == sorted(told)
    for call in settled:
        seen = told[call.request_id or ""]
        assert (str(call.job_id), call.attempt) == (seen["jobId"], seen["attempt"])
        assert call.input_tokens == seen["inputTokens"]
        if call.estimated:
            assert call.outcome is Outcome.WASTED
            assert seen["outcome"] != "completed"
            assert call.output_tokens <= seen["outputTokens"]
        else:
            assert call.output_tokens == seen["outputTokens"]
        assert (call.cost_usd > 0) == (call.input_tokens > 0)
