"""Every event that may be published, for properties that must hold for all events."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar

from hypothesis import strategies as st
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCancelRequested,
    JobCompleted,
    JobEvent,
    JobFailed,
    JobProgress,
    JobRequested,
    JobRetrying,
    JobStarted,
    KeptItem,
    Outcome,
    Priority,
    Prompt,
    Reason,
    Usage,
)
from lodestone.jobs import JOB_TYPES
from lodestone.wire import WireModel

M = TypeVar("M", bound=WireModel)


def _built(model: type[M], /, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[M]:
    # `st.builds` would also fill the camelCase names, which are the model's own signature.
    return st.fixed_dictionaries(fields).map(lambda drawn: model(**drawn))


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
counts = st.integers(0, 10**9)
amounts = st.decimals(0, 10_000, places=8).map(abs)
times = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, values, max_size=3)
_reasons = _built(Reason, code=st.sampled_from(ErrorCode), message=texts)
_usages = _built(Usage, input_tokens=counts, cost_usd=amounts, wasted_usd=amounts)
_kept = _built(KeptItem, item_key=texts, item_index=counts, item=objects)
_common: dict[str, Any] = {
    "job_id": st.uuids(),
    "job_type": st.sampled_from(list(JOB_TYPES)),
    "user_id": st.uuids(),
    "attempt": st.integers(0, 40),
}

requested = _built(
    JobRequested,
    **_common,
    input=objects,
    priority=st.sampled_from(Priority),
    max_attempts=st.integers(1, 9),
    deadline_at=times,
    parent_job_id=st.none() | st.uuids(),
    kept=st.none() | st.lists(_kept, max_size=2),
    redelivery=st.none() | st.just(True),
)
started = _built(
    JobStarted,
    **_common,
    worker_id=texts,
    model=texts,
    prompt=_built(Prompt, name=texts, version=counts, sha256=texts),
    kept=st.lists(objects, max_size=2),
)
progress = _built(
    JobProgress,
    **_common,
    done=counts,
    total=counts,
    message=texts,
    item=st.none() | objects,
    item_key=st.none() | texts,
    item_index=st.none() | counts,
    plan=st.none() | st.lists(texts, max_size=2),
)
call_started = _built(JobCallStarted, **_common, call_id=st.uuids(), model=texts, max_tokens=counts)
call_finished = _built(
    JobCallFinished,
    **_common,
    call_id=st.uuids(),
    request_id=st.none() | texts,
    input_tokens=counts,
    output_tokens=counts,
    cost_usd=amounts | st.just(Decimal("0.0000001")),
    outcome=st.sampled_from(Outcome),
    estimated=st.booleans(),
)
retrying = _built(JobRetrying, **_common, reason=_reasons, retry_at=times, counted=st.booleans())
cancel_requested = _built(JobCancelRequested, **_common, requested_by=st.uuids())
completed = _built(JobCompleted, **_common, result=objects, usage=_usages)
failed = _built(JobFailed, **_common, error=_reasons, usage=_usages)
cancelled = _built(JobCancelled, **_common, kept=st.lists(objects, max_size=2), usage=_usages)

EVENT_STRATEGIES: dict[str, st.SearchStrategy[JobEvent]] = {
    "requested": requested,
    "started": started,
    "progress": progress,
    "call_started": call_started,
    "call_finished": call_finished,
    "retrying": retrying,
    "cancel_requested": cancel_requested,
    "completed": completed,
    "failed": failed,
    "cancelled": cancelled,
}
