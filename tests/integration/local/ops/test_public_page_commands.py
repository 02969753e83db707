"""`lodestone ops take-down` and `put-back`: first said, then done, by the link as it was reported."""

from support.api import RunningGateway
from support.block_samples import page
from support.lead_magnets import with_content
from support.lodestone_command import Shell


async def test_a_page_is_taken_down_and_put_back_by_its_link(gateway: RunningGateway, shell: Shell) -> None:
    user = gateway.user()
    magnet = await with_content(user, polishedContent=page())
    published = await user.send("PUT", f"/api/lead-magnets/{magnet['id']}/publication", {})
    path = published.json()["path"]
    link, named = f"{gateway.url}{path}?from=mail", f"{path[3:]} of user {user.id}"

    said = await shell.run("ops", "take-down", link)
    before = (await gateway.client.get(path)).status_code
    down = await shell.run("ops", "take-down", link, "--yes")
    gone = (await gateway.client.get(path)).status_code
    would = await shell.run("ops", "put-back", path[3:])
    back = await shell.run("ops", "put-back", path[3:], "--yes")

    assert said.out.splitlines() == [
        f"{named}: public.",
        "Would take down this page. Nothing was changed. Add --yes to do it.",
    ]
    assert (before, gone, (await gateway.client.get(path)).status_code) == (200, 404, 200)
    assert down.out.startswith(f"{named}: down since 20")
    assert "Would put back this page." in would.out
    assert back.out == f"{named}: public.\n"
