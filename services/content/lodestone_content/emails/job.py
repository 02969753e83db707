"""Emails: five messages in the five days after a reader asked for the lead magnet.

When no attempt can produce them any more, a fixed template fills in what is missing, and the result says so
and why. The runtime decides when that is the case.
"""

from functools import partial
from itertools import chain

import structlog
from lodestone.errors import ErrorCode
from lodestone.events import RequestedPart
from lodestone.jobs.emails import Email, EmailsResult, EmailsWork
from lodestone.llm.client import Llm
from lodestone.llm.grounding import web_addresses
from lodestone.llm.prompt import PromptFile, PromptSet
from lodestone.llm.voice import VOICE, voiced
from lodestone.worker.again import AGAIN, ask_again
from lodestone.worker.handler import JobContext

from lodestone_content.emails.fallback import TEMPLATES, fill_from_template
from lodestone_content.emails.sequence import Sequence

_file = partial(PromptFile, __package__ or "")
SYSTEM, USER = _file("system.v2.md"), _file("user.v1.md.j2")
PROMPT = PromptSet("emails", (SYSTEM, USER, *chain(*TEMPLATES.values()), VOICE, AGAIN))

LIMITS = (4_000, 5_000)
PART_LIMITS = (1_500, 2_000)

log = structlog.get_logger(__name__)


async def run(work: EmailsWork, context: JobContext, llm: Llm) -> EmailsResult:
    """Five emails, for the days 0 to 4; emails of earlier attempts are not asked for again."""
    sequence = Sequence(context, addresses_of(work))
    if sequence.stand_in:
        fill_from_template(sequence, work, sequence.stand_in.fallback_reason)
    elif work.use_ai:
        await context.progress("Writing five emails")
        await sequence.collect(llm, SYSTEM.text(), partial(render, work, sequence), limits=LIMITS)
    else:
        fill_from_template(sequence, work, None)
    return _result(sequence)


async def stand_in(work: EmailsWork, context: JobContext, reason: ErrorCode) -> EmailsResult:
    """The emails that are finished, and the template's for the other days."""
    sequence = Sequence(context, addresses_of(work))
    if missing := sequence.missing():
        log.warning("the template stands in", job_id=str(context.job_id), days=missing, reason=reason.value)
        await context.progress(_apology(reason))
    fill_from_template(sequence, work, reason)
    return _result(sequence)


async def make_part(work: EmailsWork, part: RequestedPart, context: JobContext, llm: Llm) -> Email:
    """One email again; links of the email as it is may stay in it."""
    present = EmailsResult.model_validate(part.present)
    given = addresses_of(work) | set(web_addresses(str(part.text["body"])))
    sequence = Sequence(context, given, [int(part.key)])
    await context.progress("Writing one email again")
    question = partial(render_part, work, part, present)
    await sequence.collect(llm, SYSTEM.text(), question, limits=PART_LIMITS)
    return sequence.emails[0]


def _result(sequence: Sequence) -> EmailsResult:
    return EmailsResult(
        emails=sequence.emails,
        used_fallback=sequence.stand_in is not None,
        fallback_reason=sequence.stand_in.fallback_reason if sequence.stand_in else None,
    )


def _apology(code: ErrorCode) -> str:
    why = "declined to write these emails" if code is ErrorCode.AI_REFUSED else "could not write these emails"
    return f"The AI {why}. A template stands in for what is missing"


def render(work: EmailsWork, sequence: Sequence, problems: list[str]) -> str:
    """The prompt that asks for the missing emails."""
    asked = USER.render(work=work, missing=sequence.missing(), written=sequence.emails, problems=problems)
    return voiced(asked, work.voice)


def render_part(work: EmailsWork, part: RequestedPart, present: EmailsResult, problems: list[str]) -> str:
    """The prompt that asks for one email again, beside the others."""
    day = int(part.key)
    others = [email for email in present.emails if email.day != day]
    asked = USER.render(work=work, missing=[day], written=others, problems=problems)
    text = "Subject: {subject}\n\n{body}\n\nQuestion: {replyTrigger}".format_map(part.text)
    return ask_again(voiced(asked, work.voice), part, "email", text)


def addresses_of(work: EmailsWork) -> set[str]:
    """All links that an email may contain: those that the owner gave, wherever they are."""
    links = [*work.content_links, *([work.best_video] if work.best_video else [])]
    given = [link.url for link in links] + [work.community_url or "", work.resource_url or ""]
    texts = [work.title, work.contents, work.business_description, *(link.title for link in links)]
    return set(web_addresses("\n".join([*given, *texts])))
