"""What a user may use on each plan: the defaults, and how `LODESTONE_CAPS` changes them.

Postgres counts and judges: the caps travel as a setting of each session that acts for users.
"""

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Annotated, Any, Literal

from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic.alias_generators import to_camel

PlanName = Literal["free", "pro", "unlimited"]  # those that the table of subscriptions takes

EXPLANATION = """\
What one user may use on each plan: far more than an owner needs, and less than somebody who means harm wants.
`–` is no cap, and so is `null` in the variable; 0 allows nothing. Where a cap is lowered below what is used,
running jobs go on until they end, and new work is refused. Every refusal says what is used, what the cap is
and when there is more; `GET /api/usage` shows the same before.
"""
MAX_USD = 1_000_000
MAX_NUMBER = 10**12
MOST_DRAFTS = 50  # lists show no more
STREAMS_ALONE = 10  # of which one is opened without asking the other processes
Dollars = Annotated[Decimal, Field(ge=0, le=MAX_USD, allow_inf_nan=False)] | None
Number = Annotated[int, Field(ge=0, le=MAX_NUMBER, strict=True)] | None


class Caps(BaseModel):
    """The caps of one plan; None is no cap. An unknown name is refused."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    spend_a_day: Dollars = Field(
        default=None,
        description="US dollars that a user's jobs of all types may cost on a day, UTC. A job that has not"
        " ended counts with what one of its type usually costs.",
    )
    spend_a_month: Dollars = Field(default=None, description="The same in a calendar month.")
    live_jobs: Number = Field(default=None, description="Jobs that have not ended, whatever they wait for.")
    jobs_a_day: dict[str, Number] = Field(
        default={}, description="Jobs submitted on a day, UTC, for each job type; retries count."
    )
    lead_magnets_per_ideation: Number = Field(
        default=None, description="Lead magnets that a user keeps from the ideas of one ideation job."
    )
    drafts: int = Field(
        default=20,
        ge=0,
        le=MOST_DRAFTS,
        strict=True,
        description=f"Wizard drafts, {MOST_DRAFTS} at most; the answers for a lead magnet are not counted.",
    )
    draft_bytes: Number = Field(default=5_000_000, description="Bytes of all drafts and answers together.")
    stored_bytes: Number = Field(
        default=None,
        description="Bytes that the database keeps of a user's jobs, lead magnets, versions, emails and"
        " drafts, as it compresses them; counted once a minute. Above it there are no new jobs and no new"
        " lead magnets.",
    )
    streams: Number = Field(
        default=None,
        description="Streams and long polls open at all gateway processes together. Each process may admit a"
        " tenth of the smallest such cap by itself. `LODESTONE_STREAMS_PER_USER` bounds each process.",
    )


class OwnCaps(BaseModel):
    """Caps of one user that replace those of their plan: null is no cap; what is not given is as in the plan.

    Streams have none: each process opens some without asking the others.
    """

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True, extra="forbid", frozen=True)

    spend_a_day: Dollars = Field(default=None, description="US dollars on a day, UTC.")
    spend_a_month: Dollars = Field(default=None, description="US dollars in a calendar month, UTC.")
    live_jobs: Number = Field(default=None, description="Jobs that have not ended.")
    jobs_a_day: dict[str, Number] = Field(
        default={}, max_length=len(JOB_TYPES), description="Jobs submitted on a day, by job type."
    )
    lead_magnets_per_ideation: Number = Field(default=None, description="Lead magnets from one ideation.")
    drafts: Annotated[int, Field(ge=0, le=MOST_DRAFTS, strict=True)] = Field(
        default=MOST_DRAFTS, description="Wizard drafts."
    )
    draft_bytes: Number = Field(default=None, description="Bytes of all drafts and answers together.")
    stored_bytes: Number = Field(
        default=None, description="Bytes that the database keeps of the user's work."
    )

    @field_validator("jobs_a_day")
    @classmethod
    def _known_types(cls, given: dict[str, Number]) -> dict[str, Number]:
        if unknown := given.keys() - JOB_TYPES.keys():
            raise ValueError(f"there is no job type {min(unknown)}")
        return given

    def given(self) -> JsonObject:
        """Those that were given, by their names in the settings."""
        return self.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _each_type(most: int) -> dict[str, Number]:
    return dict.fromkeys(JOB_TYPES, most)


DEFAULTS: Mapping[PlanName, Caps] = MappingProxyType(
    {
        "free": Caps(
            spend_a_day=Decimal(5),
            spend_a_month=Decimal(25),
            live_jobs=20,
            jobs_a_day=_each_type(100),
            lead_magnets_per_ideation=20,
            stored_bytes=100_000_000,
            streams=50,
        ),
        "pro": Caps(
            spend_a_day=Decimal(50),
            spend_a_month=Decimal(300),
            live_jobs=200,
            jobs_a_day=_each_type(1000),
            lead_magnets_per_ideation=50,
            stored_bytes=1_000_000_000,
            streams=100,
        ),
        "unlimited": Caps(),
    }
)


def caps_by_plan(given: Mapping[str, Any]) -> dict[PlanName, Caps]:
    """The caps of every plan, with these changes, by plan and cap. Raises ValueError, with a reason."""
    if unknown := given.keys() - DEFAULTS.keys():
        raise ValueError(f"there is no plan {min(unknown)}; plans: {', '.join(DEFAULTS)}")
    return {plan: _changed(plan, caps, given.get(plan, {})) for plan, caps in DEFAULTS.items()}


def streams_alone(caps: Mapping[PlanName, Caps]) -> int:
    """How many streams a process opens to a user of any plan before it asks the others."""
    least = min((each.streams for each in caps.values() if each.streams is not None), default=MAX_NUMBER)
    return least // STREAMS_ALONE


def session_setting(caps: Mapping[PlanName, Caps]) -> dict[str, str]:
    """The setting from which the database takes the caps."""
    estimates = {name: str(kind.estimate_usd) for name, kind in JOB_TYPES.items()}
    plans = {plan: _wire(each) for plan, each in caps.items()}
    return {"lodestone.caps": json.dumps({"estimates": estimates, "plans": plans}, separators=(",", ":"))}


def explained() -> str:
    """The caps and their defaults as a table of the page of settings."""
    shown = {plan: _wire(caps) for plan, caps in DEFAULTS.items()}
    rows = [EXPLANATION, f"| cap | {' | '.join(shown)} | what it bounds |", f"|---|{'---|' * len(shown)}---|"]
    for name, field in Caps.model_fields.items():
        values = [_value(caps.get(to_camel(name))) for caps in shown.values()]
        rows.append(f"| `{to_camel(name)}` | {' | '.join(values)} | {field.description} |")
    return "\n".join(rows)


def _changed(plan: str, caps: Caps, changes: Any) -> Caps:
    if not isinstance(changes, dict):
        raise ValueError(f"{plan} must be an object of caps")
    values = caps.model_dump(by_alias=True)
    try:
        return Caps.model_validate(values | changes | {"jobsADay": _by_type(plan, values, changes)})
    except ValidationError as error:
        raise ValueError("; ".join(_problems(plan, error))) from None


def _by_type(plan: str, values: JsonObject, changes: JsonObject) -> Any:
    by_type = changes.get("jobsADay", {})
    if not isinstance(by_type, dict):
        return {} if by_type is None else by_type
    if unknown := by_type.keys() - JOB_TYPES.keys():
        raise ValueError(f"{plan}.jobsADay: there is no job type {min(unknown)}")
    return values["jobsADay"] | by_type


def _problems(plan: str, error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        place = ".".join([plan, *map(str, each["loc"])])
        if each["type"] == "extra_forbidden":
            yield f"there is no cap {place}; caps: {', '.join(map(to_camel, Caps.model_fields))}"
        else:
            yield f"{place}: {each['msg']}"


def _wire(caps: Caps) -> JsonObject:
    """Without what has no cap."""
    shown = caps.model_dump(mode="json", by_alias=True)
    shown["jobsADay"] = {name: most for name, most in shown["jobsADay"].items() if most is not None}
    return {name: value for name, value in shown.items() if value not in (None, {})}


def _value(value: Any) -> str:
    if isinstance(value, dict):
        alike = set(value.values())
        return f"{alike.pop():,} each" if len(alike) == 1 else "by type"
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else str(value)
