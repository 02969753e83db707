"""Emails on the simulated provider: by the model or by the template, and the result says which."""

from typing import Any

import pytest
from lodestone.errors import AttemptFailed, IncompleteReply, ProviderUnavailable
from lodestone.jobs.emails import EMAILS, EmailsResult, EmailsWork
from lodestone.llm.client import Llm
from lodestone.worker.testing import MemoryContext, run_in_memory
from lodestone_content.emails.fallback import template_email
from lodestone_content.emails.job import run, stand_in
from support.handlers import Handler, calls_finished_before, item_events
from support.mailing import bare_emails_work, emails_work
from support.provider import Provider


@pytest.fixture
def job() -> MemoryContext:
    return MemoryContext(EMAILS)


async def finished(job: MemoryContext, llm: Llm, work: EmailsWork | None = None) -> EmailsResult:
    return await Handler(run, EmailsResult, stand_in).finished(work or emails_work(), job, llm)


def from_template(result: EmailsResult) -> list[int]:
    """The days whose email is the template's."""
    template = [template_email(emails_work(), email.day) for email in result.emails]
    return [
        email.day for email, fixed in zip(result.emails, template, strict=True) if email.body == fixed.body
    ]


@pytest.mark.parametrize("work", [emails_work(), bare_emails_work()], ids=["everything", "bare"])
async def test_five_emails_come_from_one_call(model_llm: Llm, job: MemoryContext, work: EmailsWork) -> None:
    result = await finished(job, model_llm, work)

    assert [email.day for email in result.emails] == [0, 1, 2, 3, 4]
    assert (result.used_fallback, result.fallback_reason) == (False, None)
    assert len(job.started_calls) == 1


async def test_each_email_is_published_once_and_is_the_one_of_the_result(
    model_llm: Llm, job: MemoryContext
) -> None:
    result = await finished(job, model_llm)

    published = item_events(job)
    assert [event.item_key for event in published] == ["0", "1", "2", "3", "4"]
    assert [(event.done, event.total) for event in published] == [(n, 5) for n in range(1, 6)]
    for event, email in zip(published, result.emails, strict=True):
        assert event.item
        assert email.to_wire().items() <= event.item.items()
        assert event.item["fromTemplate"] is False


async def test_emails_come_before_the_end_of_the_call(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.pace(duration_seconds=3)

    ended = await calls_finished_before(2, run(emails_work(), job, model_llm), job)

    assert ended == []


async def test_without_ai_the_template_is_the_sequence_and_nothing_is_bought(
    model_llm: Llm, job: MemoryContext
) -> None:
    result = await finished(job, model_llm, emails_work(useAI=False))

    assert from_template(result) == [0, 1, 2, 3, 4]
    assert (result.used_fallback, result.fallback_reason) == (True, None)
    assert len(job.items) == 5
    assert job.started_calls == []


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"kind": "refusal"}, "AI_REFUSED"),
        ({"kind": "invalid_json", "times": 9}, "AI_INVALID_OUTPUT"),
        ({"kind": "missing_fields", "times": 9}, "AI_INVALID_OUTPUT"),
        ({"kind": "status", "status": 402}, "BUDGET_EXCEEDED"),
        ({"kind": "status", "status": 413}, "INVALID_INPUT"),
        ({"kind": "status", "status": 401}, "AI_ERROR"),
    ],
)
async def test_when_the_model_fails_for_good_the_template_stands_in_and_says_why(
    model_llm: Llm, job: MemoryContext, model: Provider, fault: dict[str, Any], reason: str
) -> None:
    await model.fault(**fault)

    result = await finished(job, model_llm)

    assert (result.used_fallback, result.fallback_reason) == (True, reason)
    days_of_template = [int(key) for key, item in job.items.items() if item["fromTemplate"]]
    assert from_template(result) == sorted(days_of_template)
    assert days_of_template
    assert any("template stands in" in message for message in job.messages)


async def test_emails_that_are_finished_stay_when_the_template_stands_in(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.fault("max_tokens", afterItems=1, times=9)

    result = await finished(job, model_llm)

    assert from_template(result) == [2, 3, 4], "one from the call and one from its only repair"
    assert len(job.started_calls) == 2


@pytest.mark.parametrize(("kind", "meaning"), [("overloaded", ProviderUnavailable), ("cut", IncompleteReply)])
async def test_a_failure_that_may_pass_is_left_to_another_attempt(
    model_llm: Llm, job: MemoryContext, model: Provider, kind: str, meaning: type[AttemptFailed]
) -> None:
    await model.fault(kind, afterItems=2)

    failure = await run_in_memory(run, emails_work(), job, model_llm)

    assert type(failure) is meaning
    assert not any(item["fromTemplate"] for item in job.items.values())


async def test_finished_emails_survive_a_broken_call(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.fault("cut", afterItems=3)
    await run_in_memory(run, emails_work(), job, model_llm)
    again = MemoryContext(EMAILS, finished_items=job.items)

    result = await finished(again, model_llm)

    assert list(job.items) == ["0", "1", "2"]
    assert list(again.items) == ["3", "4"]
    assert result.used_fallback is False


async def test_an_attempt_that_died_while_the_template_stood_in_is_ended_by_the_template(
    model_llm: Llm, job: MemoryContext, model: Provider
) -> None:
    await model.fault("refusal")
    await finished(job, model_llm)
    again = MemoryContext(EMAILS, finished_items={key: job.items[key] for key in ("0", "1")})

    result = await finished(again, model_llm)

    assert (result.used_fallback, result.fallback_reason) == (True, "AI_REFUSED")
    assert from_template(result) == [0, 1, 2, 3, 4]
    assert again.started_calls == []


@pytest.mark.parametrize(
    "fault",
    [{"kind": "wrong_count"}, {"kind": "missing_fields"}, {"kind": "max_tokens", "afterItems": 2}],
)
async def test_what_is_missing_is_asked_for_once_more(
    model_llm: Llm, job: MemoryContext, model: Provider, fault: dict[str, Any]
) -> None:
    await model.fault(**fault)

    result = await finished(job, model_llm)

    assert result.used_fallback is False
    assert len(job.started_calls) == 2
    assert len(job.items) == 5
