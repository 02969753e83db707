"""`make restores`: Postgres and the stream are of different times. Too long for `make test`."""

import pytest
from support.restoring import Past, Restored, live_through

pytestmark = pytest.mark.timeout(900)
ONCE = {"running": (1, 1), "waiting": (1, 1)}


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Past:
    return live_through(tmp_path_factory.mktemp("past"))


async def test_beside_a_newer_stream_jobs_end_as_they_did(past: Past) -> None:
    """Without the noted deletions: the stream tells of those of jobs, though not of brand kits."""
    backup = past.backup
    with backup.restored("newer", tables="of the backup", stream="of the end", deletions=False) as system:
        found = Restored(system, past)
        found.finish()

        assert found.of("ended", "running") == past.of("ended", "running")
        assert not found.knows("late")
        assert await found.ends() == ONCE
        assert found.dead_events() == {"foreign"}
        assert [each for each in await found.canaries() if not each.startswith("brand_kits")] == []
        assert found.drift() == {"late": "row"}


async def test_beside_an_older_stream_jobs_stay_ended(past: Past) -> None:
    with past.backup.restored("older", tables="of the end", stream="of the backup") as system:
        found = Restored(system, past)
        found.finish()

        names = ("ended", "running", "late")
        assert found.of(*names) == past.of(*names)
        assert await found.ends() == ONCE
        assert await found.canaries() == []
        assert found.drift() == {}


async def test_beside_the_stream_of_the_same_time_jobs_end_once(past: Past) -> None:
    with past.backup.restored("same", tables="of the backup", stream="of the backup") as system:
        found = Restored(system, past)
        found.finish()

        assert found.of("ended") == past.of("ended")
        assert await found.ends() == ONCE
        assert await found.canaries() == []
        assert found.drift() == {}
