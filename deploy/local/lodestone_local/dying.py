"""No child outlives its parent: the kernel signals it, however the parent ends."""

import ctypes
import os
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with(parent: int, death_signal: int) -> Callable[[], None] | None:
    """Runs in a child before it becomes its program; None if the kernel cannot do it."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None)  # loaded before the fork: after it, only the call itself is safe

    def die_with_parent() -> None:
        libc.prctl(PR_SET_PDEATHSIG, death_signal)
        if os.getppid() != parent:
            os._exit(1)

    return die_with_parent
