"""The operators' API, a function for each route that the commands and assistants use.

Filters have the route's own names, in snake case; None is left out. Each function returns the route's answer
as docs/api/openapi.json describes it, and raises GatewayFailed with the gateway's sentence.
"""

import re
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

from lodestone.errors import Misconfigured
from lodestone.status import LIVE
from lodestone.wire import JsonObject
from pydantic.alias_generators import to_camel

from lodestone_local.connection import Connection, TokenRefused

ENDED = (
    "The gateway does not take the operator's token: it has ended, or is not one of this gateway. "
    "Set LODESTONE_TOKEN to a new one."
)

Filter: TypeAlias = str | int | float | bool | None


@dataclass(frozen=True)
class Scope:
    """What is paused or resumed: a job type, a user, or everything if neither is named."""

    job_type: str | None = None
    user_id: str | None = None

    def __str__(self) -> str:
        return self.job_type or (f"user {self.user_id}" if self.user_id else "everything")

    @property
    def path(self) -> str:
        """The beginning of its routes."""
        if self.job_type:
            return f"job-types/{_part(self.job_type)}/"
        return f"users/{_part(self.user_id)}/" if self.user_id else ""


class OperatorClient(Connection):
    """An operator's view of a gateway."""

    async def ask(self, method: str, path: str, **how: Any) -> JsonObject:
        """As for every user; about a token that is refused it says what an operator sets."""
        try:
            return await super().ask(method, path, **how)
        except TokenRefused as refused:
            raise TokenRefused(ENDED) from refused

    async def jobs(self, **filters: Filter) -> JsonObject:
        """A page of jobs of all users, newest first."""
        return await self._get("jobs", **filters)

    async def job(self, job_id: str) -> JsonObject:
        """One job with its history, calls and verdict."""
        return await self._get(f"jobs/{_part(job_id)}")

    async def dead_letters(self, **filters: Filter) -> JsonObject:
        """A page of what failed and was not run again, newest first."""
        return await self._get("dead-letters", **filters)

    async def dead_letter_groups(self, **filters: Filter) -> JsonObject:
        """The same jobs by cause, the largest group first."""
        return await self._get("dead-letters/groups", **filters)

    async def replay(self, job_id: str) -> JsonObject:
        """Runs a failed job again; the same new job on every call."""
        return await self._post(f"dead-letters/{_part(job_id)}/replay")

    async def public_page(self, link: str) -> JsonObject:
        """A published page, by its link or the last part of it."""
        return await self._get(f"public-pages/{_address(link)}")

    async def take_down(self, link: str) -> JsonObject:
        """Nobody opens the page any more."""
        return await self._post(f"public-pages/{_address(link)}/take-down")

    async def put_back(self, link: str) -> JsonObject:
        """The page is public again."""
        return await self._post(f"public-pages/{_address(link)}/put-back")

    async def look_at_bulk_action(
        self, *, action: str, filter: JsonObject, rate_per_minute: int | None = None, dry_run: bool = True
    ) -> JsonObject:
        """A dry run: what the action would be done to, kept by its id. The filter has the API's names."""
        rate = {} if rate_per_minute is None else {"ratePerMinute": rate_per_minute}
        return await self._post(
            "bulk-actions", {"action": action, "filter": filter, "dryRun": dry_run, **rate}
        )

    async def start_bulk_action(self, bulk_id: str, rate_per_minute: int | None = None) -> JsonObject:
        """Begins what a dry run counted; without a rate at the dry run's."""
        return await self._post(f"bulk-actions/{_part(bulk_id)}/start", {"ratePerMinute": rate_per_minute})

    async def abort_bulk_action(self, bulk_id: str) -> JsonObject:
        """Ends a bulk action; what it has done stays done."""
        return await self._post(f"bulk-actions/{_part(bulk_id)}/abort")

    async def bulk_actions(self, **filters: Filter) -> JsonObject:
        """A page of bulk actions and dry runs, newest first."""
        return await self._get("bulk-actions", **filters)

    async def bulk_action(self, bulk_id: str) -> JsonObject:
        """How far one is."""
        return await self._get(f"bulk-actions/{_part(bulk_id)}")

    async def bulk_results(self, bulk_id: str, **filters: Filter) -> JsonObject:
        """A page of what became of its jobs."""
        return await self._get(f"bulk-actions/{_part(bulk_id)}/jobs", **filters)

    async def pauses(self) -> JsonObject:
        """All pauses and gradual resumptions."""
        return await self._get("pauses")

    async def pause(self, scope: Scope) -> JsonObject:
        """Lets nothing more begin; what runs goes on."""
        return await self._post(f"{scope.path}pause")

    async def resume(self, scope: Scope, per_minute: int | None = None) -> JsonObject:
        """Ends a pause; with a rate, so many jobs a minute begin until none waits."""
        return await self._post(f"{scope.path}resume", {"perMinute": per_minute} if per_minute else None)

    async def live_jobs(self, scope: Scope) -> JsonObject:
        """The newest hundred jobs of a scope that have not ended."""
        return await self.jobs(
            status=",".join(LIVE), job_type=scope.job_type, user_id=scope.user_id, limit=100
        )

    async def users(self, **filters: Filter) -> JsonObject:
        """A page of users."""
        return await self._get("users", **filters)

    async def user(self, user_id: str) -> JsonObject:
        """One user: usage, cost, limits, live jobs."""
        return await self._get(f"users/{_part(user_id)}")

    async def services(self) -> JsonObject:
        """The relay, the projector and the services."""
        return await self._get("services")

    async def overview(self, **filters: Filter) -> JsonObject:
        """What goes on, and what ended in a period."""
        return await self._get("overview", **filters)

    async def audit(self, **filters: Filter) -> JsonObject:
        """A page of what operators did, newest first."""
        return await self._get("audit", **filters)

    async def spend(self) -> JsonObject:
        """What all users spent in this hour, and its cap."""
        return await self._get("spend")

    async def api_document(self) -> JsonObject:
        """The OpenAPI document of this gateway."""
        return await self.ask("GET", "/openapi.json")

    async def _get(self, path: str, **filters: Filter) -> JsonObject:
        return await self.ask("GET", f"/api/ops/{path}", params=_given(filters))

    async def _post(self, path: str, body: JsonObject | None = None) -> JsonObject:
        return await self.ask("POST", f"/api/ops/{path}", json=body or {})


def _given(filters: dict[str, Filter]) -> dict[str, str]:
    return {to_camel(name): _text(value) for name, value in filters.items() if value is not None}


def _text(value: Filter) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _part(given: str) -> str:
    """One part of a path, whatever was typed. Raises Misconfigured for what would lead to another path."""
    if given in ("", ".", ".."):
        raise Misconfigured(f"“{given}” is neither a name nor an id.")
    return quote(given, safe="")


def _address(link: str) -> str:
    """The last part of a link to a published page."""
    return _part(re.split(r"[?#]", link.strip())[0].rstrip("/").rpartition("/")[2])
