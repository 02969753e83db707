"""A gateway over HTTP, its tables and its stream: jobs full of canaries, and the eraser step by step."""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from lodestone.bus.connection import BusClient, connect
from lodestone.bus.publisher import JobStream
from lodestone.errors import ErrorCode
from lodestone.events import (
    JobCallFinished,
    JobCallStarted,
    JobCancelled,
    JobCompleted,
    JobFailed,
    JobProgress,
    JobRequested,
    JobStarted,
    Outcome,
    Reason,
    Usage,
)
from lodestone.ids import new_id
from lodestone.jobs import JOB_TYPES
from lodestone.wire import JsonObject
from lodestone_gateway.projector.rebuild import Drift, rebuild
from lodestone_gateway.reconciler.erase import LogEraser, RowEraser
from lodestone_gateway.store.session import Role, make_engine, transaction
from lodestone_gateway.store.tables import BackgroundJob, OutboxRow
from nats.js.errors import NotFoundError
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import col
from support.api import RunningGateway, User, running_gateway
from support.backends import NatsServer
from support.canaries import CANARY, canaries_in_stream, canaries_in_tables, marked
from support.folding import RESULTS
from support.gateway_bench import PROMPT, WORKER, GatewayBench, gateway_bench
from support.samples import example_input
from support.waiting import eventually

INPUTS: dict[str, JsonObject] = {
    "ideation": example_input("ideation-saas-founder"),
    "extraction": example_input("extraction-single-system"),
    "posts": example_input("posts"),
    "answers": example_input("answers-call"),
    "polish": {},
    "emails": {},
}
ITEM = {"title": f"{CANARY} of an item"}


async def made_from(user: User, job_id: object, index: int) -> str:
    """Makes a lead magnet from an idea; returns its id."""
    made = await user.post("/api/lead-magnets", {"ideationJobId": str(job_id), "conceptIndex": index})
    assert made.status_code == 201, made.text
    return str(made.json()["id"])


class Ended:
    """How a test's worker ends a job."""

    COMPLETED, FAILED, CANCELLED = "completed", "failed", "cancelled"


