"""What kubectl asks for, answered: the verbs that deploy/k8s/roll-out and docs/deploy.md use."""

import asyncio
import json
import re
import shlex
import shutil
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from cluster.cluster import Cluster
from cluster.objects import selected
from support.manifests import Manifest

UNITS = {"s": 1, "m": 60, "h": 3600}
FLAGS = {"-n": "namespace", "-l": "selector", "-f": "filename", "-o": "output"}
CLIENT = Path(__file__).with_name("kubectl_client.py")


@dataclass
class Answer:
    """What a command prints, and its exit status."""

    out: str = ""
    status: int = 0


@dataclass
class Asked:
    """A command line, taken apart."""

    words: list[str] = field(default_factory=list)
    options: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, arguments: list[str]) -> "Asked":
        """Of kubectl's arguments, as far as our scripts write them."""
        asked, left = cls(), list(arguments)
        while left:
            each = left.pop(0)
            if not each.startswith("-"):
                asked.words.append(each)
                continue
            name, is_joined, value = FLAGS.get(each, each.removeprefix("--")).partition("=")
            if not is_joined and name not in ("ignore-not-found", "all-containers"):
                value = left.pop(0)
            asked.options[name] = value
        return asked


class Api:
    """Serves a cluster at a socket, for the `kubectl` in its folder."""

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._socket = folder / "api.sock"
        self.path = folder / "bin"
        self._verbs: dict[str, Callable[[Asked], Awaitable[Answer]]] = {
            "apply": self._apply,
            "delete job": self._delete,
            "wait": self._wait,
            "get job": self._get_job,
            "get deployments": self._get_deployments,
            "logs": self._logs,
            "rollout status": self._status,
            "rollout restart": self._restart,
            "scale": self._scale,
        }

    async def serve(self) -> None:
        """Listens from here on."""
        self.path.mkdir()
        stand_in = self.path / "kubectl"
        known = f"CLUSTER_API={self._socket} KUBECTL={shutil.which('kubectl')}"
        stand_in.write_text(f'#!/usr/bin/env bash\n{known} exec {sys.executable} -S {CLIENT} "$@"\n')
        stand_in.chmod(0o755)
        await asyncio.start_unix_server(self._answer, self._socket)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked = Asked.of(json.loads(await reader.readline()))
        verb = next((v for v in self._verbs if shlex.join(asked.words).startswith(v)), None)
        if verb is None:
            answer = Answer(f"error: this stand-in knows no {shlex.join(asked.words)}\n", 1)
        else:
            answer = await self._verbs[verb](asked)
        writer.write(json.dumps([answer.out, answer.status]).encode() + b"\n")
        await writer.drain()
        writer.close()

    async def _apply(self, asked: Asked) -> Answer:
        manifests = await asyncio.to_thread(_read, Path(asked.options["filename"]))
        chooses, lines = asked.options["selector"], []
        for each in manifests:
            if selected(chooses, each["metadata"].get("labels", {})):
                did = "configured" if self._cluster.apply(each) else "unchanged"
                lines.append(f"{each['kind'].lower()}/{each['metadata']['name']} {did}\n")
        return Answer("".join(lines))

    async def _delete(self, asked: Asked) -> Answer:
        name = asked.words[2]
        return Answer(f'job.batch "{name}" deleted\n' if self._cluster.delete_job(name) else "")

    async def _wait(self, asked: Asked) -> Answer:
        job = self._cluster.jobs[asked.words[1].removeprefix("job/")]
        await job.ended(_seconds(asked.options["timeout"]))
        return Answer(status=0 if job.condition == "Complete" else 1)

    async def _get_job(self, asked: Asked) -> Answer:
        job = self._cluster.jobs[asked.words[2]]
        found = re.search(r'@\.type=="(\w+)"', asked.options["output"])
        assert found is not None, asked.options["output"]
        return Answer("True" if job.condition == found[1] else "")

    async def _get_deployments(self, asked: Asked) -> Answer:
        chosen = self._chosen(asked)
        return Answer("".join(f"deployment.apps/{name}\n" for name in chosen))

    async def _logs(self, asked: Asked) -> Answer:
        job = self._cluster.jobs[asked.words[1].removeprefix("job/")]
        lines = job.logs[-1].read_text().splitlines() if job.logs else []
        return Answer("".join(f"{line}\n" for line in lines[-int(asked.options["tail"]) :]))

    async def _status(self, asked: Asked) -> Answer:
        name = asked.words[2].rpartition("/")[2]
        done = await self._cluster.deployments[name].rolled_out(_seconds(asked.options["timeout"]))
        told = "successfully rolled out" if done else "is not there in time"
        return Answer(f'deployment "{name}" {told}\n', 0 if done else 1)

    async def _restart(self, asked: Asked) -> Answer:
        for name in self._chosen(asked):
            self._cluster.restart(name)
        return Answer()

    async def _scale(self, asked: Asked) -> Answer:
        name = asked.words[1].rpartition("/")[2]
        self._cluster.deployments[name].wanted = int(asked.options["replicas"])
        return Answer(f"deployment.apps/{name} scaled\n")

    def _chosen(self, asked: Asked) -> list[str]:
        chooses = asked.options["selector"]
        return [
            name
            for name, each in self._cluster.deployments.items()
            if selected(chooses, each.manifest["metadata"]["labels"])
        ]


def _read(file: Path) -> list[Manifest]:
    return list(yaml.load_all(file.read_text(), Loader=yaml.CSafeLoader))


def _seconds(text: str) -> float:
    return float(text[:-1]) * UNITS[text[-1]]
