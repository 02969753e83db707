"""Prompts: text files beside the handler that uses them. Their version is part of their name.

    system.v1.md       instructions, word for word
    user.v1.md.j2      the user's data, as a Jinja template

Data stands inside tags that the template writes. Wherever data itself holds one of those tags, its `<` goes
out as `&lt;`, so that data cannot close its place and pose as instructions; all else goes out as it came.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lodestone.events import Prompt

_VERSIONED = re.compile(r"\.v([0-9]+)\.")
_TAG = re.compile(r"<([a-z_]+)>")


@dataclass(frozen=True)
class PromptFile:
    """One released prompt file of a package; it is never edited, a change is a new version beside it."""

    package: str  # the handler's package, which holds the file
    file: str  # such as "user.v1.md.j2"

    def text(self) -> str:
        """The words as they stand in the file."""
        return _read(self.package, self.file)

    def render(self, **data: object) -> str:
        """The template filled in. Raises jinja2.UndefinedError when it asks for data that is not given."""
        text = self.text()
        environment = ImmutableSandboxedEnvironment(
            undefined=StrictUndefined,
            autoescape=False,  # this is no HTML; our own tags are guarded by finalize
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_guard(text),
        )
        return environment.from_string(text).render(data).strip()

    @property
    def version(self) -> int:
        """The number in the file's name."""
        match = _VERSIONED.search(self.file)
        if match is None:
            raise ValueError(f"the prompt file {self.file} has no version in its name")
        return int(match[1])


@dataclass(frozen=True)
class PromptSet:
    """All files whose words go into a job's calls."""

    name: str
    files: tuple[PromptFile, ...]

    def identity(self) -> Prompt:
        """Name, version (the sum of the files' versions less the first ones) and hash, for job.started."""
        digest = hashlib.sha256()
        for prompt in self.files:
            digest.update(f"{prompt.file}\n{prompt.text()}\n".encode())
        version = 1 + sum(prompt.version - 1 for prompt in self.files)
        return Prompt(name=self.name, version=version, sha256=digest.hexdigest())


@cache
def _read(package: str, file: str) -> str:
    return resources.files(package).joinpath(file).read_text("utf-8")


def _guard(template: str) -> Callable[[object], str]:
    """Makes data safe to stand between the tags of this template."""
    names = "|".join(sorted(set(_TAG.findall(template)))) or "(?!)"
    # Blanks are not given back: `<` before thousands of them would be tried in all ways to share them out.
    own_tag = re.compile(rf"<(?=\s*+/?\s*+(?:{names})\b)", re.IGNORECASE)
    return lambda value: own_tag.sub("&lt;", str(value))
