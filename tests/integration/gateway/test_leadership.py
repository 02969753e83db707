"""One active process of each kind, by a lock in a real Postgres."""

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from lodestone_gateway.store.leadership import Leadership, Lock
from lodestone_gateway.store.session import Role
from support.tables import give_tables
from support.waiting import eventually

END_THE_LEADER = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objid = 7305001
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"""


class Candidate:
    """A process that wants to lead, and what happened to it."""

    def __init__(self, database_url: str, active: list["Candidate"]) -> None:
        self._active = active
        self.turns = 0
        self.stop = asyncio.Event()
        leadership = Leadership(database_url, Role.RELAY, Lock.RELAY)
        self.task = asyncio.create_task(leadership.hold(self._work, self.stop))

    @property
    def leads(self) -> bool:
        return self in self._active

    async def _work(self) -> None:
        self.turns += 1
        self._active.append(self)
        try:
            await asyncio.Event().wait()
        finally:
            self._active.remove(self)


@pytest.fixture
def url(postgres_url: str) -> str:
    give_tables(postgres_url)
    return postgres_url


@pytest.fixture
async def candidates(url: str) -> AsyncIterator[list[Candidate]]:
    active: list[Candidate] = []
    candidates = [Candidate(url, active) for _ in range(3)]
    yield candidates
    for candidate in candidates:
        candidate.stop.set()
    await asyncio.wait([candidate.task for candidate in candidates], timeout=10)
    for candidate in candidates:
        candidate.task.cancel()


def leaders(candidates: list[Candidate]) -> list[Candidate]:
    return [candidate for candidate in candidates if candidate.leads]


async def test_one_of_several_leads(candidates: list[Candidate]) -> None:
    await eventually(lambda: leaders(candidates))

    assert len(leaders(candidates)) == 1


async def test_standby_leads_when_the_leader_stops(candidates: list[Candidate]) -> None:
    [first] = await eventually(lambda: leaders(candidates))

    first.stop.set()
    await first.task

    assert not first.leads
    await eventually(lambda: len(leaders(candidates)) == 1)


async def test_leader_whose_connection_dies_stops_working_before_it_may_lead_again(
    candidates: list[Candidate], url: str
) -> None:
    [first] = await eventually(lambda: leaders(candidates))

    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute(END_THE_LEADER)

    await eventually(lambda: not first.leads or first.turns > 1)
    await eventually(lambda: len(leaders(candidates)) == 1)
    assert sum(candidate.turns for candidate in candidates) == 2


async def test_leader_that_goes_silent_loses_the_lock(url: str) -> None:
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as silent:
        await silent.execute("SET idle_session_timeout = '3s'")
        await silent.execute("SELECT pg_advisory_lock(%s)", (Lock.RELAY.value,))
        candidate = Candidate(url, [])

        await eventually(lambda: candidate.leads, within=8)

        candidate.stop.set()
        await candidate.task


async def test_error_of_the_work_ends_the_process(url: str) -> None:
    async def work() -> None:
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        await Leadership(url, Role.RELAY, Lock.RELAY).hold(work, asyncio.Event())
