"""The fair order of a lane: no starvation, bounded lag, shares by weight; all in tokens."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fair_queue import FairQueue, Queued, jain

WEIGHTS = {"free": 1, "other": 1, "pro": 4}
LARGEST = 9_000
users = st.sampled_from(list(WEIGHTS))
tokens = st.integers(1, LARGEST)
steps = st.lists(st.one_of(st.tuples(users, tokens), st.none()), max_size=80)  # None: one job is served


def run(queue: FairQueue, steps: list[tuple[str, int] | None]) -> list[Queued | None]:
    """The jobs served, in their order, with None where nothing waited."""
    served = list[Queued | None]()
    for step in steps:
        if step:
            queue.put(*step, WEIGHTS[step[0]])
        else:
            served.append(queue.take())
    return served


@given(steps)
def test_every_job_is_served_once_and_none_waits_while_there_is_a_place(
    steps: list[tuple[str, int] | None],
) -> None:
    queue, waiting = FairQueue(), 0
    for step in steps:
        served = run(queue, [step])
        assert step or (served == [None]) == (waiting == 0)
        waiting += 1 if step else -min(waiting, 1)

    assert len(list(queue.drain())) == waiting


@given(steps)
def test_the_clock_never_goes_back_and_nobody_overtakes_himself(steps: list[tuple[str, int] | None]) -> None:
    queue, last = FairQueue(), Counter[str]()
    for step in steps:
        before = queue.clock
        for row in filter(None, run(queue, [step])):
            assert row.position > last[row.user]
            last[row.user] = row.position
        assert queue.clock >= before


@given(steps)
def test_who_waits_is_passed_by_no_more_than_a_share_and_one_job(steps: list[tuple[str, int] | None]) -> None:
    """While a job waits, another user is served, by weight, what was due before it and one more job."""
    queue = FairQueue()
    due, passed = dict[int, int](), dict[int, Counter[str]]()  # by position of a waiting job
    for step in [*steps, *[None] * len(steps)]:
        if step:
            row = queue.put(*step, WEIGHTS[step[0]])
            due[row.position], passed[row.position] = row.turn - queue.clock, Counter()
        elif served := queue.take():
            for position, others in passed.items():
                others[served.user] += served.turn_ends - served.turn
                if position != served.position:
                    assert others[served.user] <= due[position] + LARGEST
            del passed[served.position]


@given(st.lists(tokens, min_size=40, max_size=40), st.lists(tokens, min_size=40, max_size=40))
def test_of_two_who_always_wait_none_is_ahead_by_more_than_a_job_of_each(
    some: list[int], others: list[int]
) -> None:
    queue = FairQueue()
    for mine, yours in zip(some, others, strict=True):
        queue.put("pro", mine, 4)
        queue.put("free", yours, 1)
    served, left = Counter[str](), {"pro": 40, "free": 40}
    for row in queue.drain():
        served[row.user] += row.turn_ends - row.turn
        left[row.user] -= 1
        if not all(left.values()):
            break
        assert abs(served["pro"] - served["free"]) <= max(some) / 4 + 1 + max(others)


def test_who_asks_again_and_again_passes_nobody() -> None:
    """One job at a time, each put as soon as the last is served: its share, not every place."""
    queue, served = FairQueue(), Counter[str]()
    for _ in range(50):
        queue.put("steady", 1_000)
    queue.put("quick", 1_000)
    for _ in range(40):
        row = queue.take()
        assert row
        served[row.user] += 1
        if row.user == "quick":
            queue.put("quick", 1_000)

    assert served == {"steady": 20, "quick": 20}


def test_who_comes_during_a_flood_is_next() -> None:
    queue = FairQueue()
    for _ in range(1_000):
        queue.put("many", 12_000)
    for _ in range(100):
        queue.take()
    queue.put("one", 12_000)

    assert [row.user for _, row in zip(range(2), queue.drain(), strict=False)] == ["one", "many"]


def test_who_was_away_saves_up_nothing() -> None:
    queue = FairQueue()
    for _ in range(100):
        queue.put("steady", 1_000)
    for _ in range(50):
        queue.take()
    for _ in range(50):
        queue.put("idle before", 1_000)

    first = [row.user for _, row in zip(range(20), queue.drain(), strict=False)]
    assert Counter(first) == {"steady": 10, "idle before": 10}


@pytest.mark.parametrize("weighted", [False, True], ids=["equal plans", "two plans"])
def test_ten_users_get_their_shares_of_tokens_whatever_the_size_of_their_jobs(weighted: bool) -> None:
    """Jain's index over tokens, by weight, while all ten wait: jobs of 1,000 to 10,000 tokens."""
    queue, served = FairQueue(), Counter[str]()
    weights = {f"user {n}": 4 if weighted and n % 2 else 1 for n in range(10)}
    for user, weight in weights.items():
        size = 1_000 * (1 + int(user.split()[1]))
        for _ in range(2_000_000 // size):
            queue.put(user, size, weight)
    while sum(served.values()) < 3_000_000:
        row = queue.take()
        assert row
        served[row.user] += row.tokens

    assert jain([served[user] / weights[user] for user in weights]) > 0.99
