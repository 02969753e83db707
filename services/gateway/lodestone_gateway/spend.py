"""`lodestone-gateway spend show | waive | enforce`: the cap on what all users spend in an hour."""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime

from lodestone.settings import read_settings

from lodestone_gateway.in_words import in_words
from lodestone_gateway.operating.audit import Actor
from lodestone_gateway.operating.spending import HourlySpend, enforce, read_spend, waive
from lodestone_gateway.settings import DatabaseSettings
from lodestone_gateway.store.session import Role, make_engine, transaction

ACTS = {"waive": waive, "enforce": enforce}


def run(arguments: Sequence[str]) -> str:
    """Does what the arguments say, as the database owner; tells the state after it. Raises Misconfigured."""
    command = _parser().parse_args(arguments).command
    url = read_settings(DatabaseSettings).database_url_of("operator")
    with in_words():
        return told(asyncio.run(_do(url, command)))


async def _do(database_url: str, command: str) -> HourlySpend:
    acting = make_engine(database_url, Role.APP, pool_size=1)
    reader = make_engine(database_url, Role.READER, pool_size=1)
    try:
        if command in ACTS:
            await ACTS[command](acting, Actor.at_command_line())
        async with transaction(reader) as session:
            return await read_spend(session)
    finally:
        await acting.dispose()
        await reader.dispose()


def told(spend: HourlySpend) -> str:
    """The state in a sentence."""
    cap = "" if spend.cap is None else f" of ${spend.cap:,.2f}"
    waits = "all new work" if spend.holds_all else "bulk work" if spend.holds_bulk else ""
    held = f"{waits} waits until {_clock(spend.resets_at)}" if waits else "nothing waits for it"
    waived = f"; waived until {_clock(spend.waived_until)}" if spend.waived_until else ""
    return f"${spend.spent:,.2f}{cap} spent in this hour; {held}{waived}.\n"


def _clock(time: datetime) -> str:
    return f"{time:%H:%M} UTC"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lodestone-gateway spend")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("show", help="shows what is spent and what waits")
    commands.add_parser("waive", help="lets all work go on until this hour ends")
    commands.add_parser("enforce", help="ends that")
    return parser
