"""The routes of the owners' pages, as the gateway has them, so that a test cannot forget a new one."""

from collections.abc import Iterator

from lodestone_gateway.web.console import routes as console
from lodestone_gateway.web.pages import PageRoute
from lodestone_gateway.web.routes import PARTS


def owners_routes() -> Iterator[tuple[str, str]]:
    """Method and path of each route that needs a session and is not the operators'."""
    for part in PARTS:
        routes = [] if part is console else part.router().routes
        for route in routes:
            if isinstance(route, PageRoute):
                yield from ((method, route.path) for method in sorted(route.methods or ()))
