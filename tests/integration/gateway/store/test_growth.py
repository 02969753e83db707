"""What a query reads does not grow with the tables: 100,000 jobs of a year against 10,000 of five weeks."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import psycopg
import pytest
from bench.filling import History, fill
from lodestone.clock import now
from lodestone.errors import NotFound
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.status import ENDED, LIVE
from lodestone_gateway.bounds_of_sources import SourceLimits
from lodestone_gateway.caps import DEFAULTS, session_setting
from lodestone_gateway.live import hub
from lodestone_gateway.reconciler import erasure_rows, needs, retention, scan
from lodestone_gateway.reconciler.usage import add_up_days
from lodestone_gateway.sources import source
from lodestone_gateway.store import (
    audit_queries,
    bulk_queries,
    cap_queries,
    dead_letter_groups,
    draft_queries,
    lead_magnet_queries,
    library_queries,
    operations_queries,
    overview_queries,
    publication_queries,
    queries,
    run_queries,
    run_times,
    runs_queries,
    user_queries,
    verdict_queries,
)
from lodestone_gateway.store.audit_queries import AuditFilter
from lodestone_gateway.store.holds import FRESH
from lodestone_gateway.store.operations_queries import DeadJobFilter
from lodestone_gateway.store.queries import Place
from lodestone_gateway.store.runs_queries import JobFilter
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import BackgroundJob
from lodestone_local.credentials import DEMO
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from support.backends import new_database
from support.plans import Read, sent, what_is_read
from support.tables import give_tables

FEW, MANY = 10_000, 100_000
DAYS = 365  # in which there are many
GROWTH = 1.2
LEVELS = 3  # of an index; the planner may enter one more often where tables are large
ERASED = "UPDATE background_jobs SET erased_at = now() WHERE completed_at < now() - interval '30 days'"
CAUSE = "Item … is missing."  # of three failures, the oldest of their database
RARE = """
    UPDATE background_jobs SET error = 'Item ' || attempt || ' is missing.' WHERE id IN (
        SELECT id FROM background_jobs WHERE status = 'failed' AND job_type = 'emails'
        ORDER BY completed_at LIMIT 3)"""
MODULES = (
    *(queries, operations_queries, overview_queries, run_queries, runs_queries, audit_queries, user_queries),
    *(bulk_queries, dead_letter_groups, lead_magnet_queries, draft_queries, cap_queries, verdict_queries),
    *(library_queries, publication_queries, source, run_times, scan),
)
NOT_BOUNDED = {
    "count_dead_jobs": "an operator who replays many is told how many remain",
    "count_waiting_dead": "reads the newest 10,000 failures",
    "newest_jobs": "read by `jobs` and `all_jobs`",
    "look_at": "read by `search_jobs` and `search_meant`",
    "lead_magnet_to_change": "reads as `lead_magnet` does",
    "lead_magnet_to_keep": "reads as `lead_magnet` does",
    "stored_lead_magnet": "reads as `lead_magnet` does",
    "write_email_sequence": "writes one row",
    "found_lead_magnets": "searches and sorts what one user has; an index for each order costs every write",
    "write_publication": "writes one row",
    "remove_publication": "deletes one row",
    "add_pasted": "reads as `check_room` does, and writes one row",
    "add_file": "reads as `add_pasted` does",
    "change_source": "reads as `read_source` does, and writes one row",
    "delete_source": "reads as `read_source` does, and deletes one row",
    "one_at_a_time": "reads no table",
    "hold_all": "reads no table",
    "count_meant": "a dry run counts all that it means",
    "members": "a bulk action begins with all that it means, at most 100,000",
    "other_on_same_jobs": "reads the jobs of one bulk action, as it begins",
    "is_within_limit": "reads as `usage` does",
    "lock_holders": "reads no table",
    "admits": "reads as `job_caps` does",
    "held_work": "reads a row for each paused job type and held priority",
    "recount_stored": "reads what one user has, at most every ten seconds, when they are refused",
}
AUDITED = [UUID(int=number) for number in range(1, 9)]  # operators
AUDIT = """
    INSERT INTO operator_audit (id, at, operator_id, action, target_kind, user_id, outcome)
    SELECT gen_random_uuid(), now() - number * interval '1 day' / (%(jobs)s::numeric / %(days)s),
        (%(operators)s::uuid[])[number %% 8 + 1],
        CASE number %% 10 WHEN 0 THEN 'pause' ELSE 'inspect_job' END, 'job',
        CASE number %% 10 WHEN 0 THEN NULL ELSE %(user)s::uuid END, 'done'
    FROM generate_series(1, %(jobs)s) AS number"""
BROUGHT = """
    INSERT INTO sources (id, user_id, name, kind, text)
    SELECT gen_random_uuid(), users.id, 'A call', 'pasted', 'We signed.'
    FROM users, generate_series(1, CASE users.id WHEN %(user)s THEN 5 ELSE %(jobs)s / 500 END)"""
PUBLISHED = """
    INSERT INTO publications (lead_magnet_id, user_id, address, page, policy, is_listed)
    SELECT id, user_id, 'address ' || id, '<p>', '', false FROM lead_magnets"""
MIDDLE = """
    SELECT id, created_at, (SELECT max(position) - 1000 FROM job_events) FROM background_jobs
    WHERE user_id = %s ORDER BY created_at DESC, id DESC OFFSET 500 LIMIT 1"""
PLAIN = """
    SELECT id FROM background_jobs WHERE user_id = %(user)s
        AND (%(statuses)s::text[] = '{}' OR status = ANY(%(statuses)s))
        AND (%(types)s::text[] = '{}' OR job_type = ANY(%(types)s))
        AND (NOT %(is_later)s OR (created_at, id) < (%(before)s, %(id)s))
    ORDER BY created_at DESC, id DESC LIMIT 30"""
ALL_FAILED = DeadJobFilter()


@dataclass(frozen=True)
class World:
    """A filled database as one role sees it, and what is in the middle of its first user's things."""

    engine: AsyncEngine
    job_id: UUID
    created_at: datetime
    position: int

    @property
    def place(self) -> Place:
        """Of the job, in lists."""
        return self.created_at, self.job_id


