"""What a container finds on its disk, and how its process is started there."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cluster.network import Place, run
from support.manifests import ROOT

USER = 65532
SYSTEM = ("usr", "bin", "sbin", "lib", "lib64")
BINARIES = Path(sys.prefix).resolve() / "bin"
PATH = f"{BINARIES}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
VARIABLES = {"PATH": PATH, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1"}  # of our Dockerfile
ROOT_FOLDER = Path("/mnt")  # ours alone, in our mount namespace: nobody cleans up what is mounted there
DEVICES = ("null", "zero", "random", "urandom")
LIMITED = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--bounding-set=-all")


@dataclass(frozen=True)
class Container:
    """One process and what it sees; `folders` are mounted at their paths, read-only unless writable."""

    command: Sequence[str]
    env: Mapping[str, str]
    folders: Mapping[str, Path] = field(default_factory=dict)
    memory: Mapping[str, str] = field(default_factory=dict)  # paths of folders in memory, with their sizes
    writable: frozenset[str] = frozenset()
    user: int = USER


class Image:
    """A root with this machine's programs and this checkout, for all containers."""

    def __init__(self) -> None:
        self._root = ROOT_FOLDER
        self._shown = sorted({str(ROOT), sys.base_prefix})

    def make(self, hosts: Path) -> None:
        """Puts it together of mounts; `hosts` are the names that containers know."""
        run("mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", str(self._root))
        for name in SYSTEM:
            if Path("/", name).is_symlink():
                (self._root / name).symlink_to(os.readlink(f"/{name}"))
            elif Path("/", name).exists():
                self._show(f"/{name}")
        for name in ("proc", "tmp", "data", "dev", "run", "var"):
            (self._root / name).mkdir()
        run("mount", "--bind", "/proc", str(self._root / "proc"))
        for name in DEVICES:
            (self._root / "dev" / name).touch()
            run("mount", "--bind", f"/dev/{name}", str(self._root / "dev" / name))
        (self._root / "dev" / "shm").mkdir()
        (self._root / "dev" / "fd").symlink_to("/proc/self/fd")
        shutil.copytree("/etc", self._root / "etc", symlinks=True, ignore=shutil.ignore_patterns("hosts"))
        with (self._root / "etc" / "passwd").open("a") as users:
            users.write(f"nonroot:x:{USER}:{USER}::/:/usr/sbin/nologin\n")
        (self._root / "etc" / "hosts").touch()
        run("mount", "--bind", str(hosts), str(self._root / "etc" / "hosts"))
        for path in self._shown:
            self._show(path)

    def start(self, place: Place, container: Container, log: Path) -> subprocess.Popen[bytes]:
        """Its process, whose id is that of the command itself."""
        script = " && ".join(self._steps(container))
        with log.open("ab") as output:
            return subprocess.Popen(
                ["nsenter", f"--net={place.namespace}", "unshare", "--mount", "bash", "-c", script],
                env={**VARIABLES, **container.env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _steps(self, container: Container) -> list[str]:
        steps = []
        for path, size in container.memory.items():
            steps.append(f"mount -t tmpfs -o mode=1777,size={size} tmpfs {self._root}{path}")
            for shown in self._shown:
                if shown.startswith(path + "/"):  # a checkout below /tmp
                    inside = f"{self._root}{shown}"
                    steps += [f"mkdir -p {inside}", f"mount --bind {shown} {inside}"]
        for path, folder in container.folders.items():
            inside = f"{self._root}{path}"
            how = "rw" if path in container.writable else "ro"
            steps += [f"mkdir -p {inside}", f"mount --bind {folder} {inside}"]
            steps.append(f"mount -o remount,bind,{how} {inside}")
        steps.append(f"mount -o remount,bind,ro {self._root}")
        ids = (*LIMITED, f"--reuid={container.user}", f"--regid={container.user}") if container.user else ()
        command = shlex.join(["setpriv", *ids, "--", *container.command] if ids else container.command)
        return [*steps, f"exec chroot {self._root} {command}"]

    def _show(self, path: str) -> None:
        inside = Path(f"{self._root}{path}")
        inside.mkdir(parents=True, exist_ok=True)
        run("mount", "--bind", path, str(inside))
        run("mount", "-o", "remount,bind,ro", str(inside))
