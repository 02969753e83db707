"""How you sound: a form that works without scripts and changes three fields of the brand kit."""

from typing import Any

import pytest
from support.api import RunningGateway, User
from support.pages import send

PAGE = "/account/voice"
FIELDS = ("senderName", "preferredTone", "outputLanguage")


async def kit(user: User) -> list[Any]:
    found = (await user.get("/api/brand-kit")).json()
    return [found[name] for name in FIELDS]


async def test_what_is_saved_is_in_the_kit_and_on_the_page(gateway: RunningGateway, user: User) -> None:
    await user.send("PUT", "/api/brand-kit", {"businessDescription": "Mine"})
    form = {"senderName": "Mara", "tone": "own", "toneWords": "dry & short", "outputLanguage": "fr"}

    saved = await send(gateway, user, "POST", PAGE, form)
    page = await send(gateway, user, "GET", saved.headers["location"])

    assert saved.status_code == 303
    assert await kit(user) == ["Mara", "dry & short", "fr"]
    assert (await user.get("/api/brand-kit")).json()["businessDescription"] == "Mine"
    for shown in (
        'value="Mara"',
        "dry &amp; short</textarea>",
        '<option value="fr" lang="fr" selected>Français</option>',
        '<option value="pt" lang="pt">Português</option>',
        'name="tone" value="own" checked',
        "<span>Saved</span>",
    ):
        assert shown in page.text, shown


async def test_a_tone_is_chosen_by_a_word_and_an_example(gateway: RunningGateway, user: User) -> None:
    await send(gateway, user, "POST", PAGE, {"tone": "warm-relatable", "toneWords": "not used"})
    page = await send(gateway, user, "GET", PAGE)

    assert await kit(user) == [None, "warm-relatable", None]
    assert 'value="warm-relatable" checked' in page.text
    assert "I know that evening" in page.text
    assert "not used" not in page.text


async def test_an_empty_form_takes_the_voice_back(gateway: RunningGateway, user: User) -> None:
    said = {"senderName": "Mara", "tone": "technical", "outputLanguage": "de"}
    await send(gateway, user, "POST", PAGE, said)

    await send(gateway, user, "POST", PAGE, dict.fromkeys(said, ""))

    assert await kit(user) == [None, "conversational", None]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"tone": "own"}, "Say how you sound, or choose one of the tones above."),
        ({"tone": "own", "toneWords": "x" * 501}, "Must have at most 500 characters"),
        ({"senderName": "x" * 121}, "Must have at most 120 characters"),
        ({"outputLanguage": "it"}, "Must be one of: en, de, fr, es, pt."),
    ],
)
async def test_what_cannot_be_kept_is_said_beside_its_field_and_nothing_is_lost(
    gateway: RunningGateway, user: User, form: dict[str, str], message: str
) -> None:
    page = await send(gateway, user, "POST", PAGE, {"senderName": "Mara", **form})

    assert page.status_code == 422
    assert message in page.text
    assert form.get("toneWords", form.get("senderName", "Mara")) in page.text
    assert await kit(user) == [None, None, None]


async def test_the_form_and_the_account_lead_to_it(gateway: RunningGateway, user: User) -> None:
    for path in ("/create", "/account"):
        assert f'href="{PAGE}"' in (await send(gateway, user, "GET", path)).text