Work = Callable[[World, AsyncSession], Awaitable[Any]]


def own(**filters: Any) -> Work:
    """A page of the user's jobs."""
    asked = {"statuses": (), "job_types": (), "before": None, "limit": 21} | filters
    return lambda world, session: queries.jobs(session, DEMO, **asked)


def everybodys(limit: int = 51, **filters: Any) -> Work:
    """A page of all users' jobs."""
    wanted = JobFilter(**filters)
    return lambda world, session: runs_queries.all_jobs(session, wanted, before=None, limit=limit)


def searched(**filters: Any) -> Work:
    """A page of a search."""
    wanted = JobFilter(**filters)
    return lambda world, session: runs_queries.search_jobs(session, wanted, before=None, limit=51)


def dead(**filters: Any) -> Work:
    """A page of the failed jobs."""
    wanted = DeadJobFilter(**filters)
    return lambda world, session: operations_queries.dead_jobs(session, wanted, before=None, limit=51)


def audited(**filters: Any) -> Work:
    """A page of the operators' audit."""
    wanted = AuditFilter(**filters)
    return lambda world, session: audit_queries.audit_entries(session, wanted, before=None, limit=51)


async def month(session: AsyncSession) -> None:
    """The user's usage, day by day."""
    so_far = await lead_magnet_queries.usage(session, DEMO)
    await lead_magnet_queries.usage_days(session, DEMO, so_far)


async def capped(session: AsyncSession) -> None:
    """What is used of a plan that has all caps."""
    [(name, value)] = session_setting({**DEFAULTS, "unlimited": DEFAULTS["free"]}).items()
    await session.execute(select(func.set_config(name, value, True)))
    await cap_queries.job_caps(session, DEMO, ["posts", "emails"])


