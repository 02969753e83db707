"""The workspace says in which language its texts are, and its own words stay in that of the page."""

import html
import re

from support.api import RunningGateway, User
from support.lead_magnets import lead_magnet
from support.pages import send
from support.samples import extracted_content, posts_result

FRENCH = {
    "sectionName": "Avant la brosse",
    "introduction": "C'est le chien qui décide quand on commence, et vous attendez avec lui.",
    "contents": [{"headline": "Attendez le chien", "summary": "Il vient à vous.", "detail": ""}],
    "keyTakeaway": "Attendre fait partie du travail.",
}


async def test_a_text_in_another_language_is_marked_and_nothing_else(
    gateway: RunningGateway, user: User
) -> None:
    structure = [FRENCH, *extracted_content()["structure"]]
    magnet = await lead_magnet(user, extractedContent={**extracted_content(), "structure": structure})

    page = (await send(gateway, user, "GET", f"/library/{magnet['id']}")).text

    assert '<html lang="en">' in page
    found = re.findall(r'<(\w+)[^>]* lang="fr"[^>]*>([^<]*)', page)
    marked = [(tag, html.unescape(said)) for tag, said in found]
    assert ("h3", "Avant la brosse") in marked
    assert ("p", FRENCH["introduction"]) in marked
    assert ("span", FRENCH["keyTakeaway"]) in marked
    assert {tag for tag, _ in marked} <= {"h3", "p", "ol", "span", "textarea"}
    assert not {"Edit", "Save", "Copy"} & {said.strip() for _, said in marked}


async def test_how_a_post_begins_is_said_in_the_language_of_the_post(
    gateway: RunningGateway, user: User
) -> None:
    first, *others = posts_result()["variations"]
    french = {**first, "hookType": "price-anchor", "post": FRENCH["introduction"]}
    magnet = await lead_magnet(user, postVariations=[french, *others])

    page = (await send(gateway, user, "GET", f"/library/{magnet['id']}/posts")).text

    assert '<h3 lang="fr">Ancrage de prix</h3>' in page
    assert "<h3>Contrarian</h3>" in page
