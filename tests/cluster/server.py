"""A process that the manifests expect outside of their namespace."""

import subprocess
from pathlib import Path

from cluster.image import USER, Container, Image
from cluster.network import Place


class Server:
    """It outlives the pods, and keeps its place and its data when it is killed."""

    def __init__(self, image: Image, place: Place, container: Container, log: Path) -> None:
        self.place = place
        self._image, self._container, self._log = image, container, log
        self.process = image.start(place, container, log)

    def kill(self) -> None:
        """As a crash of its machine would."""
        self.process.kill()
        self.process.wait()

    def restart(self) -> None:
        """On the same data."""
        self.process = self._image.start(self.place, self._container, self._log)


def own_folder(folder: Path) -> Path:
    """A new folder that the containers' user may write to."""
    folder.mkdir(parents=True)
    give(folder)
    return folder


def give(folder: Path) -> None:
    """Makes the containers' user the owner of everything in a folder."""
    folder.chmod(0o700)
    subprocess.run(["chown", "-R", f"{USER}:{USER}", folder], check=True)


def password_of(login: str) -> str:
    """Of letters and digits, beginning with a letter, as docs/deploy.md asks."""
    return f"of{login}".replace("_", "").replace("-", "")