async def surroundings_of(world: World, session: AsyncSession) -> None:
    """Everything that may hold one job up, and the job."""
    if job := await queries.job(session, world.job_id):
        await verdict_queries.surroundings(session, job)


async def due(session: AsyncSession) -> None:
    """Whether a bulk action is due."""
    await bulk_queries.seconds_until_due(await session.connection())


async def a_source(engine: AsyncEngine) -> None:
    """A source that the user does not have."""
    with suppress(NotFound):
        await source.read_source(engine, DEMO, new_id())


def plain(statement: str, **values: Any) -> Work:
    """A statement of a module that sends it by itself."""

    async def send(world: World, session: AsyncSession) -> None:
        await (await session.connection()).exec_driver_sql(statement, values)

    return send


def named(statement: str, *names: str) -> str:
    """A statement with numbered values, with names for them."""
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"${number}", f"%({name})s")
    return statement


APP: dict[str, Work] = {
    "job": lambda world, session: queries.job(session, world.job_id),
    "job_of_key": lambda world, session: queries.job_of_key(session, DEMO, "none"),
    "jobs": own(),
    "jobs: a page of 100": own(limit=101),
    "jobs: of one state": own(statuses=["failed"]),
    "jobs: of several states": own(statuses=ENDED),
    "jobs: running": own(statuses=LIVE),
    "jobs: of one type": own(job_types=["posts"]),
    "jobs: of one state and type": own(statuses=["failed"], job_types=["posts"]),
    "jobs: of a state and type without any": own(statuses=["pending"], job_types=["posts"]),
    "jobs: a later page": lambda world, session: own(before=world.place)(world, session),
    "jobs: a later page of one state": (
        lambda world, session: own(before=world.place, statuses=["failed"])(world, session)
    ),
    "live_jobs": lambda world, session: queries.live_jobs(session, DEMO),
    "count_jobs": lambda world, session: queries.count_jobs(session, DEMO, LIVE, limit=100),
    "job_events": lambda world, session: queries.job_events(session, world.job_id, after=0),
    "feed": lambda world, session: queries.feed(session, DEMO, after=world.position),
    "feed_end": lambda world, session: queries.feed_end(session, DEMO),
    "living_retry": lambda world, session: queries.living_retry(session, world.job_id),
    "requested_body": lambda world, session: queries.requested_body(session, world.job_id),
    "jobs_by_id": lambda world, session: queries.jobs_by_id(session, [world.job_id]),
    "first_retries": lambda world, session: queries.first_retries(session, [world.job_id]),
    "requested_bodies": lambda world, session: queries.requested_bodies(session, [world.job_id]),
    "turn": lambda world, session: queries.turn(session, world.job_id),
    "lead_magnet": lambda world, session: lead_magnet_queries.lead_magnet(session, new_id()),
    "has_lead_magnet": lambda world, session: lead_magnet_queries.has_lead_magnet(session, new_id()),
    "lead_magnets": (
        lambda world, session: lead_magnet_queries.lead_magnets(session, DEMO, [], before=None, limit=21)
    ),
    "lead_magnets: a later page": (
        lambda world, session: lead_magnet_queries.lead_magnets(
            session, DEMO, [], before=world.place, limit=21
        )
    ),
    "lead_magnets: favourites": (
        lambda world, session: lead_magnet_queries.lead_magnets(
            session, DEMO, [], before=None, limit=21, is_favourite=True
        )
    ),
    "made_of_own_idea": (
        lambda world, session: library_queries.made_of_own_idea(session, DEMO, {"title": "A quote"})
    ),
    "titles_in_bin": lambda world, session: library_queries.titles_in_bin(session, [world.job_id]),
    "publication": lambda world, session: publication_queries.publication(session, new_id()),
    "views_of": lambda world, session: publication_queries.views_of(session, new_id()),
    "published_page": lambda world, session: publication_queries.published_page(session, "none", [], 1),
    "list_sources": lambda world, session: source.list_sources(world.engine, DEMO, new_id()),
    "texts_for": lambda world, session: source.texts_for(session, DEMO, new_id()),
    "read_source": lambda world, session: a_source(world.engine),
    "check_room": lambda world, session: source.check_room(world.engine, DEMO, SourceLimits(1, 1, 99)),
    "lead_magnets_of_ideation": (
        lambda world, session: lead_magnet_queries.lead_magnets_of_ideation(session, world.job_id)
    ),
    "count_of_ideation": (
        lambda world, session: lead_magnet_queries.count_of_ideation(session, world.job_id)
    ),
    "titles": lambda world, session: lead_magnet_queries.titles(session, [world.job_id]),
    "jobs_of_lead_magnet": (
        lambda world, session: lead_magnet_queries.jobs_of_lead_magnet(session, new_id(), limit=20)
    ),
    "asked_again": lambda world, session: lead_magnet_queries.asked_again(
        session, [BackgroundJob(**dict[str, Any](id=world.job_id))]
    ),
    "items_of_jobs": lambda world, session: lead_magnet_queries.items_of_jobs(session, [world.job_id]),
    "live_jobs: of a lead magnet": lambda world, session: lead_magnet_queries.live_jobs(session, new_id()),
    "email_sequence": lambda world, session: lead_magnet_queries.email_sequence(session, new_id()),
    "owners_versions": lambda world, session: lead_magnet_queries.owners_versions(session, new_id(), most=5),
    "listed_versions": lambda world, session: lead_magnet_queries.listed_versions(session, new_id()),
    "listed_versions: of a piece": (
        lambda world, session: lead_magnet_queries.listed_versions(session, new_id(), "posts")
    ),
    "parts_of_versions": (
        lambda world, session: lead_magnet_queries.parts_of_versions(session, new_id(), "emails", "emails", 0)
    ),
    "version": lambda world, session: lead_magnet_queries.version(session, new_id(), new_id()),
    "brand_kit": lambda world, session: lead_magnet_queries.brand_kit(session, DEMO),
    "voice": lambda world, session: lead_magnet_queries.voice(session, DEMO),
    "plan_of": lambda world, session: lead_magnet_queries.plan_of(session, world.job_id),
    "user_name": lambda world, session: lead_magnet_queries.user_name(session, DEMO),
    "wizard_draft": lambda world, session: lead_magnet_queries.wizard_draft(session, DEMO, new_id()),
    "wizard_draft_in_sight": (
        lambda world, session: draft_queries.wizard_draft_in_sight(session, DEMO, new_id())
    ),
    "wizard_drafts": lambda world, session: draft_queries.wizard_drafts(session, DEMO, limit=20),
    "room_for_drafts": lambda world, session: draft_queries.room_for_drafts(session, DEMO),
    "drop_blank_drafts": (
        lambda world, session: draft_queries.drop_blank_drafts(session, DEMO, but=new_id())
    ),
    "drop_binned_drafts": lambda world, session: draft_queries.drop_binned_drafts(session, DEMO, most=100),
    "usage": lambda world, session: lead_magnet_queries.usage(session, DEMO),
    "usage_days": lambda world, session: month(session),
    "job_caps": lambda world, session: capped(session),
    "cap_of": lambda world, session: cap_queries.cap_of(session, DEMO, "drafts"),
}
READER: dict[str, Work] = {
    "all_jobs": everybodys(),
    "all_jobs: of one state": everybodys(statuses=["failed"]),
    "all_jobs: of one type": everybodys(job_types=["posts"]),
    "all_jobs: of one state and type": everybodys(statuses=["cancelled"], job_types=["posts"]),
    "all_jobs: of one user": everybodys(user_id=DEMO),
    "all_jobs: of one user and state": everybodys(user_id=DEMO, statuses=["failed"]),
    "all_jobs: with an error code": everybodys(error_codes=["AI_INVALID_OUTPUT"]),
    "all_jobs: with a rare error code": everybodys(error_codes=["DEADLINE_EXCEEDED"]),
    "all_jobs: overdue": everybodys(overdue_at=now()),
    "all_jobs: in a period": everybodys(since=now() - timedelta(days=2), until=now() - timedelta(days=1)),
    "all_jobs: that wait for the provider": everybodys(waiting_for=["provider"]),
    "all_jobs: that wait for a slot": everybodys(waiting_for=["slot"]),
    "all_jobs: by the beginning of an id": everybodys(ids=(new_id(), new_id())),
    "search_jobs: for a text that is nowhere": searched(text="nowhere"),
    "search_jobs: of one state": searched(text="nowhere", statuses=["completed"]),
    "search_jobs: by cost": searched(cost_above=Decimal(1_000)),
    "count_newer": lambda world, session: runs_queries.count_newer(session, JobFilter(), world.place),
    "run_again_as": lambda world, session: runs_queries.run_again_as(session, [world.job_id]),
    "tracks": lambda world, session: run_queries.tracks(session, world.job_id),
    "published_at": lambda world, session: run_queries.published_at(session, world.job_id),
    "parent_of": lambda world, session: run_queries.parent_of(session, world.job_id),
    "runs_again": lambda world, session: run_queries.runs_again(session, world.job_id),
    "ended_groups": lambda world, session: overview_queries.ended_groups(
        session,
        since=now() - timedelta(days=1),
        until=now(),
        step=timedelta(hours=1),
        recent=now() - timedelta(minutes=5),
    ),
    "living_groups": lambda world, session: overview_queries.living_groups(session, overdue=now()),
    "waiting_without_call": lambda world, session: overview_queries.waiting_without_call(session),
    "recent_runs: for those who wait and for operators": (
        lambda world, session: run_times.recent_runs(session, JOB_TYPES)
    ),
    "service_slots": lambda world, session: run_times.service_slots(session),
    "any_job": lambda world, session: operations_queries.any_job(session, world.job_id),
    "job_calls": lambda world, session: operations_queries.job_calls(session, world.job_id),
    "surroundings": lambda world, session: surroundings_of(world, session),
    "dead_jobs": dead(),
    "dead_jobs: of one type": dead(job_types=["posts"]),
    "dead_jobs: of one user": dead(user_id=DEMO),
    "dead_jobs: with a rare error code": dead(error_codes=["DEADLINE_EXCEEDED"]),
    "dead_jobs: run again": dead(is_replayed=True),
    "dead_jobs: of one cause": dead(cause="The provider gave no usable answer."),
    "dead_jobs: of a rare cause": dead(cause=CAUSE),
    "dead_jobs: of a cause, type and code": dead(
        cause="The provider gave no usable answer.", job_types=["posts"], error_codes=["AI_INVALID_OUTPUT"]
    ),
    "dead_jobs: of a cause that no job of the type has": dead(cause=CAUSE, job_types=["posts"]),
    "letter_groups": (
        lambda world, session: dead_letter_groups.letter_groups(
            session, dead_letter_groups.Wanted(now() - timedelta(days=7), now())
        )
    ),
    "bulk_action": lambda world, session: bulk_queries.bulk_action(session, new_id()),
    "bulk_actions": lambda world, session: bulk_queries.bulk_actions(session, [], before=None, limit=21),
    "bulk_action_jobs": (
        lambda world, session: bulk_queries.bulk_action_jobs(session, new_id(), None, after=None, limit=101)
    ),
    "recent_costs": lambda world, session: bulk_queries.recent_costs(session, list(JOB_TYPES)),
    "search_meant": (
        lambda world, session: bulk_queries.search_meant(
            session,
            bulk_queries.Meant("replay", JobFilter(statuses=["completed"], text="nowhere")),
            before=None,
        )
    ),
    "owners": lambda world, session: bulk_queries.owners(session, [world.job_id]),
    "seconds_until_due": lambda world, session: due(session),
    "dead_events": (
        lambda world, session: operations_queries.dead_events(session, ALL_FAILED, before=None, limit=51)
    ),
    "paused_users": lambda world, session: operations_queries.paused_users(session),
    "paused_job_types": lambda world, session: operations_queries.paused_job_types(session),
    "consumer_states": lambda world, session: operations_queries.consumer_states(session),
    "service_heartbeats": lambda world, session: operations_queries.service_heartbeats(session),
    "is_bus_silent": lambda world, session: operations_queries.is_bus_silent(session),
    "outbox_length": lambda world, session: operations_queries.outbox_length(session),
    "audit_entries": audited(),
    "audit_entries: of one operator": audited(operator_id=AUDITED[0]),
    "audit_entries: of one user": audited(user_id=DEMO),
    "audit_entries: of one kind": audited(action="pause"),
    "audit_entries: of a kind and user": audited(action="inspect_job", user_id=DEMO),
    "audit_entries: of an operator without any": audited(operator_id=new_id()),
    "audit_entries: of some days": audited(since=now() - timedelta(days=3), until=now() - timedelta(days=2)),
    "newest_users": lambda world, session: user_queries.newest_users(session, before=None, limit=51),
    "newest_users: a later page": (
        lambda world, session: user_queries.newest_users(session, before=(now(), DEMO), limit=51)
    ),
    "users_with_live_jobs": lambda world, session: user_queries.users_with_live_jobs(session, limit=50),
    "users_who_spent": lambda world, session: user_queries.users_who_spent(session, limit=50),
    "user_of_id": lambda world, session: user_queries.user_of_id(session, DEMO),
    "users_of_email": lambda world, session: user_queries.users_of_email(session, "a@example.com"),
    "live_jobs_by_day": lambda world, session: user_queries.live_jobs_by_day(session, DEMO),
    "own_caps": lambda world, session: user_queries.own_caps(session, DEMO),
    "has_own_plan": lambda world, session: user_queries.has_own_plan(session, DEMO),
    "the hub's wake-up": (
        lambda world, session: plain(
            named(hub._NEW, "after", "heads", "jobs", "users"),
            after=world.position + 100,
            heads=100,
            jobs=[world.job_id],
            users=[DEMO],
        )(world, session)
    ),
    "what no notification tells the hub": plain(hub._STATE, fresh=FRESH),
}
RECONCILER: dict[str, Work] = {
    "read_overdue": lambda world, session: scan.read_overdue(world.engine, now(), 200),
    "read_idle": lambda world, session: scan.read_idle(world.engine, now(), None, 200),
    "read_unsettled": lambda world, session: scan.read_unsettled(world.engine, now(), None, 200),
    "read_rows": lambda world, session: scan.read_rows(world.engine, [world.job_id]),
    "read_requests_of": lambda world, session: scan.read_requests_of(world.engine, "none"),
    "what there is to do": lambda world, session: session.execute(needs._LOOK),
    "read_living": lambda world, session: scan.read_living(world.engine, now()),
    "read_open_calls": lambda world, session: scan.read_open_calls(world.engine, now()),
    "recent_runs": lambda world, session: run_times.recent_runs(session, JOB_TYPES),
    "texts past their age": lambda world, session: session.execute(
        retention._TEXTS, {"before": now() - timedelta(days=31), "batch": 500}
    ),
    "jobs past their age": lambda world, session: session.execute(
        retention._JOBS, {"before": now() - timedelta(days=31), "batch": 500}
    ),
    "accounts to erase": lambda world, session: erasure_rows.spread_to_jobs(world.engine),
    "erasures that wait": lambda world, session: erasure_rows.count_waiting(world.engine),
    "texts to erase": lambda world, session: erasure_rows.read_unstripped(world.engine, 100),
}
CASES = [
    pytest.param(role, work, id=name)
    for role, works in ((Role.APP, APP), (Role.READER, READER), (Role.RECONCILER, RECONCILER))
    for name, work in works.items()
]


