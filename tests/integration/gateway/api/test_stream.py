"""Watching: history, stream and feed agree, in one order, without gaps or repeats."""

import asyncio
import contextlib
import time
from uuid import UUID

import pytest
from lodestone_gateway import app
from lodestone_gateway.auth import CLOCK_SKEW_SECONDS
from lodestone_gateway.live import heart, subscription
from lodestone_gateway.metrics import DROPPED, WATCHERS
from lodestone_gateway.turns import AT_ONCE
from support.api import Frame, Projection, RunningGateway, User, running_gateway
from support.samples import example_input
from support.waiting import eventually

COACH = example_input("ideation-fitness-coach")
MEGABYTE = "x" * 1_000_000
TEXT = "two\nlines, \r\n 🚀 data: x"


async def finished(user: User, projection: Projection) -> UUID:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested", "started")
    await projection.fold(job_id, "progress", message=TEXT)
    await projection.fold(job_id, "call_started", "call_finished", "completed", result={"a": 1})
    return job_id


async def test_a_finished_job_is_told_from_its_beginning_to_its_end(
    user: User, projection: Projection
) -> None:
    job_id = await finished(user, projection)

    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        headers, told = frames.headers, await frames.rest()

    history = (await user.get(f"/api/jobs/{job_id}/events")).json()["items"]
    assert headers["content-type"].startswith("text/event-stream")
    assert headers["cache-control"] == "no-cache, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert [frame.id for frame in told] == ["1", "2", "3", "4", "5", "6"]
    assert [frame.event for frame in told] == [event["event"] for event in history]
    assert [frame.json for frame in told] == history
    assert history[2]["message"] == TEXT
    assert {"seq", "event", "time", "attempt", "jobId", "jobType", "userId"} <= set(history[0])


@pytest.mark.parametrize("how", ["header", "after", "lastEventId"])
async def test_a_stream_goes_on_after_the_last_event_that_was_seen(
    user: User, projection: Projection, how: str
) -> None:
    job_id = await finished(user, projection)
    query = "" if how == "header" else f"?{how}=4"
    headers = {"Last_Event_ID": "4"} if how == "header" else {}

    async with user.stream(f"/api/jobs/{job_id}/events{query}", **headers) as frames:
        told = await frames.rest()
    history = (await user.get(f"/api/jobs/{job_id}/events{query}", **headers)).json()["items"]

    assert [frame.id for frame in told] == ["5", "6"]
    assert [event["seq"] for event in history] == [5, 6]


@pytest.mark.parametrize("last", ["6", "99"])
async def test_a_stream_of_an_ended_job_that_was_seen_is_no_content(
    user: User, projection: Projection, last: str
) -> None:
    job_id = await finished(user, projection)
    path = f"/api/jobs/{job_id}/events"

    answer = await user.get(path, Last_Event_ID=last, Accept="text/event-stream")
    history = await user.get(path, Last_Event_ID=last)

    assert (answer.status_code, answer.content) == (204, b"")
    assert (history.status_code, history.json()) == (200, {"items": []})


async def test_a_stream_ends_with_the_token_that_opened_it_and_goes_on_with_the_next(
    gateway: RunningGateway, projection: Projection
) -> None:
    first = gateway.user(exp=time.time() - CLOCK_SKEW_SECONDS + 3)
    job_id = await first.submit(COACH)
    await projection.fold(job_id, "requested")
    path = f"/api/jobs/{job_id}/events"

    async with first.stream(path) as frames, first.stream("/api/events", Last_Event_ID="0") as feed:
        told, fed = await asyncio.gather(frames.rest(), feed.rest())
    await projection.fold(job_id, "started", "failed")
    ended = [await first.get(path, Accept="text/event-stream"), await first.get(f"/api/jobs/{job_id}")]
    async with gateway.user(first.id).stream(path, Last_Event_ID=str(told[0].id)) as frames:
        told += await frames.rest()

    goodbye = [Frame(retry="1000"), Frame(event="closing", data="{}")]
    assert told[1:3] == fed[1:] == goodbye
    assert [answer.status_code for answer in ended] == [401, 401]
    assert [frame.id for frame in told if frame not in goodbye] == ["1", "2", "3"]


async def test_a_waiting_read_ends_with_its_token(gateway: RunningGateway) -> None:
    user = gateway.user(exp=time.time() - CLOCK_SKEW_SECONDS + 3)
    job_id = await user.submit(COACH)

    async with asyncio.timeout(20):
        assert (await user.get(f"/api/jobs/{job_id}?wait=30")).status_code == 200


