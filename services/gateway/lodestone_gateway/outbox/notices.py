"""Which row a round can take by its id: the only one that can wait. Pure; times are in seconds.

Whoever puts a row says which. Where a round has left nothing behind, and one row was named since, no other
can wait, unless its notice was lost. So whatever is not known is looked for, and once a second in any case.
"""

from collections.abc import Iterable

from lodestone_gateway.outbox.place import LOOK_SECONDS, SWEEP_SECONDS


class Notices:
    """What was heard since the last round began."""

    def __init__(self) -> None:
        self._named: set[str] = set()  # event ids; empty where several rows may be meant
        self._taken: frozenset[str] = frozenset()  # by the last round
        self._is_all_done = False  # whether that round has left nothing behind
        self._looked_at = -LOOK_SECONDS  # when everything was looked for

    def hear(self, event_id: str) -> bool:
        """A row was put, or there may be several; returns whether a round has to look for it."""
        if event_id in self._taken:
            return False
        self._named.add(event_id)
        return True

    def begin(self, now: float) -> str | None:
        """A round begins; returns the row that waits alone, if that is known."""
        named, self._named = self._named, set()
        is_alone, self._is_all_done = self._is_all_done and len(named) == 1, False
        if is_alone and now < self._looked_at + SWEEP_SECONDS:
            return named.pop() or None
        self._looked_at = now
        return None

    def are_none(self, now: float) -> bool:
        """Whether nothing can wait: the last round has left nothing behind, and no row was named since.

        Looks once in a while all the same.
        """
        return self._is_all_done and not self._named and now < self._looked_at + LOOK_SECONDS

    def end(self, taken: Iterable[str], *, is_all_done: bool) -> None:
        """The round has taken these rows, by event id, and perhaps left nothing behind."""
        self._taken, self._is_all_done = frozenset(taken), is_all_done
        self._named -= self._taken
