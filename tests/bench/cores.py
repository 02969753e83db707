"""Processor time by process, from the operating system."""

from collections import Counter
from collections.abc import Mapping

import psutil  # type: ignore[import-untyped]


def core_seconds(pids: Mapping[str, int]) -> Counter[str]:
    """CPU time used by each process and its children so far: Postgres has a child for each connection."""
    return Counter({name: _of_tree(psutil.Process(pid)) for name, pid in pids.items()})


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