async def test_one_user_has_so_many_streams_and_the_others_have_theirs(postgres_url: str) -> None:
    async with running_gateway(postgres_url, streams_per_user=3) as gateway:
        user, other = gateway.user(), gateway.user()
        job_id = await user.submit(COACH)
        path = f"/api/jobs/{job_id}/events"
        async with contextlib.AsyncExitStack() as watching:
            for each in (path, "/api/events", path):
                await watching.enter_async_context(user.stream(each))
            refused = [
                await user.get(path, Accept="text/event-stream"),
                await user.get("/api/events", Accept="text/event-stream"),
                await user.get(f"/api/jobs/{job_id}?wait=5"),
            ]
            assert (await user.get(path)).status_code == 200  # read as JSON, it holds no stream open
            await watching.enter_async_context(other.stream("/api/events"))
            foreign = await other.get(path, Accept="text/event-stream")

        assert {(answer.status_code, answer.json()["code"]) for answer in refused} == {(429, "RATE_LIMITED")}
        assert all("close one first" in answer.json()["detail"] for answer in refused)
        assert all(int(answer.headers["retry-after"]) > 0 for answer in refused)
        assert foreign.status_code == 404

        async def opens() -> bool:
            async with user.stream("/api/events"):
                return True

        await eventually(lambda: stream_count() == 0, within=15)
        assert await opens()


@pytest.mark.parametrize("last", ["x", "-1", "1.5", "", "9" * 30, "²"])
async def test_a_last_event_id_that_is_no_number_is_422(user: User, last: str) -> None:
    job_id = await user.submit(COACH)

    for path in (f"/api/jobs/{job_id}/events?after={last}", f"/api/events?after={last}"):
        assert (await user.get(path)).status_code == 422


async def test_events_are_told_as_they_are_committed(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)

    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        for seq, event in enumerate(["requested", "started", "progress", "completed"], start=1):
            await projection.fold(job_id, event)
            frame = await frames.next()
            assert frame is not None
            assert (frame.id, frame.event) == (str(seq), f"job.{event}")
        assert await frames.next() is None


async def test_an_event_whose_wake_up_was_lost_is_told_all_the_same(
    user: User, projection: Projection
) -> None:
    job_id = await user.submit(COACH)

    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        await projection.fold(job_id, "requested", wake=False)

        assert (await frames.next(5)) is not None


async def test_a_last_event_id_ahead_of_the_job_waits_for_what_comes(
    user: User, projection: Projection
) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, "requested")

    async with user.stream(f"/api/jobs/{job_id}/events", Last_Event_ID="50") as frames:
        await projection.fold(job_id, "progress")
        frame = await frames.next()

    assert frame is not None
    assert frame.id == "2"


async def test_a_watcher_that_changes_all_the_time_misses_and_repeats_nothing(
    user: User, projection: Projection
) -> None:
    job_id = await user.submit(COACH)
    events = ["requested", "started", *["progress"] * 60, "completed"]

    async def fold() -> None:
        for event in events:
            await projection.fold(job_id, event)

    folding, seen, last = asyncio.create_task(fold()), [], "0"
    while last != str(len(events)):
        async with user.stream(f"/api/jobs/{job_id}/events", Last_Event_ID=last) as frames:
            for _ in range(7):
                frame = await frames.next()
                if frame is None:
                    break
                seen.append(frame.id)
                last = str(frame.id)
    await folding

    assert seen == [str(seq) for seq in range(1, len(events) + 1)]


async def test_many_watchers_of_one_job_see_the_same(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)

    async def watch() -> list[str | None]:
        async with user.stream(f"/api/jobs/{job_id}/events") as frames:
            return [frame.id for frame in await frames.rest()]

    watching = [asyncio.create_task(watch()) for _ in range(30)]
    for event in ["requested", "started", *["progress"] * 20, "failed"]:
        await projection.fold(job_id, event)

    for seen in await asyncio.gather(*watching):
        assert seen == [str(seq) for seq in range(1, 24)]


async def test_the_feed_tells_all_jobs_of_the_user_and_goes_on(
    gateway: RunningGateway, user: User, projection: Projection
) -> None:
    first, other = await finished(user, projection), gateway.user()
    await finished(other, projection)

    async with user.stream("/api/events", Last_Event_ID="0") as frames:
        told = [await frames.next() for _ in range(6)]
        second = await user.submit(COACH)
        await projection.fold(second, "requested")
        told.append(await frames.next())
    cursors = [int(frame.id or "") for frame in told if frame]
    async with user.stream(f"/api/events?lastEventId={cursors[2]}") as frames:
        resumed = [await frames.next() for _ in range(4)]

    assert [frame.json["jobId"] for frame in told if frame] == [str(first)] * 6 + [str(second)]
    assert all(frame.json["jobType"] == "ideation" for frame in told if frame)
    assert cursors == sorted(set(cursors))
    assert resumed == told[3:]


async def test_a_feed_without_a_cursor_begins_now(user: User, projection: Projection) -> None:
    await finished(user, projection)
    job_id = await user.submit(COACH)

    async with user.stream("/api/events") as frames:
        await projection.fold(job_id, "requested")
        frame = await frames.next()

    assert frame is not None
    assert frame.json["jobId"] == str(job_id)


