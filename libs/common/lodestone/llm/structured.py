"""One answer of one shape, with one bounded repair: the model is told what was wrong and writes it again."""

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pydantic import ValidationError

from lodestone.errors import InvalidOutput
from lodestone.llm.client import Ask, Llm
from lodestone.llm.ledger import CallLedger
from lodestone.llm.loose_json import JsonValue

Answer = TypeVar("Answer")


async def ask_for(
    llm: Llm, ledger: CallLedger, ask: Ask, read: Callable[[JsonValue], Answer], *, repair_max_tokens: int
) -> Answer:
    """What `read` makes of the reply's JSON; it raises ValueError, or pydantic's error, when it cannot.

    A reply that was cut, is no JSON or cannot be read is asked for once more; then InvalidOutput is raised.
    """
    answer, problem = await _try(llm, ledger, ask, read)
    if problem:
        again = replace(ask, user=f"{ask.user}\n\n{_complaint(problem)}", max_tokens=repair_max_tokens)
        answer, problem = await _try(llm, ledger, again, read)
    if answer is None:
        raise InvalidOutput(detail=problem)
    return answer


async def _try(
    llm: Llm, ledger: CallLedger, ask: Ask, read: Callable[[JsonValue], Answer]
) -> tuple[Answer | None, str]:
    reply = await llm.ask(ledger, ask)
    if reply.is_cut:
        return None, "the answer was too long and was cut off; write it shorter"
    if reply.data is None:
        return None, "the answer was no valid JSON"
    try:
        return read(reply.data), ""
    except ValueError as error:
        return None, problems(error)


def problems(error: ValueError) -> str:
    """What is wrong with a reply, in words that a model can act on and without the reply's own text."""
    if not isinstance(error, ValidationError):
        return str(error)
    found = (f"{'.'.join(map(str, line['loc'])) or 'the whole'}: {line['msg']}" for line in error.errors())
    return "; ".join(found)


def _complaint(problem: str) -> str:
    return (
        f"An earlier answer to this could not be used: {problem}. Write the whole answer again, without that."
    )
