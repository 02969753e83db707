"""The form that has one part written again: what it asks for, and what it says when it cannot."""

from uuid import UUID

from support.api import RunningGateway, User
from support.lead_magnets import with_content
from support.pages import send
from support.samples import emails_result


async def test_an_owners_word_or_a_chip_starts_a_job_for_that_part_alone(
    gateway: RunningGateway, user: User
) -> None:
    magnet = await with_content(user)
    path = f"/library/{magnet['id']}"
    written = await user.send(
        "PUT", f"/api/lead-magnets/{magnet['id']}/emails", {"emails": emails_result()["emails"]}
    )
    assert written.status_code == 200
    form = {"piece": "emails", "part": "1", "instruction": "mention the deadline"}

    typed = await send(gateway, user, "POST", f"{path}/again", form)
    chip = await send(gateway, user, "POST", f"{path}/again", {**form, "part": "2", "chip": "shorter"})
    unknown = await send(gateway, user, "POST", f"{path}/again", {**form, "part": "9"})
    too_long = await send(gateway, user, "POST", f"{path}/again", {**form, "instruction": "x" * 301})

    assert [answer.status_code for answer in (typed, chip, unknown, too_long)] == [303, 303, 409, 409]
    assert "There is no such part. Use one of: 0 (day 0)" in unknown.text
    assert "at most 300 characters" in too_long.text
    jobs = (await user.get("/api/jobs?jobType=emails")).json()["items"]
    inputs = [(await user.job(UUID(job["id"])))["input"] for job in jobs]
    asked = [(input["part"], input["instruction"]) for input in inputs]
    assert asked == [("2", "shorter"), ("1", "mention the deadline")]
    page = (await send(gateway, user, "GET", typed.headers["location"])).text
    assert page.count("Stop<span") == 2, (
        "both run in their places, and the piece is not being made as a whole"
    )
