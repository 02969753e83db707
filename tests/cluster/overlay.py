"""An overlay of the trial's own over one of ours, and the objects that docs/deploy.md has people make."""

import os
from pathlib import Path

import yaml
from cluster import bus, database, provider
from cluster.cluster import Cluster
from cluster.server import password_of
from lodestone.bus.users import bus_users
from support.manifests import OVERLAYS
from support.uncapped import UNCAPPED

AUDIENCE, ISSUER = "lodestone", "https://login.example.com"  # as in deploy/k8s/base/config/gateway.env
TOKEN_SECRET = "a-secret-of-the-trial-that-is-long-enough"
OWN = {  # settings, by whose they are: nobody is capped, and the provider is the simulator
    "gateway": {
        "LODESTONE_CAPS": UNCAPPED["LODESTONE_CAPS"],
        "LODESTONE_RATE_LIMIT": "1000000/second",
        "LODESTONE_REQUESTS_PER_SECOND": "1000000",
    },
    "services": {"LODESTONE_ANTHROPIC_BASE_URL": f"http://{provider.HOST}:{provider.PORT}"},
    "projector": {"LODESTONE_SPEND_AN_HOUR": UNCAPPED["LODESTONE_SPEND_AN_HOUR"]},
}


def write_overlay(name: str, folder: Path, image_tag: str = "") -> Path:
    """What an operator writes: their own settings, and the tag of a release."""
    own = folder / f"overlay{image_tag}"
    own.mkdir()
    for process, settings in OWN.items():
        lines = "".join(f"{variable}={value}\n" for variable, value in settings.items())
        (own / f"{process}.env").write_text(lines)
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "namespace": "lodestone",
        "resources": [os.path.relpath(OVERLAYS / name, own.resolve())],
        "configMapGenerator": [
            {"name": f"lodestone-{process}", "behavior": "merge", "envs": [f"{process}.env"]}
            for process in OWN
        ],
    }
    if image_tag:
        kustomization["images"] = [{"name": "ghcr.io/lodestone/lodestone", "newTag": image_tag}]
    (own / "kustomization.yaml").write_text(yaml.safe_dump(kustomization, sort_keys=False))
    return own


def make_secrets(cluster: Cluster, nats: bus.Nats, postgres: database.Postgres) -> None:
    """Steps 3 to 7 of docs/deploy.md."""
    backends = {
        "NATS_ADDRESS": f"{bus.HOST}:4222",
        "POSTGRES_ADDRESS": f"{database.HOST}:{database.PORT}",
        "POSTGRES_DATABASE": database.DATABASE,
        "nats.pem": nats.authority.pem,
        "postgres.pem": postgres.authority.pem,
    }
    cluster.give("ConfigMap", "lodestone-backends", backends)
    for user in (user.name for user in bus_users()):
        login = {"username": user, "password": password_of(user)}
        cluster.give("Secret", f"lodestone-nats-{user}", login)
    logins = {"owner": database.OWNER, **{name: f"lodestone_{name}" for name in database.LOGINS}}
    for role, name in logins.items():
        cluster.give(
            "Secret", f"lodestone-postgres-{role}", {"username": name, "password": password_of(name)}
        )
    cluster.give("Secret", "lodestone-provider", {"ANTHROPIC_API_KEY": "sk-ant-of-the-trial"})
    cluster.give("Secret", "lodestone-tokens", {"LODESTONE_JWT_SECRET": TOKEN_SECRET})
