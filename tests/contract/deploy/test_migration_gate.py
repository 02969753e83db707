"""No new process before its migration: with kubectl, Argo CD and Helm, by one set of manifests."""

import subprocess
from pathlib import Path

import pytest
from support.manifests import NAMES, OVERLAYS, ROOT, Workload, rendered, workloads

WAVE = "lodestone.dev/wave"
ORDER = [
    "migrate-before",
    "projector",
    "content extraction ideation polish",
    "relay",
    "gateway",
    "migrate-after",
]
# kubectl of a cluster in which one job fails, or everything goes well
KUBECTL = """#!/usr/bin/env bash
case "$*" in
*kustomize*) exit ;;
*"apply --filename"*) echo "apply ${@: -1}" >>"$LOG" ;;
*"wait "*"$FAILS") [ -z "$FAILS" ] ;;
*"get job $FAILS"*) echo True ;;
*"logs "*) echo "relation background_jobs is locked" ;;
*"get deployments"*) echo "deployment.apps/of-${@: -3:1}" ;;
*"rollout status"*) echo "wait $5" >>"$LOG" ;;
esac
"""


def of_overlay(overlay: str) -> dict[str, Workload]:
    return {each.name: each for each in workloads(rendered(overlay))}


@pytest.mark.parametrize("overlay", NAMES)
def test_the_order_of_an_upgrade_is_in_the_manifests(overlay: str) -> None:
    found = of_overlay(overlay)
    waves = {name: each.manifest["metadata"]["labels"][WAVE] for name, each in found.items()}
    told = {name: each.manifest["metadata"]["annotations"] for name, each in found.items()}

    assert [" ".join(sorted(n for n in waves if waves[n] == wave)) for wave in "123456"] == ORDER
    assert all(
        told[name]["argocd.argoproj.io/sync-wave"] == waves[name]
        for name, each in found.items()
        if not each.is_job
    )
    assert told["migrate-before"]["argocd.argoproj.io/hook"] == "PreSync"
    assert told["migrate-before"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert told["migrate-after"]["argocd.argoproj.io/hook"] == "PostSync"
    assert told["migrate-after"]["helm.sh/hook"] == "post-install,post-upgrade"


def test_the_job_before_needs_nothing_that_is_applied_after_it() -> None:
    manifests = rendered("ha")
    job = of_overlay("ha")["migrate-before"]
    there = {each["metadata"]["name"] for each in manifests if not _is_hook(each)}
    needed = {each["valueFrom"][kind]["name"] for each, kind in _sources(job)}
    needed |= {volume["configMap"]["name"] for volume in job.pod["volumes"] if "configMap" in volume}

    assert needed & there == set()
    assert job.pod["serviceAccountName"] not in there


def test_the_job_after_waits_for_old_pods_that_use_the_database() -> None:
    found = of_overlay("ha")
    (waiting,) = found["migrate-after"].pod["initContainers"]
    users = [each for name, each in found.items() if name in ("gateway", "relay", "projector")]
    longest = max(each.pod["terminationGracePeriodSeconds"] for each in users)

    assert float(waiting["command"][-1].split("sleep(")[1].rstrip(")")) > longest


def _is_hook(manifest: dict[str, object]) -> bool:
    metadata = manifest["metadata"]
    return isinstance(metadata, dict) and "helm.sh/hook" in metadata.get("annotations", {})


def _sources(job: Workload) -> list[tuple[dict[str, dict[str, dict[str, str]]], str]]:
    named = [each for each in job.container["env"] if "valueFrom" in each]
    return [(each, next(iter(each["valueFrom"]))) for each in named]


def roll_out(folder: Path, fails: str = "") -> tuple[subprocess.CompletedProcess[str], list[str]]:
    """What the script says, and what it did, with such a cluster."""
    kubectl, log = folder / "kubectl", folder / "log"
    kubectl.write_text(KUBECTL)
    kubectl.chmod(0o755)
    log.touch()
    env = {"PATH": f"{folder}:/usr/bin:/bin", "LOG": str(log), "FAILS": fails}
    script = ROOT / "deploy" / "k8s" / "roll-out"
    done = subprocess.run(
        [script, OVERLAYS / "ha"], env=env, capture_output=True, text=True, timeout=60, check=False
    )
    return done, log.read_text().splitlines()


def test_kubectl_replaces_the_processes_in_their_order_between_the_migrations(tmp_path: Path) -> None:
    done, did = roll_out(tmp_path)

    assert done.returncode == 0, done.stderr
    assert [each for each in did if each.startswith("apply")] == [
        f"apply {WAVE} notin (1,2,3,4,5,6)",
        *(f"apply {WAVE}={wave}" for wave in range(1, 7)),
    ]
    assert did.index(f"wait deployment.apps/of-{WAVE}=2") < did.index(f"apply {WAVE}=3")


def test_a_failed_migration_stops_the_rollout_and_says_so(tmp_path: Path) -> None:
    done, did = roll_out(tmp_path, fails="lodestone-migrate-before")

    assert done.returncode == 1
    assert "relation background_jobs is locked" in done.stderr
    assert "lodestone-migrate-before failed: THE ROLLOUT HAS STOPPED HERE" in done.stderr
    assert did[-1] == f"apply {WAVE}=1"