class ErasingBench:
    """A gateway, its database and its stream, with jobs to erase."""

    def __init__(
        self, bench: GatewayBench, gateway: RunningGateway, client: BusClient, engine: AsyncEngine
    ) -> None:
        self.bench = bench
        self.gateway = gateway
        self.user = gateway.user()
        self._client = client
        self.engine = engine  # connects as the reconciler

    async def strip_round(self) -> None:
        """Runs one round on the tables with a new eraser, as after a crash."""
        await RowEraser(self.engine).erase_round()

    async def clean_round(self) -> None:
        """Runs one round on the stream with a new eraser."""
        stream = JobStream(self._client, "reconciler")
        await LogEraser(self._client, stream, self.engine).erase_round()

    async def die_after(self, effect: str) -> int:
        """Runs the eraser in another process that is killed after this effect; returns its exit status."""
        settings = self.bench.settings
        names = {"nats_url", "nats_urls", "database_url"}
        ended = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "support.dying_eraser", effect],
            input=settings.model_dump_json(include=names).encode(),
            cwd=Path(__file__).parents[1],
            timeout=60,
        )
        return ended.returncode

    async def submit(
        self,
        job_type: str,
        *,
        lead_magnet: str | None = None,
        user: User | None = None,
        input: JsonObject | None = None,
    ) -> JobRequested:
        """Submits a job, by itself with an input full of canaries; it waits for a worker."""
        kind = JOB_TYPES[job_type]
        body = input or (marked(kind.input, INPUTS[job_type]) if INPUTS[job_type] else {})
        named = {"leadMagnetId": lead_magnet} if lead_magnet else {}
        answer = await (user or self.user).post(
            f"/api/lead-magnet/{kind.path}", {**body, **named}, Idempotency_Key=f"{CANARY} {new_id()}"
        )
        assert answer.status_code == 202, answer.text
        requested = await self._requested(UUID(answer.json()["jobId"]))
        await self.bench.publish(requested)
        return requested

    async def begin(self, requested: JobRequested) -> JobCallFinished:
        """Starts a job, makes a call and finishes an item; returns the event that will settle the call."""
        common, call = requested.of_job(1), new_id()
        await self.bench.append(JobStarted(**common, worker_id=WORKER, model="m", prompt=PROMPT, kept=[ITEM]))
        await self.bench.append(JobCallStarted(**common, call_id=call, model="m", max_tokens=9))
        await self.bench.append(
            JobProgress(
                **common,
                done=1,
                total=2,
                message=f"{CANARY} was written",
                item=ITEM,
                item_key=f"{CANARY}-1",
                item_index=0,
            )
        )
        return JobCallFinished(
            **common, call_id=call, input_tokens=7, cost_usd=Decimal("0.125"), outcome=Outcome.USED
        )

    async def end(self, requested: JobRequested, how: str = Ended.COMPLETED) -> None:
        """Writes the job's end and waits until the tables show it."""
        common: dict[str, Any] = {**requested.of_job(1), "usage": Usage()}
        kind = JOB_TYPES[requested.job_type]
        if how == Ended.COMPLETED:
            result = marked(kind.result, RESULTS[kind.name])
            await self.bench.append(JobCompleted(**common, result=result))
        elif how == Ended.FAILED:
            reason = Reason(code=ErrorCode.AI_ERROR, message=f"{CANARY} broke")
            await self.bench.append(JobFailed(**common, error=reason))
        else:
            await self.bench.append(JobCancelled(**common, kept=[ITEM]))
        await self.bench.until_row(requested, lambda row: row.status == how)

    async def done(self, job_type: str, how: str = Ended.COMPLETED, **more: Any) -> JobRequested:
        """Runs a job from submit to end."""
        requested = await self.submit(job_type, **more)
        await self.bench.append(await self.begin(requested))
        await self.end(requested, how)
        return requested

    async def begin_late_call(self, requested: JobRequested) -> JobCallFinished:
        """Settles a call that the job's log never announced, as a worker that was cut off would."""
        late = JobCallFinished(
            **requested.of_job(1), call_id=new_id(), cost_usd=Decimal("0.125"), outcome=Outcome.WASTED
        )
        await self.bench.append(late)
        return late

    async def until_folded(self) -> None:
        """Waits until the tables contain everything in the stream."""
        state = (await self.bench.client.jetstream().stream_info("JOBS")).state

        async def folded() -> bool:
            return await self.bench.sql("SELECT sequence FROM projector_cursor") >= [(state.last_seq,)]

        await eventually(folded, within=10, told="all is folded")

    async def until_connected(self) -> None:
        """Waits until every client has reconnected to the bus."""
        clients = (self._client, self.bench.client)
        await eventually(lambda: all(client.is_connected for client in clients), within=20)

    async def stream_is_back(self) -> None:
        """Waits until the projector has recreated a lost stream."""

        async def there() -> bool:
            with contextlib.suppress(NotFoundError):
                return bool(await self.bench.client.jetstream().stream_info("JOBS"))
            return False

        await eventually(there, within=20, told="the stream is there")

    async def erase(self) -> None:
        """Runs rounds with new erasers, two at a time, until no erasure waits."""

        async def is_done() -> bool:
            for _ in range(2):
                await self.strip_round()
                await self.clean_round()
            return not await self.waiting()

        await eventually(is_done, within=20, told="all is erased")

    async def waiting(self) -> list[Any]:
        """The jobs and accounts still to be erased."""
        jobs = await self.bench.sql("SELECT job_id FROM erasures WHERE done_at IS NULL")
        return [*jobs, *await self.bench.sql("SELECT user_id FROM deleted_accounts WHERE done_at IS NULL")]

    async def canaries(self) -> list[str]:
        """The places in tables and stream that still hold a canary."""
        return [*await canaries_in_tables(self.bench.engine), *await canaries_in_stream(self.bench.client)]

    async def drift(self) -> list[Drift]:
        """The drift that a rebuild reports."""
        engine = make_engine(self.bench.settings.database_url, Role.READER, pool_size=1)
        try:
            return (await rebuild(self.bench.client, engine)).drift
        finally:
            await engine.dispose()

    async def row(self, requested: JobRequested) -> BackgroundJob:
        """The job's row."""
        return await self.bench.row(requested)

    async def _requested(self, job_id: UUID) -> JobRequested:
        async with transaction(self.bench.engine) as session:
            body = await session.scalar(
                select(col(OutboxRow.body)).where(
                    col(OutboxRow.job_id) == job_id, col(OutboxRow.event) == "requested"
                )
            )
        return JobRequested.model_validate(body)


@contextlib.asynccontextmanager
async def erasing_bench(nats: NatsServer, database_url: str) -> AsyncIterator[ErasingBench]:
    """A bench with a projector that folds; the test plays relay and reconciler."""
    async with (
        gateway_bench(nats, database_url) as bench,
        running_gateway(database_url) as gateway,
        bench.folding(),
    ):
        client = await connect(bench.settings, "reconciler")
        engine = make_engine(database_url, Role.RECONCILER)
        try:
            yield ErasingBench(bench, gateway, client, engine)
        finally:
            await client.disconnect()
            await engine.dispose()
