"""What a process that works on others' texts may use; it sets these bounds before it imports more."""

import os
import resource

SECONDS = 15  # of the processor
MEMORY = 256 * 1024 * 1024  # bytes of addresses; a few such processes fit beside the gateway in its pod
NICENESS = 10  # those who wait for a page go first


def bound_this_process() -> None:
    """From now on it ends by itself when it takes too long, and gets no more memory than this."""
    os.nice(NICENESS)
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
