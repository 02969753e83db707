"""An event of a run → what it says, in a line. Pure."""

from collections.abc import Callable, Iterator
from typing import Any

from lodestone.wire import JsonObject

from lodestone_gateway.web.words import cut_text

MOST = 160  # characters of a summary


def summary_of(event: JsonObject) -> str:
    """What the event says; empty where its name says it all."""
    tell = _TOLD.get(event["event"].removeprefix("job."))
    return cut_text(", ".join(filter(None, tell(event))), MOST) if tell else ""


def _requested(event: JsonObject) -> Iterator[str]:
    yield f"{event.get('priority', '')}, at most {event.get('maxAttempts')} attempts"
    if kept := event.get("kept"):
        yield f"{len(kept)} pieces kept"


def _started(event: JsonObject) -> Iterator[str]:
    yield f"worker {event.get('workerId', '')}"
    yield str(event.get("model", ""))
    if kept := event.get("kept"):
        yield f"{len(kept)} pieces kept"


def _progress(event: JsonObject) -> Iterator[str]:
    if event.get("total"):
        yield f"{event.get('done')} of {event.get('total')}"
    yield str(event.get("message") or "")


def _call_started(event: JsonObject) -> Iterator[str]:
    yield "repair" if event.get("repair") else ""
    yield str(event.get("model", ""))
    yield f"at most {event.get('maxTokens')} tokens"


def _call_finished(event: JsonObject) -> Iterator[str]:
    yield str(event.get("outcome", ""))
    yield "estimated" if event.get("estimated") else ""
    yield f"{event.get('inputTokens', 0)} in, {event.get('outputTokens', 0)} out"
    yield f"${event.get('costUsd', '0')}"


def _retrying(event: JsonObject) -> Iterator[str]:
    yield _reason(event.get("reason"))
    yield f"until {event.get('retryAt')}"
    yield "counts" if event.get("counted", True) else "does not count"


def _cancel_requested(event: JsonObject) -> Iterator[str]:
    yield f"by user {event.get('requestedBy')}"


def _failed(event: JsonObject) -> Iterator[str]:
    yield _reason(event.get("error"))


def _cancelled(event: JsonObject) -> Iterator[str]:
    yield f"{len(event.get('kept') or [])} pieces kept"


def _reason(reason: Any) -> str:
    told = reason if isinstance(reason, dict) else {}
    return ": ".join(str(told[name]) for name in ("code", "message") if told.get(name))


_TOLD: dict[str, Callable[[JsonObject], Iterator[str]]] = {
    "requested": _requested,
    "started": _started,
    "progress": _progress,
    "call_started": _call_started,
    "call_finished": _call_finished,
    "retrying": _retrying,
    "cancel_requested": _cancel_requested,
    "failed": _failed,
    "cancelled": _cancelled,
}
