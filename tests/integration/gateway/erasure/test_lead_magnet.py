"""Deleting a lead magnet deletes its texts in tables and stream, whatever runs, fails or dies meanwhile."""

import asyncio
import signal

from lodestone.erasure import ERASED_MESSAGE
from lodestone.events import JobProgress, TerminalEvent
from lodestone.job_log import JobLog
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from lodestone_gateway.jobs.restore import Records, restore
from lodestone_gateway.reconciler.erasure_rows import finish, read_stripped
from support.api import User
from support.backends import NatsServer
from support.canaries import CANARY, canaries_in_stream, canaries_in_tables
from support.dying_eraser import EFFECTS
from support.erasing import Ended, ErasingBench, made_from
from support.lead_magnets import OWN_IDEA, change
from support.samples import example_input, extracted_content
from support.waiting import eventually


async def lead_magnet(user: User) -> str:
    """A lead magnet on which every type of job can run."""
    made = await user.post("/api/lead-magnets", {**OWN_IDEA, "title": CANARY})
    assert made.status_code == 201, made.text
    content = {**extracted_content(), "title": CANARY}
    return str((await change(user, made.json(), extractedContent=content))["id"])


async def delete(user: User, id: str) -> None:
    answer = await user.send("DELETE", f"/api/lead-magnets/{id}", None)
    assert answer.status_code == 204, answer.text


async def test_nothing_is_left_of_the_texts_of_any_job_on_it(bench: ErasingBench) -> None:
    id = await lead_magnet(bench.user)
    types = [name for name in JOB_TYPES if name != "ideation"]
    jobs = [await bench.done(job_type, lead_magnet=id) for job_type in types]
    jobs.append(await bench.done("posts", Ended.FAILED, lead_magnet=id))
    jobs.append(await bench.done("posts", Ended.CANCELLED, lead_magnet=id))
    before = [await bench.row(job) for job in jobs]
    draft = "01900000-0000-7000-8000-00000000000d"
    source = {"name": CANARY, "text": CANARY, "leadMagnetId": id}
    assert (await bench.user.post("/api/sources", source)).status_code == 201
    body = {"wizardState": {"leadMagnetId": id, "note": CANARY}, "title": CANARY}
    assert (await bench.user.send("PUT", f"/api/wizard-drafts/{draft}", body)).status_code == 200

    await delete(bench.user, id)
    await bench.erase()

    assert await bench.canaries() == []
    for job, row in zip(jobs, before, strict=True):
        shown = await bench.user.job(job.job_id)
        assert (shown["input"], shown["result"], shown["items"]) == ({}, None, [])
        assert shown["erasedAt"]
        kept = ("status", "seq", "attempt", "cost_usd", "updated_at", "completed_at", "error_code")
        left = await bench.row(job)
        assert [getattr(left, name) for name in kept] == [getattr(row, name) for name in kept]
        assert left.error == (ERASED_MESSAGE if row.error else None)
        history = (await bench.user.get(f"/api/jobs/{job.job_id}/events")).json()["items"]
        assert [event["seq"] for event in history] == list(range(1, row.seq + 1))
    assert await bench.drift() == []


async def test_who_deletes_a_source_deletes_the_texts_of_jobs_that_read_it_and_of_no_other(
    bench: ErasingBench,
) -> None:
    id = await lead_magnet(bench.user)
    source = (await bench.user.post("/api/sources", {"name": CANARY, "text": CANARY})).json()["id"]
    read = {**example_input("answers-call"), "sources": [{"id": source, "name": CANARY, "text": CANARY}]}
    reader = await bench.done("answers", lead_magnet=id, input=read)
    other = await bench.done("answers", lead_magnet=id)

    assert (await bench.user.send("DELETE", f"/api/sources/{source}", None)).status_code == 204
    await bench.erase()

    assert (await bench.row(reader)).erased_at is not None
    assert (await bench.user.job(reader.job_id))["input"] == {}
    assert (await bench.row(other)).erased_at is None


