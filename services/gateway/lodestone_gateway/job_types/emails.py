"""Emails: five, one for each of the first five days, in their own table."""

from datetime import datetime
from functools import partial

from lodestone.errors import Conflict
from lodestone.jobs.emails import Email, EmailsInput, EmailsWork
from lodestone.wire import MAX_TEXT, JsonObject
from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from lodestone_gateway.brand_kit import style_of
from lodestone_gateway.fields import Form
from lodestone_gateway.job_types.one_part import merged
from lodestone_gateway.job_types.outline import MISSING, format_and_contents, refuse_without
from lodestone_gateway.job_types.plain_saving import plainly_to_emails
from lodestone_gateway.job_types.product import (
    Edit,
    EndedJob,
    Look,
    Piece,
    Product,
    Stored,
    Texts,
    chosen,
    lead_magnet_alone,
    named,
    typed,
)
from lodestone_gateway.job_types.saving import target_of, write_part
from lodestone_gateway.job_types.versions import EMAILS, Author, keep_emails, put_aside
from lodestone_gateway.store import lead_magnet_queries as queries
from lodestone_gateway.store.brand_kit_table import BrandKit
from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow

NAMELESS_SENDER = "The team"
_LABELS = {"subject": "Subject", "body": "Text", "replyTrigger": "Question that invites a reply"}


async def _save(session: AsyncSession, job: EndedJob, result: JsonObject, time: datetime) -> None:
    """The emails, in place of the earlier ones; always as a draft, which only the owner activates.

    What came after an edit is offered; so is the template that stood in where there are emails already.
    """
    target = await target_of(session, job)
    if target is None:
        return
    row = target.row
    before = await queries.email_sequence(session, row.id, to_change=True)
    stood_in = bool(result["usedFallback"] and result.get("fallbackReason"))
    is_offered = before is not None and (stood_in or target.came_after(before.edited_at))
    author = Author.TEMPLATE if result["usedFallback"] else Author.AI
    if target.part is not None:
        present = _whole(Stored(row, before, {}))
        new = await merged(session, job, target.part, present, result)
        result, is_offered, author = new.whole, new.is_to_be_offered, Author.AI
    if is_offered:
        emails = {EMAILS: result["emails"]}
        await put_aside(session, row, EMAILS, emails, author=author, job_id=job.id, time=time)
        return
    if before is not None:
        await keep_emails(session, before, result["emails"], row.emails_job_id, job_id=job.id)
    emails = {
        "emails": result["emails"],
        "used_fallback": result["usedFallback"],
        "fallback_reason": result.get("fallbackReason"),
        "status": "draft",
        "updated_at": time,
    }
    await queries.write_email_sequence(session, row.id, job.user_id, **emails)
    await write_part(session, row, _PIECE, job, time)


def _whole(stored: Stored) -> JsonObject | None:
    row = stored.emails
    if row is None:
        return None
    return {
        EMAILS: row.emails,
        "usedFallback": row.used_fallback,
        "fallbackReason": row.fallback_reason,
    }


async def _resolve(session: AsyncSession, input: JsonObject, row: LeadMagnetRow) -> JsonObject:
    if not (row.concept or row.extracted_content or row.interactive_config):
        refuse_without(MISSING)
    kit = await queries.brand_kit(session, row.user_id)
    user_name = await queries.user_name(session, row.user_id)
    return emails_work(EmailsInput.model_validate(input), row, kit, user_name).to_wire()


def emails_work(
    asked: EmailsInput, lead_magnet: LeadMagnetRow, kit: BrandKit | None, user_name: str | None
) -> EmailsWork:
    """The snapshot; a sender without a name is called NAMELESS_SENDER."""
    format, contents = format_and_contents(lead_magnet)
    work = {
        **asked.to_wire(),
        "title": lead_magnet.title,
        "format": format,
        "contents": contents[:MAX_TEXT],
        "senderName": _first_said(kit.sender_name if kit else None, user_name) or NAMELESS_SENDER,
        "resourceUrl": _first_said(lead_magnet.external_url),
    }
    return EmailsWork.model_validate(work | _of_kit(kit) if kit else work)


def _of_kit(kit: BrandKit) -> JsonObject:
    video = _first_said(kit.best_video_url)
    return {
        "businessDescription": kit.business_description,
        "audienceStyle": style_of(kit),
        "bestVideo": video and {"title": _first_said(kit.best_video_title, video), "url": video},
        "contentLinks": kit.content_links,
        "communityUrl": _first_said(kit.community_url),
    }


def _first_said(*texts: str | None) -> str | None:
    return next((text for text in texts if text and text.strip()), None)


def preview(body: str) -> str:
    """The first meaningful lines of an email: skips the greeting."""
    lines = [line.strip() for line in body.splitlines() if line.strip()]
    return " ".join(lines[1:3] if len(lines) > 1 else lines)


def _look(stored: Stored) -> Look:
    return Look(
        icon="mail",
        template="library/emails.html",
        is_there=stored.emails is not None,
        about="Five emails, one for each of the first five days.",
        blocked=stored.without_content,
    )


def _present(stored: Stored, form: Form) -> Texts:
    return named(chosen(stored.emails.emails if stored.emails else [], form, "place"), [*_LABELS])


def _changed(stored: Stored, form: Form) -> JsonObject:
    emails = [dict(each) for each in stored.emails.emails] if stored.emails else []
    place = form.place("place", len(emails))
    if place is None:
        raise Conflict
    emails[place] |= typed(form, [*_LABELS])
    return {EMAILS: emails}


_PIECE = Piece(
    name=EMAILS,
    word="emails",
    look=_look,
    asked=lead_magnet_alone,
    edits={"emails": Edit(_LABELS, _present, _changed)},
    filled=("emails_job_id",),
    whole=_whole,
    shapes={EMAILS: TypeAdapter(list[Email])},
    helpers={"preview": preview},
    parts=EMAILS,
    of_parts=lambda emails: {EMAILS: emails},
)
PRODUCT = Product(
    save=_save, saved_plainly=partial(plainly_to_emails, _PIECE), piece=_PIECE, resolve=_resolve
)
