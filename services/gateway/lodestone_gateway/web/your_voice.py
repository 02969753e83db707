"""/account/voice: the name to sign with, the tone and the language of all texts; kept in the brand kit."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request, Response
from lodestone.jobs.posts import AudienceStyle
from lodestone.jobs.voice import SenderName, Tone
from lodestone.languages import OWN_NAMES, Language
from lodestone.wire import WireModel
from pydantic import BeforeValidator

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.brand_kit import BrandKit, read_brand_kit, tone_of, write_brand_kit
from lodestone_gateway.fields import Form, given_columns
from lodestone_gateway.parts import ThisProcess
from lodestone_gateway.web.create.fields import Field
from lodestone_gateway.web.create.routes import Errors
from lodestone_gateway.web.forms import Invalid, read_form, validate
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.session import Visitor

PAGE = "/account/voice"
OWN_WORDS = "own"  # what the choice sends when the tone is in the field beside it


@dataclass(frozen=True)
class Choice:
    """A tone, and a sentence that sounds like it."""

    value: str
    label: str
    example: str


TONES = (
    Choice("", "As it comes", "No tone of its own: plain and friendly."),
    Choice(AudienceStyle.CASUAL_DIRECT, "Casual", "“Send the quote today. You’ll fix the wording tomorrow.”"),
    Choice(
        AudienceStyle.PROFESSIONAL_POLISHED,
        "Polished",
        "“We recommend sending the quote today and revising its wording tomorrow.”",
    ),
    Choice(
        AudienceStyle.TECHNICAL,
        "Technical",
        "“Send it within 24 hours: response time moves the close rate, wording hardly does.”",
    ),
    Choice(
        AudienceStyle.WARM_RELATABLE,
        "Warm",
        "“I know that evening when the quote still isn’t out. Send it; it is good enough.”",
    ),
    Choice(OWN_WORDS, "In my own words", "Say it in the field below."),
)
NAME = Field("senderName", "Name you sign with", "Your emails and messages end with it.", kind="line")
WORDS = Field(
    "toneWords",
    "Your tone in your own words",
    "One or two sentences: how you speak, and what you would never say. Used if you chose your own words.",
    kind="area",
    placeholder="For example: dry, short, no superlatives; I say “customers”, never “clients”",
)
LANGUAGE = Field(
    "outputLanguage",
    "Language of your texts",
    "Everything we write for you is in it, whatever language you answer in.",
    kind="pick",
)


def _none_if_blank(text: str) -> str | None:
    return text or None


class VoiceChanges(WireModel):
    """What the form changes of the brand kit."""

    sender_name: Annotated[SenderName | None, BeforeValidator(_none_if_blank)]
    preferred_tone: Annotated[Tone | None, BeforeValidator(_none_if_blank)]
    output_language: Annotated[Language | None, BeforeValidator(_none_if_blank)]


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix=PAGE)
    routes.add_api_route("", _show, methods=["GET"])
    routes.add_api_route("", _save, methods=["POST"])
    return routes


async def _show(request: Request, parts: ThisProcess, user: Visitor, saved: str | None = None) -> Response:
    """The form, as the brand kit fills it."""
    kit = await read_brand_kit(parts.engine, user.id)
    return await _page(request, user, _form_of(kit), is_saved=saved is not None)


async def _save(request: Request, parts: ThisProcess, user: Visitor) -> Response:
    """Changes these three fields of the brand kit; jobs that are asked for from now on use them."""
    form = await read_form(request)
    try:
        changes = _changes(form)
    except Invalid as invalid:
        return await _page(request, user, form, invalid.errors)
    await write_brand_kit(parts.engine, user.id, given_columns(changes))
    return see(f"{PAGE}?saved=yes")


def _changes(form: Form) -> VoiceChanges:
    """Raises Invalid, with a message for each field of the form that cannot be kept."""
    chosen, words = form.text("tone"), form.text(WORDS.name)
    if chosen == OWN_WORDS and not words:
        raise Invalid({WORDS.name: "Say how you sound, or choose one of the tones above."})
    values = {
        NAME.name: form.text(NAME.name),
        "preferredTone": words if chosen == OWN_WORDS else chosen,
        LANGUAGE.name: form.text(LANGUAGE.name),
    }
    try:
        return validate(VoiceChanges, values, [*values], {})
    except Invalid as invalid:
        named = {"preferredTone": WORDS.name}
        errors = {named.get(name, name): each for name, each in invalid.errors.items()}
        raise Invalid(errors) from None


def _form_of(kit: BrandKit) -> Form:
    tone = tone_of(kit)
    is_known = tone in {each.value for each in TONES}
    return Form(
        {
            NAME.name: [kit.sender_name or ""],
            "tone": [tone if is_known else OWN_WORDS],
            WORDS.name: ["" if is_known else tone],
            LANGUAGE.name: [kit.output_language or ""],
        }
    )


async def _page(
    request: Request,
    user: CurrentUser,
    form: Form,
    errors: dict[str, str] | None = None,
    *,
    is_saved: bool = False,
) -> Response:
    return await show(
        request,
        user,
        "account/voice.html",
        status=422 if errors else 200,
        form=form,
        errors=Errors(errors or {}),
        name=NAME,
        tones=TONES,
        words_of_tone=WORDS,
        language=LANGUAGE,
        languages=OWN_NAMES,
        is_saved=is_saved,
    )
