"""A cancel that races the result has the same winner in stream, table, frames and API."""

from pathlib import Path

from chaos.history import Limits
from chaos.races import Races, report
from support.running_system import RunningSystem

RACES = 60


async def test_a_raced_cancel_has_one_winner_everywhere(system: RunningSystem, tmp_path: Path) -> None:
    races = Races(system, seed=7, history=tmp_path / "races.jsonl", limits=Limits(slack=20.0))

    run = await races.run(RACES)

    numbers = report(run)
    assert numbers["violations"] == [], numbers
    assert numbers["races"] == RACES
    assert set(numbers["winners"]) == {"completed", "cancelled"}, numbers
