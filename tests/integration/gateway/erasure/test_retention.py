"""Records are kept for as long as a setting says; without a setting they stay."""

from dataclasses import replace
from datetime import timedelta

import pytest
from lodestone.ids import new_id
from lodestone_gateway.reconciler.retention import Keeper
from lodestone_gateway.retention_settings import Retention
from lodestone_gateway.settings import ProjectorSettings
from pydantic import ValidationError
from support.canaries import CANARY
from support.erasing import Ended, ErasingBench, made_from
from support.samples import extracted_content

DAY = timedelta(days=1)
FOR_EVER = Retention(
    texts=None, jobs=None, drafts=None, binned=30 * DAY, dead_events=30 * DAY, dead_events_count=10_000
)
OF_DEFAULTS = {"database_url": "postgresql://x", "nats_url": "x"}
DEAD = (
    "INSERT INTO dead_events (id, sequence, subject, problem, reason, size, excerpt, seen_at)"
    " SELECT gen_random_uuid(), n, 's', 'invalid', 'r', 1, 'x', now() - n * interval '1 hour'"
    " FROM generate_series(1, 40) AS n"
)
BULK_ACTIONS = """
    INSERT INTO bulk_actions (id, action, filter, operator_id, state, found, rate_per_minute, created_at,
        ended_at)
    SELECT gen_random_uuid(), 'replay', '{}', gen_random_uuid(), state, '{}', 1, now() - interval '41 days',
        now() - days * interval '1 day'
    FROM (VALUES ('dry_run', NULL), ('running', NULL), ('completed', 41), ('aborted', 39))
        AS made (state, days)"""
BULK_ACTION_JOBS = """
    INSERT INTO bulk_action_jobs (bulk_action_id, job_id)
    SELECT id, gen_random_uuid() FROM bulk_actions, generate_series(1, 2)"""


async def keep(bench: ErasingBench, **kept: object) -> None:
    await Keeper(bench.engine, replace(FOR_EVER, **kept)).keep_round()  # type: ignore[arg-type]
    await bench.erase()


async def age(bench: ErasingBench, job_id: object, days: int) -> None:
    """Moves the end of a job this far into the past, with its events."""
    moved = f"completed_at = completed_at - interval '{days} days', updated_at = updated_at"
    await bench.bench.sql(f"UPDATE background_jobs SET {moved} WHERE id = '{job_id}'")  # noqa: S608


def test_by_default_everything_stays_but_the_oldest_dead_events() -> None:
    assert ProjectorSettings.model_validate(OF_DEFAULTS).retention == FOR_EVER


def test_jobs_of_the_month_that_is_counted_cannot_be_removed() -> None:
    with pytest.raises(ValidationError, match="32"):
        ProjectorSettings.model_validate({**OF_DEFAULTS, "keep_jobs_days": 31})


async def test_texts_of_jobs_that_ended_long_ago_go_and_younger_ones_stay(bench: ErasingBench) -> None:
    old, young = await bench.done("ideation", Ended.FAILED), await bench.done("ideation", Ended.FAILED)
    await age(bench, old.job_id, 8)

    await keep(bench)
    assert (await bench.row(old)).erased_at is None
    await keep(bench, texts=7 * DAY)

    assert (await bench.row(old)).erased_at
    assert (await bench.row(young)).erased_at is None
    assert not [each for each in await bench.canaries() if str(old.job_id) in each]


async def test_jobs_that_ended_long_ago_are_removed_and_are_no_drift(bench: ErasingBench) -> None:
    old = await bench.done("ideation", Ended.FAILED)
    again = await bench.user.post(f"/api/jobs/{old.job_id}/retry")
    assert again.status_code == 202, again.text
    await age(bench, old.job_id, 41)

    await keep(bench, jobs=40 * DAY)

    assert await bench.bench.sql(f"SELECT FROM job_events WHERE job_id = '{old.job_id}'") == []
    (left,) = await bench.bench.sql("SELECT id, parent_job_id FROM background_jobs")
    assert (str(left.id), left.parent_job_id) == (again.json()["jobId"], None)
    assert await bench.drift() == []


