"""Emails: five messages in the five days after a reader asked for a lead magnet."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from lodestone.deadlines import TimeLimits
from lodestone.errors import ErrorCode
from lodestone.jobs.job_type import JobType
from lodestone.jobs.posts import AudienceStyle
from lodestone.wire import MAX_ENTRIES, RequiredText, Text, WireModel


class EmailsInput(WireModel):
    """The lead magnet that the emails follow."""

    lead_magnet_id: UUID
    use_ai: bool = Field(default=True, alias="useAI")  # false: the fixed template, no provider call


class Link(WireModel):
    """A page or video with its title."""

    title: RequiredText
    url: RequiredText


class EmailsWork(EmailsInput):
    """The lead magnet and its sender as they were when the job was accepted."""

    title: RequiredText
    format: Text = ""
    contents: Text = ""
    sender_name: RequiredText
    business_description: Text = ""
    audience_style: AudienceStyle = AudienceStyle.CASUAL_DIRECT
    best_video: Link | None = None
    content_links: Annotated[list[Link], Field(max_length=MAX_ENTRIES)] = []
    community_url: RequiredText | None = None
    resource_url: RequiredText | None = None  # the lead magnet's address; None: the sequence stays a draft


class Email(WireModel):
    """One message; the body may hold {{first_name}}."""

    day: Annotated[int, Field(ge=0, le=4)]
    subject: RequiredText
    body: RequiredText
    reply_trigger: RequiredText  # the question that invites a reply


def _one_for_each_day(emails: list[Email]) -> list[Email]:
    days = [email.day for email in emails]
    if days != [0, 1, 2, 3, 4]:
        raise ValueError(f"must be for the days 0, 1, 2, 3, 4 in this order, not {days}")
    return emails


EmailSequence = Annotated[list[Email], Field(min_length=5, max_length=5), AfterValidator(_one_for_each_day)]
"""Five emails, one for each day, in order."""


class EmailsResult(WireModel):
    """The sequence, and whether the fixed template had to stand in."""

    emails: EmailSequence
    used_fallback: bool
    fallback_reason: ErrorCode | None = (
        None  # why the model's emails are not used; None even when not asked for
    )

    @model_validator(mode="after")
    def _reason_only_for_a_fallback(self) -> "EmailsResult":
        if self.fallback_reason is not None and not self.used_fallback:
            raise ValueError("fallbackReason goes with usedFallback only")
        return self


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
    unit="emails",
)
