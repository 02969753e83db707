"""`lodestone ops`: what operators see and do, as tables for people and with `--json` for scripts."""

from typing import Annotated

import typer

from lodestone_local.ops.bulk_commands import app as bulk
from lodestone_local.ops.options import (
    AsJson,
    Cause,
    Code,
    CostAbove,
    Cursor,
    DataDir,
    JobId,
    JobType,
    Limit,
    Since,
    Status,
    Stuck,
    Text,
    Until,
    Url,
    User,
    WaitingFor,
)
from lodestone_local.ops.pause_commands import app as pauses
from lodestone_local.ops.public_page_commands import app as public_pages

app = typer.Typer(
    help="See and do what operators do, on this machine's system or on a remote gateway.",
    no_args_is_help=True,
)


@app.command()
def jobs(
    status: Status = None,
    job_type: JobType = None,
    error_code: Code = None,
    user: User = None,
    waiting_for: WaitingFor = None,
    text: Text = None,
    cost_above: CostAbove = None,
    since: Since = None,
    until: Until = None,
    stuck: Stuck = False,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List jobs of all users, newest first."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    filters = {
        **{"status": status, "job_type": job_type, "error_code": error_code, "user_id": user},
        **{"waiting_for": waiting_for, "text": text, "cost_above": cost_above},
        **{"since": since, "until": until},
    }
    place = {"stuck": stuck or None, "cursor": cursor, "limit": limit}
    show(lambda gateway: gateway.jobs(**filters, **place), views.jobs, url, data_dir, as_json=as_json)


@app.command()
def why(job: JobId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Say why a job is in its state: all causes, what they rest on, and what to do."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.job(job), views.why, url, data_dir, as_json=as_json)


@app.command("dead-letters")
def dead_letters(
    job_type: JobType = None,
    error_code: Code = None,
    user: User = None,
    since: Since = None,
    until: Until = None,
    each: Annotated[bool, typer.Option("--each", help="List them one by one, not by cause.")] = False,
    cause: Cause = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Group failed jobs that were not run again by cause, or list them with --each or one --cause."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    filters = {"job_type": job_type, "error_code": error_code, "user_id": user}
    period = {"since": since, "until": until}
    if each or cause or cursor:
        place = {"cause": cause, "cursor": cursor, "limit": limit}
        show(
            lambda gateway: gateway.dead_letters(**filters, **period, **place),
            views.dead_letters,
            url,
            data_dir,
            as_json=as_json,
        )
        return
    show(
        lambda gateway: gateway.dead_letter_groups(**filters, **period),
        views.dead_letter_groups,
        url,
        data_dir,
        as_json=as_json,
    )


@app.command()
def replay(job: JobId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Run one failed job again; `lodestone ops bulk replay` runs many."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.replay(job), views.replayed, url, data_dir, as_json=as_json)


@app.command()
def usage(
    period: Annotated[str, typer.Option(help="How far back: hour or day.")] = "hour",
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Show jobs, tokens and cost of the last hour or day by job type; `users ID` shows one user's."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.overview(period=period), views.usage, url, data_dir, as_json=as_json)


@app.command()
def users(
    user: Annotated[
        str | None, typer.Argument(help="One user's id, for their usage by day.", show_default=False)
    ] = None,
    search: Annotated[
        str | None, typer.Option(help="The user with this id or email address.", show_default=False)
    ] = None,
    sort: Annotated[str, typer.Option(help="By newest, liveJobs or spend.")] = "newest",
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List users with plan, live jobs and cost, or show one user's usage and caps."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    if user:
        show(lambda gateway: gateway.user(user), views.user, url, data_dir, as_json=as_json)
        return
    filters = {"search": search, "sort": sort, "cursor": cursor, "limit": limit}
    show(lambda gateway: gateway.users(**filters), views.users, url, data_dir, as_json=as_json)


@app.command()
def audit(
    operator: Annotated[str | None, typer.Option(help="Of this operator, by id.", show_default=False)] = None,
    action: Annotated[
        str | None, typer.Option(help="Only this action, as entries name it.", show_default=False)
    ] = None,
    user: User = None,
    since: Since = None,
    until: Until = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what operators did and whose content they looked at, newest first."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    filters = {"operator_id": operator, "action": action, "user_id": user, "since": since, "until": until}
    place = {"cursor": cursor, "limit": limit}
    show(lambda gateway: gateway.audit(**filters, **place), views.audit, url, data_dir, as_json=as_json)


app.add_typer(pauses)
app.add_typer(public_pages)
app.add_typer(bulk, name="bulk")
