"""A relay as a process of its own, which a test may stop or kill."""

import os
import subprocess
import sys
from pathlib import Path

from support.gateway_bench import GatewayBench

IMPORTS = "from lodestone.process import main; from lodestone_gateway.processes import build_relay"


def relay_process(bench: GatewayBench, ready_file: Path) -> subprocess.Popen[bytes]:
    """Starts it; the file appears when it leads or stands by."""
    return subprocess.Popen(
        [sys.executable, "-c", f"{IMPORTS}; main(build_relay)"],
        env={
            **os.environ,
            "LODESTONE_NATS_URL": bench.settings.nats_url,
            "LODESTONE_DATABASE_URL": bench.settings.database_url,
            "LODESTONE_READY_FILE": str(ready_file),
        },
    )
