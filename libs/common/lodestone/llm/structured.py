"""One answer of one shape, with one bounded repair: the model is told what was wrong and writes it again."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Generic, TypeVar

from pydantic import ValidationError

from lodestone.errors import InvalidOutput
from lodestone.llm.accumulator import Reply
from lodestone.llm.client import Ask, Llm
from lodestone.llm.ledger import CallLedger
from lodestone.llm.loose_json import JsonValue

MOST_PROBLEMS = 20  # listed in one repair prompt
MOST_PROBLEM_CHARACTERS = 400  # of each of them

Answer = TypeVar("Answer")


async def ask_for(
    llm: Llm, ledger: CallLedger, ask: Ask, read: Callable[[JsonValue], Answer], *, repair_max_tokens: int
) -> Answer:
    """The answer that `read` makes of the reply's JSON; `read` raises ValueError when it cannot make one.

    A reply that is cut off, not JSON or unreadable is asked for once more; then InvalidOutput is raised.
    """
    reading = _Reading(read)
    await llm.ask(ledger, ask, take=reading.take)
    if reading.problem:
        again = replace(
            ask,
            user=f"{ask.user}\n\n{_complaint(reading.problem)}",
            max_tokens=repair_max_tokens,
            is_repair=True,
        )
        reading = _Reading(read)
        await llm.ask(ledger, again, take=reading.take)
    if reading.answer is None:
        raise InvalidOutput(detail=reading.problem)
    return reading.answer


class _Reading(Generic[Answer]):
    """What becomes of one reply: an answer, or what is wrong with it."""

    def __init__(self, read: Callable[[JsonValue], Answer]) -> None:
        self.answer: Answer | None = None
        self.problem = ""
        self._read = read

    def take(self, reply: Reply) -> bool:
        """Reads the reply; whether there is an answer in it."""
        if reply.is_cut:
            self.problem = "the answer was too long and was cut off; write it shorter"
        elif reply.data is None:
            self.problem = "the answer was not valid JSON"
        else:
            try:
                self.answer = self._read(reply.data)
            except ValueError as error:
                self.problem = problems(error)
        return self.answer is not None


def problems(error: ValueError) -> str:
    """What is wrong with a reply, in words that a model can act on and without the reply's own text."""
    if not isinstance(error, ValidationError):
        return str(error)[:MOST_PROBLEM_CHARACTERS]
    found = (f"{'.'.join(map(str, line['loc'])) or 'the whole'}: {line['msg']}" for line in error.errors())
    return "; ".join(some_of(found))


def some_of(problems: Iterable[str]) -> list[str]:
    """As many different problems as a prompt should list, each cut to a readable length."""
    different = dict.fromkeys(problem[:MOST_PROBLEM_CHARACTERS] for problem in problems)
    told = list(different)[:MOST_PROBLEMS]
    return [*told, "and more of the kind"] if len(different) > len(told) else told


def _complaint(problem: str) -> str:
    return (
        f"An earlier answer to this could not be used: {problem}. Write the whole answer again, without that."
    )