async def test_the_log_of_an_erased_job_says_that_it_is_over_and_nothing_else(bench: ErasingBench) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    end = (await bench.bench.log(job)).entries[-1]

    await delete(bench.user, id)
    await bench.erase()

    (left,) = (await bench.bench.log(job)).entries
    assert isinstance(left.event, TerminalEvent)
    assert (left.event_id, left.time, left.event.erased) == (end.event_id, end.time, True)


async def test_a_job_that_runs_is_cancelled_first_and_a_late_call_is_still_booked(
    bench: ErasingBench,
) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.submit("polish", lead_magnet=id)
    late = await bench.begin(job)
    await bench.bench.until_row(job, lambda row: row.seq == 4)

    await delete(bench.user, id)
    cancel = await bench.bench.outbox_row(job, "cancel_requested")
    await bench.strip_round()
    await bench.clean_round()
    assert (await bench.row(job)).erased_at is None, "the job is running"
    await bench.end(job, Ended.CANCELLED)
    await bench.strip_round()
    await bench.clean_round()
    assert len((await bench.bench.log(job)).entries) > 1, "a call is open: its settlement must not be purged"
    await bench.bench.append(late)
    await bench.bench.until_row(job, lambda row: row.late_calls == 1)
    await bench.erase()

    assert cancel
    assert await bench.canaries() == []
    row = await bench.row(job)
    assert (row.status, str(row.cost_usd), row.items) == ("cancelled", "0.125", [])
    assert await bench.drift() == []


async def test_a_call_that_is_settled_after_the_erasure_brings_money_and_no_text(bench: ErasingBench) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    await delete(bench.user, id)
    await bench.erase()

    again = await bench.begin_late_call(job)
    await bench.bench.until_row(job, lambda row: row.late_calls == 1)

    assert again.call_id
    assert str((await bench.row(job)).cost_usd) == "0.250"
    assert await bench.canaries() == []
    assert await bench.drift() == []


async def test_while_the_bus_is_away_the_tables_are_emptied_and_the_stream_follows(
    bench: ErasingBench, own_nats: NatsServer
) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    own_nats.kill()

    await delete(bench.user, id)
    await bench.strip_round()
    assert await canaries_in_tables(bench.bench.engine) == []
    own_nats.start()
    await bench.until_connected()
    await bench.erase()

    assert await canaries_in_stream(bench.bench.client) == []
    assert (await bench.row(job)).erased_at


async def test_erasers_that_work_at_the_same_time_leave_one_end(bench: ErasingBench) -> None:
    id = await lead_magnet(bench.user)
    jobs = [await bench.done("posts", lead_magnet=id) for _ in range(3)]
    await delete(bench.user, id)

    async def rounds() -> None:
        for _ in range(4):
            await bench.strip_round()
            await bench.clean_round()

    await asyncio.gather(*(rounds() for _ in range(3)))
    await bench.erase()

    assert await bench.canaries() == []
    for job in jobs:
        ids = {entry.event_id for entry in (await bench.bench.log(job)).entries}
        assert len(ids) == 1
    assert await bench.drift() == []


async def test_an_eraser_that_is_killed_between_its_steps_leaves_the_rest_to_the_next(
    bench: ErasingBench,
) -> None:
    id = await lead_magnet(bench.user)
    jobs = [await bench.done("posts", lead_magnet=id) for _ in range(3)]
    ends = [(await bench.bench.log(job)).entries[-1].event_id for job in jobs]
    await delete(bench.user, id)

    killed = [await bench.die_after(effect) for effect in EFFECTS]
    assert killed == [-signal.SIGKILL] * len(EFFECTS)
    assert await bench.waiting(), "the erasure was not finished"
    await bench.erase()

    assert await bench.canaries() == []
    left = [[entry.event_id for entry in (await bench.bench.log(job)).entries] for job in jobs]
    assert left == [[end] for end in ends]
    assert await bench.drift() == []


async def test_a_lost_stream_gets_nothing_back_of_what_was_erased(bench: ErasingBench) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    await delete(bench.user, id)
    await bench.strip_round()

    await bench.bench.lose_stream()
    await bench.stream_is_back()
    await restore(bench.bench.stream, Records(bench.bench.engine), job.job_type, job.job_id)
    await bench.bench.reconciler().reconcile_round()
    await bench.erase()

    (left,) = (await bench.bench.log(job)).entries
    assert left.event.name == "completed", "nobody can start the log again"
    assert await bench.canaries() == []
    assert await bench.drift() == []


