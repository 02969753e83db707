"""Postgres' clock, by which the gateway's processes set theirs."""

import asyncio

import structlog
from lodestone import clock
from lodestone.rhythm import sleep_to_next
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

LOOK_SECONDS = 10.0
PAUSE_SECONDS = 0.5

log = structlog.get_logger(__name__)


async def follow_database(engine: AsyncEngine) -> None:
    """Sets this process's clock by Postgres', as soon as that answers."""
    while True:
        if await _follow(engine):
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def keep_following(engine: AsyncEngine) -> None:
    """Follows Postgres' clock until it is cancelled; while Postgres is down, the last offset holds."""
    while True:
        await sleep_to_next(LOOK_SECONDS)
        await _follow(engine)


async def _follow(engine: AsyncEngine) -> bool:
    try:
        async with engine.connect() as connection:
            asked = clock.own()
            told = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
            answered = clock.own()
    except (SQLAlchemyError, OSError) as error:
        log.info("could not ask the database for the time", error=repr(error)[:300])
        return False
    clock.follow(told, asked=asked, answered=answered)
    return True
