"""Drafting is started once, an essay that is refused stays in its box, and drafts are their owner’s alone."""

from lodestone.jobs.answers import AnswersInput
from lodestone.wire import MAX_TEXT
from support.api import RunningGateway, User
from support.lead_magnets import lead_magnet
from support.pages import send


async def test_a_second_form_while_answers_are_drafted_starts_nothing_and_keeps_its_essay(
    gateway: RunningGateway, user: User
) -> None:
    page = f"/library/{(await lead_magnet(user))['id']}/answers"
    await user.post("/api/sources", {"name": "Call", "text": "We send two pages, never more."})

    for key, essay in (("one", "It began with a tender."), ("two", "It began with a call.")):
        assert (await send(gateway, user, "POST", page, {"key": key, "essay": essay})).status_code == 303

    [job] = (await user.get("/api/jobs?jobType=answers")).json()["items"]
    asked = AnswersInput.model_validate((await user.job(job["id"]))["input"])
    assert (asked.essay, [source.text for source in asked.sources]) == (
        "It began with a tender.",
        ["We send two pages, never more."],
    )
    [draft] = (await user.get("/api/wizard-drafts")).json()["items"]
    kept = (await user.get(f"/api/wizard-drafts/{draft['id']}")).json()["wizardState"]
    assert kept["essay"]["essay"] == ["It began with a call."]


async def test_an_essay_that_was_emptied_is_no_draft_unless_another_tab_wrote_on(
    gateway: RunningGateway, user: User
) -> None:
    page = f"/library/{(await lead_magnet(user))['id']}/answers"

    async def send_essay(key: str, essay: str, tag: str = "") -> list[str]:
        await send(gateway, user, "POST", page, {"key": key, "essay": essay, "tag": tag})
        drafts = (await user.get("/api/wizard-drafts")).json()["items"]
        return [draft["id"] for draft in drafts]

    [draft] = await send_essay("one", "It began with a tender.")
    read = (await user.get(f"/api/wizard-drafts/{draft}")).headers["etag"]
    assert await send_essay("two", "It began with a call.") == [draft]

    assert await send_essay("three", " ", tag=read) == [draft], "another tab's essay"
    assert await send_essay("four", " ") == []
    assert "It began" not in (await send(gateway, user, "GET", f"{page}?write=1")).text


async def test_an_essay_that_is_too_long_is_shown_again(gateway: RunningGateway, user: User) -> None:
    page = f"/library/{(await lead_magnet(user))['id']}/answers"
    essay = "We send two pages. " * (MAX_TEXT // 10)

    answer = await send(gateway, user, "POST", page, {"key": "k", "essay": essay})

    assert answer.status_code == 422
    assert "An essay may have" in answer.text
    assert essay.strip() in answer.text
    assert (await user.get("/api/jobs")).json()["items"] == []


async def test_another_users_lead_magnet_has_no_drafts(gateway: RunningGateway, user: User) -> None:
    page = f"/library/{(await lead_magnet(user))['id']}/answers"
    other = gateway.user()

    shown = await send(gateway, other, "GET", page)
    asked = await send(gateway, other, "POST", page, {"key": "k"})

    assert (shown.status_code, asked.status_code) == (404, 404)
