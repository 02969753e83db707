"""What a job that does nothing costs: statements, commits and messages, counted by the servers themselves.

Counts do not depend on the speed of the machine. What the idle system does in the same time is subtracted.
The reconciler works by the clock and not per job, so no row counts it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from support.noop.contract import with_noop
from support.noop.crowd import Crowd
from support.running_system import RunningSystem
from support.statements import StatementLog
from support.traffic import traffic
from support.waiting import let_pass

USERS, WARM_UP, TRICKLE, FLOOD = 20, 20, 40, 200  # the warm-up creates each user's row
IDLE_SECONDS = 3.0
RATE = {"LODESTONE_RATE_LIMIT": "100000/second"}

# Upper bounds per job: sent one at a time, and 200 at once. Lower them when the work gets cheaper.
# One at a time they allow a fold for each of a job's three events; at once, smaller batches than usual.
# Nobody watches, so the gateway only accepts.
BOUNDS = {
    "gateway statements": (1.4, 1.1),
    "gateway commits": (1.4, 0.2),
    "relay statements": (1.4, 0.5),
    "relay commits": (1.4, 0.5),
    "relay looks into all lanes": (0.3, 0.5),
    "projector statements": (3.3, 0.6),
    "projector commits": (3.2, 0.4),
    "relay messages to the bus": (1.5, 1.5),
    "relay messages from it": (2.6, 2.6),
    "service messages to the bus": (3.4, 3.6),
    "service messages from it": (3.3, 3.3),
    "projector messages to the bus": (0.5, 0.5),
    "projector messages from it": (3.5, 3.5),
    "kB to the bus": (15.3, 15.3),
    "kB from it": (21.4, 21.4),
}
LOOK = "WITH RECURSIVE published"  # how the statement begins that reads every lane
LOGINS = ("gateway", "relay", "projector")
BUS_USERS = {"relay": "relay", "noop": "service", "projector": "projector"}


@dataclass(frozen=True)
class Work:
    """The counts, in total or per job, and the statements behind them."""

    counts: dict[str, float]
    texts: Counter[tuple[str, str]]


class Meter:
    """Counts what a system does during an action."""

    def __init__(self, system: RunningSystem) -> None:
        log_file = system.data_dir / "logs" / "postgres.log"
        self._system = system
        self._log = StatementLog(log_file, system.told["postgres"])
        self._idle: dict[str, float] = {}  # per second

    def learn_idle(self, seconds: float) -> None:
        """Counts what happens without jobs."""
        work, _ = self._during(lambda: asyncio.run(let_pass(seconds)))
        self._idle = {measure: count / seconds for measure, count in work.counts.items()}

    def per_job(self, jobs: int, run: Callable[[int], None]) -> Work:
        """The counts per job."""
        work, seconds = self._during(lambda: run(jobs))
        return Work(
            {name: (count - seconds * self._idle[name]) / jobs for name, count in work.counts.items()},
            work.texts,
        )

    def _during(self, action: Callable[[], None]) -> tuple[Work, float]:
        position, before, started = self._log.position(), self._traffic(), time.monotonic()
        action()
        seconds, after, sent = time.monotonic() - started, self._traffic(), self._log.since(position)
        counts = {measure: after[measure] - before[measure] for measure in after}
        for login in LOGINS:
            counts[f"{login} statements"] = sent.statements[f"lodestone_{login}"]
            counts[f"{login} commits"] = sent.commits[f"lodestone_{login}"]
        looks = (count for (_, text), count in sent.texts.items() if text.startswith(LOOK))
        counts["relay looks into all lanes"] = sum(looks)
        return Work(counts, sent.texts), seconds

    def _traffic(self) -> dict[str, float]:
        now = traffic(self._system.http, self._system.told["natsMonitoring"])
        counts = {"kB to the bus": 0.0, "kB from it": 0.0}
        for user, name in BUS_USERS.items():
            counts[f"{name} messages to the bus"] = now.messages_in[user]
            counts[f"{name} messages from it"] = now.messages_out[user]
            counts["kB to the bus"] += now.bytes_in[user] / 1_000
            counts["kB from it"] += now.bytes_out[user] / 1_000
        return counts


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Work, Work]]:
    """A job's work in a trickle and in a flood."""
    with RunningSystem(tmp_path_factory.mktemp("noop"), env=with_noop() | RATE) as system:
        crowd, meter = Crowd(system, USERS), Meter(system)
        crowd.one_at_a_time(WARM_UP)
        meter.learn_idle(IDLE_SECONDS)
        yield meter.per_job(TRICKLE, crowd.one_at_a_time), meter.per_job(FLOOD, crowd.at_once)
        crowd.close()


@pytest.mark.parametrize("measure", BOUNDS)
@pytest.mark.parametrize("shape", ["trickle", "flood"])
def test_a_job_costs_at_most(works: tuple[Work, Work], shape: str, measure: str) -> None:
    nth = ["trickle", "flood"].index(shape)
    work, bound = works[nth], BOUNDS[measure][nth]

    assert work.counts[measure] <= bound, statements_of(work, measure.split()[0])


def statements_of(work: Work, login: str) -> str:
    """The most frequent statements, where an excess usually shows."""
    told = Counter({text: count for (of, text), count in work.texts.items() if of.endswith(f"_{login}")})
    return "\n".join(f"{count:6} {text[:150]}" for text, count in told.most_common(40))