async def test_a_long_feed_is_caught_up_in_pages(user: User, projection: Projection) -> None:
    job_id = await user.submit(COACH)
    await projection.fold(job_id, *["progress"] * 450)

    async with user.stream("/api/events", Last_Event_ID="0") as frames:
        told = [await frames.next() for _ in range(450)]

    assert [frame.json["seq"] for frame in told if frame] == list(range(1, 451))


async def test_an_idle_stream_is_kept_alive_by_comments(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heart, "HEARTBEAT_SECONDS", 0.05)
    job_id = await user.submit(COACH)

    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        heartbeats = [await frames.next() for _ in range(3)]

    assert heartbeats == [Frame(comment="beat")] * 3


async def test_a_client_that_is_too_slow_is_told_to_come_back(
    user: User, projection: Projection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscription, "BACKLOG", 3)
    job_id, before = await user.submit(COACH), dropped()

    async with user.stream(f"/api/jobs/{job_id}/events") as frames:
        await projection.fold(job_id, "requested")
        told = [await frames.next()]
        while dropped() == before:  # until what lies between gateway and client is full
            await projection.fold(job_id, "progress", message=MEGABYTE)
        told += await frames.rest()

    assert told[-1] == Frame(retry="1000")
    ids = [int(frame.id or 0) for frame in told[:-1] if frame]
    assert ids == list(range(1, len(ids) + 1))


async def test_a_stopping_gateway_says_goodbye_answers_whoever_asks_again_and_ends_soon(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app, "PARTING_SECONDS", 20.0)
    async with running_gateway(postgres_url) as gateway:
        user = gateway.user()
        job_id = await user.submit(COACH)
        await asyncio.gather(*(user.get("/api/usage") for _ in range(4)))  # on four connections, which stay
        async with (
            user.stream(f"/api/jobs/{job_id}/events") as frames,
            user.stream("/api/events") as feed,
        ):
            waiting = asyncio.create_task(user.get(f"/api/jobs/{job_id}?wait=30"))
            await eventually(lambda: stream_count() >= 3)
            gateway.begin_stop()

            for told in (await frames.rest(), await feed.rest()):
                assert told == [Frame(retry="1000"), Frame(event="closing", data="{}")]
            assert (await waiting).status_code == 200
            again = await user.get(f"/api/jobs/{job_id}?wait=30")
            assert (again.status_code, again.headers["connection"]) == (200, "close")
        await asyncio.wait_for(gateway.stopped(), 5)


async def test_a_stream_outlives_a_restart_of_the_gateway(postgres_url: str) -> None:
    projection, seen = Projection(postgres_url), []
    async with running_gateway(postgres_url) as gateway:
        user = gateway.user()
        job_id = await user.submit(COACH)
        async with user.stream(f"/api/jobs/{job_id}/events") as frames:
            await projection.fold(job_id, "requested")
            seen.append(await frames.next())
    await projection.fold(job_id, "started")
    async with (
        running_gateway(postgres_url) as gateway,
        gateway.user(user.id).stream(f"/api/jobs/{job_id}/events", Last_Event_ID="1") as frames,
    ):
        await projection.fold(job_id, "failed")
        seen += await frames.rest()
    await projection.engine.dispose()

    assert [frame.id for frame in seen if frame] == ["1", "2", "3"]


async def test_a_client_that_leaves_is_forgotten(user: User) -> None:
    await eventually(lambda: stream_count() == 0, within=15)  # those of earlier tests
    job_id = await user.submit(COACH)

    async with user.stream(f"/api/jobs/{job_id}/events"):
        await eventually(lambda: stream_count() == 1)

    await eventually(lambda: stream_count() == 0, within=15)


async def test_whoever_watches_much_is_answered_beside_it(user: User) -> None:
    job_id = await user.submit(COACH)
    async with contextlib.AsyncExitStack() as open_streams:
        for path in (f"/api/jobs/{job_id}/events", "/api/events") * AT_ONCE:
            await open_streams.enter_async_context(user.stream(path))
        reads = [asyncio.create_task(user.get(f"/api/jobs/{job_id}?wait=30")) for _ in range(2 * AT_ONCE)]
        await eventually(lambda: stream_count() >= 4 * AT_ONCE)

        assert (await asyncio.wait_for(user.get(f"/api/jobs/{job_id}"), 10)).status_code == 200

        for read in reads:
            read.cancel()
        await asyncio.wait(reads)


def stream_count() -> float:
    """Open watches in this process: streams, feeds and long polls."""
    [metric] = WATCHERS.collect()
    return metric.samples[0].value


def dropped() -> float:
    """Streams of this process that were closed because their clients were too slow."""
    [metric] = DROPPED.collect()
    return metric.samples[0].value