async def test_bulk_actions_go_like_jobs_that_ended_with_what_they_list(bench: ErasingBench) -> None:
    await bench.bench.sql(BULK_ACTIONS)
    await bench.bench.sql(BULK_ACTION_JOBS)

    await keep(bench)
    all_of_them = await bench.bench.sql("SELECT FROM bulk_action_jobs")
    await keep(bench, jobs=40 * DAY)
    left = await bench.bench.sql("SELECT state FROM bulk_actions ORDER BY state")
    listed = await bench.bench.sql("SELECT count(*) FROM bulk_action_jobs")

    assert len(all_of_them) == 8
    assert left == [("aborted",), ("running",)]
    assert listed == [(4,)]


async def test_dead_events_are_capped_by_number_and_age(bench: ErasingBench) -> None:
    await bench.bench.sql(DEAD)

    await keep(bench, dead_events=DAY)
    of_a_day = await bench.bench.sql("SELECT sequence FROM dead_events ORDER BY sequence")
    await keep(bench, dead_events_count=3)
    newest = await bench.bench.sql("SELECT sequence FROM dead_events ORDER BY sequence")

    assert [n for (n,) in of_a_day] == list(range(1, 24))
    assert [n for (n,) in newest] == [1, 2, 3]


async def test_the_bin_is_emptied_of_what_was_in_it_for_long_and_its_jobs_are_erased(
    bench: ErasingBench,
) -> None:
    ideas = await bench.done("ideation")
    await bench.done("ideation")  # the brand kit shows these
    magnets = [await made_from(bench.user, ideas.job_id, place) for place in (1, 2)]
    stranger = bench.gateway.user()
    named = {"wizardState": {"form": {"tools": [str(ideas.job_id)]}}}
    await stranger.send("PUT", f"/api/wizard-drafts/{new_id()}", named)  # keeps nothing of others
    jobs = [await bench.done("extraction", lead_magnet=magnet) for magnet in magnets]
    for magnet in magnets:
        edit = {"extractedContent": extracted_content()}  # what was there becomes a version
        assert (await bench.user.send("PATCH", f"/api/lead-magnets/{magnet}", edit)).status_code == 200
    drafts = [new_id(), new_id()]
    for draft in drafts:
        await bench.user.send("PUT", f"/api/wizard-drafts/{draft}", {"wizardState": {"note": CANARY}})
    days = "binned_at = now() - interval '{} days' WHERE id = '{}'"
    for age, magnet, draft in zip((31, 29), magnets, drafts, strict=True):
        await bench.bench.sql(f"UPDATE lead_magnets SET {days.format(age, magnet)}")  # noqa: S608
        await bench.bench.sql(f"UPDATE wizard_drafts SET {days.format(age, draft)}")  # noqa: S608

    await keep(bench)

    assert [str(id) for (id,) in await bench.bench.sql("SELECT id FROM lead_magnets")] == [magnets[1]]
    left = f"SELECT id FROM wizard_drafts WHERE user_id = '{bench.user.id}'"  # noqa: S608
    assert await bench.bench.sql(left) == [(drafts[1],)]
    versions = await bench.bench.sql("SELECT lead_magnet_id FROM piece_versions")
    assert {str(magnet) for (magnet,) in versions} == {magnets[1]}
    assert [bool((await bench.row(job)).erased_at) for job in jobs] == [True, False]
    assert not [each for each in await bench.canaries() if str(jobs[0].job_id) in each]
    assert (await bench.row(ideas)).erased_at is None, "a lead magnet in the bin came from these"
    await bench.bench.sql(f"UPDATE lead_magnets SET {days.format(31, magnets[1])}")  # noqa: S608
    await keep(bench)
    assert (await bench.row(ideas)).erased_at
    assert await bench.drift() == []


async def test_drafts_that_nobody_saved_for_long_go(bench: ErasingBench) -> None:
    for number, title in enumerate(("old", "new")):
        path = f"/api/wizard-drafts/01900000-0000-7000-8000-00000000000{number}"
        body = {"wizardState": {"note": CANARY}, "title": title}
        assert (await bench.user.send("PUT", path, body)).status_code == 200
    aged = "ALTER TABLE wizard_drafts DISABLE TRIGGER USER;"
    await bench.bench.sql(aged)
    await bench.bench.sql(
        "UPDATE wizard_drafts SET updated_at = now() - interval '9 days' WHERE title = 'old'"
    )

    await keep(bench, drafts=8 * DAY)

    assert await bench.bench.sql("SELECT title FROM wizard_drafts") == [("new",)]
