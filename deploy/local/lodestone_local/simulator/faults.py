"""The faults that can be ordered, and which call gets which.

Faults are tried in the order in which they were set. Each counts the calls that match it from the
moment it was set, whether or not another fault took them; with `nth` it waits for the n-th. It is gone
after `times` uses.
"""

from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from lodestone_local.simulator.ledger import Call

FaultKind = Literal[
    "status",
    "overloaded",
    "mid_stream_error",
    "cut",
    "stall",
    "max_tokens",
    "refusal",
    "invalid_json",
    "fenced_json",
    "wrong_count",
    "missing_fields",
    "slow_first_byte",
    "endless",
    "headers",
]

Endless = Literal["text", "pings", "frame"]

FAULT_KINDS: tuple[str, ...] = get_args(FaultKind)


class ControlModel(BaseModel):
    """Base of what is sent to the control routes: camelCase; unknown fields are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, validate_by_name=True, validate_by_alias=True, extra="forbid", frozen=True
    )


class Pace(ControlModel):
    """How fast replies come; both in seconds, the duration from the first byte to the end."""

    first_byte_seconds: float = Field(default=0.3, ge=0, allow_inf_nan=False)
    duration_seconds: float = Field(default=4.0, ge=0, allow_inf_nan=False)


class Fault(ControlModel):
    """What goes wrong. The fields below `kind` mean something for some kinds only."""

    kind: FaultKind
    status: int | None = Field(default=None, ge=400, le=599)
    retry_after_seconds: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    body: dict[str, Any] | str | None = None  # sent in place of the provider's error envelope
    after_items: int | None = Field(default=None, ge=0)  # whole items sent before it happens; half the text
    seconds: float = Field(default=30.0, ge=0, allow_inf_nan=False)  # the wait of slow_first_byte
    of: Endless = "text"  # what endless goes on with: deltas, no deltas, one delta
    headers: dict[str, str | None] = {}  # replaced in the answer; null removes one

    @model_validator(mode="after")
    def _status_is_given(self) -> "Fault":
        if self.kind == "status" and self.status is None:
            raise ValueError("a fault of kind status needs a status from 400 to 599")
        return self


class Match(ControlModel):
    """Which calls are meant; a field left out matches any."""

    job_type: str | None = None
    job_id: str | None = None
    nth: int | None = Field(default=None, ge=1)
    model: str | None = None

    def fits(self, call: Call) -> bool:
        """True when the call is of this job, type and model."""
        wanted = ((self.job_type, call.job_type), (self.job_id, call.job_id), (self.model, call.model))
        return all(want is None or want == have for want, have in wanted)


class FaultOrder(ControlModel):
    """The body of `POST /_sim/faults`."""

    match: Match = Match()
    fault: Fault
    times: int = Field(default=1, ge=1)


class FaultBook:
    """The faults that still wait for their calls."""

    def __init__(self) -> None:
        self._waiting: list[_Waiting] = []

    def add(self, order: FaultOrder) -> None:
        """Sets a fault, after those that are already set."""
        self._waiting.append(_Waiting(order))

    def take(self, call: Call) -> Fault | None:
        """The fault that hits this call, used up once; None when all goes well."""
        due = [entry for entry in self._waiting if entry.sees(call)]
        if not due:
            return None
        due[0].left -= 1
        self._waiting = [entry for entry in self._waiting if entry.left > 0]
        return due[0].order.fault


class _Waiting:
    def __init__(self, order: FaultOrder) -> None:
        self.order = order
        self.left = order.times
        self._seen = 0

    def sees(self, call: Call) -> bool:
        if not self.order.match.fits(call):
            return False
        self._seen += 1
        return self._seen >= (self.order.match.nth or 1)
