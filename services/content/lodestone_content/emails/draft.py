"""Turns what a model writes into strict emails: the shape it is asked for, and the slips we tolerate.

Tolerant only here: a body in parts, a day as text, the reader's name written in another way. A link that
nobody gave is not tolerated; the email is asked for again.
"""

from collections.abc import Collection

from lodestone.jobs.emails import Email
from lodestone.llm.grounding import web_addresses
from lodestone.llm.loose_json import JsonValue
from lodestone.llm.loose_values import figure_of, text_of
from lodestone.wire import WireModel

from lodestone_content import placeholders

FIRST_NAME = "{{first_name}}"


class EmailsDraft(WireModel):
    """The reply: the emails as the model is asked for them."""

    emails: list[Email]


def day_of(draft: dict[str, JsonValue]) -> JsonValue:
    """The day that a draft is for, as the draft says."""
    return figure_of(draft.get("day"))


def email_of(draft: dict[str, JsonValue], day: int, addresses: Collection[str]) -> Email:
    """The strict email. Raises ValueError, or pydantic's error, for a missing text or an invented link."""
    texts = {name: text_of(draft.get(name)) for name in ("subject", "body", "replyTrigger")}
    named = {name: placeholders.FIRST_NAME.sub(FIRST_NAME, text) for name, text in texts.items()}
    email = Email.model_validate({"day": day, **named})
    if invented := [address for address in web_addresses(email.body) if address not in addresses]:
        raise ValueError(f"the body has an address that is not in the material: {', '.join(invented)}")
    return email
