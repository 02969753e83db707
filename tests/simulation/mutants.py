"""Bugs planted in the product's code, one at a time: a suite that finds none of them would prove nothing.

A mutant replaces a piece of a function's text and runs the function's new code in the old one's place.
"""

import contextlib
import importlib
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType, FunctionType
from typing import Any


@dataclass(frozen=True)
class Patch:
    """In the function at `path`, `old` becomes `new`."""

    path: str  # module:qualified.name
    old: str
    new: str

    def function(self) -> FunctionType:
        """The function whose code is exchanged."""
        module, _, name = self.path.partition(":")
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = vars(found)[part] if inspect.isclass(found) else getattr(found, part)
        found = getattr(found, "fget", None) or getattr(found, "func", None) or found
        function = inspect.unwrap(found)
        assert isinstance(function, FunctionType)
        return function

    def code(self) -> CodeType:
        """The function's code with the bug in it. Raises LookupError when the text is not there once."""
        function = self.function()
        text = textwrap.dedent(inspect.getsource(function))
        pattern = r"\s+".join(re.escape(word) for word in self.old.split())
        mutated, count = re.subn(pattern, lambda found: self.new, text)
        if count != 1:
            raise LookupError(f"{self.path} holds {count} times: {self.old}")
        compiled = compile(mutated, function.__code__.co_filename, "exec")
        return next(
            code
            for code in compiled.co_consts
            if isinstance(code, CodeType) and code.co_name == function.__name__
        )


@dataclass(frozen=True)
class Mutant:
    """One bug: what it is, and the invariant that it breaks first of all."""

    name: str
    breaks: str
    patches: tuple[Patch, ...]
    check: Callable[[], str | None] | None = None  # a check of its own, where the simulation never meets it

    @contextlib.contextmanager
    def planted(self) -> Iterator[None]:
        """The product with the bug."""
        before = [(patch.function(), patch.function().__code__) for patch in self.patches]
        try:
            for patch in self.patches:
                patch.function().__code__ = patch.code()
            yield
        finally:
            for function, code in before:
                function.__code__ = code


def mutant(name: str, breaks: str, path: str, old: str, new: str, *more: Patch) -> Mutant:
    """A mutant, mostly of one patch."""
    return Mutant(name, breaks, (Patch(path, old, new), *more))
