"""For operators: what operators did, and whose content they looked at."""

from typing import Annotated

from fastapi import APIRouter, Query
from lodestone.wire import WireModel

from lodestone_gateway.api.filters import Limit, UserFilter
from lodestone_gateway.fields import Moment
from lodestone_gateway.filter_values import id_of
from lodestone_gateway.operating.audit import Action
from lodestone_gateway.operating.audit_trail import AuditEntry, list_audit
from lodestone_gateway.parts import Operator, ThisProcess
from lodestone_gateway.store.audit_queries import AuditFilter


class AuditList(WireModel):
    """A page of the audit, newest first; `nextCursor` is null on the last one."""

    items: list[AuditEntry]
    next_cursor: str | None


def add_routes(routes: APIRouter) -> None:
    """Adds the routes of this module."""
    routes.add_api_route("/audit", _audit, methods=["GET"], name="list_audit")


async def _audit(
    parts: ThisProcess,
    _: Operator,
    operator_id: Annotated[
        str | None, Query(alias="operatorId", description="The id of the operator who acted")
    ] = None,
    user_id: UserFilter = None,
    action: Annotated[Action | None, Query(description="As entries name it")] = None,
    since: Annotated[Moment | None, Query(description="Of the entry, with its offset")] = None,
    until: Annotated[Moment | None, Query(description="Before this")] = None,
    cursor: str | None = None,
    limit: Limit = 20,
) -> AuditList:
    """What operators did, and whose content they looked at; newest first."""
    wanted = AuditFilter(
        operator_id=id_of("operatorId", operator_id),
        user_id=id_of("userId", user_id),
        action=action,
        since=since,
        until=until,
    )
    page = await list_audit(parts.reader, wanted, cursor=cursor, limit=limit)
    return AuditList(items=[each.entry for each in page.rows], next_cursor=page.next_cursor)
