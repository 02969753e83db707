"""`lodestone ops bulk`: one action on all jobs of a filter, looked at before it begins."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lodestone_local.ops.options import (
    AsJson,
    Cause,
    Code,
    CostAbove,
    Cursor,
    DataDir,
    FailedSince,
    FailedUntil,
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

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lodestone.wire import JsonObject

    from lodestone_local.ops.asking import Ask

app = typer.Typer(
    help="Run again, cancel, pause or resume all jobs of a filter. Without --yes it only counts them.",
    no_args_is_help=True,
)
Rate = Annotated[int | None, typer.Option(help="At most so many jobs a minute.", min=1, show_default=False)]
Yes = Annotated[bool, typer.Option("--yes", help="Begin it after the dry run, without asking.")]
INTERRUPTED = 130  # as shells say it of Ctrl-C
PausedBy = Annotated[
    str | None, typer.Option(help="That this bulk action has paused, by id.", show_default=False)
]
BulkId = Annotated[str, typer.Argument(help="The bulk action's id.", show_default=False)]


@app.command()
def replay(
    job_type: JobType = None,
    error_code: Code = None,
    user: User = None,
    cause: Cause = None,
    text: Text = None,
    cost_above: CostAbove = None,
    since: Since = None,
    until: Until = None,
    failed_since: FailedSince = None,
    failed_until: FailedUntil = None,
    rate: Rate = None,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Run failed jobs again: count them, and with --yes begin and show how far it is."""
    wanted = {
        **{"jobType": job_type, "errorCode": error_code, "userId": user, "cause": cause},
        **{"text": text, "costAbove": cost_above, "since": since, "until": until},
        **{"failedSince": failed_since, "failedUntil": failed_until},
    }
    _look_and_begin(_looking("replay", wanted, rate), url, data_dir, yes=yes, as_json=as_json)


@app.command()
def cancel(
    status: Status = None,
    job_type: JobType = None,
    user: User = None,
    waiting_for: WaitingFor = None,
    text: Text = None,
    cost_above: CostAbove = None,
    since: Since = None,
    until: Until = None,
    stuck: Stuck = False,
    paused_by: PausedBy = None,
    rate: Rate = None,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Cancel jobs that have not ended: count them, and with --yes begin and show how far it is."""
    wanted = {
        **{"status": status, "jobType": job_type, "userId": user, "waitingFor": waiting_for},
        **{"text": text, "costAbove": cost_above, "since": since, "until": until, "stuck": stuck or None},
        "pausedBy": paused_by,
    }
    _look_and_begin(_looking("cancel", wanted, rate), url, data_dir, yes=yes, as_json=as_json)


@app.command()
def pause(
    job_type: JobType = None,
    user: User = None,
    waiting_for: WaitingFor = None,
    text: Text = None,
    cost_above: CostAbove = None,
    since: Since = None,
    until: Until = None,
    rate: Rate = None,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Hold jobs that wait, until they are resumed in bulk; later ones go on."""
    wanted = {
        **{"jobType": job_type, "userId": user, "waitingFor": waiting_for},
        **{"text": text, "costAbove": cost_above, "since": since, "until": until},
    }
    _look_and_begin(_looking("pause", wanted, rate), url, data_dir, yes=yes, as_json=as_json)


@app.command()
def resume(
    paused_by: PausedBy = None,
    job_type: JobType = None,
    user: User = None,
    since: Since = None,
    until: Until = None,
    rate: Rate = None,
    yes: Yes = False,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """Let go what was paused in bulk, at most so many jobs a minute."""
    wanted = {"jobType": job_type, "userId": user, "since": since, "until": until, "pausedBy": paused_by}
    _look_and_begin(_looking("resume", wanted, rate), url, data_dir, yes=yes, as_json=as_json)


@app.command()
def start(bulk_id: BulkId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Begin what a dry run counted, by its id, and show how far it is."""
    _begin(bulk_id, url, data_dir, as_json=as_json)


@app.command("list")
def list_actions(
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List bulk actions and dry runs, newest first."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    place = {"cursor": cursor, "limit": limit}
    show(lambda gateway: gateway.bulk_actions(**place), views.bulk_actions, url, data_dir, as_json=as_json)


@app.command("show")
def show_action(bulk_id: BulkId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """Show how far a bulk action is."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(lambda gateway: gateway.bulk_action(bulk_id), views.bulk_action, url, data_dir, as_json=as_json)


@app.command()
def results(
    bulk_id: BulkId,
    outcome: Annotated[
        str | None, typer.Option(help="Only these: done, refused or open.", show_default=False)
    ] = None,
    cursor: Cursor = None,
    limit: Limit = 20,
    url: Url = None,
    data_dir: DataDir = None,
    as_json: AsJson = False,
) -> None:
    """List what became of each job of a bulk action."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    place = {"outcome": outcome, "cursor": cursor, "limit": limit}
    show(
        lambda gateway: gateway.bulk_results(bulk_id, **place), views.outcomes, url, data_dir, as_json=as_json
    )


@app.command()
def abort(bulk_id: BulkId, url: Url = None, data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """End a bulk action; what it has done stays done."""
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import show

    show(
        lambda gateway: gateway.abort_bulk_action(bulk_id), views.bulk_action, url, data_dir, as_json=as_json
    )


def _looking(action: str, wanted: "Mapping[str, str | bool | None]", rate: int | None) -> "Ask":
    given = {name: value for name, value in wanted.items() if value is not None}
    return lambda gateway: gateway.look_at_bulk_action(action=action, filter=given, rate_per_minute=rate)


def _look_and_begin(ask: "Ask", url: str | None, data_dir: Path | None, *, yes: bool, as_json: bool) -> None:
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import asked, of_this_release, tell
    from lodestone_local.ops.bulk import until_looked

    found = asked(ask, url, data_dir)
    with of_this_release():
        bulk_id, state = str(found["id"]), found["state"]
    if state == "looking":
        found = _ended(until_looked(bulk_id, url, data_dir))
    if not yes:
        tell(found, views.dry_run, as_json=as_json)
        return
    if not as_json:
        tell(found, views.found, as_json=False)
    _begin(bulk_id, url, data_dir, as_json=as_json)


def _begin(bulk_id: str, url: str | None, data_dir: Path | None, *, as_json: bool) -> None:
    from lodestone_local.ops import views
    from lodestone_local.ops.asking import tell
    from lodestone_local.ops.bulk import begin_and_follow

    ended = _ended(begin_and_follow(bulk_id, url, data_dir))
    tell(ended, views.bulk_action, as_json=as_json)
    raise typer.Exit(0 if ended["state"] == "completed" else 1)


def _ended(answer: "JsonObject | None") -> "JsonObject":
    if answer is None:
        raise typer.Exit(INTERRUPTED)
    return answer
