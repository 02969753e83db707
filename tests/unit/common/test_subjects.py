"""Subjects: who publishes to which, and who receives what."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lodestone import subjects
from lodestone.events import EVENTS
from lodestone.jobs import JOB_TYPES
from lodestone.subjects import JobSubject, event_subject, parse_subject

JOB = UUID("0199aa00-0000-7000-8000-000000000001")
events, types = st.sampled_from(list(EVENTS)), st.sampled_from(list(JOB_TYPES))


def receives(pattern: str, subject: str) -> bool:
    """Whether a NATS subscription to `pattern` receives a message on `subject`."""
    wanted, given_tokens = pattern.split("."), subject.split(".")
    if wanted[-1] == ">":
        return len(given_tokens) >= len(wanted) and receives(
            ".".join(wanted[:-1]), ".".join(given_tokens[: len(wanted) - 1])
        )
    return len(wanted) == len(given_tokens) and all(
        want in ("*", token) for want, token in zip(wanted, given_tokens, strict=True)
    )


def test_an_event_is_published_by_its_name_type_and_job() -> None:
    assert event_subject("progress", "ideation", JOB) == f"job.progress.ideation.{JOB}"


@given(events, types, st.uuids())
def test_the_subject_of_every_event_is_read_back(event: str, job_type: str, job_id: UUID) -> None:
    subject = event_subject(event, job_type, job_id)

    assert parse_subject(subject) == JobSubject(event, job_type, job_id)


@given(events, types, st.uuids())
def test_the_stream_takes_every_event(event: str, job_type: str, job_id: UUID) -> None:
    assert receives(subjects.STREAM_SUBJECTS, event_subject(event, job_type, job_id))


@given(events, types, st.uuids(), types, st.uuids())
def test_a_log_holds_all_events_of_its_job_and_of_no_other(
    event: str, job_type: str, job_id: UUID, other_type: str, other_id: UUID
) -> None:
    log = subjects.log_filter(job_type, job_id)

    assert receives(log, event_subject(event, job_type, job_id))
    assert receives(log, event_subject(event, other_type, job_id)) == (job_type == other_type)
    assert receives(log, event_subject(event, other_type, other_id)) == (
        (job_type, job_id) == (other_type, other_id)
    )


@given(events, types, types, st.uuids())
def test_a_service_is_given_the_requests_of_its_types_alone(
    event: str, job_type: str, other_type: str, job_id: UUID
) -> None:
    subject = event_subject(event, other_type, job_id)

    is_wanted = job_type == other_type
    assert receives(subjects.requests_filter(job_type), subject) == (is_wanted and event == "requested")
    assert receives(subjects.cancels_filter(job_type), subject) == (is_wanted and event == "cancel_requested")


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "job",
        "job.progress.ideation",
        f"job.progress.ideation.{JOB}.more",
        f"jobs.progress.ideation.{JOB}",
        "job.progress.ideation.*",
        "job.progress.ideation.42",
        f"job.progress.ideation.{JOB.hex}",
    ],
)
def test_another_subject_is_none_of_a_job(subject: str) -> None:
    assert parse_subject(subject) is None


@given(st.text(max_size=60))
def test_whatever_the_subject_reading_it_raises_nothing(subject: str) -> None:
    assert parse_subject(subject) is None


@pytest.mark.parametrize("job_type", JOB_TYPES)
def test_a_durable_has_a_name_that_a_consumer_may_have(job_type: str) -> None:
    assert not set(subjects.durable(job_type)) & set(". *>/\\\t\n")
    assert subjects.durable(job_type) != subjects.PROJECTOR


def test_workers_are_asked_outside_the_stream() -> None:
    ask = subjects.ask_subject("ideation-0199aa")

    assert receives(subjects.ASKS, ask)
    assert not receives(subjects.STREAM_SUBJECTS, ask)


def test_the_address_for_readers_is_the_subject_with_its_parameters_named() -> None:
    address = subjects.event_address("progress").format(jobType="ideation", jobId=JOB)

    assert address == event_subject("progress", "ideation", JOB)