async def test_a_request_that_comes_into_an_emptied_stream_after_the_erasure_is_erased_too(
    bench: ErasingBench,
) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    on_the_wire = (await bench.bench.log(job)).entries[0]
    await delete(bench.user, id)
    await bench.erase()
    await bench.bench.client.jetstream().purge_stream("JOBS")

    late = await bench.bench.stream.append(job, JobLog(), event_id=on_the_wire.event_id)
    assert late.stored, "nothing is left that keeps the log shut"
    await eventually(bench.waiting, within=10, told="the erasure is asked for again")
    await bench.erase()

    (left,) = (await bench.bench.log(job)).entries
    assert left.event.name == "completed", "the log is shut again"
    assert await bench.canaries() == []
    assert await bench.drift() == []


async def test_an_eraser_that_looked_before_texts_came_back_notes_nothing_as_done(
    bench: ErasingBench,
) -> None:
    id = await lead_magnet(bench.user)
    job = await bench.done("posts", lead_magnet=id)
    await delete(bench.user, id)
    await bench.strip_round()
    (looked_at,) = await read_stripped(bench.engine, None, 1)

    asked_at = await bench.bench.sql("SELECT requested_at FROM erasures")
    await bench.bench.append(JobProgress(**job.of_job(1), done=1, total=2, message=CANARY))
    await bench.until_folded()
    assert await bench.bench.sql("SELECT requested_at FROM erasures") != asked_at
    await finish(bench.engine, looked_at)

    assert await bench.waiting()


async def concepts(bench: ErasingBench, job_id: object) -> list[JsonObject]:
    result = (await bench.user.get(f"/api/jobs/{job_id}")).json()["result"]
    return result["concepts"] if result else []


async def test_ideas_go_with_the_last_lead_magnet_that_came_from_them(bench: ErasingBench) -> None:
    older, newest = await bench.done("ideation"), await bench.done("ideation")
    first, second = await made_from(bench.user, older.job_id, 1), await made_from(bench.user, older.job_id, 2)
    of_newest = await made_from(bench.user, newest.job_id, 3)

    await delete(bench.user, first)
    await bench.erase()
    assert len(await concepts(bench, older.job_id)) == 10, "another lead magnet was made from it"
    await delete(bench.user, second)
    await delete(bench.user, of_newest)
    await bench.erase()

    assert await concepts(bench, older.job_id) == []
    assert len(await concepts(bench, newest.job_id)) == 10, "the brand kit shows its ideas"
    kit = (await bench.user.get("/api/brand-kit")).json()
    assert len(kit["savedIdeationResult"]["concepts"]) == 10


async def test_nothing_is_left_of_the_texts_of_ideas_that_are_no_longer_shown(bench: ErasingBench) -> None:
    older, newest = await bench.done("ideation"), await bench.done("ideation")
    made = await made_from(bench.user, older.job_id, 1)
    before = [each for each in await bench.canaries() if str(newest.job_id) not in each]

    await delete(bench.user, made)
    await bench.erase()

    left = [each for each in await bench.canaries() if str(newest.job_id) not in each]
    assert any(str(older.job_id) in each for each in before)
    assert {each.partition(":")[0] for each in left} == {"brand_kits"}, "the next ideas start from it"
    shown = await bench.user.job(older.job_id)
    assert (shown["input"], shown["result"], shown["items"]) == ({}, None, [])
    assert await bench.drift() == []


async def test_an_erased_job_cannot_run_again(bench: ErasingBench) -> None:
    older = await bench.done("ideation", Ended.FAILED)
    await bench.bench.sql(
        "INSERT INTO erasures (job_id, job_type, user_id)"  # noqa: S608
        f" VALUES ('{older.job_id}', 'ideation', '{older.user_id}')"
    )
    await bench.erase()

    answer = await bench.user.post(f"/api/jobs/{older.job_id}/retry")

    assert (answer.status_code, answer.json()["code"]) == (409, "CONFLICT")
    assert "deleted" in answer.json()["detail"]
