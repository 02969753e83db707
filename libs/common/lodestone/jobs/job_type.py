"""What the system has to know of a job type; one value for each in the registry."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lodestone.deadlines import TimeLimits
from lodestone.wire import WireModel


@dataclass(frozen=True)
class JobType:
    """One kind of job. Its name is also its module, folder, subject token, durable and label."""

    name: str
    service: str  # the folder under services/ that runs it
    path: str  # last part of its route: /api/lead-magnet/<path>
    input: type[WireModel]  # what the caller sends
    work: type[WireModel]  # what travels in job.requested: the input, with named rows resolved
    result: type[WireModel]  # what a completed job holds
    limits: TimeLimits
    model: str  # the provider's model for the main call; a service's settings may replace it
    item: type[WireModel] | None = None  # a finished piece, as it is published before the result
    saves_to: Literal["brand_kit", "lead_magnet", "email_sequence"] | None = None  # besides the job
    label: str = ""  # what pages call the thing that it makes; without one, its name
    unit: str = "pieces"  # what its finished pieces are called, many of them
    uses_quota: bool = False  # whether a job uses one of the lead magnets that the plan gives in a month
    max_attempts: int = 3  # counted attempts, then the job fails; hand-backs and outages do not count
    poison_limit: int = 5  # workers that may die under one job, then it fails
    budget_usd: Decimal = Decimal(5)  # most that one job may spend; a service's settings may replace it
