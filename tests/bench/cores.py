"""Processor time and memory by process, from the operating system."""

from collections.abc import Mapping

import psutil  # type: ignore[import-untyped]


class CoreClock:
    """Counts CPU time from now on, that of children included: Postgres has one per connection."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = pids
        self._before = self._now()

    def seconds(self) -> dict[str, float]:
        """CPU seconds that each has used since then. Raises psutil.NoSuchProcess if one has ended."""
        return {name: used - self._before[name] for name, used in self._now().items()}

    def _now(self) -> dict[str, float]:
        return {name: _of_tree(psutil.Process(pid)) for name, pid in self._pids.items()}


def memory_bytes(pids: Mapping[str, int]) -> dict[str, int]:
    """The memory that each process does not share with others."""
    return {name: int(psutil.Process(pid).memory_full_info().uss) for name, pid in pids.items()}


def _of_tree(root: psutil.Process) -> float:
    ended = root.cpu_times()  # children that ended are counted with their parent
    seconds = ended.children_user + ended.children_system
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return float(seconds)
