"""/create/ideas: the ten ideas of a job, and the choice of one."""

from fastapi import APIRouter, Request, Response
from lodestone.errors import NotFound
from lodestone.ids import new_id
from lodestone.jobs.lead_magnet import ARCHETYPES

from lodestone_gateway.auth import CurrentUser
from lodestone_gateway.jobs.read import read_job, start_of
from lodestone_gateway.lead_magnets.new import from_ideation
from lodestone_gateway.parts import Parts, ThisProcess, id_in_path
from lodestone_gateway.store.lead_magnet_queries import lead_magnets_of_ideation
from lodestone_gateway.store.session import transaction
from lodestone_gateway.verdict.reading import explain
from lodestone_gateway.web.create.ideas import Ideas, is_ideas
from lodestone_gateway.web.forms import read_form
from lodestone_gateway.web.pages import PageRoute, see, show
from lodestone_gateway.web.room import in_sentences, refusals, refused_again
from lodestone_gateway.web.session import Visitor

BY_SCORE = "score"


def router() -> APIRouter:
    """The routes."""
    routes = APIRouter(route_class=PageRoute, prefix="/create/ideas")
    routes.add_api_route("/{job_id}", _ideas, methods=["GET"])
    routes.add_api_route("/{job_id}/choose", _choose, methods=["POST"])
    return routes


async def _ideas(
    request: Request, parts: ThisProcess, user: Visitor, job_id: str, by: str | None = None
) -> Response:
    """The ideas so far; the page looks the same to anyone who comes back to it."""
    ideas = await _read(parts, user, job_id)
    told = await explain(parts.reader, ideas.job, parts.hub.holds, parts.recent_runs)
    unkept = await refusals(parts, user, [], stores=True, beside=ideas.job.id) if ideas.done else {}
    return await show(
        request,
        user,
        "create/ideas.html",
        ideas=ideas,
        job=ideas.job,
        start=await start_of(parts.engine, ideas.job, parts.hub.holds),
        why=told.why,
        estimate=told.estimate,
        by_score=by == BY_SCORE,
        key=new_id(),
        no_room=in_sentences(unkept),
        not_again=await refused_again(parts, user, [ideas.job]),
    )


async def _choose(request: Request, parts: ThisProcess, user: Visitor, job_id: str) -> Response:
    """Makes a lead magnet from an idea; choosing twice gives the same one."""
    ideas = await _read(parts, user, job_id)
    place = (await read_form(request)).place("place", len(ARCHETYPES))
    if place is None:
        raise NotFound("This idea does not exist.")
    made = ideas.all[place].lead_magnet_id
    if made is not None:
        return see(f"/library/{made}")
    row = await from_ideation(parts.engine, user.id, ideas.job.id, place)
    return see(f"/library/{row.id}/questions")


async def _read(parts: Parts, user: CurrentUser, job_id: str) -> Ideas:
    id = id_in_path(job_id, "You have no such set of ideas.")
    job = await read_job(parts.engine, user.id, id)
    if not is_ideas(job):
        raise NotFound("You have no such set of ideas.")
    async with transaction(parts.engine, user.id) as session:
        made = await lead_magnets_of_ideation(session, id)
    return Ideas(job, made)
