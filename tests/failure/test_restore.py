"""A restore as docs/operations.md has it, from a backup that was taken while jobs ran.

`make restores` has two more, beside an older and a newer stream.
"""

from pathlib import Path

import pytest
from support.restoring import Restored, live_through

pytestmark = pytest.mark.timeout(300)  # it starts two systems one after the other


async def test_jobs_under_way_end_once_and_what_was_deleted_stays_erased(tmp_path: Path) -> None:
    past = live_through(tmp_path)

    with past.backup.restored("empty", tables="of the backup", stream=None) as system:
        found = Restored(system, past)
        found.finish()

        assert found.of("ended") == past.of("ended")
        assert not found.knows("late")
        assert await found.ends() == {"running": (1, 1), "waiting": (1, 1)}
        assert await found.heard_of() == {"running", "waiting"}
        assert await found.canaries() == []
        assert found.drift() == {}
