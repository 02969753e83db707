"""A job whose calls the provider's limits do not allow soon: it gives its slot back and waits uncounted."""

from datetime import timedelta

from lodestone.events import JobCompleted, JobRetrying
from support.samples import example_input
from support.worker_bench import WorkerBench

RATE, CALLS = 120, 24  # requests a minute, and those of the jobs
ONE_CALL = {"claude-sonnet": {"requests": 1}}  # a minute, of all services together


async def test_a_job_that_finds_no_room_says_why_and_until_when_and_another_has_its_slot(
    bench: WorkerBench,
) -> None:
    await bench.worker(slots=1, provider_limits=ONE_CALL)
    first = await bench.request()

    log = await bench.until_logged(first, "retrying")

    retrying = next(event for event in log.events if isinstance(event, JobRetrying))
    assert (retrying.counted, retrying.waiting_for) == (False, "rate_limit")
    assert retrying.retry_at > log.entries[-1].time
    assert len(await bench.calls(first)) == 1, "one of its five calls was within the limit"
    assert len(log.items) == 2, "and what it brought is kept"
    assert not log.open_calls
    second = await bench.request()
    await bench.until_logged(second, "started")


async def test_two_services_have_one_limit(bench: WorkerBench) -> None:
    await bench.worker("ideation", provider_limits=ONE_CALL)
    await bench.worker("content", provider_limits=ONE_CALL)
    ideas = await bench.request()
    await bench.until_logged(ideas, "call_finished")

    posts = await bench.request("posts", work=example_input("posts"))
    log = await bench.until_logged(posts, "retrying")

    retrying = next(event for event in log.events if isinstance(event, JobRetrying))
    assert retrying.waiting_for == "rate_limit"
    assert await bench.calls(posts) == []


async def test_a_refusal_by_the_provider_is_no_outage_and_makes_the_others_wait(bench: WorkerBench) -> None:
    await bench.worker("content")
    await bench.fault("status", status=429, retryAfterSeconds=30)
    refused = await bench.request("posts", work=example_input("posts"))
    log = await bench.until_logged(refused, "retrying")

    other = await bench.request("posts", work=example_input("posts"))
    later = await bench.until_logged(other, "retrying")

    for each in (log, later):
        retrying = next(event for event in each.events if isinstance(event, JobRetrying))
        assert (retrying.counted, retrying.waiting_for) == (False, "rate_limit")
        assert retrying.retry_at > log.entries[-1].time + timedelta(seconds=20)
    assert await bench.calls(other) == []


async def test_a_provider_that_enforces_its_limits_hardly_ever_refuses_two_services(
    bench: WorkerBench,
) -> None:
    """Its buckets are nearly empty at first, so that whoever exceeds the rate is refused."""
    await bench.limit(requests=RATE, left=2)
    limits = {"claude-sonnet": {"requests": RATE}}
    for service in ("content", "content", "ideation"):
        await bench.worker(service, provider_limits=limits)

    jobs = [await bench.request("posts", work=example_input("posts")) for _ in range(CALLS)]
    for job in jobs:
        assert isinstance((await bench.until_ended(job)).terminal, JobCompleted)

    outcomes = [call["outcome"] for job in jobs for call in await bench.calls(job)]
    assert outcomes.count("completed") >= CALLS
    assert outcomes.count("limited") <= 0.01 * len(outcomes)
