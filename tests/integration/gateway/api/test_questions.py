"""The extraction questions over HTTP."""

import pytest
from lodestone.jobs.lead_magnet import ARCHETYPES, Archetype
from lodestone.jobs.questions import questions_for
from support.api import RunningGateway, User


@pytest.mark.parametrize("archetype", ARCHETYPES)
async def test_every_archetype_has_its_questions_in_order(user: User, archetype: Archetype) -> None:
    answer = await user.get(f"/api/questions?archetype={archetype}")

    told = answer.json()
    assert (answer.status_code, told["archetype"]) == (200, archetype)
    assert [question["id"] for question in told["questions"]] == [
        each.id for each in questions_for(archetype)
    ]
    assert all(set(question) == {"id", "question", "required", "context"} for question in told["questions"])


@pytest.mark.parametrize("query", ["", "?archetype=", "?archetype=nope"])
async def test_without_a_known_archetype_it_is_422(user: User, query: str) -> None:
    answer = await user.get(f"/api/questions{query}")

    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "archetype")


async def test_questions_need_a_token(gateway: RunningGateway) -> None:
    assert (await gateway.client.get("/api/questions?archetype=one-story")).status_code == 401
