"""For operators: what goes on, and what ended lately."""

from typing import Annotated, cast

from fastapi import APIRouter, Query, Request

from lodestone_gateway.operating.overview import Overview, Overviews, Period


def add_routes(routes: APIRouter) -> None:
    """Adds the route of this module."""
    routes.add_api_route("/overview", _overview, methods=["GET"], name="read_overview")


async def _overview(
    request: Request,
    period: Annotated[Period, Query(description="How far back it goes")] = Period.HOUR,
) -> Overview:
    """Counts, times, money, errors, waits for the provider, and processes; at most 15 s old."""
    overviews = cast(Overviews, request.app.state.overviews)
    return await overviews.read(period)
