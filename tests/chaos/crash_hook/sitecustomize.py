"""Ends one of our processes between two of its effects, when a test says so.

Python loads this file in every process that has this folder on its path. It wraps every call with an effect
outside of the process: appends, answers to the broker, provider calls, commits. A file in the folder
LODESTONE_TEST_CRASH_DIR with the name of the process contains the moment; it is deleted when it is used.
"""

import functools
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

GATEWAY = {"serve": "gateway", "relay": "relay", "project": "projector"}
Moments = Callable[..., Iterable[str]]


def name_of_process() -> str | None:
    """The name of this process, if it is one of ours."""
    words = [Path(word).name for word in sys.orig_argv]
    if "lodestone-worker" in words:
        return words[-1]
    return GATEWAY.get(words[-1]) if "lodestone-gateway" in words else None


def install(process: str, folder: Path) -> None:
    """Wraps all effects of this process."""

    def crash(moment: str) -> None:
        wanted = folder / process
        if wanted.exists() and wanted.read_text() == moment:
            wanted.unlink()
            os.kill(os.getpid(), signal.SIGKILL)

    def wrap(module: str, path: str, moments: Moments) -> None:
        *owners, name = path.split(".")
        owner: Any = importlib.import_module(module)
        for each in owners:
            owner = getattr(owner, each)
        effect = getattr(owner, name)

        @functools.wraps(effect)
        async def wrapped(*args: Any, **how: Any) -> Any:
            found = list(moments(*args, **how))
            for moment in found:
                crash(f"before {moment}")
            result = await effect(*args, **how)
            for moment in found:
                crash(f"after {moment}")
            return result

        setattr(owner, name, wrapped)

    wrap("lodestone.bus.batch", "GroupPublisher.publish", lambda _, message: [_event(message.subject)])
    if process in GATEWAY.values():
        _wrap_gateway(wrap)
    else:
        wrap("nats.aio.msg", "Msg.ack", lambda message, **how: [f"ack {_type(message.subject)}"])
        wrap("nats.aio.msg", "Msg.nak", lambda message, *rest, **how: [f"nak {_type(message.subject)}"])
        wrap("lodestone.llm.client", "Llm._receive", lambda _, of, *rest, **how: [f"call {of.job_type}"])


def _wrap_gateway(wrap: Callable[[str, str, Moments], None]) -> None:
    # Wrap them where they are defined, before other modules import them.
    queue, batch = "lodestone_gateway.outbox.queue", "lodestone_gateway.projector.batch"
    wrap("lodestone_gateway.jobs.submit", "submit", lambda *args, **how: ["accept"])
    for module, name in ((queue, "take_waiting"), ("lodestone_gateway.outbox.lone", "take_lone")):
        wrap(module, name, lambda *args, published, **how: ["mark_published"] if published else [])
    wrap(batch, "commit_batch", lambda *args, **how: [f"commit {_of(entry.event)}" for entry in args[2]])


def _event(subject: str) -> str:
    return " ".join(subject.split(".")[1:3])


def _type(subject: str) -> str:
    return subject.split(".")[2]


def _of(event: Any) -> str:
    return f"{event.name} {event.job_type}"


if (folder := os.environ.get("LODESTONE_TEST_CRASH_DIR")) and (process := name_of_process()):
    try:
        install(process, Path(folder))
    except Exception:
        traceback.print_exc()
        os._exit(70)  # otherwise Python would go on without crash points
