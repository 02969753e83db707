"""Pages say about when a job starts that waits for its turn; elsewhere they say nothing of a time."""

from collections.abc import Iterator

import psycopg
import pytest
from support.api import RunningGateway, User
from support.lead_magnets import with_content
from support.pages import send
from support.samples import example_input
from support.waiting import eventually

PIECES = (("posts", "posts"), ("polish", "page"))
TURN, PER_SECOND = 6_000, 10  # ten minutes
WHEN = "That should be in about 10 minutes."
ESTIMATE = f"Others asked before you. It starts when it is your turn. {WHEN}"


@pytest.fixture
def database(gateway: RunningGateway) -> Iterator[psycopg.Connection]:
    with psycopg.connect(gateway.settings.database_url, autocommit=True) as connection:
        yield connection
        connection.execute("TRUNCATE lane_paces")


def hold_back(database: psycopg.Connection, job_type: str) -> None:
    """What the relay tells of a lane that others fill, and where the jobs in it stand."""
    told = "INSERT INTO lane_paces VALUES (%s, false, 0, %s, now() + interval '1 hour')"
    database.execute(told, [job_type, PER_SECOND])
    database.execute("UPDATE outbox SET turn = %s WHERE job_type = %s", [TURN, job_type])


async def test_a_piece_that_waits_for_its_turn_shows_about_when_it_starts(
    gateway: RunningGateway, user: User, database: psycopg.Connection
) -> None:
    page = f"/library/{(await with_content(user))['id']}"
    for piece, _ in PIECES:
        made = await send(gateway, user, "POST", f"{page}/make", {"piece": piece, "key": "k"})
        assert made.status_code == 303
    assert "That should be" not in (await send(gateway, user, "GET", f"{page}/posts")).text

    hold_back(database, "posts")

    async def says_when() -> list[str]:
        texts = {piece: (await send(gateway, user, "GET", f"{page}/{word}")).text for piece, word in PIECES}
        return [piece for piece, text in texts.items() if ESTIMATE in text]

    assert await eventually(says_when, within=10) == ["posts"]


async def test_ideas_that_wait_for_their_turn_show_about_when_they_start(
    gateway: RunningGateway, user: User, database: psycopg.Connection
) -> None:
    job_id = await user.submit(example_input("ideation-fitness-coach"))
    hold_back(database, "ideation")

    async def shown() -> bool:
        return WHEN in (await send(gateway, user, "GET", f"/create/ideas/{job_id}")).text

    await eventually(shown, within=10)
