"""Processor time by process, from the operating system."""

from collections import Counter
from collections.abc import Mapping

import psutil  # type: ignore[import-untyped]


def core_seconds(pids: Mapping[str, int]) -> Counter[str]:
    """What each process has used so far, with its children: Postgres has one for each connection."""
    return Counter({name: _of_tree(psutil.Process(pid)) for name, pid in pids.items()})


def memory_bytes(pids: Mapping[str, int]) -> dict[str, int]:
    """What each process alone holds in memory that no other shares."""
    return {name: int(psutil.Process(pid).memory_full_info().uss) for name, pid in pids.items()}


def _of_tree(root: psutil.Process) -> float:
    ended = root.cpu_times()  # children that are gone are booked with their parent
    seconds = ended.children_user + ended.children_system
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        seconds += times.user + times.system
    return float(seconds)
