"""Bugs planted in the product's code, one at a time: a suite that finds none of them would prove nothing.

A mutant replaces part of a function's source text and runs the changed function in place of the original.
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

from simulation.plan import FAMILIES
from simulation.world import run


@dataclass(frozen=True)
class Patch:
    """In the function at `path`, `old` becomes `new`."""

    path: str  # module:qualified.name
    old: str
    new: str

    def function(self) -> FunctionType:
        """The function whose code is replaced."""
        module, _, name = self.path.partition(":")
        found: Any = importlib.import_module(module)
        for part in name.split("."):
            found = vars(found)[part] if inspect.isclass(found) else getattr(found, part)
        found = getattr(found, "fget", None) or getattr(found, "func", None) or found
        function = inspect.unwrap(found)
        assert isinstance(function, FunctionType)
        return function

    def code(self) -> CodeType:
        """The function's code with the bug. Raises LookupError unless the text occurs exactly once."""
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
    """One bug: its name, the invariant that it breaks first, and the runs that look for it."""

    name: str
    breaks: str
    patches: tuple[Patch, ...]
    family: str = "any"
    check: Callable[[], str | None] | None = None  # its own, for a bug that whole runs rarely or never meet

    @contextlib.contextmanager
    def planted(self) -> Iterator[None]:
        """The product with the bug, until the end of the block."""
        codes = [(patch.function(), patch.code()) for patch in self.patches]
        before = [(function, function.__code__) for function, _ in codes]
        try:
            for function, code in codes:
                function.__code__ = code
            yield
        finally:
            for function, code in before:
                function.__code__ = code

    def caught(self, seeds: int) -> tuple[int, str] | None:
        """The number of runs until a violation, and the violation; None if no run had one."""
        with self.planted():
            if self.check:
                told = self.check()
                return (1, told) if told else None
            for seed in range(seeds):
                if violation := run(FAMILIES[self.family](seed)).violation:
                    return seed + 1, violation
        return None


def mutant(
    name: str,
    breaks: str,
    path: str,
    old: str,
    new: str,
    *more: Patch,
    family: str = "any",
    check: Callable[[], str | None] | None = None,
) -> Mutant:
    """A mutant, usually with one patch."""
    return Mutant(name, breaks, (Patch(path, old, new), *more), family, check)
