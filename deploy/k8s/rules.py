"""Writes the rules of deploy/monitoring as an object of the Prometheus operator, for that component."""

from pathlib import Path

import yaml

DEPLOY = Path(__file__).parents[1]
FILE = DEPLOY / "k8s" / "components" / "monitoring" / "rules.yaml"
HEAD = "# Written by `make contracts` from deploy/monitoring; do not edit.\n"


def rules() -> str:
    """The text of the file."""
    groups = [
        group
        for name in ("recording.yml", "alerts.yml")
        for group in yaml.safe_load((DEPLOY / "monitoring" / name).read_text())["groups"]
    ]
    manifest = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "lodestone"},
        "spec": {"groups": groups},
    }
    return HEAD + yaml.safe_dump(manifest, sort_keys=False, width=110)


if __name__ == "__main__":
    FILE.write_text(rules())
