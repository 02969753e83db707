"""The caps of one user as a form: nothing for the plan's, "none" for no cap. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lodestone.jobs import JOB_TYPES
from pydantic import ValidationError

from lodestone_gateway.caps import OwnCaps

NO_CAP = "none"
LABELS = {
    "spendADay": "US dollars a day",
    "spendAMonth": "US dollars a month",
    "liveJobs": "Jobs at a time",
    **{f"jobsADay.{name}": f"{name} jobs a day" for name in JOB_TYPES},
    "leadMagnetsPerIdeation": "Lead magnets from one ideation",
    "drafts": "Drafts",
    "draftBytes": "Bytes of drafts",
    "storedBytes": "Bytes stored",
}
MONEY = ("spendADay", "spendAMonth")
WRONG = "A number, “none” for no cap, or nothing for the plan’s."


@dataclass(frozen=True)
class CapForm:
    """What was typed, and the caps that it means; or what is wrong, by field."""

    texts: Mapping[str, str]
    caps: OwnCaps | None
    errors: Mapping[str, str]


def texts_of(own: Mapping[str, Any]) -> dict[str, str]:
    """The form of caps as they are stored."""
    flat = {**own, **{f"jobsADay.{name}": most for name, most in own.get("jobsADay", {}).items()}}
    return {name: NO_CAP if flat[name] is None else str(flat[name]) for name in LABELS if name in flat}


def read_caps(texts: Mapping[str, str]) -> CapForm:
    """The caps that the form means."""
    typed = {name: texts[name] for name in LABELS if texts.get(name)}
    values: dict[str, Any] = {}
    for name, text in typed.items():
        whole, _, part = name.partition(".")
        target = values.setdefault(whole, {}) if part else values
        target[part or whole] = _value(name, text)
    try:
        return CapForm(typed, OwnCaps.model_validate(values), {})
    except ValidationError as error:
        wrong = {".".join(str(place) for place in each["loc"][:2]) for each in error.errors()}
        return CapForm(typed, None, dict.fromkeys(wrong, WRONG))


def _value(name: str, text: str) -> Any:
    if text.lower() == NO_CAP:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= 15
    return int(text) if is_number and name not in MONEY else text
