"""The doubles of clock, randomness and tables while a world runs; everything else is the product's code."""

import contextlib
import itertools
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from unittest import mock
from uuid import UUID

import lodestone.bus.ask
import lodestone.bus.batch
import lodestone.bus.topology
import lodestone.clock
import lodestone.ids
import lodestone.llm.accumulator
import lodestone.llm.breaker
import lodestone.llm.client
import lodestone.llm.gate
import lodestone.llm.leases
import lodestone.worker.attempt
import lodestone.worker.context
import lodestone_gateway.jobs.restore
import lodestone_gateway.outbox.queue
import lodestone_gateway.outbox.relay
import lodestone_gateway.outbox.window
import lodestone_gateway.outbox.workers
import lodestone_gateway.processes
import lodestone_gateway.projector.app
import lodestone_gateway.projector.batch
import lodestone_gateway.projector.cursor
import lodestone_gateway.projector.presumed
import lodestone_gateway.reconciler.app
import lodestone_gateway.reconciler.erase
import lodestone_gateway.reconciler.presence
import lodestone_gateway.reconciler.recall
import lodestone_gateway.reconciler.settle
import lodestone_gateway.store.leadership
import structlog
from lodestone.jobs import JOB_TYPES
from lodestone.llm.usage import TokenUsage
from lodestone_gateway.reconciler.needs import Need, Needs
from lodestone_gateway.reconciler.presence import Broker, Presence
from simulation import erasing, leases, outbox, store

if TYPE_CHECKING:
    from simulation.world import World

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
ERASING = (
    "spread_to_jobs",
    "read_unstripped",
    "read_stripped",
    "strip",
    "read_end",
    "finish",
    "close_accounts",
    "count_waiting",
)
ONE_TYPE = {"ideation": JOB_TYPES["ideation"]}

gateway: Any = lodestone_gateway
common: Any = lodestone
TIMED = (
    common.bus.ask,
    common.bus.topology,
    common.llm.breaker,
    common.llm.client,
    common.llm.gate,
    common.llm.leases,
    common.worker.context,
    gateway.outbox.relay,
    gateway.outbox.workers,
    gateway.projector.app,
)


class Clock:
    """Replaces the module `time` and the class `datetime` where the product reads the time."""

    def __init__(self, world: "World") -> None:
        self._loop = world.loop

    def monotonic(self) -> float:
        """Virtual seconds."""
        return self._loop.time()

    def time_ns(self) -> int:
        """Unix time."""
        return int(self.now(UTC).timestamp() * 1e6) * 1000

    def now(self, zone: Any) -> datetime:
        """The virtual present."""
        return BEGINNING + timedelta(seconds=self._loop.time())

    def fromisoformat(self, text: str) -> datetime:
        """As datetime's."""
        return datetime.fromisoformat(text)


def numbered_ids() -> Any:
    """UUIDs in order, the same in every run."""
    numbers = itertools.count(1)
    return lambda: UUID(int=(7 << 76) | (2 << 62) | next(numbers))


def price(model: str, tokens: TokenUsage) -> Decimal:
    """One dollar for each token of the answer."""
    return Decimal(tokens.output)


class SimPresence(Presence):
    """Asks the broker as the product does, without the records for operators."""

    async def take(self) -> Broker:
        """As the product's, without pauses."""
        consumers = await self._ask_broker()
        return Broker() if consumers is None else await self._paused_as_wanted(consumers, set())


class SimNeeds(Needs):
    """Every round has something to do: that none is left out without a need, other tests show."""

    def __init__(self, _: Any) -> None: ...

    async def look(self) -> frozenset[Need]:
        """Everything."""
        return frozenset(Need)


class SimKeeper:
    """Replaces the keeper that deletes old records: no record gets old here."""

    def __init__(self, *_: Any) -> None: ...

    async def keep_round(self) -> None:
        """Nothing to do."""


class SimOlderStream:
    """Replaces the repair after a stream that went back: none does here, and no sequence comes twice."""

    def __init__(self, *_: Any) -> None: ...

    async def repair_round(self) -> None:
        """Nothing to do."""


class SimStoredCounter:
    """Replaces the count of what users store: nobody asks for it here."""

    def __init__(self, *_: Any) -> None: ...

    async def count_round(self) -> None:
        """Nothing to do."""


