"""The time limits: one ordered chain in one place, checked before a process starts.

ack extension × 3 < ack wait
provider idle < call < attempt < job deadline < client patience
drain < grace
"""

from dataclasses import dataclass
from itertools import pairwise

from lodestone.errors import Misconfigured

IN_PROGRESS_SECONDS = (
    3.0  # a worker extends the ack of each delivery it holds this often (JetStream: in progress)
)
ACK_WAIT_SECONDS = 10.0  # without an extension for this long, JetStream delivers the job again
BEAT_SECONDS = 0.5  # a worker with running jobs says this often that it lives
SILENT_SECONDS = 0.75  # without a heartbeat for this long, such a worker is looked for
ABSENT_SECONDS = 1.0  # nobody has listened for an owner's asks for this long: it counts as dead
ASK_WINDOW_SECONDS = 3.0  # the asker's own connected time before a silent owner counts as dead
ASK_TIMEOUT_SECONDS = 1.0  # wait for one answer
PUBLISH_TIMEOUT_SECONDS = 2.0  # wait for one confirmation of an append, or one page of a log
RESTORE_PATIENCE_SECONDS = 4 * ACK_WAIT_SECONDS  # how long a running worker waits for a lost log
DEADLINE_SLACK_SECONDS = 10.0  # the reconciler fails a job this long after its deadline
CLIENT_PATIENCE_SECONDS = 720.0  # how long our own pages watch a job
HAND_BACK_SECONDS = 5.0  # after the drain: time to close calls and write job.retrying
SHUTDOWN_NAK_SECONDS = 0.1  # a job handed back at shutdown is delivered elsewhere after this


@dataclass(frozen=True)
class TimeLimits:
    """How long the parts of one job may take, in seconds."""

    deadline: float  # from the 202 to a terminal state
    attempt: float  # one attempt, all its calls
    call: float  # one provider call
    provider_idle: float = 60.0  # between two pieces of a provider's stream

    def check(self, name: str) -> None:
        """Raises Misconfigured if the chain is out of order for the job type `name`."""
        chain = [self.provider_idle, self.call, self.attempt, self.deadline, CLIENT_PATIENCE_SECONDS]
        if any(shorter >= longer for shorter, longer in pairwise(chain)):
            raise Misconfigured(
                f"The time limits of {name} are out of order: provider idle < call < attempt < deadline "
                f"< client patience must hold, but they are {chain}."
            )


def check_worker(drain_seconds: float, grace_seconds: float) -> None:
    """Raises Misconfigured unless ack extensions keep a delivery and a drain ends within the grace period."""
    if IN_PROGRESS_SECONDS * 3 >= ACK_WAIT_SECONDS:
        raise Misconfigured("Three ack extensions must fit into the ack wait.")
    if drain_seconds + HAND_BACK_SECONDS >= grace_seconds:
        raise Misconfigured(
            f"LODESTONE_DRAIN_SECONDS ({drain_seconds:g}) and {HAND_BACK_SECONDS:g} s more must be below "
            f"LODESTONE_GRACE_SECONDS ({grace_seconds:g})."
        )
