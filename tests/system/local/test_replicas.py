"""A cluster on one machine: two of each process and three servers of the bus, any one of which may die."""

from collections.abc import Iterator
from pathlib import Path

import nats
import pytest
from support.lodestone_command import Shell
from support.running_system import RunningSystem
from support.samples import example_input
from support.waiting import eventually_sync

PARTS = {"gateway", "relay", "projector", "ideation", "extraction", "polish", "content"}


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSystem]:
    """A system as a person starts it to see a cluster."""
    flags = ("--processes", "--replicas", "2", "--nats-nodes", "3")
    with RunningSystem(tmp_path_factory.mktemp("cluster"), *flags) as system:
        yield system


async def test_everything_is_there_twice_and_each_message_three_times(cluster: RunningSystem) -> None:
    told = cluster.refresh()
    client = await nats.connect(told["nats"].split(","))
    info = await client.jetstream().stream_info("JOBS")
    await client.close()

    assert set(told["processes"]) == {
        *PARTS,
        *(f"{part}-2" for part in PARTS),
        *("nats-1", "nats-2", "nats-3", "postgres", "simulator"),
    }
    assert info.config.num_replicas == 3
    assert info.cluster is not None
    assert len(info.cluster.replicas or []) == 2


def test_a_job_ends_and_is_seen_at_both_gateways_while_one_of_each_dies(cluster: RunningSystem) -> None:
    cluster.pace(first_byte_seconds=0.05, duration_seconds=3.0)
    job_id = cluster.submit("ideation", example_input("ideation-fitness-coach"))
    other = cluster.told["health"]["gateway-2"]
    for name in ("gateway", "relay", "projector", "ideation", "nats-1"):
        cluster.kill(name)

    def seen_there() -> bool:
        headers = {"Authorization": f"Bearer {cluster.token()}"}
        answer = cluster.http.get(f"{other}/api/jobs/{job_id}", headers=headers)
        return bool(answer.status_code == 200 and answer.json()["status"] == "completed")

    eventually_sync(seen_there, within=60, told="the job has ended at the other gateway")
    eventually_sync(cluster.is_whole, within=60, told="all parts are up again")
    assert cluster.job(job_id)["status"] == "completed"
    assert cluster.job(job_id)["attempt"] <= 2


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--replicas", "2"), "--replicas needs --processes"),
        (("--nats-nodes", "2"), "--nats-nodes is 1 or 3"),
        (("--nats-nodes", "3"), "--nats-nodes is for embedded servers"),
    ],
)
async def test_what_makes_no_cluster_is_refused(
    flags: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shell = Shell(monkeypatch, capsys, tmp_path)
    shell.export(LODESTONE_NATS_URL="nats://127.0.0.1:1")

    refused = await shell.run("up", *flags)

    assert refused.status == 2
    assert told in refused.err
