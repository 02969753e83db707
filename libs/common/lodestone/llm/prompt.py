"""Prompts: text files beside the handler that uses them. Their version is part of their name.

    system.v1.md       instructions, word for word
    user.v1.md.j2      the user's data, as a Jinja template

Data goes between tags that the template writes. Where the data itself contains one of those tags, or of those
of the owner's voice, its `<` becomes `&lt;`, so that data cannot close its tag and pose as instructions.
Everything else stays unchanged.
"""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lodestone.events import Prompt

_VERSIONED = re.compile(r"\.v([0-9]+)\.")
_TAG = re.compile(r"<([a-z_]+)>")
_OF_THE_VOICE = ("voice_language", "voice_name", "voice_tone")  # may stand above every prompt


@dataclass(frozen=True)
class PromptFile:
    """One released prompt file of a package. It is never edited: a change is a new version beside it."""

    package: str  # the handler's package, which holds the file
    file: str  # such as "user.v1.md.j2"

    def text(self) -> str:
        """The text of the file, unchanged."""
        return _read(self.package, self.file)

    def render(self, **data: object) -> str:
        """The template filled in. Raises jinja2.UndefinedError when it asks for data that is not given."""
        return _template(self.package, self.file).render(data).strip()

    @property
    def version(self) -> int:
        """The number in the file's name."""
        match = _VERSIONED.search(self.file)
        if match is None:
            raise ValueError(f"the prompt file {self.file} has no version in its name")
        return int(match[1])


@dataclass(frozen=True)
class PromptSet:
    """All prompt files that a job's calls use."""

    name: str
    files: tuple[PromptFile, ...]

    def identity(self) -> Prompt:
        """Name, version (1, plus one for each later version of a file) and hash, for job.started."""
        digest = hashlib.sha256()
        for prompt in self.files:
            digest.update(f"{prompt.file}\n{prompt.text()}\n".encode())
        version = 1 + sum(prompt.version - 1 for prompt in self.files)
        return Prompt(name=self.name, version=version, sha256=digest.hexdigest())


@cache
def _read(package: str, file: str) -> str:
    return resources.files(package).joinpath(file).read_text("utf-8")


@cache
def _template(package: str, file: str) -> Template:
    """Compiled once: that takes longer than a hundred renderings."""
    text = _read(package, file)
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,  # this is not HTML; `finalize` guards our own tags
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_guard(text),
    )
    return environment.from_string(text)


def _guard(template: str) -> Callable[[object], str]:
    """Makes data safe to stand between the tags of this template."""
    names = "|".join(sorted({*_TAG.findall(template), *_OF_THE_VOICE}))
    # `*+` never backtracks: otherwise thousands of blanks after a `<` would be split in every possible way.
    own_tag = re.compile(rf"<(?=\s*+/?\s*+(?:{names})\b)", re.IGNORECASE)
    return lambda value: own_tag.sub("&lt;", str(value))
