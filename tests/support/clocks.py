"""A machine with a wrong clock."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from unittest import mock

from lodestone import clock


@contextlib.contextmanager
def shifted_clock(by: timedelta) -> Iterator[None]:
    """Shifts this process's clock until the end of the block, then forgets the offset that it learnt."""

    class Shifted(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + by  # type: ignore[arg-type]

    with mock.patch.object(clock, "datetime", Shifted), mock.patch.object(clock, "_offset", timedelta(0)):
        yield
