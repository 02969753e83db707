"""What one call will say and how it ends: the reply, spoilt or cut short by a fault."""

import json
from dataclasses import dataclass, replace
from typing import Any, Literal

from anthropic.types import RefusalStopDetails, StopReason

from lodestone_local.simulator.faults import Endless, Fault, Pace
from lodestone_local.simulator.items import end_of_item
from lodestone_local.simulator.replies import write_reply
from lodestone_local.simulator.request import ModelRequest
from lodestone_local.simulator.spoil import spoil

End = Literal["whole", "cut", "mid_stream_error", "stall", "endless"]

_REFUSAL = "I can't help with this request."


@dataclass(frozen=True)
class Script:
    """The course of one call that is not refused at once."""

    text: str
    stop_reason: StopReason
    stop_details: RefusalStopDetails | None
    end: End
    first_byte_seconds: float
    duration_seconds: float
    endless: Endless = "text"


def write_script(request: ModelRequest, fault: Fault | None, pace: Pace) -> Script:
    """The script for this request at this pace, with this fault in it."""
    reply = write_reply(request.schema, request.prompt)
    text = reply if isinstance(reply, str) and request.schema is None else _to_json(reply)
    whole = Script(text, "end_turn", None, "whole", pace.first_byte_seconds, pace.duration_seconds)
    script = whole if fault is None else _with_fault(whole, reply, request.schema, fault)
    if len(script.text) > request.max_tokens * 4:
        script = replace(script, text=script.text[: request.max_tokens * 4], stop_reason="max_tokens")
    return script


def _with_fault(script: Script, reply: Any, schema: dict[str, Any] | None, fault: Fault) -> Script:
    match fault.kind:
        case "cut" | "mid_stream_error" | "stall":
            return replace(script, text=_up_to(script.text, reply, fault.after_items), end=fault.kind)
        case "endless":
            return replace(script, end="endless", endless=fault.of)
        case "max_tokens":
            text = _up_to(script.text, reply, fault.after_items)
            return replace(script, text=text, stop_reason="max_tokens")
        case "refusal":
            details = RefusalStopDetails(type="refusal", category="general_harms", explanation=_REFUSAL)
            return replace(script, text=_REFUSAL, stop_reason="refusal", stop_details=details)
        case "invalid_json" | "fenced_json" | "wrong_count" | "missing_fields":
            return replace(script, text=spoil(fault.kind, script.text, reply, schema or {}))
        case "slow_first_byte":
            return replace(script, first_byte_seconds=fault.seconds)
        case _:
            return script


def _up_to(text: str, reply: Any, items: int | None) -> str:
    """The text up to somewhere inside the item after the first `items`, or half of it."""
    end = None if items is None else end_of_item(text, reply, items)
    return text[: len(text) // 2] if end is None else text[:end]


def _to_json(reply: Any) -> str:
    return json.dumps(reply, ensure_ascii=False)
