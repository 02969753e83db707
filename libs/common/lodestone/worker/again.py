"""What is asked beside a job type's own words when one part of a result is made again.

A job type's prompt asks for what is missing, and shows what is there. So it also asks for one part: the
others are there, that one is missing, and `again.v1.md.j2` adds what it was and how it is to differ.
"""

from lodestone.events import RequestedPart
from lodestone.llm.prompt import PromptFile

AGAIN = PromptFile(__package__ or "", "again.v1.md.j2")
"""Belongs into the PROMPT of each job type with parts."""


def ask_again(asked: str, part: RequestedPart, unit: str, present: str) -> str:
    """The job type's question for what is missing, and what the part was and how it is to differ.

    `present` is the part's text as a model can read it; `unit` what the prompt calls a part.
    """
    return f"{asked}\n\n{AGAIN.render(unit=unit, present=present, wish=part.instruction.strip())}"
