"""An error is a page for a browser and a problem for a program, whatever was asked for."""

import pytest
from support.api import RunningGateway, User
from support.pages import send

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
ERRORS = [  # method, address, status for a user who is signed in, and without a session
    ("GET", "/nothing/here", 404, 404),
    ("POST", "/nothing/here", 404, 404),
    ("GET", "/static/nothing.css", 404, 404),
    ("GET", "/schemas/nothing.json", 404, 404),
    ("GET", "/api/nothing", 404, 401),
    ("GET", "/api/jobs/nothing", 404, 401),
    ("DELETE", "/api/jobs", 405, 401),
    ("GET", "/library/nothing", 404, 401),
    ("GET", "/create/ideas/nothing", 404, 401),
    ("DELETE", "/create", 405, 405),
    ("GET", "/create/ideas/nothing/choose", 405, 405),
    ("GET", "/console", 403, 401),
    ("GET", "/jobs?cursor=nothing", 422, 401),
]


@pytest.mark.parametrize(("method", "path", "signed_in", "without"), ERRORS)
async def test_an_error_is_a_page_in_a_browser_and_a_problem_for_a_program(
    gateway: RunningGateway, user: User, method: str, path: str, signed_in: int, without: int
) -> None:
    for visitor, status in ((user, signed_in), (None, without)):
        token = {"Authorization": f"Bearer {visitor.token}"} if visitor and path.startswith("/api/") else {}

        page = await send(gateway, visitor, method, path, Accept=BROWSER, **token)
        problem = await send(gateway, visitor, method, path, Accept="application/json", **token)

        assert (page.status_code, problem.status_code) == (status, status)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1>" in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]
        assert problem.json()["status"] == status
        assert problem.json()["code"]
        for answer in (page, problem):
            assert "accept" in answer.headers["vary"].lower()
        if status == 405:
            assert page.headers["allow"] == problem.headers["allow"]


async def test_the_root_leads_to_the_start(gateway: RunningGateway, user: User) -> None:
    answer = await send(gateway, user, "GET", "/")

    assert answer.status_code == 303
    assert answer.headers["location"] == "/create"


async def test_a_first_visit_says_what_comes_out_and_shows_one(gateway: RunningGateway, user: User) -> None:
    first = await send(gateway, user, "GET", "/create")
    example = await send(gateway, user, "GET", "/example")

    assert "You choose one of ten ideas" in first.text
    assert 'href="/example"' in first.text
    assert "This is an example." in example.text
    assert "Put the dear option first" in example.text
    assert "<form" not in example.text.split("<main")[1].split("</main>")[0]
    assert (await user.get("/api/jobs")).json()["items"] == []

    await user.send("PUT", "/api/brand-kit", {"businessDescription": "I raise fees."})

    assert "You choose one of ten ideas" not in (await send(gateway, user, "GET", "/create")).text


async def test_texts_of_a_real_provider_are_not_marked_as_demo_text(
    gateway: RunningGateway, user: User
) -> None:
    made = await user.post("/api/lead-magnets", {"title": "A quote that holds", "painSolved": "Price"})

    page = await send(gateway, user, "GET", f"/library/{made.json()['id']}")

    assert page.status_code == 200
    assert "Demo text." not in page.text
