"""What the system has to know of a job type; one value for each in the registry."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from lodestone.deadlines import TimeLimits
from lodestone.jobs.parts import Parts
from lodestone.wire import WireModel


@dataclass(frozen=True)
class JobType:
    """One kind of job. Its name is also its module, folder, subject token, durable and label."""

    name: str
    """A subject token, unique in the registry."""
    service: str
    """The service that runs it: a folder under `services/`."""
    path: str
    """The last part of its route, `/api/lead-magnet/<path>`."""
    input: type[WireModel]
    """What the caller sends; kept in the job's row."""
    work: type[WireModel]
    """What travels in `job.requested` and the handler gets: the input, with the rows that it names."""
    result: type[WireModel]
    """What the handler returns and a completed job holds."""
    limits: TimeLimits
    """How long a job, an attempt and a call may take, in seconds."""
    model: str
    """The provider's model for the main call; the service's settings may replace it."""
    item: type[WireModel] | None = None
    """A finished piece, as it is published before the result; None where there are no pieces."""
    saves_to: Literal["brand_kit", "lead_magnet", "email_sequence"] | None = None
    """Where the projector saves the result, besides the job; None for nowhere."""
    label: str = ""
    """What pages call the thing that it makes; empty for its name."""
    unit: str = "pieces"
    """What pages call its finished pieces, in the plural."""
    parts: Parts | None = None
    """The parts of a saved result that can be made again one by one; None where only the whole can."""
    uses_quota: bool = False
    """Whether a job uses up one of the lead magnets that the user's plan gives in a month."""
    output_tokens: int = 4000
    """About how many tokens its answers have, for a fair order; corrected by what a user's last job used."""
    max_attempts: int = 3
    """Counted attempts, after which a job fails; hand-backs and outages do not count."""
    poison_limit: int = 5
    """Workers that may die while they run a job, before it fails."""
    budget_usd: Decimal = Decimal(5)
    """The most that one job may spend, in US dollars; the service's settings may replace it."""
    estimate_usd: Decimal = Decimal("0.2")
    """What one usually costs at most, in US dollars: counts in its user's spend until it has ended."""
