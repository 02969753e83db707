"""Everything of a trial together: backends, cluster, clients' view of it."""

import asyncio
import os
import time
from pathlib import Path
from typing import Any, Self

import httpx2
import jwt
from chaos.history import Recorder
from cluster.api import Api
from cluster.bus import Nats
from cluster.cluster import Cluster
from cluster.database import Postgres
from cluster.image import Image
from cluster.network import Network
from cluster.overlay import AUDIENCE, ISSUER, TOKEN_SECRET, make_secrets, write_overlay
from cluster.provider import ADDRESS, PORT, start_provider
from lodestone_local.credentials import DEMO, SECOND
from lodestone_local.database import subscribe
from support.manifests import ROOT

ROLL_OUT = ROOT / "deploy" / "k8s" / "roll-out"
USERS = {"demo": DEMO, "second": SECOND}
PLAN = "unlimited"
DAY_SECONDS = 86_400


class Trial:
    """A cluster with an overlay of ours, from the first certificate to the last pod's end."""

    def __init__(self, folder: Path, overlay: str, postgres_version: int) -> None:
        (folder / "logs").mkdir(parents=True)
        folder.chmod(0o755)
        self.folder = folder
        self.network = Network(folder)
        self._image = Image()
        self.cluster = Cluster(folder, self.network, self._image)
        self.api = Api(self.cluster, folder)
        self.nats = Nats(folder, self.network, self._image)
        self.postgres = Postgres(folder, self.network, self._image, postgres_version)
        self.overlay = overlay
        self._http = httpx2.Client(timeout=20, trust_env=False)

    async def open(self) -> Self:
        """Starts the backends, and makes what the manifests only name."""
        self.network.open()
        self._image.make(self.network.hosts)
        await asyncio.to_thread(self.postgres.start)
        self.nats.start()
        trust = self.folder / "nats.pem"
        trust.write_text(self.nats.authority.pem)
        os.environ["SSL_CERT_FILE"] = str(trust)  # of the clients of the bus in this process
        start_provider(self.folder, self.network, self._image)
        make_secrets(self.cluster, self.nats, self.postgres)
        await self.api.serve()
        self.own_overlay = write_overlay(self.overlay, self.folder)
        return self

    async def roll_out(self, overlay: Path | None = None) -> tuple[int, str]:
        """Runs deploy/k8s/roll-out; its exit status, and all that it said."""
        path = f"{self.api.path}:{os.environ['PATH']}"
        process = await asyncio.create_subprocess_exec(
            str(ROLL_OUT),
            str(overlay or self.own_overlay),
            env={**os.environ, "PATH": path},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        return int(process.returncode or 0), said.decode()

    async def kubectl(self, *arguments: str) -> str:
        """What our stand-in for kubectl prints."""
        command = [str(self.api.path / "kubectl"), *arguments]
        process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        said, _ = await process.communicate()
        assert process.returncode == 0, f"{arguments}: {said.decode()}"
        return said.decode()

    def sign_up(self) -> None:
        """Puts the users of the load on a plan."""
        for user in USERS.values():
            subscribe(self.postgres.url(), user, PLAN)

    def record_with(self, recorder: Recorder) -> None:
        """Lets what happens to pods go to this record."""
        self.cluster.kubelet.note = recorder.note

    def record_no_more(self) -> None:
        """Lets what happens to pods go unrecorded."""
        self.cluster.kubelet.note = lambda kind, **fields: None

    async def close(self) -> None:
        """Ends all pods; everything else ends with the namespaces."""
        await self.cluster.stop()
        self._http.close()

    # What the clients and the collector of tests/chaos ask of a system:

    @property
    def gateway(self) -> str:
        """Where clients send their requests: the Service."""
        service = self.cluster.services["lodestone-gateway"]
        return f"http://{service.address}"

    @property
    def told(self) -> dict[str, Any]:
        """Where the owner reads the stream and the tables."""
        return {"nats": self.nats.url(), "postgres": self.postgres.url()}

    def token(self, user: str = "demo") -> str:
        """As the login of the issuer would sign it."""
        now = int(time.time())
        times = {"iat": now, "exp": now + DAY_SECONDS}
        claims = {"sub": str(USERS[user]), "aud": AUDIENCE, "iss": ISSUER, **times}
        return jwt.encode(claims, TOKEN_SECRET, algorithm="HS256")

    def calls(self, job_id: str | None = None) -> list[dict[str, Any]]:
        """The provider's journal."""
        items = self._simulate("GET", "calls").json()["items"]
        return [call for call in items if job_id in (None, call["jobId"])]

    def pace(self, first_byte_seconds: float, duration_seconds: float) -> None:
        """Sets how fast the provider answers."""
        body = {"firstByteSeconds": first_byte_seconds, "durationSeconds": duration_seconds}
        self._simulate("PUT", "pace", json=body)

    def _simulate(self, method: str, path: str, **how: Any) -> httpx2.Response:
        url = f"http://{ADDRESS}:{PORT}/_sim/{path}"
        return self._http.request(method, url, **how).raise_for_status()
