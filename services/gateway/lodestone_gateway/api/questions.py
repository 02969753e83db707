"""The extraction questions of an archetype."""

from fastapi import APIRouter
from lodestone.jobs.lead_magnet import Archetype
from lodestone.jobs.questions import Question, questions_for
from lodestone.wire import WireModel

from lodestone_gateway.parts import Caller


class Questions(WireModel):
    """The questions of an extraction, in the order in which they are asked."""

    archetype: Archetype
    questions: list[Question]


def router() -> APIRouter:
    """The route."""
    routes = APIRouter(prefix="/api", tags=["questions"])
    routes.add_api_route("/questions", _read, methods=["GET"], name="read_questions")
    return routes


async def _read(_caller: Caller, archetype: Archetype) -> Questions:
    """The questions of one archetype."""
    return Questions(archetype=archetype, questions=list(questions_for(archetype)))