class SimSpendGuard:
    """Replaces the cap on the spend of an hour: nothing is held back here."""

    def __init__(self, *_: Any) -> None: ...

    async def guard_round(self) -> None:
        """Nothing to do."""


async def no_estimates(_: Any) -> None:
    """Replaces the measurement of estimates, which is only shown."""


async def no_usage(*_: Any) -> None:
    """Replaces the sums of usage: nobody asks for them here."""


async def put_aside(*_: Any) -> None:
    """Replaces `projector.dead_events.put_aside`: the checks look for drift themselves."""


@contextlib.contextmanager
def installed(world: "World", rng: random.Random) -> Iterator[None]:
    """Installs the doubles until the end of the block."""
    clock = Clock(world)
    ids = SimpleNamespace(compat=SimpleNamespace(uuid7=numbered_ids()))
    doubles: list[tuple[Any, str, Any]] = [
        (common.clock, "datetime", clock),
        (common.ids, "uuid_utils", ids),
        (common.worker.attempt, "random", rng),
        (common.llm.gate, "random", rng),
        (common.llm.leases, "random", rng),
        (common.llm.accumulator, "cost_usd", price),
        (common.llm.client, "cost_usd", price),
        (gateway.processes, "ListeningConnection", outbox.SimListening),
        (gateway.processes, "connect", world.connect),
        (gateway.processes, "make_engine", lambda engine, _role, **_: engine),
        (gateway.processes, "Presence", SimPresence),
        (gateway.processes, "Needs", SimNeeds),
        (gateway.processes, "Keeper", SimKeeper),
        (gateway.processes, "OlderStream", SimOlderStream),
        (gateway.processes, "add_up_days", no_usage),
        (gateway.processes, "measure_estimates", no_estimates),
        (gateway.processes, "StoredCounter", SimStoredCounter),
        (gateway.processes, "SpendGuard", SimSpendGuard),
        (gateway.projector.batch, "put_aside", put_aside),
        (gateway.outbox.queue, "JOB_TYPES", ONE_TYPE),
        (gateway.outbox.relay, "JOB_TYPES", ONE_TYPE),
        (gateway.outbox.window, "LEAST", 1),  # there are few jobs
        (gateway.outbox.window, "bound_of", lambda slots: max(slots // 2, 1)),  # and few slots
        (gateway.reconciler.presence, "JOB_TYPES", ONE_TYPE),
        (gateway.reconciler.settle, "read_unsettled", store.read_unsettled),
        (gateway.reconciler.settle, "read_open_calls", store.read_open_calls),
        (gateway.reconciler.recall, "read_requests_of", store.read_requests_of),
        (gateway.store.leadership, "connect_directly", leases.connect),
        (gateway.store.leadership, "PreparedStatements", lambda lease: lease),
        (gateway.reconciler.app, "JOB_TYPES", ONE_TYPE),
        (common.bus.topology, "JOB_TYPES", ONE_TYPE),
        (common.bus.batch, "LEAST", 2),
        (gateway.projector.batch, "load", store.load),
        (gateway.projector.batch, "_write", store.write),
        (gateway.projector.presumed, "_commit", store.commit_presumed),
        (gateway.projector.app, "read_cursor", store.read_cursor),
        (gateway.projector.app, "KeptConnection", store.SimConnection),
        (gateway.jobs.restore, "read_records", store.read_records),
    ]
    for module in TIMED:
        doubles.append((module, "time", clock))
    for module in (gateway.projector.cursor, gateway.jobs.restore):
        doubles.append((module, "transaction", store.transaction))
    for name in ERASING:
        doubles.append((gateway.reconciler.erase, name, getattr(erasing, name)))
    for name in ("read_overdue", "read_idle", "read_rows", "read_living"):
        doubles.append((gateway.reconciler.app, name, getattr(store, name)))
    with contextlib.ExitStack() as stack:
        for target, name, double in doubles:
            stack.enter_context(mock.patch.object(target, name, double))
        before = structlog.get_config()
        structlog.configure(processors=[world.on_log], cache_logger_on_first_use=False)
        stack.callback(lambda: structlog.configure(**before))
        yield
