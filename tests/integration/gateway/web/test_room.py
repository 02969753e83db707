"""Pages say before a form is filled in that the plan has no room, and the account shows every cap."""

from html import unescape
from uuid import UUID

import psycopg
import pytest
from lodestone.clock import now
from lodestone.wire import JsonObject
from support.api import RunningGateway, User
from support.folding import Folding
from support.lead_magnets import OWN_IDEA, lead_magnet, with_content
from support.pages import send
from support.samples import example_input, ideation_result, posts_result

COACH = example_input("ideation-fitness-coach")
FULL = "Nothing new can be started right now."
SPENT = "Your plan has too little AI work left today for this: 99% is used"


@pytest.fixture
def user(gateway: RunningGateway) -> User:
    """A user on the free plan."""
    return gateway.user(plan="free")


def spend(gateway: RunningGateway, user: User, usd: str) -> None:
    with psycopg.connect(gateway.settings.database_url) as connection:
        hour = now().replace(minute=0, second=0, microsecond=0)
        connection.execute("INSERT INTO spend_hours VALUES (%s, %s, %s)", [user.id, hour, usd])


async def pages_of(user: User) -> list[str]:
    magnet = await lead_magnet(user)
    own = f"/library/{magnet['id']}"
    return ["/create", own, f"{own}/questions", f"{own}/answers"]


async def test_a_page_with_a_form_says_that_the_money_of_the_day_is_spent(
    gateway: RunningGateway, user: User
) -> None:
    pages = await pages_of(user)
    before = [(await send(gateway, user, "GET", page)).text for page in pages]
    spend(gateway, user, "4.97")

    after = [(await send(gateway, user, "GET", page)).text for page in pages]

    assert [FULL in page for page in before] == [False] * 4
    assert [(FULL in page, SPENT in page) for page in after] == [(True, True)] * 4
    forms, workspace = [after[0], *after[2:]], after[1]
    assert ["data-draft" in page for page in forms] == [False] * 3, "no form that would be refused"
    assert "Answer the questions" in workspace
    for page in forms:
        [_, rest] = page.split('">Write the form for then')[0].rsplit('href="', 1)
        written = (await send(gateway, user, "GET", unescape(rest))).text
        assert ("data-draft" in written, SPENT in written) == (True, True)
    full = await with_content(user, postVariations=posts_result()["variations"])
    posts = (await send(gateway, user, "GET", f"/library/{full['id']}/posts")).text
    assert ("Edit<span" in posts, "/make" in posts, "Make again" in posts) == (True, False, False)


async def test_the_form_is_shown_again_with_the_reason_and_what_was_typed(
    gateway: RunningGateway, user: User
) -> None:
    spend(gateway, user, "4.97")
    form = {"businessDescription": "I coach swimmers.", "businessType": "coach-consultant"}

    answer = await send(gateway, user, "POST", "/create", form)

    assert answer.status_code == 403
    assert "Nothing was started." in answer.text
    assert SPENT in answer.text
    assert "I coach swimmers." in answer.text
    assert FULL not in answer.text, "once is enough"


async def test_a_piece_that_is_refused_says_why_in_its_place(gateway: RunningGateway, user: User) -> None:
    magnet = await with_content(user)
    spend(gateway, user, "4.97")

    form = {"piece": "posts", "key": "k"}
    answer = await send(gateway, user, "POST", f"/library/{magnet['id']}/make", form)

    assert answer.status_code == 409
    assert "That didn’t work." in answer.text
    assert SPENT in answer.text


async def test_whoever_has_used_up_the_idea_sets_is_told_before_there_is_a_form(
    gateway: RunningGateway, user: User
) -> None:
    await user.post("/api/lead-magnets", OWN_IDEA)
    await user.submit(COACH)  # sets one aside
    forms = {"/create": "/create?draft=new", "/create/own": "/create/own?write=1"}

    for path, form in forms.items():
        told = (await send(gateway, user, "GET", path)).text
        assert "You have used this month’s 2 idea sets" in told
        assert ("data-draft" in told, f'href="{form}"' in told) == (False, True)
        asked_for = (await send(gateway, user, "GET", form)).text
        assert ("data-draft" in asked_for, "this month’s 2 idea sets." in asked_for) == (True, True)


async def test_the_account_shows_what_is_left_of_each_cap(gateway: RunningGateway, user: User) -> None:
    spend(gateway, user, "1.5")
    await user.submit(COACH)

    page = (await send(gateway, user, "GET", "/account")).text

    for shown in (
        "30% used, and 10% set aside",
        "Jobs at a time",
        "1 of 20",
        "Ten ideas: jobs today",
    ):
        assert shown in page, shown
    rich = (await send(gateway, gateway.user(), "GET", "/account")).text
    assert "AI work today" not in rich


async def failed(user: User, folding: Folding, *concepts: JsonObject) -> UUID:
    """An ideation job that failed after these ideas."""
    job_id = await user.submit(COACH)
    if concepts:
        await folding.begin(job_id, *concepts)
    await folding.fail(job_id)
    return job_id


async def test_what_failed_is_not_offered_again_while_that_would_be_refused(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    magnet = await with_content(user)
    ideas = await failed(user, folding)
    for name, example in (("posts", "posts"), ("answers", "answers-call")):
        asked = {**example_input(example), "leadMagnetId": magnet["id"]}
        answer = await user.post(f"/api/lead-magnet/{name}", asked)
        await folding.fail(UUID(answer.json()["jobId"]))
    own = f"/library/{magnet['id']}"
    pages = {"/jobs": 3, f"/create/ideas/{ideas}": 1, f"{own}/posts": 1, f"{own}/answers": 1}
    before = [(await send(gateway, user, "GET", page)).text for page in pages]
    spend(gateway, user, "4.97")

    after = [(await send(gateway, user, "GET", page)).text for page in pages]

    assert [page.count("/retry") for page in before] == [*pages.values()]
    assert [SPENT in page for page in before] == [False] * 4
    assert [(page.count("/retry"), page.count(SPENT)) for page in after] == [(0, 1)] * 4


async def test_a_set_that_counts_already_is_completed_although_the_plan_is_used_up(
    gateway: RunningGateway, user: User, folding: Folding
) -> None:
    begun = await failed(user, folding, ideation_result()["concepts"][0])
    blank = await failed(user, folding)
    await user.submit(COACH)  # sets the last one aside

    jobs = (await send(gateway, user, "GET", "/jobs")).text
    completed = (await send(gateway, user, "POST", f"/jobs/{begun}/retry", {})).status_code

    assert (f"/jobs/{begun}/retry" in jobs, f"/jobs/{blank}/retry" in jobs) == (True, False)
    assert "You have used this month’s 2 idea sets." in jobs
    assert completed == 303


async def test_nothing_is_duplicated_into_a_full_library(
    gateway: RunningGateway, user: User, operator: User
) -> None:
    magnet = await lead_magnet(user)
    spend(gateway, user, "6")  # more than a day's, which does not matter here
    before = (await send(gateway, user, "GET", "/library")).text
    caps = await operator.send("PUT", f"/api/ops/users/{user.id}/caps", {"storedBytes": 0})

    after = (await send(gateway, user, "GET", "/library")).text
    copied = await send(gateway, user, "POST", f"/library/{magnet['id']}/copy", {})

    assert (caps.status_code, copied.status_code) == (200, 403)
    told = "Nothing can be duplicated right now."
    assert ("/copy" in before, told in before) == (True, False)
    assert ("/copy" in after, told in after) == (False, True)
    assert "0 bytes of stored work" in after
