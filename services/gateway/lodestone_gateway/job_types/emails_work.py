"""What the emails service has to know of a lead magnet and its sender. Pure."""

from lodestone.jobs.content import ChosenConcept, ExtractedContent
from lodestone.jobs.emails import EmailsInput, EmailsWork
from lodestone.jobs.posts import AudienceStyle
from lodestone.wire import MAX_TEXT, JsonObject

from lodestone_gateway.store.lead_magnet_tables import LeadMagnetRow
from lodestone_gateway.store.tables import BrandKit

NAMELESS_SENDER = "The team"


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
        "audienceStyle": _style(kit.preferred_tone),
        "bestVideo": video and {"title": _first_said(kit.best_video_title, video), "url": video},
        "contentLinks": kit.content_links,
        "communityUrl": _first_said(kit.community_url),
    }


def format_and_contents(lead_magnet: LeadMagnetRow) -> tuple[str, str]:
    """How it is delivered, and an outline of what is in it; of the concept where there is no content yet."""
    concept = ChosenConcept.model_validate(lead_magnet.concept) if lead_magnet.concept else None
    delivery = concept.delivery_format if concept else ""
    if lead_magnet.extracted_content:
        content = ExtractedContent.model_validate(lead_magnet.extracted_content)
        return content.format or delivery, _outline(content)
    if lead_magnet.interactive_config:
        return delivery, _introduction(lead_magnet.interactive_config)
    return delivery, (concept.contents or concept.pain_solved) if concept else ""


def _outline(content: ExtractedContent) -> str:
    return "\n".join(
        f"{section.section_name}: {'; '.join(item.headline for item in section.contents)}"
        for section in content.structure
    )


def _introduction(config: JsonObject) -> str:
    """A calculator and an assessment have a headline, a chat has a name."""
    return "\n".join(str(config[key]) for key in ("headline", "name", "description") if config.get(key))


def _style(tone: str) -> AudienceStyle:
    return AudienceStyle(tone) if tone in list(AudienceStyle) else AudienceStyle.CASUAL_DIRECT


def _first_said(*texts: str | None) -> str | None:
    return next((text for text in texts if text and text.strip()), None)
