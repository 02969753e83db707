"""How an owner wants to be heard: the name to sign with, the tone, and the language of the texts."""

from typing import Annotated

from pydantic import AfterValidator, Field

from lodestone.languages import Language
from lodestone.wire import Text, WireModel

MOST_OF_A_NAME = 120  # characters
MOST_OF_A_TONE = 500


def _short_name(name: str) -> str:
    if len(name) > MOST_OF_A_NAME:
        raise ValueError(f"must have at most {MOST_OF_A_NAME} characters")
    return name


def _short_tone(tone: str) -> str:
    if len(tone) > MOST_OF_A_TONE:
        raise ValueError(f"must have at most {MOST_OF_A_TONE} characters: say it in a sentence or two")
    return tone


SenderName = Annotated[Text, AfterValidator(_short_name)]
"""A name to sign with. The bound came later than the published schema, which callers rely on."""

Tone = Annotated[Text, AfterValidator(_short_tone)]
"""A style of `AudienceStyle`, or the owner's own words. Its bound, too, came later."""


class Voice(WireModel):
    """What every prompt says about how the owner wants to be heard; each part may be missing."""

    name: SenderName = Field(default="", description="Who signs; empty when the owner did not say.")
    tone: Tone = Field(
        default="",
        description="How the texts should sound: a style as in `audienceStyle`, or the owner's own words;"
        " empty when the owner did not say.",
    )
    language: Language | None = Field(
        default=None, description="The language of all texts; null for that of the material."
    )


def _is_unsaid(voice: Voice | None) -> bool:
    return voice is None


VOICE = Field(
    default=None,
    exclude_if=_is_unsaid,
    description="How the texts should sound, in which language, and who signs. Missing: as the caller's brand"
    " kit says when the job is accepted; without one, in the language of the material.",
)
"""The field of an input. One without a voice has the same JSON as before there was one."""
