"""Owners are told what a plan allows in its own units; dollars are for operators."""

from html import unescape

import psycopg
from lodestone.clock import now
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import with_content
from support.page_routes import owners_routes
from support.pages import send
from support.samples import emails_result, example_input, polished_content, posts_result

PAGES = [path for method, path in owners_routes() if method == "GET"]
SPEND = (
    "INSERT INTO spend_hours VALUES (%s, %s, 49.6) ON CONFLICT (user_id, hour) DO UPDATE SET cost_usd = 49.6"
)


async def everything_of(user: User, folding: Folding) -> JsonObject:
    """What has a page, by its name in a path: everything is made, and its texts name no money."""
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    await folding.pay(job_id, "0.25")
    await folding.complete(job_id)
    magnet = await with_content(
        user, polishedContent=polished_content(), postVariations=posts_result()["variations"]
    )
    await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/emails", emails_result())
    source = await user.post(
        "/api/sources", {"name": "Call", "text": "Fees rose.", "leadMagnetId": magnet["id"]}
    )
    return {
        "job_id": job_id,
        "lead_magnet_id": magnet["id"],
        "piece": "extraction",
        "source_id": source.json()["id"],
    }


async def test_no_page_of_an_owner_speaks_of_dollars_with_room_or_without(
    gateway: RunningGateway, folding: Folding
) -> None:
    user = gateway.user(plan="pro")
    made = await everything_of(user, folding)
    await user.submit(example_input("ideation-fitness-coach"))  # sets something aside
    asked = [path.format(**made) for path in PAGES]
    forms = [
        "/create?draft=new",
        "/create/own?write=1",
        *(f"{path}?write=1" for path in asked if "answers" in path),
    ]

    with_room = {path: await send(gateway, user, "GET", path) for path in [*asked, *forms]}
    with psycopg.connect(gateway.settings.database_url) as connection:
        connection.execute(SPEND, [user.id, now().replace(minute=0, second=0, microsecond=0)])
    without = {path: await send(gateway, user, "GET", path) for path in [*asked, *forms]}

    for pages in (with_room, without):
        assert {page.status_code for page in pages.values()} <= {200, 303}
        assert [path for path, page in pages.items() if "$" in unescape(page.text)] == []
    assert "99% used" in without["/account"].text
