"""`lodestone-gateway why JOB`: the causes of a job's state, what they rest on, and what to do."""

import argparse
import asyncio
from collections.abc import Sequence
from uuid import UUID

from lodestone.errors import Misconfigured, NotFound
from lodestone.ids import parse_id
from lodestone.settings import read_settings
from lodestone.verdict_text import verdict_text

from lodestone_gateway.in_words import in_words
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.inspected_job import InspectedJob, inspect_job
from lodestone_gateway.settings import DatabaseSettings
from lodestone_gateway.store.holds import Holds
from lodestone_gateway.store.session import Role, make_engine


def run(arguments: Sequence[str]) -> str:
    """Reads the job as the database owner, and tells the verdict. Raises Misconfigured."""
    parser = argparse.ArgumentParser(prog="lodestone-gateway why")
    parser.add_argument("job", help="the job's id")
    job_id = _id(parser.parse_args(arguments).job)
    url = read_settings(DatabaseSettings).database_url_of("operator")
    try:
        with in_words():
            return verdict_text(asyncio.run(_inspect(url, job_id)).to_wire())
    except NotFound as error:
        raise Misconfigured(f"There is no job {job_id} in this database.") from error


async def _inspect(database_url: str, job_id: UUID) -> InspectedJob:
    reader = make_engine(database_url, Role.READER, pool_size=1)
    acting = make_engine(database_url, Role.APP, pool_size=1)
    try:
        return await inspect_job(reader, acting, Actor.at_command_line(), job_id, Holds())
    finally:
        await acting.dispose()
        await reader.dispose()


def _id(text: str) -> UUID:
    job_id = parse_id(text)
    if job_id is None:
        raise Misconfigured(f"{text} is not a job id: give a UUID, as `GET /api/ops/jobs` lists them.")
    return job_id
