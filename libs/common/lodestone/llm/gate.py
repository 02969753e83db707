"""Lets calls of one class of models pass, one after the other, as this process's leases of the limits allow.

Most calls pass at once, paid with what a lease gave to spare. The others wait in a queue for the next lease.
A call of an attempt that has paid for another goes first and waits longer: giving up might waste the other.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from prometheus_client import Counter

from lodestone.errors import ProviderLimited
from lodestone.llm.amounts import NOTHING, Amount, told_limits, told_rest
from lodestone.llm.buckets import News
from lodestone.llm.leases import Leases
from lodestone.tasks import end

PATIENCE_SECONDS = 3.0  # of a call; then its job gives its slot back
PATIENCE_UNDER_WAY_SECONDS = 10.0  # of a call whose attempt has paid for another
HOLD_SECONDS = 30.0  # what a lease gave to spare, or a call gave back, is good for this long
TURN_SECONDS = 0.25  # a lease pays for so much of the whole limit at once, then others have their turn
LOOK_SECONDS = 1.0  # an empty bucket is looked at again after this, at the latest
JITTER_SECONDS = 0.05
REFUSED_SECONDS = 5.0  # a pause for a refusal that does not ask for one
SOONEST_SECONDS, LONGEST_SECONDS = 1.0, 30.0  # until a job that gave its slot back asks again
SLOWEST = 1 / 20  # calls a second that a process expects to make at least

limited = Counter(
    "lodestone_llm_limited_calls_total",
    "Calls that the provider's rate limits held up for so long that their jobs gave their slots back",
    ["model_class"],
)


@dataclass
class _Waiting:
    cost: Amount
    passed: "asyncio.Future[None]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


@dataclass(frozen=True)
class GateState:
    """What a process knows of the limits of one class of models."""

    limits: Amount  # a minute
    waiting: int  # calls
    closed_until: float  # seconds since 1970; 0 where the provider wants no pause
    is_alone: bool  # what the processes share cannot be reached


class Gate:
    """The gate of one class of models in one process."""

    def __init__(self, name: str, leases: Leases) -> None:
        self._name = name
        self._leases = leases
        self._held, self._held_since = NOTHING, 0.0  # leased and not used; below zero: used and not leased
        self._queues: tuple[deque[_Waiting], ...] = (deque(), deque())  # the first one goes first
        self._taking: asyncio.Task[None] | None = None
        self._is_news_due = False  # something that others should know at once
        self._ready_at = 0.0  # nothing can be had before
        self._promised = 0.0  # when the last of those whose jobs gave up is to ask again
        self._told_before: Amount | None = None

    @property
    def state(self) -> GateState:
        """As it is now."""
        waiting = sum(not each.passed.done() for queue in self._queues for each in queue)
        leases = self._leases
        return GateState(leases.limits, waiting, leases.closed_until, leases.is_alone)

    async def enter(self, cost: Amount, *, is_under_way: bool) -> None:
        """Returns once the call may be made; raises ProviderLimited when that takes too long."""
        wait = self._ready_at - time.monotonic()
        if wait <= 0 and not any(self._queues) and self._pays_for(cost):
            self._held -= cost
            return
        patience = PATIENCE_UNDER_WAY_SECONDS if is_under_way else PATIENCE_SECONDS
        if wait > patience:
            raise self._limited()
        waiting = _Waiting(cost)
        self._queues[0 if is_under_way else 1].append(waiting)
        self._go_on()
        try:
            async with asyncio.timeout(patience):
                await waiting.passed
        except BaseException as error:
            if waiting.passed.done() and not waiting.passed.cancelled():
                self.hold(cost)
            if isinstance(error, TimeoutError):
                raise self._limited() from None
            raise

    def hold(self, amount: Amount) -> None:
        """What a lease gave, or a call had reserved and did not use; below zero, what it used beyond that."""
        self._held, self._held_since = self._held + amount, time.monotonic()

    def hear(self, headers: Mapping[str, str]) -> None:
        """Takes in an answer's headers. A limit counts once two answers in a row tell it."""
        told = told_limits(headers)
        if told and told == self._told_before and told != self._leases.told:
            self._tell(replace(self._leases.news, told=told))
        self._told_before = told
        if rest := told_rest(headers):
            self._leases.news = replace(self._leases.news, rest=rest)

    def on_refused(self, seconds: float | None) -> None:
        """The provider refused a call by its rate limits, and wants none for this long."""
        pause = REFUSED_SECONDS if seconds is None else seconds
        self._ready_at = max(self._ready_at, time.monotonic() + min(pause, LONGEST_SECONDS))
        self._tell(replace(self._leases.news, closed_seconds=pause))

    def on_recovered(self) -> None:
        """The provider answers again after an outage."""
        self._tell(replace(self._leases.news, has_recovered=True))

    async def close(self) -> None:
        """Takes no more."""
        if self._taking:
            await end(self._taking)

    def _tell(self, news: News) -> None:
        """Tells the others, and takes a new lease: what is held came before the news."""
        self._leases.news, self._is_news_due = news, True
        self._held = self._held.at_most(NOTHING)
        self._go_on()

    def _pays_for(self, cost: Amount) -> bool:
        if time.monotonic() - self._held_since > HOLD_SECONDS:
            self._held = self._held.at_most(NOTHING)
        return not (self._held - cost).is_owed

    def _go_on(self) -> None:
        if self._taking is None or self._taking.done():
            self._taking = asyncio.create_task(self._serve())

    async def _serve(self) -> None:
        while self._is_news_due or self._first():
            wait = self._ready_at - time.monotonic()
            if wait <= 0 or self._is_news_due:
                wait = await self._take()
            if wait > 0:
                await asyncio.sleep(min(wait, LOOK_SECONDS) + random.random() * JITTER_SECONDS)  # noqa: S311

    async def _take(self) -> float:
        """Takes a lease and lets pass whom it pays for. The seconds to wait when there is none."""
        self._is_news_due = False
        taken = await self._leases.take(self._need())
        if taken.given is None:
            self._ready_at = time.monotonic() + taken.wait_seconds
            return taken.wait_seconds
        self.hold(taken.given)
        while (queue := self._first()) and self._pays_for(queue[0].cost):
            waiting = queue.popleft()
            self._held -= waiting.cost
            waiting.passed.set_result(None)
        return 0.0

    def _need(self) -> Amount:
        """What the first calls in the queue cost, as many as one turn may pay for, and what is owed."""
        turn = self._leases.limits * (TURN_SECONDS / 60)
        need = NOTHING
        for waiting in (each for queue in self._queues for each in queue if not each.passed.done()):
            if need != NOTHING and (turn - need - waiting.cost).is_owed:
                break
            need += waiting.cost
        return (need - self._held).at_least(NOTHING)

    def _first(self) -> deque[_Waiting] | None:
        """The queue whose turn it is, without those in front who have given up."""
        for queue in self._queues:
            while queue and queue[0].passed.done():
                queue.popleft()
            if queue:
                return queue
        return None

    def _limited(self) -> ProviderLimited:
        """With the time after which the job should ask again: one after the other, as fast as calls pass."""
        limited.labels(self._name).inc()
        present = time.monotonic()
        soonest = max(self._ready_at - present, SOONEST_SECONDS)
        behind = max(self._promised - present, 0.0) + 1 / max(self._leases.rate.requests / 60, SLOWEST)
        if behind > LONGEST_SECONDS:
            behind = LONGEST_SECONDS * random.uniform(0.5, 1)  # noqa: S311
        else:
            self._promised = present + behind
        detail = f"the limits of {self._name} are used up"
        return ProviderLimited(detail=detail, retry_after_seconds=soonest + behind)
