"""Lead magnets and jobs in their stored form, without a database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from lodestone.clock import now
from lodestone.ids import new_id
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.product import Stored
from lodestone_gateway.store.lead_magnet_tables import EmailSequenceRow, LeadMagnetRow
from lodestone_gateway.store.tables import BackgroundJob

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)


def row(**columns: Any) -> LeadMagnetRow:
    """A lead magnet of the archetype single-breakdown, unless the columns say otherwise."""
    given: dict[str, Any] = {"title": "The quote", "archetype": "single-breakdown", "is_custom_idea": True}
    return LeadMagnetRow(id=new_id(), user_id=new_id(), created_at=now(), updated_at=now(), **given | columns)


def stored(*, answers: dict[str, str] | None = None, emails: Any = None, **columns: Any) -> Stored:
    """A lead magnet with these columns, answers and emails."""
    magnet = row(**columns)
    sequence = emails and EmailSequenceRow(
        id=new_id(),
        lead_magnet_id=magnet.id,
        user_id=magnet.user_id,
        emails=emails,
        created_at=now(),
        updated_at=now(),
    )
    return Stored(magnet, sequence, answers or {})


def form(**fields: str | list[str]) -> Form:
    """A form with these fields."""
    return Form({name: [text] if isinstance(text, str) else text for name, text in fields.items()})


def job(**columns: Any) -> BackgroundJob:
    """A pending ideation job that was accepted at NOON, unless the columns say otherwise."""
    owned: dict[str, Any] = {"id": new_id(), "user_id": new_id(), "job_type": "ideation", "input": {}}
    times = {"created_at": NOON, "updated_at": NOON, "deadline_at": NOON + timedelta(minutes=10)}
    return BackgroundJob(**owned | times | columns)
