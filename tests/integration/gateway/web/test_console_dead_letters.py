"""The page of dead letters over HTTP: it reads what it shows."""

import re
from urllib.parse import parse_qs, urlsplit

from support.api import RunningGateway, User
from support.dead_jobs import make_dead_jobs
from support.pages import send
from support.plans import sent

PAGE = "/console/dead-letters"
OF_A_CAUSE = f"{PAGE}?jobType=posts&errorCode=AI_REFUSED&cause=Post+%E2%80%A6+is+missing."


async def test_the_runs_of_one_cause_are_shown_without_reading_the_groups(
    gateway: RunningGateway, operator: User
) -> None:
    user = gateway.user()
    meant = make_dead_jobs(gateway, user.id, 2, code="AI_REFUSED", error="Post 3 is missing.")
    make_dead_jobs(gateway, user.id, 1, code="AI_REFUSED", error="Another cause.")

    with sent() as statements:
        page = (await send(gateway, operator, "GET", OF_A_CAUSE)).text

    assert set(re.findall('<tr data-key="([^"]+)"', page)) == set(map(str, meant))
    assert "Another cause." not in page
    assert [text for text, _ in statements if "lodestone_cause(error) AS cause" in text] == []
    [replay] = re.findall('href="(/console/bulk[^"]+)"', page.replace("&amp;", "&"))
    filter = parse_qs(urlsplit(replay).query)
    assert filter.pop("since")
    assert filter == {
        "action": ["replay"],
        "jobType": ["posts"],
        "errorCode": ["AI_REFUSED"],
        "cause": ["Post … is missing."],
    }


async def test_the_groups_are_read_where_they_are_shown(gateway: RunningGateway, operator: User) -> None:
    make_dead_jobs(gateway, gateway.user().id, 1, error="Post 3 is missing.")

    with sent() as statements:
        page = (await send(gateway, operator, "GET", PAGE)).text

    assert "Post … is missing." in page
    assert [text for text, _ in statements if "lodestone_cause(error) AS cause" in text]
