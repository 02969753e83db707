"""Namespaces of our own for the whole trial: nothing of it is seen outside, and nothing is left of it."""

import os
import shutil
import subprocess
import sys

MARK = "LODESTONE_CLUSTER_INSIDE"
NEEDED = ("ip", "iptables", "iptables-restore", "kubectl", "mount", "nsenter", "setpriv", "unshare")
OWN = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "private")


def missing() -> str | None:
    """What prevents a trial on this machine, in a sentence; None if nothing does."""
    absent = [name for name in NEEDED if shutil.which(name) is None]
    if os.geteuid() != 0:
        return "A trial needs root: it makes network namespaces."
    if absent:
        return f"A trial needs {', '.join(absent)}, which this machine has not."
    allowed = subprocess.run(["unshare", *OWN, "true"], capture_output=True, text=True, check=False)
    return None if allowed.returncode == 0 else f"This machine makes no namespaces: {allowed.stderr.strip()}"


def enter() -> None:
    """Runs this program again, in namespaces of its own, unless it is there already."""
    if os.environ.get(MARK):
        return
    program = [sys.executable, "-m", "cluster", *sys.argv[1:]]
    os.execvpe("unshare", ["unshare", *OWN, *program], {**os.environ, MARK: "yes"})  # noqa: S606
