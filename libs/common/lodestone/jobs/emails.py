"""Emails: five messages in the five days after a reader asked for a lead magnet."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from lodestone.deadlines import TimeLimits
from lodestone.errors import ErrorCode
from lodestone.jobs.job_type import JobType
from lodestone.jobs.parts import InParts, Parts
from lodestone.jobs.posts import AudienceStyle
from lodestone.jobs.voice import VOICE, Voice
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, WireModel


class EmailsInput(InParts):
    """The lead magnet that the emails follow."""

    lead_magnet_id: UUID = Field(
        description="The lead magnet that the emails follow; it must be the caller's."
    )
    use_ai: bool = Field(
        default=True,
        alias="useAI",
        description="False: the fixed template writes all emails, and no provider call is made.",
    )


class Link(WireModel):
    """A page or video with its title."""

    title: RequiredText = Field(
        description="What the page or video is called; its address when it has no title."
    )
    url: RequiredText = Field(description="Its address, used word for word.")


class EmailsWork(EmailsInput):
    """The lead magnet and its sender as they were when the job was accepted."""

    title: RequiredText = Field(description="The lead magnet's title.")
    format: Text = Field(
        default="", description="How a reader gets it, from the content or else the concept."
    )
    contents: Text = Field(default="", description="An outline of the content, or what the concept promises.")
    sender_name: RequiredText = Field(
        description='Who signs: of the brand kit, else the user\'s name, else "The team".'
    )
    business_description: Text = Field(
        default="", description="What the business does; empty without a brand kit."
    )
    audience_style: AudienceStyle = Field(
        default=AudienceStyle.CASUAL_DIRECT,
        description="How to address the readers: the brand kit's tone, if it is one of these.",
    )
    best_video: Link | None = Field(
        default=None, description="A video that emails may lead to; null when the brand kit has none."
    )
    content_links: Annotated[list[Link], Field(max_length=MAX_ENTRIES)] = Field(
        default=[], description="Pages that emails may lead to, from the brand kit."
    )
    community_url: RequiredText | None = Field(
        default=None, description="The owner's community; null when the brand kit has none."
    )
    resource_url: RequiredText | None = Field(
        default=None, description="The lead magnet's address; without one the sequence stays a draft."
    )
    voice: Voice | None = VOICE


class Email(WireModel):
    """One message; the body may hold {{first_name}}."""

    day: Annotated[int, Field(ge=0, le=4)]
    """Days after the reader asked for it, 0 to 4; also the key of the item."""
    subject: RequiredText
    """The subject line."""
    body: RequiredText
    """The text; `{{first_name}}` stands for the reader's name."""
    reply_trigger: RequiredText
    """The question that invites a reply."""


def _one_for_each_day(emails: list[Email]) -> list[Email]:
    days = [email.day for email in emails]
    if days != [0, 1, 2, 3, 4]:
        raise ValueError(f"must be for the days 0, 1, 2, 3, 4 in this order, not {days}")
    return emails


EmailSequence = Annotated[list[Email], Field(min_length=5, max_length=5), AfterValidator(_one_for_each_day)]
"""Five emails, one for each day, in order."""


class EmailsResult(WireModel):
    """The sequence, and whether the fixed template had to stand in."""

    emails: EmailSequence = Field(description="Five emails, one for each of the days 0 to 4, in order.")
    used_fallback: bool = Field(description="True when the fixed template wrote some of them.")
    fallback_reason: ErrorCode | None = Field(
        default=None, description="Why the model's emails are not used; null also when not asked for."
    )

    @model_validator(mode="after")
    def _reason_only_for_a_fallback(self) -> "EmailsResult":
        if self.fallback_reason is not None and not self.used_fallback:
            raise ValueError("fallbackReason goes with usedFallback only")
        return self


EMAIL_PARTS = Parts(
    unit="email",
    path=("emails",),
    keys=lambda emails: [str(email.get("day")) for email in emails],
    name=lambda email: f"day {email.get('day')}",
    withheld=("title",),
)

EMAILS = JobType(
    name="emails",
    service="content",
    path="emails",
    input=EmailsInput,
    work=EmailsWork,
    result=EmailsResult,
    item=Email,
    limits=TimeLimits(deadline=300, attempt=150, call=120),
    model="claude-sonnet-5-5",
    saves_to="email_sequence",
    label="Emails",
    parts=EMAIL_PARTS,
    unit="emails",
)
