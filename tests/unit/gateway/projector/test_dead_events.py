"""What is in no job's history, as it is kept for operators; and what of an event can be stored."""

from typing import Any
from unittest.mock import Mock

import pytest
from lodestone.bus.envelope import Envelope, encode
from lodestone.job_log import Entry
from lodestone.subjects import event_subject
from lodestone_gateway.projector.dead_events import EXCERPT, REASON, drift_in, refused, unreadable, unsaved_in
from lodestone_gateway.projector.fold import Folded, Kind
from lodestone_gateway.projector.messages import _decoded
from support.logs import JOB, after, entry, progress

SUBJECT = event_subject("progress", "ideation", JOB)


def message(body: bytes = b"{}", subject: str = SUBJECT, headers: dict[str, str] | None = None) -> Any:
    found = Mock(subject=subject, data=body, headers=headers)
    found.metadata.sequence.stream = 7
    return found


def folded(**found: Any) -> Folded:
    return Folded(jobs={}, known=set(), settled=set(), **found)


def of_progress(body: bytes) -> Entry:
    envelope = Envelope(event=progress("a"), event_id="e", time=after(0), source="/lodestone/test")
    _, headers = encode(envelope, "m")
    return _decoded(message(body, headers=headers))


def test_a_message_is_kept_with_its_job_its_size_and_the_reason() -> None:
    for make, problem in ((unreadable, "invalid"), (refused, "refused")):
        dead = make(message(b'{"a": 1}'), "It is not JSON of ours.")

        assert (dead.sequence, dead.subject, dead.problem) == (7, SUBJECT, problem)
        assert (dead.job_id, dead.job_type) == (JOB, "ideation")
        assert (dead.size, dead.excerpt, dead.reason) == (8, '{"a": 1}', "It is not JSON of ours.")


@pytest.mark.parametrize("subject", ["job", "elsewhere.a", "job.progress.ideation.not-an-id", "job.\x00.a.b"])
def test_a_message_of_no_job_is_kept_too(subject: str) -> None:
    dead = unreadable(message(subject=subject), "?")

    assert (dead.job_id, dead.job_type) == (None, None)
    assert dead.subject == subject.replace("\x00", "\ufffd")


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (b"", ""),
        (b"a\x00b", "a\ufffdb"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("Größe 🚀".encode(), "Größe 🚀"),
        (b"x" * EXCERPT, "x" * EXCERPT),
        (b"x" * (EXCERPT + 1), "x" * EXCERPT),
        (("🚀" * EXCERPT * 3).encode(), "🚀" * EXCERPT),
    ],
)
def test_of_a_body_the_beginning_is_kept_as_text_that_can_be_stored(body: bytes, excerpt: str) -> None:
    dead = unreadable(message(body), "?")

    assert dead.excerpt == excerpt
    assert dead.size == len(body)


def test_a_reason_is_cut_and_made_storable() -> None:
    assert unreadable(message(), "\x00\ud800" + "x" * REASON).reason == "\ufffd?" + "x" * (REASON - 2)


@pytest.mark.parametrize(
    ("kind", "problem", "said"),
    [
        (Kind.AFTER_END, "after_end", "after the job's terminal event"),
        (Kind.FOREIGN, "foreign", "There is no such job"),
    ],
)
def test_what_the_tables_must_not_have_is_put_aside_by_its_kind(kind: Kind, problem: str, said: str) -> None:
    [dead] = drift_in(folded(kinds=[(kind, entry(progress("a", text="secret"), 3))]))

    assert (dead.problem, dead.subject) == (problem, SUBJECT)
    assert said in dead.reason
    assert "secret" in dead.excerpt


def test_what_was_folded_is_no_drift() -> None:
    kinds = [(kind, entry(progress(), 0)) for kind in Kind if kind not in (Kind.AFTER_END, Kind.FOREIGN)]

    assert drift_in(folded(kinds=kinds)) == []


def test_of_an_erased_job_no_text_is_kept() -> None:
    late = entry(progress("a", text="secret"), 3)

    [dead] = drift_in(folded(kinds=[(Kind.AFTER_END, late)], erased={JOB}))

    assert "secret" not in dead.excerpt


def test_a_result_that_could_not_be_saved_says_so() -> None:
    [dead] = unsaved_in(folded(unsaved=[(entry(progress(), 0), "no such column")]))

    assert (dead.problem, dead.reason) == ("refused", "Not saved: no such column")


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (rb"a\u0000b", "a\ufffdb"),
        (rb"\u0000\u0000", "\ufffd\ufffd"),
        (rb"a\\u0000b", r"a\u0000b"),
        (rb"a\\\u0000b", "a\\\ufffdb"),
        (rb"a\\\\u0000", r"a\\u0000"),
        (rb"\u00000", "\ufffd0"),
        (rb"\u00e9", "é"),
    ],
    ids=lambda value: str(value),
)
def test_an_escaped_null_is_replaced_and_nothing_that_only_looks_like_one(sent: bytes, kept: str) -> None:
    body, _ = encode(Envelope(progress(text="TEXT"), "e", after(0), "/lodestone/test"), "m")

    event: Any = of_progress(body.replace(b"TEXT", sent)).event

    assert event.message == kept