@pytest.fixture(scope="module")
def filled(postgres_server_url: str) -> dict[int, str]:
    """The owner's URL of a database with this many jobs."""
    urls = {jobs: new_database(postgres_server_url) for jobs in (FEW, MANY)}
    for jobs, url in urls.items():
        give_tables(url)
        fill(url, History(jobs=jobs, events=1, calls=1, words=0, days=DAYS * jobs // MANY))
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(ERASED)  # by age
            owner.execute(RARE)
            owner.execute("UPDATE projector_cursor SET seen_at = now()")
            days = DAYS * jobs // MANY
            owner.execute(AUDIT, {"jobs": jobs, "days": days, "operators": AUDITED, "user": DEMO})
            owner.execute(BROUGHT, {"jobs": jobs, "user": DEMO})
            owner.execute(PUBLISHED)
        asyncio.run(add_up(url))
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("VACUUM (ANALYZE)")
    return urls


async def add_up(url: str) -> None:
    """Adds up the days that are over, as the reconciler does."""
    engine = make_engine(url, Role.RECONCILER)
    await add_up_days(engine)
    await engine.dispose()


@asynccontextmanager
async def seen_by(role: Role, url: str) -> AsyncIterator[World]:
    """The world of a role."""
    with psycopg.connect(url) as owner:
        [row] = owner.execute(MIDDLE, [DEMO]).fetchall()
    engine = make_engine(url, role, pool_size=2)
    yield World(engine, *row)
    await engine.dispose()


@pytest.mark.parametrize(("role", "work"), CASES)
async def test_a_query_reads_no_more_with_ten_times_the_rows(
    filled: dict[int, str], role: Role, work: Work
) -> None:
    few, many = [await _read(url, role, work) for url in filled.values()]

    assert many.rows <= GROWTH * few.rows + 1
    assert many.pages <= GROWTH * few.pages + LEVELS * many.scans + 1


async def test_usage_reads_the_rows_of_the_last_days_only(filled: dict[int, str]) -> None:
    read = await _read(filled[MANY], Role.APP, APP["usage_days"])

    jobs = 3 * MANY / DAYS / 2  # of two days and a part of a third; half of them are the first user's
    sums = 31 * len(JOB_TYPES)
    assert read.rows <= 4 * jobs + sums  # each job and its call, read and joined


@pytest.mark.parametrize("is_later", [False, True])
@pytest.mark.parametrize("job_types", [[], ["posts"], ["emails", "posts", "emails"]])
@pytest.mark.parametrize("statuses", [[], ["failed"], ["failed", "cancelled", "failed"], LIVE])
async def test_a_page_has_the_jobs_that_plain_conditions_find(
    filled: dict[int, str], statuses: Sequence[str], job_types: Sequence[str], is_later: bool
) -> None:
    async with seen_by(Role.APP, filled[FEW]) as world:
        before = world.place if is_later else None
        async with transaction(world.engine, DEMO) as session:
            page = await queries.jobs(
                session, DEMO, statuses=statuses, job_types=job_types, before=before, limit=30
            )
    with psycopg.connect(filled[FEW]) as owner:
        values = {"user": DEMO, "statuses": list(statuses), "types": job_types}
        values |= {"before": world.created_at, "id": world.job_id, "is_later": is_later}
        expected = owner.execute(PLAIN, values).fetchall()

    assert [(job.id,) for job in page] == expected


def test_every_query_is_in_the_table() -> None:
    listed = {name.partition(":")[0] for works in (APP, READER, RECONCILER) for name in works}

    assert {name for module in MODULES for name in _queries_of(module)} <= listed | NOT_BOUNDED.keys()


def _queries_of(module: ModuleType) -> Iterator[str]:
    for name, function in inspect.getmembers(module, inspect.iscoroutinefunction):
        if function.__module__ == module.__name__ and not name.startswith("_"):
            yield name


async def _read(url: str, role: Role, work: Work) -> Read:
    owner = DEMO if role is Role.APP else None
    async with seen_by(role, url) as world, transaction(world.engine, owner) as session:
        with sent() as statements:
            await work(world, session)
        found = await what_is_read(session, statements)
        await session.rollback()
    return found
