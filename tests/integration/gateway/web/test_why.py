"""The owner's page of a job that waits says why, in the words of the API."""

import html

from support.api import RunningGateway, User
from support.pages import send
from support.samples import example_input

COACH = example_input("ideation-fitness-coach")


async def test_the_page_of_a_job_that_waits_says_why_and_as_of_when(
    gateway: RunningGateway, user: User, operator: User
) -> None:
    job_id = await user.submit(COACH)
    await operator.post("/api/ops/job-types/ideation/pause")
    try:
        causes = (await user.job(job_id))["why"]
        page = html.unescape((await send(gateway, user, "GET", f"/create/ideas/{job_id}")).text)
    finally:
        await operator.post("/api/ops/job-types/ideation/resume")

    assert causes
    for cause in causes:
        assert page.count(cause["text"]) == 1, "each cause once"
    assert "As of <time data-at=" in page
